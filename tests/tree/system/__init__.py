"""The tests of a tree that need a child process, a mount or another user."""
