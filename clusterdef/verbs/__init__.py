"""What each command does, without a word printed: one module for each verb, values in, values out."""
