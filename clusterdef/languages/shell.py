"""Languages whose words may stand in quotes: sh, and the kickstart files that are read as if they were sh."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from typing import Any

from clusterdef.languages.language import CannotSay, one_line

BARE = "A-Za-z0-9_@+:,./"
"""What never needs quotes: `%` does at the beginning of a kickstart's line, `=` where sh looks for an assignment."""


def quoting(language: str, bare: str) -> Callable[[str], str]:
    """A word as sh and Python's shlex read it; what is made of `bare` characters alone stands without quotes."""
    is_bare = re.compile(f"[{bare}-]+").fullmatch

    def word(value: str) -> str:
        return value if is_bare(value) else "'" + one_line(value, language).replace("'", "'\\''") + "'"

    return word


sh_word = quoting("sh", BARE)


def sh_quoted(value: Any) -> str:
    """A word of sh that is in quotes even where it need not be; linters wonder about `name=head`."""
    word = sh_word(str(value))
    return word if word.startswith("'") else f"'{word}'"


_ks_word = quoting("a kickstart", BARE + "=")


def kickstart_word(value: str) -> str:
    """A word of a kickstart file; its reader takes `--` alone for the end of the options, even as an option's value."""
    if value == "--":
        raise CannotSay(value, "a kickstart", "it means the end of the options")
    return _ks_word(value)


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


def kickstart_package(value: Any) -> str:
    """A line of %packages: a name, a group (`@`), an environment (`@^`), or one to leave out (`-`)."""
    if not re.fullmatch(r"(?:-|@\^?)?[A-Za-z0-9][A-Za-z0-9._+:~-]*", str(value)):
        raise CannotSay(value, "a kickstart", "it is not the name of a package")
    return str(value)
