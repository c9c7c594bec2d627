"""迹 trail: append-only events with salted digests, the seals over them, and the counters.

The lowest room: it holds bare ids only, so that no room above can be needed to check it. Every
action of every other room ends by recording an event here, in the same transaction.
"""
