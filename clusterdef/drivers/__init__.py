"""The only rooms that touch the world: one module for each thing behind a port, imported when it is used."""
