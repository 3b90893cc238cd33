"""Which files `generate` makes again, and that the tree is the same whichever it does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clusterdef import fingerprint
from clusterdef.cli import exits
from clusterdef.generate import artifacts as files_of
from clusterdef.verbs import generate
from tests.cli.shell import SMALL, Shell
from tests.cli.test_generate import files

TREE = Path("generated")
PEEK = [
    {"name": "peek", "for_each": "node", "path": "peek/{{ node.name }}", "template": "peek.txt.j2"},
    {"name": "alone", "for_each": "node", "path": "alone/{{ node.name }}", "template": "alone.txt.j2"},
]
TEMPLATES = {"peek": "{{ cluster.nodes.w8.aliases | join(' ') }}\n", "alone": "{{ node.name }}\n"}


def text(alias: str = "eight") -> str:
    """The site, in which one node has that alias."""
    return SMALL + f"  w8: {{role: device, net: {{net: 10.0.1.8}}, aliases: [{alias}]}}\n"


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of all files that are made."""
    paths: list[str] = []

    def artifacts(*words: Any) -> Iterator[Any]:
        for artifact in files_of(*words):
            paths.append(artifact.path)
            yield artifact

    monkeypatch.setattr(generate, "artifacts", artifacts)
    return paths


@pytest.fixture
def site(shell: Shell) -> Shell:
    """A site with a generator of its own: a file for each node that looks at another node, and one that does not."""
    room = Path("generators/peek")
    room.mkdir(parents=True)
    (room / "generator.json").write_text(json.dumps({"description": "looks at another", "outputs": PEEK}))
    for name, template in TEMPLATES.items():
        (room / f"{name}.txt.j2").write_text(template)
    shell.write(text())
    assert shell.run("generate").code == exits.FINE
    return shell


def peeks(made: list[str]) -> set[str]:
    return {path for path in made if path.startswith(("peek/", "alone/"))}


def every(word: str, *nodes: str) -> set[str]:
    return {f"{word}/{node}" for node in nodes or ("pdu1", "w1", "w2", "w3", "w8")}


def anew(shell: Shell) -> dict[str, bytes]:
    """The same site, generated where nothing was."""
    shell.run("generate", "-o", "fresh")
    return files(Path("fresh"))


def test_who_looks_at_another_node_is_made_again_when_that_one_changes(site: Shell, made: list[str]) -> None:
    site.write(text("acht"))
    site.run("generate")
    assert peeks(made) == {*every("peek"), "alone/w8"}
    assert files(TREE)["peek/w1"] == b"acht\n"
    assert files(TREE) == anew(site)


def test_who_looks_at_no_other_is_left_alone(site: Shell, made: list[str]) -> None:
    site.write(text() + "  w9: {role: device, net: {net: 10.0.1.9}}\n")
    site.run("generate")
    assert peeks(made) == {"peek/w9", "alone/w9"}
    assert files(TREE) == anew(site)


def test_a_comment_makes_nothing(site: Shell, made: list[str]) -> None:
    site.write(text() + "# nothing\n")
    assert "generation 2" in site.run("generate").out
    assert made == []
    assert files(TREE) == anew(site)


def test_a_dry_run_looks_no_further(site: Shell, made: list[str]) -> None:
    site.write(text("acht"))
    said = site.run("generate", "--dry-run", "--diff")
    assert peeks(made) == {*every("peek"), "alone/w8"}
    assert said.out.count("\n+acht\n") == len(every("peek"))
    assert "alone" not in said.out


@pytest.mark.parametrize("file", ["generators/peek/peek.txt.j2", "templates/hosts/hosts.hostsfile.j2"])
def test_another_template_makes_everything_again(site: Shell, made: list[str], file: str) -> None:
    Path(file).parent.mkdir(parents=True, exist_ok=True)
    Path(file).write_text("another\n")
    site.run("generate")
    assert set(made) == set(files(TREE))
    assert b"another\n" in files(TREE).values()
    assert files(TREE) == anew(site)


def test_another_clusterdef_makes_everything_again(
    site: Shell, made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fingerprint, "of_program", lambda: "another")
    assert "generation 2" in site.run("generate").out
    assert set(made) == set(files(TREE))


def test_a_drifted_file_is_made_again_and_no_other(site: Shell, made: list[str]) -> None:
    for name in ("w1", "w2"):
        file = TREE / "1" / "alone" / name
        file.chmod(0o644)
        file.write_text("by hand\n")
    (TREE / "1" / "alone" / "w3").unlink()
    site.write(text() + "# nothing\n")
    site.run("generate")
    assert set(made) == every("alone", "w1", "w2", "w3")
    assert files(TREE) == anew(site)


@pytest.mark.parametrize("content", [b"", b"{}", b"nonsense", None])
def test_a_memory_that_is_not_what_it_was_is_not_asked(site: Shell, made: list[str], content: bytes | None) -> None:
    memo = TREE / "1" / ".memo.json"
    before = memo.read_bytes()
    memo.chmod(0o644)
    if content is None:
        memo.write_bytes(before.replace(b"peek", b"kepp"))
    else:
        memo.write_bytes(content)
    site.write(text("acht"))
    site.run("generate")
    assert set(made) == set(files(TREE))
    assert files(TREE) == anew(site)


def test_files_of_some_nodes_are_made_and_then_those_of_all(site: Shell, made: list[str]) -> None:
    """What was made of a part is not what is remembered of the whole."""
    site.write(text("acht"))
    site.run("generate", "w2")
    assert (files(TREE)["peek/w1"], files(TREE)["peek/w2"]) == (b"eight\n", b"acht\n")
    site.run("generate")
    assert files(TREE) == anew(site)
    made.clear()
    site.write(text("acht") + "# nothing\n")
    site.run("generate")
    assert made == []


def test_after_going_back_it_is_remembered_what_stands_then(site: Shell, made: list[str]) -> None:
    site.write(text("acht"))
    site.run("generate")
    assert site.run("rollback").code == exits.FINE
    made.clear()
    site.run("generate")
    assert peeks(made) == {*every("peek"), "alone/w8"}
    assert files(TREE) == anew(site)


def test_two_files_that_want_one_path_are_refused_though_one_of_them_would_stay(shell: Shell) -> None:
    room = Path("generators/described")
    room.mkdir(parents=True)
    row = {"name": "described", "for_each": "node", "path": "described/{{ node.description or node.name }}"}
    data = {"description": "by description", "outputs": [{**row, "template": "name.txt.j2"}]}
    (room / "generator.json").write_text(json.dumps(data))
    (room / "name.txt.j2").write_text("{{ node.name }}\n")
    assert shell.run("generate").code == exits.FINE
    for key in ("pdu1", "w[1-3]"):
        shell.write(SMALL.replace(f"{key}: {{", f"{key}: {{description: {'w2' if key == 'pdu1' else 'pdu1'}, "))
        said = shell.run("generate")
        assert said.code != exits.FINE
        assert "is already made by described" in said.err
    assert str((TREE / "current").readlink()) == "1"
