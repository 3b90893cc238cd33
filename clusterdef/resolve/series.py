"""Addresses that go by the number in a name: `10.10.2.1+` is first + (number - first number) x step."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import AddressValueError, ip_address

from clusterdef.model import Address

DYNAMIC = "dhcp"
"""Written in place of an address that somebody else's DHCP decides."""


@dataclass(frozen=True, slots=True)
class Series:
    """A first address and what is added for each number; a step of 0 is one address."""

    first: Address
    step: int

    def at(self, number: int | None, first: int | None) -> Address:
        """The address for `number` in a set that begins at `first`; OverflowError past the last address there is."""
        if not self.step or number is None or first is None:
            return self.first
        try:
            return self.first + (number - first) * self.step
        except AddressValueError as error:
            raise OverflowError(str(error)) from error


@lru_cache(maxsize=4096)
def series(text: str) -> Series:
    """`10.10.2.1`, `10.10.2.1+`, `10.10.2.1+2`. Raises ValueError when it is no address."""
    address, plus, step = text.partition("+")
    return Series(ip_address(address), int(step or 1) if plus else 0)
