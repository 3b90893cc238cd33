"""The definitions that come with clusterdef, as their pages need them; those of other packages are left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from clusterdef.catalog import BUILT_IN, Definition, load
from docs.makers.markdown import code

Json = Any


@cache
def shipped(kind: str) -> Mapping[str, Definition]:
    """The shipped definitions of a kind by name: `role`, `module`, `layout` or `generator`."""
    return {name: one for name, one in sorted(load().of(kind).items()) if one.shelf == BUILT_IN}


def readme(definition: Definition) -> str:
    """The README beside a definition without its title; empty when there is none."""
    file = definition.file.parent / "README.md"
    return "\n".join(file.read_text("utf-8").splitlines()[1:]).strip() if file.exists() else ""


def examples(definition: Definition) -> list[Path]:
    """The example fragments beside a definition."""
    return sorted((definition.file.parent / "examples").glob("*.yaml"))


@dataclass(frozen=True, slots=True)
class Choice:
    """What a role includes or brings: names, or names by the value of a parameter."""

    names: tuple[str, ...]
    by: str = ""
    value: str = ""


def choices(role: Definition, key: str) -> Iterator[Choice]:
    """The items of a role's `include` or `modules`."""
    for item in role.data.get(key, ()):
        if isinstance(item, str):
            yield Choice((item,))
        else:
            yield from (Choice(tuple(names), item["choose"], value) for value, names in item["from"].items())


def brought(role: Definition) -> tuple[str, ...]:
    """Every module that a role itself may bring, whatever is chosen."""
    return tuple(name for choice in choices(role, "modules") for name in choice.names)


def roles_with(module: str) -> list[str]:
    """The roles that bring a module."""
    return [name for name, role in shipped("role").items() if module in brought(role)]


def choice_words(choice: Choice, link: str) -> str:
    """`[a](a.md), [b](b.md) where batch is htcondor`; `link` is the way to the pages of these names."""
    names = ", ".join(f"[{name}]({link}{name}.md)" for name in choice.names) or "nothing"
    return f"{names} where {code(choice.by)} is {code(choice.value)}" if choice.by else names
