"""Paths: what may be the name of a file of a generation, and what is said when it may not."""

from __future__ import annotations

import pytest

from clusterdef.artifact import Artifact
from clusterdef.tree.manifest import entry
from clusterdef.tree.paths import LONGEST_PATH, Claims, objection
from tests.tree.trees import artifact

GOOD = [
    "hosts",
    "enc/worker01",
    "repo/.treeinfo",
    "a b/c",
    "dnsmasq.d/10-hosts.conf",
    "größe/ü",
    "pxelinux.cfg/01-52-54-00-00-00-01",
    "a..b/c...",
    "x" * 255,
    "/".join(["x" * 255] * 4),
]

BAD = {
    "": "is empty",
    "/etc/passwd": "is absolute",
    "//a": "is absolute",
    "../a": "part that is . or ..",
    "a/../b": "part that is . or ..",
    "a/..": "part that is . or ..",
    "a/./b": "part that is . or ..",
    ".": "part that is . or ..",
    "a//b": "empty part",
    "a/": "empty part",
    ".manifest": "begins with a dot",
    "..a": "begins with a dot",
    ".ssh/id": "begins with a dot",
    "a\nb": "cannot be printed",
    "a\0b": "cannot be printed",
    "a\tb": "cannot be printed",
    "a\x1b[31m": "cannot be printed",
    "a\u202eb": "cannot be printed",
    "a\x85b": "cannot be printed",
    "a\u2028b": "cannot be printed",
    "a\udc80b": "cannot be printed",
    "x" * 256: "more than 255 bytes",
    "ü" * 128: "more than 255 bytes",
    "/".join(["x" * 255] * 5): f"more than {LONGEST_PATH} bytes",
}


@pytest.mark.parametrize("path", GOOD)
def test_good_paths(path: str) -> None:
    assert objection(path) == ""


@pytest.mark.parametrize("path", BAD)
def test_bad_paths(path: str) -> None:
    assert BAD[path] in objection(path)


@pytest.mark.parametrize("path", BAD)
def test_the_problem_can_be_printed(path: str) -> None:
    claims = Claims()
    assert not claims.take(entry(artifact(path, maker="enc", subject="worker01")))
    (problem,) = claims.problems
    assert problem.message.isprintable()
    assert problem.message.startswith("enc: path ")
    assert problem.subject == "worker01"
    assert problem.advice


def taken(*given: Artifact) -> list[str]:
    claims = Claims()
    for one in given:
        claims.take(entry(one))
    return [problem.message for problem in claims.problems]


def test_two_makers_of_a_path_are_both_named() -> None:
    assert taken(artifact("a", maker="hosts"), artifact("a", maker="dnsmasq", subject="head")) == [
        "a is made twice: by hosts and by dnsmasq for head"
    ]


def test_the_same_bytes_twice_are_twice() -> None:
    assert len(taken(artifact("a", "1"), artifact("a", "1"))) == 1


@pytest.mark.parametrize("order", [1, -1])
def test_a_path_is_a_file_or_a_directory(order: int) -> None:
    given = [artifact("a/b", maker="enc"), artifact("a/b/c/d", maker="hosts", subject="n1")]
    assert taken(*given[::order]) == ["a/b is a file of enc and a directory for a/b/c/d of hosts for n1"]


def test_neighbours_do_not_clash() -> None:
    assert taken(*map(artifact, ("a/b", "a/bc", "a/b.d/x", "a-b", "ab"))) == []


@pytest.mark.parametrize("field", ["maker", "subject", "owner", "group"])
def test_no_field_can_break_the_manifest(field: str) -> None:
    fields = {"path": "a", "content": b"", "maker": "m"} | {field: "x\ty\n"}
    assert taken(Artifact(**fields)) == [f"a: {field} 'x\\ty\\n' holds a character that cannot be printed"]  # type: ignore[arg-type]


@pytest.mark.parametrize("mode", [0o4755, 0o100644, -1])
def test_a_mode_is_permission_bits(mode: int) -> None:
    assert taken(artifact("a", mode=mode)) == [f"a: mode {mode:o} is more than permission bits"]
