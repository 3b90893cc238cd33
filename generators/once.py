"""Work that is the same for every subject of a cluster is done once."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from clusterdef.model import Cluster

T = TypeVar("T")


def once(work: Callable[[Cluster], T]) -> Callable[[Cluster], T]:
    """`work`, remembering its answer for the last cluster it was asked about; a cluster never changes."""
    last: list[tuple[Cluster, T]] = []

    @wraps(work)
    def answer(cluster: Cluster) -> T:
        if not last or last[0][0] is not cluster:
            last[:] = [(cluster, work(cluster))]
        return last[0][1]

    return answer
