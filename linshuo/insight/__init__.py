"""Across rooms, reading: figures, search, likely duplicates. Writes nothing but its own briefs."""
