"""Where subnets begin and end, as numbers: it is asked of every address, which `ipaddress` is slow to answer."""

from __future__ import annotations

from clusterdef.model import Address, Subnet


class Spans:
    """Some subnets, in the order in which they are looked through."""

    __slots__ = ("_subnets",)

    def __init__(self, *subnets: Subnet) -> None:
        self._subnets = [
            (subnet.version, int(subnet.net.network_address), int(subnet.net.broadcast_address), subnet)
            for subnet in subnets
        ]

    def subnet_of(self, address: Address) -> Subnet | None:
        """The subnet that the address belongs to, or None."""
        number, version = int(address), address.version
        for kind, first, last, subnet in self._subnets:
            if first <= number <= last and kind == version:
                return subnet
        return None

    def amid(self, address: Address) -> bool:
        """True when it is neither the first nor the last of its subnet: any machine can have it."""
        number, version = int(address), address.version
        for kind, first, last, _ in self._subnets:
            if first <= number <= last and kind == version:
                return first < number < last
        return False
