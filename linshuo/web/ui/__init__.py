"""The look of 邻说: components, template tags, styles and small elements. Knows no room."""
