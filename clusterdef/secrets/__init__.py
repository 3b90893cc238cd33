"""What secrets are: how they are made, what makes one weak, what goes with one, their hashes. Where they lie: a port."""
