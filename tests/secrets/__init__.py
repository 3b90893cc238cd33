"""Secrets: every keeper keeps to one contract, no secret is shown, none is lost on the way."""
