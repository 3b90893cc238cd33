"""Version control by git: the user's own program, with the user's own settings."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from clusterdef.problem import Problem, Refused

TIMEOUT = 60.0
"""Seconds a call may take; a hook of the user's may be slow."""

BRANCH = "main"
OWN_NAME = ("-c", "user.useConfigOnly=true")
"""Without it git makes up a name from the login and the machine's name."""
ELSEWHERE = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "GIT_PREFIX")
"""Variables that would lead to another repository; git sets them for whatever its hooks start."""


class Git:
    """The repository that `folder` is in, or may become."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        kept = {name: value for name, value in environment.items() if name not in ELSEWHERE}
        self.environment = {**kept, "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"}

    def available(self) -> bool:
        return shutil.which("git", path=self.environment.get("PATH")) is not None

    def root(self) -> Path | None:
        found = self._run("rev-parse", "--show-toplevel")
        return Path(found.stdout.rstrip("\n")) if found and found.returncode == 0 and found.stdout else None

    def ignored(self, path: Path) -> bool | None:
        found = self._run("check-ignore", "--quiet", "--", str(path))
        return {0: True, 1: False}.get(found.returncode) if found else None

    def tracked(self, path: Path) -> Sequence[str]:
        found = self._run("ls-files", "-z", "--", str(path))
        return [name for name in found.stdout.split("\0") if name] if found and found.returncode == 0 else []

    def begin(self) -> None:
        self._do("init", "--quiet", f"--initial-branch={BRANCH}")

    def identity(self) -> bool:
        found = [self._run(*OWN_NAME, "var", word) for word in ("GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT")]
        return all(one is not None and one.returncode == 0 for one in found)

    def commit(self, message: str) -> None:
        self._do("add", "--all", "--", ".")
        self._do(*OWN_NAME, "commit", "--quiet", f"--message={message}")

    def head(self) -> str | None:
        found = self._run("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        return found.stdout.strip() or None if found and found.returncode == 0 else None

    def contains(self, commit: str) -> bool:
        found = self._run("merge-base", "--is-ancestor", "--end-of-options", commit, "HEAD")
        return found is not None and found.returncode == 0

    def uncommitted(self, paths: Sequence[str]) -> Sequence[str]:
        found = self._run("status", "--porcelain", "--untracked-files=all", "--no-renames", "-z", "--", *paths)
        return [row[3:] for row in found.stdout.split("\0") if row] if found and found.returncode == 0 else []

    def _do(self, *arguments: str) -> None:
        done = self._run(*arguments)
        if done is None or done.returncode != 0:
            said = done.stderr.strip().splitlines()[-1:] if done else ["it is not there, or did not end in time"]
            words = [word for word in arguments if not word.startswith("-") and "=" not in word]
            message = f"git {words[0]} did not work"
            raise Refused(
                Problem("git-failed", message, subject=str(self.folder), advice=tuple(f"git: {line}" for line in said))
            )

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str] | None:
        """None when git is not there or does not end in time."""
        try:
            return subprocess.run(
                ["git", *arguments],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="surrogateescape",
                timeout=TIMEOUT,
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
