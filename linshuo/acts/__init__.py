"""One function per act that crosses rooms: one transaction, the rooms called from the bottom up."""
