"""The room that reads users' files and knows lines and columns: YAML, JSON and CSV.

What a definition means is not decided here; see the schemas and `resolve`.
"""

from __future__ import annotations

from clusterdef.source.document import Document
from clusterdef.source.json_document import load_json, parse_json
from clusterdef.source.limits import Limits
from clusterdef.source.table import Row, Table, load_csv, parse_csv
from clusterdef.source.yaml_document import load_yaml, parse_yaml

__all__ = [
    "Document",
    "Limits",
    "Row",
    "Table",
    "load_csv",
    "load_json",
    "load_yaml",
    "parse_csv",
    "parse_json",
    "parse_yaml",
]
