"""Sites with something broken in them: in the text, in a value, in a file beside. Nothing here asserts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from tests.properties.sites import Draw, Site, sites

TOKEN = re.compile(r"\s+|[A-Za-z0-9_.]+|.", re.DOTALL)
SCALARS = ("", "null", "~", "true", "yes", "0", "-1", "1e400", "007", "9.10", "9" * 30, "é", "\u202e", "\ufeff", "\x85")
SIGNS = (
    "{",
    "}",
    "[",
    "]",
    "[[",
    ":",
    ": ",
    "- ",
    ",",
    "#",
    "'",
    '"',
    "|\n",
    ">\n",
    "\t",
    "\n",
    "\r",
    "\0",
    "\x07",
    "%",
    "@",
)
YAML = ("&a ", "*a", "&a [*a]", "<<: ", "!!python/object:os.system ", "? ", "---\n", "...\n", "`")
REFERENCES = ("${", "${node.name}", "$${", "${parameters.batch}", "${service.nothing}", "{{ node }}", "{% for %}")
FILES = ("../../etc/passwd", "/dev/zero", "a" * 300)
ADDRESSES = ("10.10.0.1", "10.10.0.1+", "10.10.0.1+99999999", "10.10.0.0/16", "0.0.0.0/0", "255.255.255.255")
MORE_ADDRESSES = ("::", "::/0", "::ffff:1.2.3.4", "2001:db8:1::1", "fe80::1%eth0")
SETS = ("worker[1-", "worker[5-1]", "worker[1-200000]", "a[1,1,01,001]", "[1-3]", "head", "head[1]", "el9", "dhcp")
NASTY = (*SCALARS, *SIGNS, *YAML, *REFERENCES, *FILES, *ADDRESSES, *MORE_ADDRESSES, *SETS)
KEYS = st.sampled_from(("private", "a", "role", "", "address", "subnet"))
SIMPLE = st.one_of(st.none(), st.booleans(), st.integers(-5, 2**70), st.floats(0, 3), st.sampled_from(NASTY))
VALUES: st.SearchStrategy[Any] = st.recursive(
    SIMPLE,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=4,
)


@st.composite
def texts(draw: Draw) -> dict[str, bytes]:
    """The files of a site, some tokens of one of them deleted, doubled, swapped or replaced; or its end cut off."""
    files = draw(sites()).texts()
    name = draw(st.sampled_from(("site.yaml", "site.yaml", "site.yaml", *sorted(files))))
    tokens = TOKEN.findall(files[name])
    for _ in range(draw(st.integers(1, 3))):
        tokens = _mutated(draw, tokens)
    content = "".join(tokens).encode("utf-8", "replace")
    if draw(st.integers(0, 9)) == 0:
        place = draw(st.integers(0, len(content)))
        content = content[:place] + draw(st.binary(max_size=8))
    return {key: text.encode() for key, text in files.items()} | {name: content}


def _mutated(draw: Draw, tokens: list[str]) -> list[str]:
    if not tokens:
        return [draw(st.sampled_from(NASTY))]
    here, there = draw(st.integers(0, len(tokens) - 1)), draw(st.integers(0, len(tokens) - 1))
    match draw(st.sampled_from(("delete", "double", "swap", "nasty"))):
        case "delete":
            return tokens[:here] + tokens[here + 1 :]
        case "double":
            return [*tokens[:here], tokens[here], *tokens[here:]]
        case "swap":
            tokens = list(tokens)
            tokens[here], tokens[there] = tokens[there], tokens[here]
            return tokens
    return [*tokens[:here], draw(st.sampled_from(NASTY)), *tokens[here + 1 :]]


@st.composite
def values(draw: Draw) -> Site:
    """A site with a value somewhere that is another one, or gone, or under another key."""
    site = draw(sites())
    data = json.loads(json.dumps(site.data))
    for _ in range(draw(st.integers(1, 2))):
        _other_value(draw, data)
    return replace(site, data=data)


def _other_value(draw: Draw, data: Any) -> None:
    places = list(_places(data))
    holder, key = draw(st.sampled_from(places))
    match draw(st.sampled_from(("value", "value", "copy", "delete", "rename"))):
        case "value":
            holder[key] = draw(VALUES)
        case "copy":
            other, name = draw(st.sampled_from(places))
            holder[key] = json.loads(json.dumps(other[name]))
        case "delete":
            del holder[key]
        case "rename" if isinstance(holder, dict):
            holder[draw(st.sampled_from(NASTY))] = holder.pop(key)


def _places(data: Any) -> Iterator[tuple[Any, Any]]:
    """Every holder and key of a value."""
    keys = list(data) if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ()
    for key in keys:
        yield data, key
        yield from _places(data[key])
