"""From what was written to what is meant: the inputs of a site become a frozen Cluster, or Problems.

Everything whose shape is sound is resolved, so that one look shows shape and meaning together.
"""

from __future__ import annotations

from clusterdef.resolve.resolution import Resolution, Stand, resolve

__all__ = ["Resolution", "Stand", "resolve"]
