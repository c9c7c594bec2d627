"""榜 board: asks, the one line a person can sign for, with how many and of what."""
