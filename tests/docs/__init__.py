"""The manual is true: what it shows runs, what it links to is there, what there is it tells of."""
