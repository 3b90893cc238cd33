"""Work that is the same for every subject of a cluster is done once."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from clusterdef.model import Cluster

T = TypeVar("T")


def once(work: Callable[[Cluster], T]) -> Callable[[Cluster], T]:
    """`work`, done when a cluster is first asked for it: the cluster keeps the answer."""

    @wraps(work)
    def answer(cluster: Cluster) -> T:
        return cluster.once(work)

    return answer
