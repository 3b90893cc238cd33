"""The tests of the room that decides which bytes are on disk."""
