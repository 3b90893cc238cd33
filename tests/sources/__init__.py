"""Puppet code of others: where it is fetched from, what is locked, and what two other programs make of that."""
