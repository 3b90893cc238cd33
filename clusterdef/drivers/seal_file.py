"""Seals in one JSON file of its owner's alone, which is replaced whole."""

from __future__ import annotations

import json
import os
from base64 import b64decode, b64encode
from contextlib import suppress
from pathlib import Path

from clusterdef.artifact import SECRET_MODE
from clusterdef.ports.seals import Kept, Seal
from clusterdef.problem import Problem, Refused

NEW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC


class SealFile:
    """`file` lies in a directory that is there."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def read(self) -> Kept:
        """See ports.seals."""
        try:
            said = json.loads(self.file.read_bytes())
            seals = {name: Seal(str(digest), str(text)) for name, (digest, text) in said["seals"].items()}
            return Kept(b64decode(said["key"], validate=True), seals)
        except OSError as error:
            if isinstance(error, FileNotFoundError):
                return Kept()
            raise Refused(self._trouble(error)) from error
        except (ValueError, KeyError, TypeError, AttributeError):
            return Kept()

    def write(self, kept: Kept) -> None:
        """See ports.seals."""
        said = {"key": b64encode(kept.key).decode(), "seals": kept.seals}
        new = self.file.with_name(f"{self.file.name}.new")
        try:
            with open(os.open(new, NEW, SECRET_MODE), "w", encoding="ascii") as opened:
                os.fchmod(opened.fileno(), SECRET_MODE)
                json.dump(said, opened, indent=1, sort_keys=True)
                opened.flush()
                os.fsync(opened.fileno())
            new.replace(self.file)
        except OSError as error:
            with suppress(OSError):
                new.unlink()
            raise Refused(self._trouble(error)) from error

    def _trouble(self, error: OSError) -> Problem:
        message = f"{self.file} cannot be kept: {(error.strerror or 'error').lower()}"
        return Problem("publish-seals", message, subject="publish", advice=(f"look at it:   ls -l {self.file}",))
