"""The copies of the schemas that lie beside a site for its editor: whether they are of this version, and new ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from clusterdef import replacement, schema
from clusterdef.initial.folder import SCHEMAS
from clusterdef.problem import Problem, Severity


def outdated(site: Path) -> tuple[Path, ...]:
    """The shipped schemas of which the site's folder (that of the file `site`) has another copy than this one."""
    return tuple(file for file in sorted(schema.folder().glob("*.schema.json")) if _differs(file, _copy(site, file)))


def problems(site: Path) -> Iterator[Problem]:
    """A note where the editor would judge by the rules of another version."""
    if outdated(site):
        message = f"the schemas in {SCHEMAS}/ are not those of this clusterdef: an editor judges by them"
        yield Problem(
            "schemas-old",
            message,
            severity=Severity.NOTE,
            subject=SCHEMAS,
            advice=("to renew them: clusterdef migrate",),
        )


def renew(site: Path) -> tuple[str, ...]:
    """Put this version's in the place of others; their names. Raises Refused when they cannot be written."""
    old = outdated(site)
    for file in old:
        replacement.put(_copy(site, file), file.read_bytes())
    return tuple(file.name for file in old)


def _copy(site: Path, file: Path) -> Path:
    return site.parent / SCHEMAS / file.name


def _differs(file: Path, copy: Path) -> bool:
    """What is not there is not wrong: not everybody has an editor that reads it."""
    try:
        return copy.is_file() and not copy.is_symlink() and copy.read_bytes() != file.read_bytes()
    except OSError:
        return False
