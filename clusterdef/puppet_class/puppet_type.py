"""A Puppet data type as it is written: a name, and arguments in brackets. What values it lets through is in `shape`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Regexp:
    """A regular expression between slashes."""

    source: str

    def __str__(self) -> str:
        return f"/{self.source}/"


class Default:
    """The word `default` as an argument: no limit on that side."""

    def __str__(self) -> str:
        return "default"


DEFAULT = Default()


@dataclass(frozen=True, slots=True)
class Members:
    """What stands in the braces of a Struct: key -> type, where a key may be `Optional['key']`."""

    pairs: tuple[tuple[str | Type, Type], ...]

    def __str__(self) -> str:
        pairs = (f"{_quoted(key) if isinstance(key, str) else key} => {type_}" for key, type_ in self.pairs)
        return "{" + ", ".join(pairs) + "}"


@dataclass(frozen=True, slots=True)
class Type:
    """`Name[arguments]`."""

    name: str
    arguments: tuple[Argument, ...] = ()

    def __str__(self) -> str:
        shown = ", ".join(_quoted(one) if isinstance(one, str) else _plain(one) for one in self.arguments)
        return f"{self.name}[{shown}]" if self.arguments else self.name

    def types(self) -> tuple[Type, ...]:
        """The arguments that are types."""
        return tuple(one for one in self.arguments if isinstance(one, Type))

    def strings(self) -> tuple[str, ...]:
        """The arguments that are strings."""
        return tuple(one for one in self.arguments if isinstance(one, str))

    def bounds(self) -> tuple[float | None, float | None]:
        """Smallest and greatest, from the arguments that are numbers or `default`; None is no limit."""
        found = [one for one in self.arguments if isinstance(one, int | float | Default) and not isinstance(one, bool)]
        limits = [None if isinstance(one, Default) else one for one in found]
        low, high, *_ = [*limits, None, None]
        return low, high


Argument: TypeAlias = Type | Members | Regexp | Default | str | int | float | bool
"""What may stand in a type's brackets."""


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _plain(argument: Argument) -> str:
    return str(argument).lower() if isinstance(argument, bool) else str(argument)
