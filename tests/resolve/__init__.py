"""Resolving: what follows from a definition that is right. What is wrong with others is in tests/errors."""
