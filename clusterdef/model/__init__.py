"""What a cluster is, once everything is resolved: frozen, typed, complete.

Nothing here reads a file, fills a default or knows a role by name. Sizes are bytes, addresses are
`ipaddress` values, names are lower case.
"""

from __future__ import annotations

from clusterdef.model.check import Check, check_of, checks
from clusterdef.model.cluster import PHASES, Cluster, Floating, Step
from clusterdef.model.definition import Admin, Module, Parameter, Role, Secret
from clusterdef.model.machine import (
    Bmc,
    Disk,
    Hardware,
    Layout,
    Mount,
    OperatingSystem,
    Place,
    Repository,
    Scripts,
    Vm,
    Volume,
)
from clusterdef.model.network import Address, Bond, Interface, Net, Network, Placed, Pool, Subnet
from clusterdef.model.node import Node
from clusterdef.model.recipient import Recipient
from clusterdef.model.service import Endpoint, Port
from clusterdef.model.use import ends, used_by, users_of
from clusterdef.model.ways import way_out

__all__ = [
    "PHASES",
    "Address",
    "Admin",
    "Bmc",
    "Bond",
    "Check",
    "Cluster",
    "Disk",
    "Endpoint",
    "Floating",
    "Hardware",
    "Interface",
    "Layout",
    "Module",
    "Mount",
    "Net",
    "Network",
    "Node",
    "OperatingSystem",
    "Parameter",
    "Place",
    "Placed",
    "Pool",
    "Port",
    "Recipient",
    "Repository",
    "Role",
    "Scripts",
    "Secret",
    "Step",
    "Subnet",
    "Vm",
    "Volume",
    "check_of",
    "checks",
    "ends",
    "used_by",
    "users_of",
    "way_out",
]
