"""What a user is told when something is wrong, a directory for each case; README.md says how to add one."""
