"""告 notices: from what happened to who is told.

Telling is never an act's job. A worker reads the sealed trail, `rules` says whom an event concerns
and with which sentence, and each of them gets one message, whatever is run twice.
"""
