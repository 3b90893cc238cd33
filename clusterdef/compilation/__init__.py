"""What catalogs are compiled for and what their faults mean: facts of a machine, machines that are alike, and who is to
blame. Nothing is compiled here."""
