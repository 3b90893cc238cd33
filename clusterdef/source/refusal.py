"""What we say about YAML and JSON that is well formed but not welcome in a definition."""

from __future__ import annotations

from collections.abc import Iterable

from clusterdef.problem import Also, Mark, Problem, Severity, did_you_mean, listing
from clusterdef.source.limits import Limits
from clusterdef.source.lines import Lines


def empty(lines: Lines) -> Problem:
    """Nothing but blanks and comments."""
    return Problem(
        code="file-empty",
        message="the file is empty" if not lines.text.strip() else "the file holds no definition",
        mark=lines.mark(0),
        subject=lines.file,
        advice=("write the definition, or name another file",),
    )


def duplicate(key: str, mark: Mark, first: Mark) -> Problem:
    """A key twice in one mapping."""
    return Problem(
        code="duplicate-key",
        message=f"the key {key} is already in this mapping",
        mark=mark,
        also=(Also(first, "first written here"),),
        advice=("keep one of the two, or give one another name",),
        path=key,
    )


def merge_key(mark: Mark) -> Problem:
    """`<<: *anchor`."""
    return Problem(
        code="yaml-merge-key",
        message="the merge key << is not read",
        mark=mark,
        advice=(
            "write the keys out, or put what nodes share into a group or a role",
            'to mean a key of that name, quote it: "<<"',
        ),
    )


def no_key(mark: Mark) -> Problem:
    """A colon with nothing before it."""
    return Problem(
        code="yaml-no-key",
        message="there is no key before the colon",
        mark=mark,
        advice=("write the key", 'to mean an empty one, quote it: ""'),
    )


def odd_key(mark: Mark, is_alias: bool) -> Problem:
    """A key that is a list, a mapping or an alias."""
    what = "an alias" if is_alias else "a list or a mapping"
    quoted = "*" if is_alias else "{ or ["
    return Problem(
        code="yaml-odd-key",
        message=f"{what} cannot be a key",
        mark=mark,
        advice=("write the key as a word", f"a text that begins with {quoted} needs quotes"),
    )


def tag(name: str, mark: Mark) -> Problem:
    """Any explicit tag but !!str."""
    shown = name.replace("tag:yaml.org,2002:", "!!")
    return Problem(
        code="yaml-tag",
        message=f"the tag {shown} is not read",
        mark=mark,
        advice=("leave the tag out", "to mean text, put the value in quotes"),
    )


def undefined_alias(name: str, mark: Mark, known: Iterable[str]) -> Problem:
    """`*name` without `&name` before it."""
    anchors = sorted(known)
    have = f"anchors so far: {listing(anchors)}" if anchors else f"write &{name} before the value that it stands for"
    return Problem(
        code="yaml-undefined-alias",
        message=f"the alias *{name} stands for nothing: no &{name} before it",
        mark=mark,
        label=did_you_mean(name, anchors),
        advice=(have, "to mean text that begins with *, quote it"),
    )


def recursive_alias(name: str, mark: Mark) -> Problem:
    """`*name` inside what `&name` names."""
    return Problem(
        code="yaml-recursive-alias",
        message=f"the alias *{name} stands inside its own value",
        mark=mark,
        advice=("write the value out",),
    )


def too_deep(mark: Mark, depth: int) -> Problem:
    """More mappings and lists inside each other than a person would write."""
    return Problem(
        code="too-deep",
        message=f"more than {depth} mappings and lists inside each other",
        mark=mark,
        advice=("a definition needs fewer than ten: look for a bracket that was not closed",),
    )


def too_many_aliases(mark: Mark, limits: Limits) -> Problem:
    """A file that grows beyond sense when its aliases are written out."""
    return Problem(
        code="yaml-too-many-aliases",
        message=f"written out, the aliases up to here are more than {limits.aliases} or add {limits.values} values",
        mark=mark,
        advice=("put what nodes share into a group or a role, and nodes that are alike into a set: worker[001-500]",),
    )


def too_many_problems(file: str, number: int) -> Problem:
    """Where we stopped looking."""
    return Problem(
        code="too-many-problems",
        message=f"reading stopped after {number} problems; there may be more",
        subject=file,
        advice=("mend these, and look again",),
        severity=Severity.NOTE,
    )
