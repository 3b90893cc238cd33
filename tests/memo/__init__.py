"""What generators look at, what is remembered of it, and that files stay only where they would be the same again."""
