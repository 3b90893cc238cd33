"""Which sentence a YAML syntax error gets. The sentences live in `yaml_block`, `yaml_flow` and `yaml_scalar`.

libyaml and PyYAML's own parser agree on places but not on words, so the rows match what both say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from yaml.error import MarkedYAMLError

from clusterdef.problem import Problem
from clusterdef.source import yaml_block as block
from clusterdef.source import yaml_flow as flow
from clusterdef.source import yaml_scalar as scalar
from clusterdef.source.broken import Broken
from clusterdef.source.lines import Lines

SENTENCES: tuple[tuple[str, Callable[[Broken], Problem]], ...] = (
    ("tab character", scalar.tab),
    ("cannot start any token", scalar.odd_start),
    ("quoted scalar: .*(end of stream|document)", scalar.unclosed_quote),
    ("quoted scalar: ", scalar.escape),
    ("block scalar: ", scalar.block_text),
    ("(alias|anchor): ", scalar.odd_name),
    ("(a tag|a node): .*", scalar.odd_tag),
    ("directive|incompatible YAML|^: .*document start", scalar.directive),
    ("mapping values are not allowed", block.colon),
    ("simple key: ", block.no_colon),
    ("unexpected ':'", flow.tight_colon),
    ("sequence entries are not allowed", block.dash),
    ("mapping keys are not allowed", block.question_mark),
    ("flow (mapping|sequence): ", flow.not_closed),
    ("node content", flow.nothing_here),
    ("block mapping: ", block.no_key),
    ("block (collection|sequence): ", block.no_item),
)


def syntax(error: MarkedYAMLError, lines: Lines, opened: Sequence[int], quoted: tuple[int, int]) -> Problem:
    """The syntax error in our words; `opened` and `quoted` are Broken's `opened` and `scalar`."""
    said = f"{error.context or ''}: {error.problem or ''}"
    context = None if error.context_mark is None else error.context_mark.index
    mark = error.problem_mark or error.context_mark
    offset = min(mark.index, len(lines.text)) if mark else 0
    broken = Broken(lines, said, offset, context, tuple(opened), quoted)
    for pattern, sentence in SENTENCES:
        if re.search(pattern, said):
            return sentence(broken)
    return broken.problem("yaml-syntax", f"this cannot be read as YAML: {error.problem}", "put a text in quotes")


LEADING = re.compile(r"(?:[ \t]*+(?:#[^\r\n]*+)?(?:\r\n|[\r\n]))*+")
VERSION = re.compile(r"%YAML[ \t]+1\.[12][ \t]*(?:#[^\r\n]*+)?(?:\r\n|[\r\n])")


def leading(lines: Lines) -> Problem | None:
    """What is wrong with directives before the document: only one %YAML is taken.

    libyaml compares each directive with every other, so a file of them is refused before it begins.
    """
    start = _skip(lines.text, 0)
    version = VERSION.match(lines.text, start)
    if version:
        start = _skip(lines.text, version.end())
    if not lines.text.startswith("%", start):
        return None
    return scalar.directive(Broken(lines, "", start, None, (), (0, 0)))


def trailing(lines: Lines, root: int, offset: int) -> Problem | None:
    """What is wrong with the text from `offset`, after the document whose value begins at `root`, if anything."""
    text = lines.text
    start = _skip(text, offset)
    while text.startswith("...", start):
        start = _skip(text, start + 3)
    if not text[start : start + 200].strip() or (text.startswith("#", start) and not BREAKS.search(text, start)):
        return None
    broken = Broken(lines, "", start, root, (), (0, 0))
    if text.startswith("---", start):
        return block.second_document(broken)
    return scalar.directive(broken) if broken.char == "%" else block.after_the_end(broken)


BREAKS = re.compile(r"[\r\n]")


def _skip(text: str, start: int) -> int:
    """Past blank lines and comments."""
    found = LEADING.match(text, start)
    after = found.end() if found else start
    return after + len(text[after : after + 200]) - len(text[after : after + 200].lstrip(" \t"))
