"""Services as their consumers reach them, and the ports behind them."""

from __future__ import annotations

from dataclasses import dataclass

from clusterdef.model.network import Net


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A service as one consumer reaches it: by this name, at this address and port."""

    service: str
    provider: str
    host: str
    address: str
    port: int | None = None
    protocol: str = ""
    external: bool = False

    @property
    def url(self) -> str:
        """`protocol://host:port`, without what is not known."""
        head = f"{self.protocol}://" if self.protocol else ""
        tail = f":{self.port}" if self.port else ""
        return f"{head}{self.host}{tail}"


@dataclass(frozen=True, slots=True)
class Port:
    """A port a module listens on, on one node: ranges of numbers, and the networks that may reach it.

    `scope` is the module's word for who may (`cluster`, `boot`, `dhcp`, `admins`, `any`, `node`, or the
    parameter that lists them), `sources` the networks that this means here (none for `any`, `admins`
    and `node`); `on` says which of the node's addresses: `all`, `managed`, `boot`, `dhcp` or `loopback`.
    """

    module: str
    name: str
    protocol: str
    numbers: tuple[tuple[int, int], ...]
    sources: tuple[Net, ...]
    scope: str
    on: str = "all"
