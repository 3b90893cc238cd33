"""Site files of older formats, moved on: a table of steps, and edits of the text that leave all else as it was typed.

A file is never written from its data: comments, blanks and the order of things are its owner's.
"""

from __future__ import annotations

from clusterdef.migrate.page import CannotEdit, Page
from clusterdef.migrate.steps import STEPS, Migrated, Step, migrated

__all__ = ["STEPS", "CannotEdit", "Migrated", "Page", "Step", "migrated"]
