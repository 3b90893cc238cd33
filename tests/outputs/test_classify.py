"""What the classifier says about a machine: legal for Puppet, complete, and without any secret."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.outputs.clusters import made, small


def documents() -> dict[str, Any]:
    """Every machine's document, by certificate name."""
    files = made(small(), "classify")
    return {path[4:-5]: json.loads(text) for path, text in files.items() if path.endswith(".json")}


def test_every_machine_with_an_operating_system_has_a_document() -> None:
    names = {node.certname for node in small().nodes.values() if not node.device}
    assert set(documents()) == names
    assert all(set(document) == {"name", "classes", "parameters"} for document in documents().values())


def test_a_document_is_one_line_of_ascii() -> None:
    for path, text in made(small(), "classify").items():
        if path.endswith(".json"):
            assert text.isascii()
            assert text.count("\n") == 1
            assert text.startswith(f'{{"name":"{path[4:-5]}","classes":{{')


def test_classes_have_the_parameters_that_have_a_value() -> None:
    document = documents()["worker01.mytier3.internal"]
    assert document["classes"] == {"chrony": {"servers": ["10.10.0.1"]}, "agent": {}, "motd": {"text": "hello"}}


def test_parameters_hide_no_fact_and_are_names_of_variables() -> None:
    for document in documents().values():
        assert all(re.fullmatch("cd_[a-z0-9_]+", name) for name in document["parameters"])
    assert documents()["worker01.mytier3.internal"]["parameters"] == {
        "cd_cluster": "mytier3",
        "cd_node": "worker01",
        "cd_roles": ["base", "worker"],
        "cd_groups": ["r410"],
        "cd_rack": "A1",
    }


def test_secrets_are_in_neither() -> None:
    assert "motd.secret" in small().nodes["worker01"].parameters
    for text in made(small(), "classify").values():
        assert "motd.secret" not in text
        assert "@@cd:secret:motd" not in text
        assert "motd.x" not in text
