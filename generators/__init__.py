"""The shipped generators, one room per output: a row (generator.json), its templates, at most one pure function."""
