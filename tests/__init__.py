"""Tests of the whole house; each room's own tests are in the room."""
