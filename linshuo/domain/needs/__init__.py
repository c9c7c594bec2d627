"""需 needs: what was said (notes), what became of it (needs), who asked for the same (supporters),
who was spoken to (contacts), and what was done (results).
"""
