"""What makes the pages under docs/reference: one module for each kind of page, text out, nothing written here."""
