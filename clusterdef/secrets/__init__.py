"""What secrets are: how one is made, what makes one weak, what goes with it, its hashes. Where they lie is a port."""
