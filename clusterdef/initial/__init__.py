"""A site's first files: what is asked before they are written, and what they say. Nothing here touches a disk."""

from __future__ import annotations

from collections.abc import Mapping

ASKED: Mapping[str, str] = {
    "name": "name of the cluster",
    "timezone": "time zone",
    "os": "operating system of its machines",
    "domain": "domain of the campus network, which the head is on",
    "subnet": "addresses of the campus network",
    "gateway": "gateway of the campus network",
    "head-address": "the head's address on the campus network",
    "dns": "a name server for the head",
    "private": "the cluster's own network",
    "mgmt": "network of the management controllers",
    "workers": "number of workers",
    "batch": "batch system",
    "admin": "user name of the first administrator",
}
"""Every question in its order: its key, which is the flag's name too, and what is asked."""
