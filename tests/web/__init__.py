"""Doors tested through the whole house."""
