"""The room that decides which bytes are on disk: plan, write, drift, rollback. It knows paths, not sites or nodes."""

from __future__ import annotations

from clusterdef.tree.ahead import Ahead, ahead
from clusterdef.tree.diff import unified
from clusterdef.tree.drift import Drifted, drift, unchanged
from clusterdef.tree.former import Former
from clusterdef.tree.generation import Generation, current, generations
from clusterdef.tree.manifest import Entry, Manifest
from clusterdef.tree.plan import Change, Plan, plan
from clusterdef.tree.rollback import rollback
from clusterdef.tree.write import write

__all__ = [
    "Ahead",
    "Change",
    "Drifted",
    "Entry",
    "Former",
    "Generation",
    "Manifest",
    "Plan",
    "ahead",
    "current",
    "drift",
    "generations",
    "plan",
    "rollback",
    "unchanged",
    "unified",
    "write",
]
