"""Work that two processes share: nothing is lost, nothing is done twice, and no process stays."""
