"""The manual; what of it is made from schemas, definitions and code is made by `python -m docs.reference`."""
