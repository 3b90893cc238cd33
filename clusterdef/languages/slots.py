"""Places for secrets in published text: how one is written, and what may be put there when the text is handed out.

A slot says in which form its secret stands, so that no secret, whatever is in it, changes the file around it. Where
secrets are kept is not known here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from clusterdef.languages.language import ANY, CannotSay, Safe
from clusterdef.odd_text import SLOT

_NAME = "[A-Za-z0-9._-]+"
_SLOT = re.compile(rf"{SLOT}secret:({_NAME}):([a-z]+)@@")

SEALED: Mapping[str, str] = MappingProxyType({"sealed": "quoted", "sealedcrypt": "crypt"})
"""Forms of a secret that lies there encrypted, and the form that it has once it is not."""


def slot(name: str, kind: str) -> Safe:
    """The place of a secret in published text: `@@cd:secret:NAME:KIND@@`, filled when the file is handed out.

    `kind` says in which form the secret is put there: `crypt` (a crypt hash with its stored salt), `quoted` (the secret
    itself, between double quotes of the YAML that Puppet looks it up in), `plain` (the secret itself, where a word
    needs no quotes), `sealed` or `sealedcrypt` (the secret itself, or its crypt hash, encrypted for whoever looks it
    up). A slot needs no quoting in any language.
    """
    if not re.fullmatch(_NAME, name) or kind not in KINDS:
        raise CannotSay(f"{name}:{kind}", ANY, "it is not the name of a secret")
    return Safe(f"{SLOT}secret:{name}:{kind}@@", ANY)


def filled(text: str, secret: Callable[[str, str], str]) -> str:
    """The text with `secret(name, kind)` in every slot, in the form that the slot asks for.

    Raises CannotSay, without the secret in its message, for one that would change the text around it.
    """

    def put(found: re.Match[str]) -> str:
        name, kind = found[1], found[2]
        if kind not in KINDS:
            raise CannotSay(f"{name}:{kind}", ANY, "no secret has that form")
        return KINDS[kind](name, secret(name, kind))

    return _SLOT.sub(put, text)


def unsealed(text: str) -> str:
    """The text with slots for the same secrets in clear."""

    def put(found: re.Match[str]) -> str:
        name, kind = found[1], found[2]
        return slot(name, SEALED[kind]) if kind in SEALED else found[0]

    return _SLOT.sub(put, text)


def in_clear(text: str) -> bool:
    """True when a slot of the text is for a secret that is not encrypted there."""
    return any(found[2] not in SEALED for found in _SLOT.finditer(text))


def _made_of(characters: str, what: str) -> Callable[[str, str], str]:
    """A form that is a word of these characters, which no language of ours reads as anything else."""
    fits = re.compile(f"[{characters}]+").fullmatch

    def word(name: str, value: str) -> str:
        if not fits(value):
            raise CannotSay(name, ANY, f"the secret of that name is not {what}")
        return value

    return word


def looked_up(name: str, value: str) -> str:
    """A secret as Puppet's Hiera is to find it: what stands in `%{}` would be looked up (its manual: interpolation)."""
    if re.search("[\ud800-\udfff\ufffe\uffff\0]", value):
        raise CannotSay(name, ANY, "the secret of that name is not text")
    return value.replace("%{", "%{literal('%')}{")


def _quoted(name: str, value: str) -> str:
    """Between double quotes of YAML."""
    text = looked_up(name, value)
    # JSON writes what is beyond U+FFFF in two halves, which libyaml refuses.
    return "".join(json.dumps(char)[1:-1] if ord(char) < 0x10000 else f"\\U{ord(char):08x}" for char in text)


def _encrypted(name: str, value: str) -> str:
    """As hiera-eyaml writes it: it needs no protection in YAML."""
    if not re.fullmatch(r"ENC\[PKCS7,[A-Za-z0-9+/=]+\]", value):
        raise CannotSay(name, ANY, "the secret of that name is not encrypted")
    return value


KINDS: Mapping[str, Callable[[str, str], str]] = MappingProxyType(
    {
        "crypt": _made_of("A-Za-z0-9./$,=_-", "a crypt hash"),
        "plain": _made_of("A-Za-z0-9._:/+=@-", "of letters, digits and . _ : / + = @ - alone"),
        "quoted": _quoted,
        "sealed": _encrypted,
        "sealedcrypt": _encrypted,
    }
)
"""How a secret is put into a slot, by the form that the slot asks for."""
