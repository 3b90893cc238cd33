"""Root file systems of Debian, each made once for its packages and kept in the checkout's cache.

What is made of them, machines or a place where one program runs, is told where they are asked for.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SUITES = {"12": "bookworm", "13": "trixie"}
CACHE = Path(__file__).parents[1] / ".cache"
LIMIT = 900
"""Seconds that the system's package servers may take; a quiet machine needs ninety for a hundred packages."""
SOURCES = (Path("/etc/apt/sources.list.d/debian.sources"), Path("/etc/apt/sources.list"))


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a root is made of: a release of Debian, its packages, and shell lines with the root as `$1`.

    With `unpacked`, packages are unpacked, those lines are run, and that is all: whatever a package does when it is
    installed does not happen. The others are run before and after installing, and find a line for each of `services`
    in the file `$SERVICES`.
    """

    release: str
    packages: tuple[str, ...]
    unpacked: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    services: str = ""

    @property
    def suite(self) -> str:
        """The release by the name that package servers have for it."""
        return SUITES[self.release]

    @property
    def imprint(self) -> str:
        """The same for the same packages, hooks and release."""
        wanted = "\n".join([*self.packages, *self.unpacked, *self.before, *self.after, self.services, self.suite])
        return hashlib.sha256(wanted.encode()).hexdigest()[:16]


def root(recipe: Recipe, name: str, kept: int) -> Path:
    """The root, made now when there is none; of all in the cache's folder of this name the last `kept` stay."""
    cache = CACHE / name
    with _alone(cache):
        place = cache / recipe.imprint
        if not place.is_dir():
            _make(recipe, place)
        place.touch()
        _forget(cache, kept)
    return place


@contextmanager
def _alone(cache: Path) -> Iterator[None]:
    """One at a time makes roots here, and takes them away."""
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _forget(cache: Path, kept: int) -> None:
    """Take away all but the roots that were used last, and what a build that was broken off left."""
    roots = [path for path in cache.iterdir() if path.is_dir()]
    newest = sorted((path for path in roots if not path.suffix), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in (*newest[kept:], *(path for path in roots if path.suffix)):
        shutil.rmtree(path)


def _make(recipe: Recipe, place: Path) -> None:
    draft, cache = place.with_suffix(".new"), place.parent
    shutil.rmtree(draft, ignore_errors=True)
    services = cache / "services"
    services.write_text(recipe.services.replace(" ", "\n") + "\n", "utf-8")
    variant = "extract" if recipe.unpacked else "minbase"
    command = ["mmdebstrap", f"--variant={variant}", "--mode=root", f"--include={','.join(recipe.packages)}"]
    command += [f"--extract-hook={line}" for line in recipe.unpacked]
    command += [f"--essential-hook={line}" for line in recipe.before]
    command += [f"--customize-hook={line}" for line in recipe.after]
    command += ['--aptopt=APT::Install-Recommends "false"', '--aptopt=Acquire::Retries "5"']
    command += [f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in ("doc", "locale", "man/*")]
    command += [recipe.suite, str(draft), str(_sources(recipe.suite, cache))]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "SERVICES": str(services)}
    log = cache / "log"
    with log.open("wb") as file:
        done = subprocess.run(command, stdout=file, stderr=file, env=environment, timeout=LIMIT, check=False)
    if done.returncode:
        raise RuntimeError(f"a root of {recipe.suite} could not be made:\n{log.read_text('utf-8', 'replace')[-4000:]}")
    draft.rename(place)


def _sources(suite: str, cache: Path) -> Path:
    """The package servers that this machine itself uses for its distribution, asked for this suite."""
    own = next(path for path in SOURCES if path.is_file())
    text = own.read_text("utf-8").replace(platform.freedesktop_os_release().get("VERSION_CODENAME", suite), suite)
    # Its name ends as its own: that tells which of the two forms it has.
    made = cache / f"{suite}{own.suffix}"
    made.write_text(text, "utf-8")
    return made
