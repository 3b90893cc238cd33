"""Migrate: a site's file moved on to today's format, the old one kept beside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from clusterdef import migrate, replacement
from clusterdef.initial import schemas
from clusterdef.migrate import Migrated
from clusterdef.problem import Problem, Refused
from clusterdef.source import Limits
from clusterdef.source.content import read
from clusterdef.tree.diff import unified


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be written. Without steps there is nothing to do."""

    file: Path
    change: Migrated

    @property
    def needed(self) -> bool:
        """True when the file is of an older format."""
        return self.change.before < self.change.after

    @property
    def backup(self) -> Path:
        """Where the file goes as it is now."""
        return self.file.with_name(f"{self.file.name}.format{self.change.before}.bak")

    def diff(self) -> list[str]:
        """The change as unified diff lines."""
        return list(unified(self.change.old, self.change.new, self.file.name))


def plan(file: Path) -> Plan:
    """What has to be changed. Raises Refused when the file cannot be read, is no site, or is too new."""
    return Plan(file, migrate.migrated(_read(file), file.name))


def carry_out(wish: Plan) -> Path:
    """Write it, the old file kept in `backup`. Raises Refused when it is not what it was, or cannot be written."""
    if _read(wish.file) != wish.change.old:
        advice = ("look at what changed, then run it again",)
        raise Refused(Problem("migrate", f"{wish.file} was changed meanwhile", subject=str(wish.file), advice=advice))
    replacement.put(wish.backup, wish.change.old)
    replacement.put(wish.file, wish.change.new)
    return wish.backup


def renew_schemas(wish: Plan) -> tuple[str, ...]:
    """Put this version's schemas beside the site where others lie there; the names of those that were renewed."""
    return schemas.renew(wish.file)


def _read(file: Path) -> bytes:
    return read(file, file.name, Limits())
