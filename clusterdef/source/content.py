"""From a path to text: everything that can be wrong with a file before its syntax is looked at."""

from __future__ import annotations

import codecs
import re
import stat
from pathlib import Path

from clusterdef.problem import Mark, Problem, Refused
from clusterdef.source.limits import Limits
from clusterdef.source.lines import Lines

CONTROL_BYTES = bytes(byte for byte in range(32) if byte not in b"\t\n\r") + b"\x7f"
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")

# UTF-32's marks first: its little-endian one begins like UTF-16's.
WIDE = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


def read(path: Path, name: str, limits: Limits) -> bytes:
    """The bytes of a regular file that is not too large; raises Refused for anything else."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise Refused(_not_a_file(name, status.st_mode))
        _check_size(status.st_size, name, limits)
        with path.open("rb") as file:
            content = file.read(limits.size + 1)
    except (OSError, ValueError) as error:
        raise Refused(_unreadable(name, error)) from error
    _check_size(len(content), name, limits)
    return content


def text_of(content: bytes, name: str, limits: Limits) -> str:
    """The text without its byte order mark; raises Refused unless it is UTF-8 without control characters."""
    _check_size(len(content), name, limits)
    wide = _wide_encoding(content)
    if wide:
        raise Refused(_wide(name, wide))
    try:
        # More than one mark is what joining files makes; libyaml would count the second one wrongly.
        text = content.decode("utf-8").lstrip("\ufeff")
    except UnicodeDecodeError as error:
        raise Refused(
            _binary(name) if b"\0" in content or _is_binary(content) else _not_utf8(name, content, error)
        ) from error
    if not text.isascii() or len(content.translate(None, CONTROL_BYTES)) != len(content):
        _check_controls(text, content, name)
    return text


def _check_size(size: int, name: str, limits: Limits) -> None:
    if size <= limits.size:
        return
    allowed = limits.size // (1024 * 1024)
    raise Refused(
        Problem(
            code="file-too-large",
            message=f"{name} holds {size / 1024 / 1024:.0f} MB; a definition may hold {allowed} MB",
            subject=name,
            advice=("check that this is the file you meant", "write nodes that are alike as one set: worker[001-500]"),
        )
    )


def _not_a_file(name: str, mode: int) -> Problem:
    directory = stat.S_ISDIR(mode)
    return Problem(
        code="file-not-a-file",
        message=f"{name} is a directory" if directory else f"{name} is not a regular file",
        subject=name,
        advice=("name the file inside it" if directory else "write its content to a file first",),
    )


def _unreadable(name: str, error: OSError | ValueError) -> Problem:
    """A ValueError comes from a path that holds a NUL."""
    if isinstance(error, FileNotFoundError):
        return _file_problem("file-missing", f"{name} does not exist", name, "check the path, or create the file")
    if isinstance(error, PermissionError):
        return _file_problem("file-permission", f"{name} may not be read by you", name, f"look at: ls -l {name}")
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return _file_problem("file-unreadable", f"{name} cannot be read: {reason.lower()}", name, "check the path")


def _file_problem(code: str, message: str, name: str, *advice: str, mark: Mark | None = None) -> Problem:
    return Problem(code=code, message=message, mark=mark, subject=name, advice=advice)


def _wide_encoding(content: bytes) -> str:
    """The name of a UTF-16 or UTF-32 encoding, told by its mark or by where the zero bytes of its ASCII are."""
    for mark, encoding in WIDE:
        if content.startswith(mark):
            return encoding
    head = content[:64]
    if len(head) < 4 or b"\0" not in head:
        return ""
    zeros = tuple(number for number in range(4) if not any(head[number : len(head) & ~3 : 4]))
    return {(1, 3): "UTF-16", (0, 2): "UTF-16", (1, 2, 3): "UTF-32", (0, 1, 2): "UTF-32"}.get(zeros, "")


def _wide(name: str, encoding: str) -> Problem:
    return _file_problem(
        "file-encoding",
        f"{name} is written in {encoding}, not in UTF-8",
        name,
        f"save it as UTF-8, or convert it: iconv -f {encoding} -t UTF-8 {name}",
    )


def _is_binary(content: bytes) -> bool:
    """One control character may be a slip of the keyboard; many are none."""
    head = content[:8192]
    return len(head) - len(head.translate(None, CONTROL_BYTES)) > len(head) // 20


def _binary(name: str) -> Problem:
    return _file_problem("file-binary", f"{name} is not a text file", name, "check that this is the file you meant")


def _not_utf8(name: str, content: bytes, error: UnicodeDecodeError) -> Problem:
    """The lines up to the byte are sound; what stands there is shown as Latin-1, which is what it usually is."""
    before = content[: error.start].decode("utf-8").lstrip("\ufeff")
    rest = re.split(rb"[\r\n]", content[error.start : error.start + 200])[0].decode("latin-1")
    byte = content[error.start]
    return _file_problem(
        "file-encoding",
        f"the byte 0x{byte:02x} is not UTF-8",
        name,
        "save the file as UTF-8",
        f"when it was written as Latin-1: iconv -f LATIN1 -t UTF-8 {name}",
        mark=Lines(name, before + rest).mark(len(before), len(before) + 1),
    )


def _check_controls(text: str, content: bytes, name: str) -> None:
    found = CONTROL.search(text)
    if found is None:
        return
    if _is_binary(content):
        raise Refused(_binary(name))
    what = "NUL" if found[0] == "\0" else f"U+{ord(found[0]):04X}"
    mark = Lines(name, text).mark(found.start(), found.end())
    message = f"the control character {what} may not stand in a text file"
    raise Refused(_file_problem("file-control-character", message, name, "delete it", mark=mark))
