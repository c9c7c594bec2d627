"""纸 papers: files that were handed in, and printed papers with their codes."""
