"""HTTP and looks: lets people in and holds no rules."""
