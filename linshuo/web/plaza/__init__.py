"""广场 plaza: what everyone sees, signed in or not. It reads only the rooms' public modules."""
