"""The room that reads users' files and knows lines and columns: YAML, JSON and CSV.

What a definition means is not decided here; see the schemas and `resolve`.
"""

from __future__ import annotations

from clusterdef.source.document import Document
from clusterdef.source.limits import Limits
from clusterdef.source.yaml_document import load_yaml, parse_yaml

__all__ = ["Document", "Limits", "load_yaml", "parse_yaml"]
