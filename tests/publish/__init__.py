"""What was generated becomes live: the order of it, what it looks at, and what it refuses."""
