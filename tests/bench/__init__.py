"""What `python -m bench` measures is what it says: sites that are valid, and tables that are put where they belong."""
