"""时 service: turns somebody planned to come, and what was confirmed of them. Hours are only ever
written from a planned turn and by another's word; a correction is a new row.
"""
