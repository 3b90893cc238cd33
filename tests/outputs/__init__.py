"""Outputs: what is generated, read by the programs it is for."""
