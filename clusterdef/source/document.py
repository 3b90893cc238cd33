"""A definition file after reading: plain data, and where each value and key of it was written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clusterdef.problem import Mark
from clusterdef.source.lines import END, Lines


class Document:
    """Plain data (dict, list, str, int, float, bool, None; keys are the text as typed), with marks.

    Treat `data` as read-only: containers are known by identity, and those reached by a YAML alias
    are shared. Marks are made when asked for, so asking costs nothing on the way without problems.
    """

    __slots__ = ("_aliases", "_lines", "_places", "_positions", "_root", "data", "file")

    def __init__(
        self,
        lines: Lines,
        data: Any,
        root: int,
        places: Mapping[int, list[int]],
        aliases: Mapping[int, int] | None = None,
    ) -> None:
        """`places` holds for id(dict) [own, key, value, key, value …], for id(list) [own, value, value …].

        `aliases` leads from the place of an alias to the place of the scalar that it stands for.
        """
        self.file = lines.file
        self.data = data
        self._lines = lines
        self._root = root
        self._places = places
        self._aliases = aliases or {}
        self._positions: dict[int, dict[str, int]] = {}

    @property
    def text(self) -> str:
        """The file as it was read."""
        return self._lines.text

    def mark(self, *path: str | int) -> Mark:
        """Where the value at `path` was written; the nearest parent's place when it was not."""
        container, key = self._reach(path)
        return self._mark(self._root) if container is None else self.mark_in(container, key)

    def key_mark(self, *path: str | int) -> Mark:
        """Where the key that ends `path` was written; for an item of a list, the item's place."""
        container, key = self._reach(path)
        return self._mark(self._root) if container is None else self.key_mark_in(container, key)

    def span(self, *path: str | int) -> tuple[int, int]:
        """The number of the first character of the value at `path`, and of the one after it, for who edits the text.

        A block's end is where the next thing begins. Raises KeyError when there is no such value.
        """
        return self._walk(path)[1]

    def key_span(self, *path: str | int) -> tuple[int, int]:
        """Like `span`, of the key that ends `path`."""
        return self._walk(path)[0]

    def _walk(self, path: tuple[str | int, ...]) -> tuple[tuple[int, int], tuple[int, int]]:
        value = self.data
        key_place = place = self._root
        for key in path:
            position = self._position(value, key)
            if position is None:
                raise KeyError(path)
            places = self._places[id(value)]
            key_place, place = places[position - 1 if isinstance(value, dict) else position], places[position]
            value = value[key]
        return (key_place >> 32, key_place & END), (place >> 32, place & END)

    def mark_in(self, container: dict[str, Any] | list[Any], key: str | int) -> Mark:
        """Like `mark`, from a dict or list found inside `data`; the container's own place when `key` is not in it."""
        return self._mark(self._value(container, key, self._own(container)))

    def key_mark_in(self, container: dict[str, Any] | list[Any], key: str | int) -> Mark:
        """Like `key_mark`, from a dict or list found inside `data`."""
        position = self._position(container, key)
        if position is None:
            return self._mark(self._own(container))
        before = 1 if isinstance(container, dict) else 0
        return self._mark(self._places[id(container)][position - before])

    def raw_in(self, container: dict[str, Any] | list[Any], key: str | int) -> str | None:
        """A number, boolean or null as it was typed, when that differs from str(): "9.10" where the value is 9.1."""
        position = self._position(container, key)
        value = None if position is None else container[key]  # type: ignore[index]
        if position is None or isinstance(value, (str, dict, list)):
            return None
        raw = self._typed(self._places[id(container)][position])
        return raw if raw != str(value) else None

    def text_in(self, container: dict[str, Any] | list[Any], key: str | int) -> str:
        """The scalar as a string, for where the schema says so: "true" for True, "9.10" for 9.1, "" for nothing."""
        value = container[key]  # type: ignore[index]
        if isinstance(value, (dict, list)):
            raise TypeError(f"{key!r} holds a {type(value).__name__}, which has no text")
        if isinstance(value, str):
            return value
        raw = self.raw_in(container, key)
        return str(value) if raw is None else raw

    def _reach(self, path: tuple[str | int, ...]) -> tuple[Any, str | int]:
        """The deepest container on the path, and the key of the next step there; (None, …) for the root itself."""
        container: Any = None
        last: str | int = ""
        value = self.data
        for key in path:
            if id(value) not in self._places:
                break
            container, last = value, key
            if self._position(value, key) is None:
                break
            value = value[key]
        return container, last

    def _own(self, container: object) -> int:
        places = self._places.get(id(container))
        return places[0] if places else self._root

    def _value(self, container: dict[str, Any] | list[Any], key: str | int, default: int) -> int:
        position = self._position(container, key)
        return default if position is None else self._places[id(container)][position]

    def _position(self, container: dict[str, Any] | list[Any], key: str | int) -> int | None:
        """Which entry of the container's places is the value of `key`."""
        places = self._places.get(id(container))
        if places is None:
            return None
        if isinstance(container, list):
            return key + 1 if isinstance(key, int) and 0 <= key < len(container) else None
        number = self._numbers(container).get(key)  # type: ignore[arg-type]
        return None if number is None else 2 * number + 2

    def _numbers(self, container: dict[str, Any]) -> dict[str, int]:
        """Each key's number; kept, or asking for the places of all keys would take quadratic time."""
        found = self._positions.get(id(container))
        if found is None:
            found = self._positions[id(container)] = {key: number for number, key in enumerate(container)}
        return found

    def _mark(self, place: int) -> Mark:
        return self._lines.packed(place)

    def _typed(self, place: int) -> str:
        """The text of a plain scalar without the anchor or tag before it."""
        place = self._aliases.get(place, place)
        words = self._lines.text[place >> 32 : place & END].split()
        return words[-1] if words and words[-1][0] not in "&!" else ""
