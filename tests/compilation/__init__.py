"""Tests of compiling: which machines are alike, what is compiled, and at whose place a fault is told."""
