"""The names that releases of Debian have on mirrors."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

SUITES: Mapping[str, str] = MappingProxyType({"12": "bookworm", "13": "trixie"})
"""By the number of the release."""
