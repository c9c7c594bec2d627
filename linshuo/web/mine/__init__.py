"""我的: what signed-in people see of their own."""
