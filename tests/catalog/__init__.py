"""Shelves: definitions that are shipped, installed, or the site's own."""
