"""One golden case: its site, what comes of it, and what should. Nothing here asserts."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from clusterdef import site
from clusterdef.generate import artifacts
from clusterdef.problem import Refused, Severity

HOME = Path(__file__).parent
EXAMPLE = HOME.parents[1] / "site-example" / "site.yaml"


@dataclass(frozen=True, slots=True)
class Case:
    """A directory with a site and its files."""

    folder: Path

    def __str__(self) -> str:
        return self.folder.name

    @property
    def site(self) -> Path:
        """The site's file; the example's where the case has none."""
        own = self.folder / "site.yaml"
        return own if own.exists() else EXAMPLE

    @property
    def patterns(self) -> list[str]:
        """Which files the case is about."""
        return (self.folder / "files.txt").read_text("utf-8").split()

    def made(self) -> dict[str, bytes]:
        """Every file that the site makes, by path. Raises Refused when the site has errors."""
        found = site.load(self.site)
        errors = [problem for problem in found.problems if problem.severity is Severity.ERROR]
        if found.cluster is None or errors:
            raise Refused(*errors)
        files = artifacts(found.cluster, found.generators, found.render())
        return {artifact.path: artifact.content for artifact in files}

    def seen(self) -> dict[str, bytes]:
        """What is compared: the files that the case is about."""
        made = self.made()
        about = {
            path: content for path, content in made.items() if any(fnmatchcase(path, one) for one in self.patterns)
        }
        return {f"expected/{path}": content for path, content in about.items()}

    def expected(self) -> dict[str, bytes]:
        """What was accepted."""
        files = (self.folder / "expected").rglob("*")
        return {str(file.relative_to(self.folder)): file.read_bytes() for file in files if file.is_file()}

    def accept(self) -> None:
        """Take what is made now for what is expected."""
        seen = self.seen()
        shutil.rmtree(self.folder / "expected", ignore_errors=True)
        for path, content in seen.items():
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / path).write_bytes(content)


def cases() -> list[Case]:
    """Every case, by name."""
    return [Case(file.parent) for file in sorted(HOME.glob("*/files.txt"))]
