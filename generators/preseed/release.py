"""What differs between the releases of Debian, as far as its installer is concerned."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

SUITES: Mapping[str, str] = MappingProxyType({"12": "bookworm", "13": "trixie"})
"""The name that a release has on mirrors, by its number."""
