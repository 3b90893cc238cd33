"""YAML events to plain data and packed places: which constructs we take, and what a plain scalar is.

The sentences about what we refuse live in `refusal`, those about broken syntax in `yaml_syntax`.
"""

from __future__ import annotations

import re
from typing import Any, NoReturn

from yaml import events
from yaml.error import MarkedYAMLError

from clusterdef.problem import Mark, Problem, Refused, in_file_order
from clusterdef.source import refusal
from clusterdef.source.anchors import Anchors
from clusterdef.source.duplicates import Duplicates
from clusterdef.source.limits import Limits
from clusterdef.source.lines import END, Lines
from clusterdef.source.yaml_events import events_of
from clusterdef.source.yaml_syntax import leading, syntax, trailing

WORDS: dict[str, Any] = {"true": True, "false": False, "null": None, "~": None, "": None}
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})(\.[0-9]+)?")
# Any, because a narrowed type would know nothing of the marks that libyaml always gives.
SCALAR: Any = events.ScalarEvent
ALIAS: Any = events.AliasEvent
MAPPING: Any = events.MappingStartEvent
MAPPING_END: Any = events.MappingEndEvent
SEQUENCE_END: Any = events.SequenceEndEvent
STREAM_END: Any = events.StreamEndEvent
STRING_TAG = "tag:yaml.org,2002:str"


class Scalars(dict[str, Any]):
    """What each plain scalar is; equal texts share one value, which saves a large site much memory."""

    def __missing__(self, text: str) -> Any:
        found = NUMBER.fullmatch(text)
        self[text] = value = text if found is None else float(text) if found[1] else int(text)
        return value


class Names(dict[str, str | None]):
    """Each key once; None for the two plain keys that we refuse: nothing, and the merge key."""

    def __missing__(self, text: str) -> str:
        self[text] = text
        return text


class Builder:
    """One walk over the events of one file: `document()` once, then the attributes.

    `place` is where the root stands; `places` and `aliases` are what Document wants.
    """

    def __init__(self, lines: Lines, limits: Limits) -> None:
        self.place = 0
        self.places: dict[int, list[int]] = {}
        self.anchors = Anchors()
        self._get = events_of(lines.text).get_event
        self._lines = lines
        self._limits = limits
        self._open: list[int] = []
        self._scalars = Scalars(WORDS)
        self._names = Names({"": None, "<<": None})
        self._quoted = (0, 0)
        self._problems: list[Problem] = []
        self._duplicates = Duplicates()

    def document(self) -> Any:
        """The data of the only document; raises Refused with everything found up to where reading had to stop."""
        try:
            data = self._document()
        except MarkedYAMLError as error:
            self._stop(syntax(error, self._lines, self._open, self._quoted))
        if self._problems or self._duplicates:
            raise Refused(*self._found())
        return data

    def _document(self) -> Any:
        if not self._lines.text or self._lines.text.isspace():
            self._stop(refusal.empty(self._lines))
        before = leading(self._lines)
        if before:
            self._stop(before)
        self._get()
        if self._get().__class__ is STREAM_END:
            self._stop(refusal.empty(self._lines))
        event = self._get()
        if event.__class__ is SCALAR and event.implicit[0] and not event.value:
            self._stop(refusal.empty(self._lines))
        data = self._node(event)
        # What follows is looked at here: libyaml compares each directive there with every other.
        after = trailing(self._lines, self.place >> 32, self._get().end_mark.index)
        if after:
            self._stop(after)
        return data

    def _node(self, event: Any) -> Any:
        """The value that begins with this event; `self.place` is then where it stands."""
        kind = event.__class__
        if kind is SCALAR:
            return self._scalar(event)
        if kind is ALIAS:
            return self._alias(event)
        self._enter(event)
        anchor = self.anchors.begin(event.anchor) if event.anchor else None
        data: Any
        if kind is MAPPING:
            data, places, end = self._mapping()
        else:
            data, places, end = self._sequence()
        places[0] = self.place = self._open.pop() << 32 | end
        self.places[id(data)] = places
        if anchor:
            self.anchors.end(anchor, data, self.place)
        return data

    def _mapping(self) -> tuple[dict[str, Any], list[int], int]:
        """Written for speed: a site of 10,000 nodes comes through here 100,000 times."""
        get, scalars, names = self._get, self._scalars, self._names
        data: dict[str, Any] = {}
        places = [0]
        while True:
            event = get()
            if event.__class__ is MAPPING_END:
                return data, places, event.end_mark.index
            key = None
            if event.__class__ is SCALAR:
                start, end = event.start_mark.index, event.end_mark.index
                key = names[event.value]
            if key is None or end - start != len(key):
                key = self._key(event)
                if key is None:
                    self._node(get())
                    continue
                start, end = self.place >> 32, self.place & END
            if key in data:
                self._duplicates.add(data, places, key, start << 32 | end)
                self._count()
                self._node(get())
                continue
            places.append(start << 32 | end)
            event = get()
            if event.__class__ is SCALAR and event.implicit[0]:
                text = event.value
                start, end = event.start_mark.index, event.end_mark.index
                # Anything before a plain scalar (an anchor, a tag) makes it longer than its value.
                if end - start == len(text):
                    data[key] = scalars[text]
                    places.append(start << 32 | end)
                    continue
            data[key] = self._node(event)
            places.append(self.place)

    def _sequence(self) -> tuple[list[Any], list[int], int]:
        get, node = self._get, self._node
        data: list[Any] = []
        places = [0]
        while True:
            event = get()
            if event.__class__ is SEQUENCE_END:
                return data, places, event.end_mark.index
            data.append(node(event))
            places.append(self.place)

    def _scalar(self, event: Any) -> Any:
        self.place = event.start_mark.index << 32 | event.end_mark.index
        if event.tag is not None and event.tag != STRING_TAG:
            self._add(refusal.tag(event.tag, self._mark(self.place)))
        if event.style:
            self._quoted = (event.start_mark.index, event.end_mark.index)
        value = self._scalars[event.value] if event.implicit[0] else event.value
        if event.anchor:
            self.anchors.scalar(event.anchor, value, self.place)
        return value

    def _alias(self, event: Any) -> Any:
        self.place = event.start_mark.index << 32 | event.end_mark.index
        anchored = self.anchors.alias(event.anchor, self.place)
        if anchored is None:
            self._add(refusal.undefined_alias(event.anchor, self._mark(self.place), self.anchors.names()))
            return None
        if not anchored.closed:
            self._add(refusal.recursive_alias(event.anchor, self._mark(self.place)))
            return None
        if len(self._open) + anchored.depth > self._limits.depth:
            self._stop(refusal.too_deep(self._mark(self.place), self._limits.depth))
        if self.anchors.aliases > self._limits.aliases or self.anchors.values > self._limits.values:
            self._stop(refusal.too_many_aliases(self._mark(self.place), self._limits))
        return anchored.value

    def _key(self, event: Any) -> str | None:
        """A key that is not just a plain word, or None after telling that it cannot be one."""
        plain = event.__class__ is SCALAR and event.implicit[0]
        if event.__class__ is SCALAR and not (plain and event.value in ("", "<<")):
            self._scalar(event)
            return str(event.value)
        place = event.start_mark.index << 32 | event.end_mark.index
        if not plain:
            self._add(refusal.odd_key(self._mark(place), event.__class__ is ALIAS))
            self._node(event)
        else:
            self._add(refusal.merge_key(self._mark(place)) if event.value else refusal.no_key(self._mark(place)))
        return None

    def _enter(self, event: Any) -> None:
        place = event.start_mark.index << 32 | event.end_mark.index
        self._open.append(event.start_mark.index)
        if len(self._open) > self._limits.depth:
            self._stop(refusal.too_deep(self._mark(place), self._limits.depth))
        if event.tag:
            self._add(refusal.tag(event.tag, self._mark(place)))

    def _mark(self, place: int) -> Mark:
        return self._lines.packed(place)

    def _add(self, problem: Problem) -> None:
        self._problems.append(problem)
        self._count()

    def _count(self) -> None:
        if len(self._problems) + len(self._duplicates) >= self._limits.problems:
            raise Refused(*self._found(), refusal.too_many_problems(self._lines.file, self._limits.problems))

    def _stop(self, problem: Problem) -> NoReturn:
        raise Refused(*in_file_order([*self._found(), problem]))

    def _found(self) -> list[Problem]:
        return in_file_order([*self._problems, *self._duplicates.problems(self._lines)])
