"""What there is, the manual tells of: commands, options, codes, references, languages; and of nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest

from clusterdef.cli.root import SECTIONS, clusterdef
from clusterdef.resolve.references import GROUPS, NODE_FACTS, SERVICE_FACTS
from docs import reference
from docs.makers.commands import known
from docs.makers.problems import explained
from tests.docs.blocks import blocks, pages
from tests.errors.codes import codes
from tests.house.package import ROOT

MADE = reference.pages()


@pytest.mark.parametrize("name", sorted(MADE))
def test_page_of_the_reference_is_fresh(name: str) -> None:
    file = reference.FOLDER / name
    assert file.exists(), "make docs"
    assert file.read_text("utf-8") == MADE[name], "make docs, and read the diff"


def test_no_page_of_the_reference_is_left_over() -> None:
    assert {str(file.relative_to(reference.FOLDER)) for file in reference.FOLDER.rglob("*.md")} == set(MADE)


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command with its full name, those below others too."""
    root = click.Context(clusterdef, info_name="clusterdef")
    waiting: list[tuple[str, click.Command]] = []
    for name in (name for section in SECTIONS.values() for name in section):
        found = clusterdef.get_command(root, name)
        assert found
        waiting.append((f"clusterdef {name}", found))
    for name, command in waiting:
        yield name, command
        if isinstance(command, click.Group):
            waiting += [(f"{name} {inner}", one) for inner, one in command.commands.items()]


def test_every_command_of_the_table_is_there() -> None:
    assert [name for section in SECTIONS.values() for name in section if not known(name)] == []


def test_every_command_and_option_is_documented() -> None:
    page = MADE["commands.md"]
    for name, command in commands():
        assert re.search(rf"^#+ {name}$", page, re.MULTILINE), name
        section = page.split(f" {name}\n", 1)[1].split("\n#", 1)[0]
        options = [one for parameter in command.params if isinstance(parameter, click.Option) for one in parameter.opts]
        assert [one for one in options if one not in section and one not in ("--help", "-h")] == [], name
        assert all(parameter.help for parameter in command.params if isinstance(parameter, click.Option)), name


def spoken(text: str) -> set[str]:
    """The commands that a page names, in blocks and in code spans."""
    lines = [line.removeprefix("$ ") for block in blocks(text) for line in block.text.split("\n")]
    inside = [line.split()[1] for line in lines if re.match(r"clusterdef [a-z]", line)]
    return {*inside, *re.findall(r"`clusterdef ([a-z]+)[ `]", text)}


def test_commands_that_the_manual_speaks_of_exist() -> None:
    there = {name.split()[1] for name, _ in commands()} | LATER
    found = {str(page): spoken((ROOT / page).read_text("utf-8")) - there for page in pages()}
    assert {page: words for page, words in found.items() if words} == {}


LATER = {"media", "power"}
"""Commands that definitions speak of and that a later version brings."""


def test_problems_of_the_source_are_explained() -> None:
    assert sorted(set(codes()) - explained()) == [], "give each a line in docs/problems.txt"


def test_problems_that_are_explained_can_occur() -> None:
    assert sorted(explained() - set(codes())) == []


def test_references_are_listed() -> None:
    text = (ROOT / "docs" / "site-yaml.md").read_text("utf-8")
    listed = set(re.findall(r"^\| `(\$\{[^`]*\})` \|", text, re.MULTILINE))
    wanted = {f"${{node.{fact}}}" for fact in NODE_FACTS} | {f"${{service.NAME.{fact}}}" for fact in SERVICE_FACTS}
    wanted |= {f"${{networks.{group}}}" for group in GROUPS}
    assert wanted - listed == set()


def test_keys_of_a_site_are_in_its_guide() -> None:
    """The guide shows every section of site.yaml at least once."""
    from clusterdef.schema import published

    text = (ROOT / "docs" / "site-yaml.md").read_text("utf-8")
    missing = [key for key in published("site")["properties"] if f"`{key}:" not in text and f"\n{key}:" not in text]
    assert missing == []
