"""A site begins: from flags or answers, complete or not at all, and works as it is."""
