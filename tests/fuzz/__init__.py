"""Very many texts and broken files at once, reproducible by a seed: `python -m tests.fuzz`."""
