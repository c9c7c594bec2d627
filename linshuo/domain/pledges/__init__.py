"""认 pledges: who signed for a line of the board, who waits, who comes when, and how it ended."""
