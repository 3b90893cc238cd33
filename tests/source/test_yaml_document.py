"""YAML to data and marks."""

from __future__ import annotations

from clusterdef.source import parse_yaml


def test_values_and_their_places() -> None:
    document = parse_yaml(b"a: 1\nb: {c: x, d: 9.10}\n", "site.yaml")
    assert document.data == {"a": 1, "b": {"c": "x", "d": 9.1}}
    assert str(document.mark("b", "c")) == "site.yaml:2:8"
    assert document.raw_in(document.data["b"], "d") == "9.10"
