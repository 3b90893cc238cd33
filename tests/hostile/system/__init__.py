"""The programs themselves, on a sample: what they make of files with hostile texts in them."""
