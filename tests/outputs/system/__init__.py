"""Outputs, read by real programs."""
