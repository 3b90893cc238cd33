"""Where YAML events come from: libyaml through PyYAML, or PyYAML's own parser where libyaml was not built in.

CParser is half private to PyYAML, so it is named only here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from yaml.events import ScalarEvent
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner, ScannerError


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

    def get_event(self) -> Any:
        """The next event; a character number that no character has is an error here, as it is in libyaml."""
        try:
            event: Any = super().get_event()  # type: ignore[no-untyped-call]
            if isinstance(event, ScalarEvent):
                event.value.encode()
        except (OverflowError, ValueError) as error:
            mark = self.get_mark()
            raise ScannerError("while scanning a double-quoted scalar", None, "no such character", mark) from error
        return event


fastest: Callable[[str], Events] = PurePython
try:
    from yaml._yaml import CParser
except ImportError:
    pass
else:
    fastest = CParser


def events_of(text: str) -> Events:
    """The events of a text, from the fastest parser that this Python has."""
    return fastest(text)
