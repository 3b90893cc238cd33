"""An artifact: one file that a generator decided on, not yet on any disk."""

from __future__ import annotations

from dataclasses import dataclass

SECRET_MODE = 0o600
"""Mode of a file that only its owner may read; such a file never has another mode, not even briefly."""


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file to be: same input, same bytes.

    `path` is relative to the generation, with forward slashes; `mode` is the permission bits the file
    has where it is used (generations themselves are read-only); `owner` and `group` name who owns it
    there; `maker` is the output that made it; `subject` is the node it is about, or empty when it is
    about the whole site; `serial` is the number in it that grows when it changes, 0 where it has none.
    """

    path: str
    content: bytes
    maker: str
    subject: str = ""
    mode: int = 0o644
    owner: str = "root"
    group: str = "root"
    serial: int = 0
