"""Puppet classes as their headers tell of them, and the module definitions that can be begun from that.

Enough of Puppet's language is read for headers and type aliases; nothing is evaluated, nothing of Puppet is run.
"""

from __future__ import annotations

from clusterdef.puppet_class.code import Code, load
from clusterdef.puppet_class.definition import Made, made

__all__ = ["Code", "Made", "load", "made"]
