"""What the outside world looks like from inside: one Protocol for each noun, and nothing that reaches for it."""
