"""邻说: where a trouble that was said becomes a trouble that is settled."""

__version__ = "0.1.0"
