"""Tests of accepting with real shells, a real ssh server and real scripts."""
