"""Tests of accepting: what is tried where, for how long, and what is told of it."""
