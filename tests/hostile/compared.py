"""Whether a text changed nothing but itself: two trees of a file, of harmless words and of hostile texts.

Nothing here asserts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tests.hostile.reader import SHOWN, SQUEEZED, UNORDERED
from tests.hostile.shell_reader import Tree

WORD = re.compile(r"mk\d{3}x")

Texts = Mapping[str, str]
"""What stands in the place of each harmless word."""


def put(tree: Tree, texts: Texts) -> Tree:
    """The tree with these texts in the place of the words; what its reader marked is put in one form."""
    if isinstance(tree, str):
        return WORD.sub(lambda found: texts.get(found[0], found[0]), tree) if "mk" in tree else tree
    if isinstance(tree, Mapping):
        return {put(key, texts): put(value, texts) for key, value in tree.items()}
    if isinstance(tree, list | tuple):
        return _in_one_form([put(item, texts) for item in tree])
    return tree


def _in_one_form(items: list[Tree]) -> Tree:
    match items:
        case [mark, *rest] if mark == UNORDERED:
            return [mark, *sorted(rest, key=repr)]
        case [mark, str(text)] if mark == SHOWN:
            return sorted(re.split(r"[\s,]+", text))
        case [mark, tree] if mark == SQUEEZED:
            return _squeezed(tree)
    return items


def _squeezed(tree: Tree) -> Tree:
    if isinstance(tree, str):
        return "".join(char for char in tree if char.isalnum())
    if isinstance(tree, dict):
        return {_squeezed(key): _squeezed(value) for key, value in tree.items()}
    return [_squeezed(item) for item in tree] if isinstance(tree, list) else tree


def differences(expected: Tree, found: Tree, way: str = "") -> Iterator[tuple[str, str]]:
    """Where two trees differ, and how."""
    if expected == found:
        return
    if isinstance(expected, list) and isinstance(found, list) and expected[:1] == found[:1] == [UNORDERED]:
        expected, found = [one for one in expected if one not in found], [one for one in found if one not in expected]
    if isinstance(expected, dict) and isinstance(found, dict) and expected.keys() == found.keys():
        for key, value in expected.items():
            yield from differences(value, found[key], f"{way}/{key}")
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for number, (one, other) in enumerate(zip(expected, found, strict=True)):
            yield from differences(one, other, f"{way}/{number}")
    else:
        yield way, f"{_short(expected)} became {_short(found)}"


def _short(tree: Tree) -> str:
    text = ascii(tree)
    return text if len(text) < 400 else f"{text[:200]} … {text[-200:]}"


def words_in(tree: Tree) -> set[str]:
    """The harmless words that appear in a tree."""
    return set(WORD.findall(repr(tree)))
