"""A real browser on a real server: the ways people walk, and every page under axe."""
