"""The languages that generated files are written in, and how each says a value so that it stays a value.

A language is a row: how it says a word, what it has for other places, how it says what is not text. Nothing here
knows a template, a cluster or a generator; `render` calls the row of the place it stands in.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from types import MappingProxyType
from typing import Any

ANY = "any"
"""The language of text that needs no protection in any language, such as a secret's slot."""


class CannotSay(ValueError):
    """A language has no way to say this value in this place; the message says why."""

    def __init__(self, value: object, language: str, reason: str) -> None:
        super().__init__(f"{language} cannot say {_shown(value)}: {reason}")
        self.value = value
        self.language = language
        self.reason = reason


def _shown(value: object) -> str:
    text = ascii(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


class Safe(str):
    """Text that its language has already protected; in another language it is an error."""

    __slots__ = ("language",)
    language: str

    def __new__(cls, text: str, language: str) -> Safe:
        safe = super().__new__(cls, text)
        safe.language = language
        return safe


@dataclass(frozen=True, slots=True)
class Language:
    """How one language says values.

    `word` is for the usual place, a single word or literal; `places` are the others, by the name of the filter that
    asks for them; `other` says what is neither text nor a number, where the language can.
    """

    name: str
    word: Callable[[str], str]
    places: Mapping[str, Callable[[Any], str]]
    other: Callable[[Any], str]

    def say(self, value: object) -> str:
        """`value` as this language writes it; raises CannotSay where it has no way to."""
        if isinstance(value, Safe):
            return self._said(value)
        if isinstance(value, str):
            return self.word(value)
        if type(value) is int:
            return str(value)
        if isinstance(value, ADDRESSES):
            return self.word(str(value))
        return self.other(value)

    def say_in(self, place: str, value: object) -> Safe:
        """`value` as this language writes it in a place other than the usual one."""
        if place not in self.places:
            raise CannotSay(value, self.name, f"it has no place called {place}")
        if isinstance(value, Safe):
            return Safe(self._said(value), self.name)
        return Safe(self.places[place](value), self.name)

    def _said(self, value: Safe) -> str:
        if value.language not in (self.name, ANY):
            raise CannotSay(value, self.name, f"it is already written in {value.language}")
        return value


ADDRESSES = (IPv4Address, IPv6Address, IPv4Network, IPv6Network)

UNSEEN = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""What no line of text may hold: control characters, everything some reader takes for the end of a line,
characters that make a line look like another one, and half a character."""


def one_line(value: str, language: str) -> str:
    """`value` itself, when it is text on one line (a tab is welcome); raises CannotSay otherwise."""
    found = UNSEEN.search(value)
    if found:
        raise CannotSay(value, language, f"it holds U+{ord(found[0]):04X}, which does not fit on one line of text")
    return value


def _words(language: str, alphabet: str, names: str) -> Callable[[str], str]:
    """A word escaper for a language without quoting: a closed alphabet, and nothing else."""
    matches = re.compile(f"[{alphabet}]+").fullmatch

    def word(value: str) -> str:
        if not matches(value):
            raise CannotSay(value, language, f"only {names} can stand there" if value else "it is empty")
        return value

    return word


def _lines(language: str) -> Callable[[Any], str]:
    """What stands behind a comment sign, or alone on its line."""

    def line(value: Any) -> str:
        return one_line(str(value), language)

    return line


def _only_text(language: str) -> Callable[[Any], str]:
    def other(value: Any) -> str:
        raise CannotSay(value, language, f"it is {type(value).__name__}, not text")

    return other


def _row(name: str, word: Callable[[str], str], **places: Callable[[Any], str]) -> Language:
    return Language(name, word, MappingProxyType({"comment": _lines(name), **places}), _only_text(name))


# --- words in quotes ------------------------------------------------------------------------------------------------

_BARE = re.compile("[A-Za-z0-9_@+:,./-]+").fullmatch


def _quoting(language: str) -> Callable[[str], str]:
    """A word as sh and Python's shlex read it. `%`, `=` and `~` are quoted too: kickstart looks for the first at the
    beginning of a line, sh gives the others a meaning of their own."""

    def word(value: str) -> str:
        one_line(value, language)
        return value if _BARE(value) else "'" + value.replace("'", "'\\''") + "'"

    return word


def sh_document(value: Any) -> str:
    """A command that writes `value` to its output, byte for byte; for text of several lines inside a script.

    A quoted here-document, whose end nobody can guess beforehand; base64 where a line could be read as something of
    the file around it (a kickstart looks for `%` at the beginning of lines, inside scripts too).
    """
    text = str(value)
    try:
        content = text.encode()
    except UnicodeEncodeError as error:
        raise CannotSay(value, "sh", "it is not whole text") from error
    end = f"end-{hashlib.sha256(content).hexdigest()[:16]}"
    if _PLAIN_TEXT(text) and not re.search(r"^\s*%", text, re.MULTILINE) and end not in text:
        return f"cat <<'{end}'\n{text}{end}"
    lines = base64.encodebytes(content).decode("ascii")
    return f"base64 -d <<'{end}'\n{lines}{end}"


_PLAIN_TEXT = re.compile("(?:[^\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]*\n)*").fullmatch


# --- data -----------------------------------------------------------------------------------------------------------


def as_json(value: Any) -> str:
    """`value` as one line of pure ASCII JSON, keys in their order; raises CannotSay for what JSON has no form for."""
    try:
        return json.dumps(value, separators=(",", ":"), allow_nan=False, default=_json_address)
    except (TypeError, ValueError) as error:
        raise CannotSay(value, "json", str(error)) from error


def _json_address(value: Any) -> Any:
    if isinstance(value, ADDRESSES):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not data")


_ODD_FOR_YAML = re.compile(r"\\u(?:00[01][0-9a-f]|007f|d[89a-f][0-9a-f]{2})").search


def as_enc(value: Any) -> str:
    """`value` as JSON that every YAML reader takes as well: libyaml refuses surrogate pairs, SnakeYAML U+007F."""
    text = as_json(value).replace("\x7f", "\\u007f")
    # A backslash that is itself escaped may stand before the letter u; look again without those.
    if _ODD_FOR_YAML(text) and _ODD_FOR_YAML(text.replace("\\\\", "")):
        raise CannotSay(value, "enc", "YAML readers differ on control characters and characters beyond U+FFFF")
    return text


def as_puppet(value: Any) -> str:
    """`value` as a literal of the Puppet language; mappings and lists on one line."""
    if isinstance(value, str):
        return _puppet_string(value)
    if value is None:
        return "undef"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return _puppet_number(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{as_puppet(key)} => {as_puppet(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(as_puppet, value)) + "]"
    if isinstance(value, ADDRESSES):
        return _puppet_string(str(value))
    raise CannotSay(value, "puppet", f"{type(value).__name__} is not data")


def _puppet_number(value: float | Decimal) -> str:
    text = repr(value) if not isinstance(value, Decimal) else str(value)
    if not re.fullmatch(r"-?\d+(\.\d+)?(e[+-]?\d+)?", text):
        raise CannotSay(value, "puppet", "it is not a number that can be written down")
    return text


_PUPPET_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]").search


def _puppet_string(value: str) -> str:
    if _PUPPET_ODD(value):
        raise CannotSay(value, "puppet", "it holds control characters")
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


# --- markup ---------------------------------------------------------------------------------------------------------

_XML_ODD = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]").search
_XML = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
)


def xml_text(value: str) -> str:
    """`value` as XML 1.0 writes it, in an element or an attribute; raises CannotSay for what XML has no form for."""
    found = _XML_ODD(value)
    if found:
        raise CannotSay(value, "xml", f"XML has no form for U+{ord(found[0]):04X}")
    return value.translate(_XML)


def xml_comment(value: Any) -> str:
    """Text inside `<!-- -->`."""
    text = one_line(str(value), "xml")
    if "--" in text or text.endswith("-") or _XML_ODD(text):
        raise CannotSay(value, "xml", "a comment cannot hold two hyphens")
    return text


# --- closed alphabets -----------------------------------------------------------------------------------------------


def path_segment(value: str) -> str:
    """One name of a path: no separator, not hidden, at most 200 characters."""
    if not re.fullmatch(r"[A-Za-z0-9_+@][A-Za-z0-9._+@-]{0,199}", value):
        raise CannotSay(value, "a path", "only letters, digits and . _ + @ - can stand there, and no . or - in front")
    return value


def kickstart_package(value: Any) -> str:
    """A line of %packages: a name, a group (`@`), an environment (`@^`), or one to leave out (`-`)."""
    if not re.fullmatch(r"(?:-|@\^?)?[A-Za-z0-9][A-Za-z0-9._+:~-]*", str(value)):
        raise CannotSay(value, "a kickstart", "it is not the name of a package")
    return str(value)


_argument = _words("syslinux", "!#-~", "printable ASCII characters without quotes")


def syslinux_arguments(value: Any) -> str:
    """Kernel arguments, one space between them."""
    return " ".join(_argument(str(item)) for item in value)


def syslinux_text(value: Any) -> str:
    """Text of a menu to the end of its line; `^` would mark a key."""
    text = one_line(str(value), "syslinux")
    if "^" in text or text != text.strip() or not text.isascii():
        raise CannotSay(value, "syslinux", "a menu shows ASCII text without ^ and without spaces around it")
    return text


LANGUAGES: Mapping[str, Language] = MappingProxyType(
    {
        "sh": _row("sh", _quoting("sh"), document=sh_document),
        "ks": _row("a kickstart", _quoting("a kickstart"), package=kickstart_package),
        "json": Language("json", as_json, MappingProxyType({}), as_json),
        "enc": Language("enc", as_enc, MappingProxyType({}), as_enc),
        "pp": Language("puppet", as_puppet, MappingProxyType({"comment": _lines("puppet")}), as_puppet),
        "xml": _row("xml", xml_text, comment=xml_comment),
        "syslinux": _row(
            "syslinux",
            _words("syslinux", r"A-Za-z0-9._:/@+%,=?&~\[\]-", "letters, digits and . _ : / @ + % , = ? & ~ - [ ]"),
            arguments=syslinux_arguments,
            text=syslinux_text,
        ),
        "dnsmasqconf": _row("dnsmasq.conf", _words("dnsmasq.conf", "A-Za-z0-9._:/@+-", "letters, digits and ._:/@+-")),
        "hostsfile": _row("a hosts file", _words("a hosts file", "A-Za-z0-9._:-", "letters, digits and . _ : -")),
        "txt": _row("text", _lines("text")),
        "path": _row("a path", path_segment),
    }
)
"""Every language, by the ending that names it: `node.ks.j2` is written in `ks`."""

PLACES = tuple(sorted({place for language in LANGUAGES.values() for place in language.places}))
"""Names of all places that are not the usual one; each is a filter."""


def slot(name: str, kind: str) -> Safe:
    """The place of a secret in published text: `@@cd:secret:NAME:KIND@@`, filled when the file is handed out.

    `kind` says in which form the secret is put there: `crypt` (a crypt hash with its stored salt), `plain`, or `token`
    (made for one installation, of the node called `name`). A slot needs no quoting in any language.
    """
    if not re.fullmatch(r"[A-Za-z0-9._-]+", name) or kind not in ("crypt", "plain", "token"):
        raise CannotSay(f"{name}:{kind}", ANY, "it is not the name of a secret")
    return Safe(f"@@cd:secret:{name}:{kind}@@", ANY)
