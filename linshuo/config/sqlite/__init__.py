"""Django's SQLite backend, made fit for several processes that write. See `base.py`."""
