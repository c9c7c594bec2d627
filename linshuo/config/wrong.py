"""What cannot be done, said to whoever keeps the server."""


class Wrong(Exception):
    """A sentence that says what stands in the way and what to do; the command line prints it."""
