"""The definitions that are shipped are complete and fit together, and the example site is clean."""
