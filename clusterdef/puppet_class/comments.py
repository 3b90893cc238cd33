"""What the comment above a class says of it: `@summary` and `@param`, as puppet-strings reads them, and older RDoc."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

TAG = re.compile(r"@(\w+)(?: *\[[^\]]*\])? ?(.*)")
OLDER = re.compile(r"\[\*(?P<a>\w+)\*\]|\*?\$(?P<b>\w+)\*?::|\[(?P<c>\w+)\]$")
LINTER = re.compile(r"lint:(ignore|endignore)")


@dataclass(frozen=True, slots=True)
class Comments:
    """The text of each described parameter, the summary, and how the text begins otherwise.

    Whitespace is one blank; paragraphs are kept apart.
    """

    summary: str = ""
    opening: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)


def above(text: str, offset: int) -> list[str]:
    """The lines of the comment right above the character, without their signs; a blank line may be between."""
    lines = text[: text.rfind("\n", 0, offset) + 1].splitlines()
    while lines and not lines[-1].strip():
        lines.pop()
    found: list[str] = []
    while lines and lines[-1].lstrip().startswith("#"):
        found.append(re.sub(r"^\s*# ?", "", lines.pop()).rstrip())
    return [line for line in reversed(found) if not LINTER.match(line)]


def read(lines: list[str]) -> Comments:
    """The tags in a comment's lines: each goes on as long as what follows stands further in."""
    summary, parameters = "", dict[str, str]()
    for tag, text in _tags(lines):
        if tag == "summary":
            summary = summary or _joined(text)
        elif tag == "param" and text.strip():
            name, *rest = text.split(maxsplit=1)
            parameters.setdefault(name.lstrip("$"), _joined("".join(rest)))
    return Comments(summary, _opening(lines), parameters or dict(_older(lines)))


def _tags(lines: list[str]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    inside = False
    for line in lines:
        tag = TAG.fullmatch(line.strip()) if not line.startswith(" ") else None
        if tag:
            found.append((tag[1], tag[2]))
        elif inside and (not line or line[0] in " \t"):
            found[-1] = (found[-1][0], f"{found[-1][1]}\n{line.strip()}")
        inside = bool(tag) or (inside and (not line or line[0] in " \t"))
    return found


def _older(lines: list[str]) -> list[tuple[str, str]]:
    """`[*name*]`, `$name::` or `[name]` at the beginning of a line, its text behind it or below."""
    found: list[tuple[str, str]] = []
    open_ = False
    for line in lines:
        begins = OLDER.match(line.strip())
        if begins:
            found.append((begins["a"] or begins["b"] or begins["c"], line.strip()[begins.end() :]))
        elif open_ and line.strip() and not line.startswith(("=", "@")):
            found[-1] = (found[-1][0], f"{found[-1][1]}\n{line.strip()}")
        open_ = bool(begins) or (open_ and bool(line.strip()) and not line.startswith("="))
    return [(name, _joined(text)) for name, text in found]


def _opening(lines: list[str]) -> str:
    """The first paragraph of more than one word that is neither a heading nor a tag."""
    plain = ["" if line.startswith(("=", "@", "#", "*", "[", "$", " ")) else line for line in lines]
    paragraphs = _joined("\n".join(plain)).split("\n")
    return next((paragraph for paragraph in paragraphs if " " in paragraph), "")


def _joined(text: str) -> str:
    paragraphs = re.split(r"\n\s*\n", text.strip())
    return "\n".join(" ".join(paragraph.split()) for paragraph in paragraphs if paragraph.strip())
