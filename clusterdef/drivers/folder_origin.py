"""Puppet code out of a folder: of the site, or elsewhere on this machine."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from clusterdef.code_source import Source
from clusterdef.problem import Problem, Refused


@dataclass(frozen=True, slots=True)
class FolderOrigin:
    """`home` is the site's folder, from which relative ones are meant."""

    home: Path

    def fetch(self, source: Source, exact: str, into: Path) -> str:
        """See ports.origin. A folder is known by its content alone."""
        folder = self.home / source.place
        if not folder.is_dir():
            raise Refused(Problem("module-absent", f"there is no folder {folder}", subject=source.place))
        try:
            shutil.copytree(folder, into, symlinks=True, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".git"))
        except (OSError, shutil.Error) as error:
            raise Refused(Problem("module-unreached", f"{folder} cannot be copied", subject=source.place)) from error
        return ""
