"""Puppet code out of a git repository: the tree of one commit, without its history, submodules or hooks."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from clusterdef.code_source import Source
from clusterdef.drivers.archives import unpack
from clusterdef.drivers.git import ELSEWHERE
from clusterdef.problem import Problem, Refused

SECONDS = 600.0
"""For a whole repository over a slow line."""
COMMIT = re.compile("[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class GitOrigin:
    """`environment` is the user's: keys and proxies are git's own business. `mirrors` says for beginnings of URLs where
    the same is nearer by; the longest one counts."""

    environment: Mapping[str, str]
    mirrors: Mapping[str, str]

    def fetch(self, source: Source, exact: str, into: Path) -> str:
        """See ports.origin."""
        with tempfile.TemporaryDirectory(prefix="clusterdef-git-") as scratch:
            self._git(source, Path(scratch), "clone", "--quiet", "--bare", "--", self.near(source.place), "it")
            home = Path(scratch) / "it"
            commit = self._commit(source, home, exact or source.version)
            archive = Path(scratch) / "it.tar"
            self._git(source, home, "archive", "--format=tar", f"--output={archive}", commit)
            unpack(archive, into, str(source), below=False)
        return commit

    def near(self, url: str) -> str:
        """Where a repository is fetched from."""
        beginning = max((one for one in self.mirrors if url.startswith(one)), key=len, default="")
        return self.mirrors[beginning] + url.removeprefix(beginning) if beginning else url

    def _commit(self, source: Source, home: Path, wanted: str) -> str:
        """A tag or a branch of that name, in this order, or else the commit itself."""
        for name in (f"refs/tags/{wanted}", f"refs/heads/{wanted}", wanted):
            done = self._run(home, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
            if done.returncode == 0 and COMMIT.fullmatch(done.stdout.strip()):
                return done.stdout.strip()
        raise Refused(_absent(source, wanted))

    def _git(self, source: Source, where: Path, *words: str) -> None:
        done = self._run(where, *words)
        if done.returncode:
            raise Refused(_unreached(source, done.stderr.strip().splitlines()[-3:]))

    def _run(self, where: Path, *words: str) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in self.environment.items() if name not in ELSEWHERE}
        try:
            return subprocess.run(
                ["git", "-c", "protocol.ext.allow=never", *words],
                cwd=where,
                env={**kept, "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=SECONDS,
            )
        except subprocess.TimeoutExpired:
            return subprocess.CompletedProcess(words, 1, "", f"no end within {SECONDS:.0f} seconds")
        except OSError as error:
            return subprocess.CompletedProcess(words, 1, "", str(error))


def _absent(source: Source, wanted: str) -> Problem:
    message = f"{source.place} has no tag, branch or commit {wanted}"
    advice = (f"look what there is:   git ls-remote {source.place}",)
    return Problem("module-absent", message, advice=advice, subject=source.place)


def _unreached(source: Source, said: Sequence[str]) -> Problem:
    advice = (*said, "a copy nearer by is named in site.yaml:   modules: {mirrors: {URL: file:///srv/mirrors/}}")
    return Problem("module-unreached", f"{source.place} cannot be fetched", advice=advice, subject=source.place)
