"""The shipped roles as data: role.json, README.md and examples of each; there is no Python here."""
