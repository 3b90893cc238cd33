"""The codes of problems, read from the source: every literal that stands where a code does. Nothing here asserts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import clusterdef

CODE = re.compile(r"[a-z]+(-[a-z]+)*")
MAKERS = re.compile(r"Problem|Claims|Cause|_?once|.*problem")
"""What makes a problem from a code: the class, and functions that are called for what they make."""
ROOM = Path(clusterdef.__file__).parent


@cache
def codes(*rooms: str) -> dict[str, str]:
    """Code -> where it is given first (`resolve/ports.py:88`); of the files and folders named, or of all."""
    found: dict[str, str] = {}
    for file in sorted(ROOM.rglob("*.py")):
        name = str(file.relative_to(ROOM))
        if not rooms or name.startswith(rooms):
            for line, code in _given(ast.parse(file.read_text("utf-8"))):
                found.setdefault(code, f"{name}:{line}")
    return found


def unclear() -> list[str]:
    """Places where a code is put together, so that nobody can search for it."""
    return [
        f"{file.relative_to(ROOM)}:{node.lineno}"
        for file in sorted(ROOM.rglob("*.py"))
        for node in _asked(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.JoinedStr) and all(_bare(part) for part in node.values)
    ]


def _bare(part: ast.expr) -> bool:
    """A piece that a code could be made of."""
    return not isinstance(part, ast.Constant) or bool(re.fullmatch("[a-z-]+", str(part.value)))


def _given(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in _asked(tree):
        yield from _literals(node)


def _asked(tree: ast.Module) -> Iterator[ast.expr]:
    """The expressions that stand where a code does."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and MAKERS.fullmatch(_name(node)):
            named = [word.value for word in node.keywords if word.arg == "code"]
            first = _name(node) in ("Problem", "Claims", "Cause")
            yield from named or (node.args[:1] if first else [part for part in node.args[:3] if _hyphened(part)])
        elif isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["code"]:
            yield node.value


def _hyphened(node: ast.expr) -> bool:
    """A literal that can only be a code; most other words that such functions take have no hyphen."""
    return any("-" in code for _, code in _literals(node)) or isinstance(node, ast.JoinedStr)


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _literals(node: ast.expr) -> Iterator[tuple[int, str]]:
    """The texts that an expression may come out as, as far as they look like codes."""
    parts = [node.body, node.orelse] if isinstance(node, ast.IfExp) else [node]
    for part in parts:
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and CODE.fullmatch(part.value):
            yield part.lineno, part.value
