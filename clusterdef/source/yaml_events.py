"""Where YAML events come from: libyaml through PyYAML, or PyYAML's own parser where libyaml was not built in.

CParser is half private to PyYAML, so it is named only here.
"""

from __future__ import annotations

from typing import Any, Protocol

from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

try:
    from yaml._yaml import CParser
except ImportError:
    CParser = None  # type: ignore[assignment,misc]


class Events(Protocol):
    """A stream of events; it raises yaml.YAMLError where the syntax breaks."""

    def get_event(self) -> Any:
        """The next event."""


class PurePython(Reader, Scanner, Parser):
    """The slow parser: the same events, marks and errors, with other sentences in them."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)


def events_of(text: str) -> Events:
    """The fastest parser that this Python has."""
    return PurePython(text) if CParser is None else CParser(text)
