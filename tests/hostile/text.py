"""The hostile texts, by place: those of the lists, and the signs that a place takes. Nothing here asserts."""

from __future__ import annotations

from functools import cache

from tests.hostile.ground import Place, places
from tests.outputs.hostile import HOSTILE

MORE = (
    "a$(touch /tmp/x);reboot",
    "%{::fqdn}",
    "%{lookup('root_password')}",
    "<%= 7 * 7 %>",
    "<% exec('x') -%>",
    "@@cd:secret:users.root_password:crypt@@",
    "@@cd:",
    "${node.name}",
    "${service.nothing}",
    "$${node.name}",
    "]]]]><![CDATA[>",
    "<?php x ?>",
    "<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]>&y;",
    "javascript:alert(1)",
    "' onmouseover='alert(1)",
    "\\u0000",
    "\\n%end",
    "%%end",
    "EOF",
    "'EOF'\nx",
    "--- !!python/object:os.system x",
    "&anchor *alias",
    "- item",
    "key: value",
    "? key",
    "|",
    ">-",
    "!ruby/object:Gem x",
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "=cmd|' /C calc'!A0",
    "::",
    "1.2.3.4",
    "dc=x,dc=y",
    "\u200bzero width",
    "zero\u200dwidth",
    "\u200fright",
    "\ufeffmark",
    "\u2067isolate\u2069",
    "\ufffe",
    "\uffff",
    "\ufdd0",
    "e\u0301",
    "\u00a0",
    "\U0010ffff",
    "%s%n%d",
    "~/x",
    "a  b",
    " a",
    "a ",
    "\ta",
    "0",
    "007",
    "1e400",
    "yes",
    "~",
    "NaN",
    ".inf",
    "__proto__",
    "default",
    "undef",
    "node default { }",
    "%packages",
    "d-i preseed/late_command string reboot",
    "MENU LABEL x",
    "${cmdline}",
    "set root=(hd0)",
)


FEW = 20
"""Signs up to which a place's own are tried one by one; where more are taken, the lists have them all."""


@cache
def texts(place: Place) -> tuple[str, ...]:
    """What is tried there: every text of the lists, and a word with each sign around it where few are taken."""
    word = place.word
    few = sorted(place.field.signs) if len(place.field.signs) < FEW else []
    around = [text for sign in few for text in (f"{word}{sign}", f"{sign}{word}", f"{word}{sign}{word}")]
    return tuple(dict.fromkeys((word, *filter(None, HOSTILE), *MORE, *around)))


@cache
def taken(place: Place) -> tuple[str, ...]:
    """Those of them that have the right shape for the place."""
    return tuple(text for text in texts(place) if place.takes(text))


def rounds() -> int:
    """How many trials it takes until every text stood at every place that takes it."""
    return max(len(taken(place)) for place in places())


def round_of(number: int) -> dict[Place, str]:
    """A text for every place: at each another one, so that after `rounds` all pairs were tried."""
    return {place: taken(place)[(number + 7 * place.number) % len(taken(place))] for place in places()}
