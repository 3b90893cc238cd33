"""Fetched Puppet code on this machine: a folder for each module, by its name and the digest of what is in it."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from clusterdef import puppet_code, replacement
from clusterdef.code_lock import Lock, Locked
from clusterdef.problem import Problem, Refused

HOME = Path(".clusterdef") / "fetched"
SHORT = 16
"""Digits of a digest in a folder's name."""
FETCH = "fetch what the lock says:   clusterdef module fetch"


@dataclass(frozen=True, slots=True)
class Fetched:
    """The store of one site; `folder` is the site's."""

    folder: Path

    @property
    def home(self) -> Path:
        """Where it lies; git takes no notice of it."""
        return self.folder / HOME

    def place(self, name: str, content: str) -> Path:
        """The folder of a module with that content."""
        return self.home / f"{name}-{content[:SHORT]}"

    def scratch(self, name: str) -> Path:
        """An empty folder beside the others, for what is being fetched. Raises Refused when there can be none."""
        replacement.folder(self.home)
        if not (self.home / ".gitignore").exists():
            replacement.put(self.home / ".gitignore", b"*\n")
        made = self.home / f".new-{name}-{os.getpid()}"
        shutil.rmtree(made, ignore_errors=True)
        replacement.folder(made)
        return made

    def keep(self, name: str, scratch: Path) -> str:
        """Take what was fetched into the store; its digest. One rename: there is all of it, or nothing."""
        content = digest(name, scratch)
        place = self.place(name, content)
        if place.exists() and digest(name, place) != content:
            shutil.rmtree(place)
        try:
            if place.exists():
                shutil.rmtree(scratch)
            else:
                scratch.rename(place)
        except OSError as error:
            raise Refused(_unwritable(place, error)) from error
        return content

    def forget(self, lock: Lock) -> None:
        """Remove what the lock does not name, and what a fetch that was cut off left behind."""
        kept = {self.place(name, one.content).name for name, one in lock.modules.items()}
        for path in self.home.iterdir() if self.home.is_dir() else ():
            if path.is_dir() and path.name not in kept:
                shutil.rmtree(path, ignore_errors=True)

    def state(self, name: str, one: Locked) -> str:
        """`fetched`, `missing`, or `changed` by somebody after it was fetched."""
        place = self.place(name, one.content)
        if not place.is_dir():
            return "missing"
        return "fetched" if digest(name, place) == one.content else "changed"

    def folders(self, lock: Lock) -> Mapping[str, Path]:
        """Every locked module's folder. Raises Refused unless each is there exactly as it was locked."""
        wrong = [problem for name, one in lock.modules.items() if (problem := self._wrong(name, one))]
        if wrong:
            raise Refused(*wrong)
        return {name: self.place(name, one.content) for name, one in lock.modules.items()}

    def _wrong(self, name: str, one: Locked) -> Problem | None:
        state = self.state(name, one)
        if state == "fetched":
            return None
        if state == "missing":
            return Problem("module-unfetched", f"module {name} is not fetched yet", advice=(FETCH,), subject=name)
        message = f"the code of module {name} in {HOME} is not what was locked"
        return Problem("module-changed", message, advice=(FETCH,), subject=name)


def digest(name: str, folder: Path) -> str:
    """Of everything that a server reads of a module: paths and bytes. Raises Refused for a link."""
    total = hashlib.sha256()
    for file in puppet_code.files({name: folder}):
        content = file.content
        total.update(f"{file.path}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()


def _unwritable(place: Path, error: OSError) -> Problem:
    message = f"{place} cannot be written: {(error.strerror or 'error').lower()}"
    return Problem("write-refused", message, subject=str(place))
