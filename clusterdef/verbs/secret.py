"""Secret: which ones a site needs and has; making, keeping, rotating, showing and reviewing them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_bytes

from clusterdef import wiring
from clusterdef.model import Cluster, Secret
from clusterdef.nodeset import fold
from clusterdef.ports.secrets import Secrets, usual
from clusterdef.problem import Problem, Refused, Severity, did_you_mean, has_errors
from clusterdef.secrets import life
from clusterdef.secrets.making import Random
from clusterdef.secrets.review import missing_problem, review
from clusterdef.site import Site, load


@dataclass(frozen=True, slots=True)
class Row:
    """A secret as `list` shows it; `kind` is empty for one that nobody asks for."""

    name: str
    kind: str
    held: bool
    users: tuple[str, ...]


@dataclass(slots=True)
class Asked:
    """A site's secrets: those it asks for, and their keeper. `sound` is False when the site has errors."""

    site: Site
    keeper: Secrets
    environment: Mapping[str, str]
    secrets: dict[str, Secret] = field(default_factory=dict)
    random: Random = token_bytes

    @property
    def cluster(self) -> Cluster | None:
        """What could be made out of the site."""
        return self.site.resolution.resolved

    @property
    def sound(self) -> bool:
        """True when the list of secrets is complete."""
        return self.site.cluster is not None

    def wanted(self, name: str) -> Secret:
        """The secret of that name. Raises Refused, with the nearest name, when nobody asks for it."""
        if name not in self.secrets:
            raise Refused(self._unasked(name))
        return self.secrets[name]

    def _unasked(self, name: str) -> Problem:
        advice = ("see the names:   clusterdef secret list",)
        hint = did_you_mean(name, self.secrets)
        message = f"nobody asks for a secret '{usual(name)}'"
        return Problem("unknown-secret", message, label=hint, subject="secret", advice=advice)


def asked(file: Path, environment: Mapping[str, str]) -> Asked:
    """A site's secrets. Raises Refused when the site cannot be read, or does not say where secrets are kept."""
    site = load(file)
    found = Asked(site, wiring.secrets(site.inputs.site, site.folder, environment), environment)
    if found.cluster:
        found.secrets = {secret.name: secret for secret in found.cluster.secrets}
    return found


def complete(found: Asked) -> Asked:
    """The same, for what needs every name. Raises Refused with the site's errors."""
    if not found.sound:
        raise Refused(*(problem for problem in found.site.problems if problem.severity is Severity.ERROR))
    return found


def missing(found: Asked) -> list[Secret]:
    """The secrets that are asked for and not there."""
    return life.missing(found.secrets.values(), found.keeper)


def rows(found: Asked) -> list[Row]:
    """Every secret by name: those asked for, and those that are there all the same."""
    gone = {secret.name for secret in missing(found)}
    others = [name for name in found.keeper.names() or () if name not in found.secrets and _alone(name, found.secrets)]
    listed = [Row(one.name, one.kind, one.name not in gone, one.users) for one in found.secrets.values()]
    return sorted([*listed, *(_unasked(name) for name in others)], key=lambda row: row.name)


def _unasked(name: str) -> Row:
    return Row(name, "private", True, ("eyaml",)) if name == life.PRIVATE_KEY else Row(name, "", True, ())


def _alone(name: str, known: Mapping[str, Secret]) -> bool:
    return life.companion_of(name) not in (*known, life.PRIVATE_KEY)


@dataclass(frozen=True, slots=True)
class Generated:
    """What came of making secrets: made, left because they were there, left because only others can issue them."""

    made: tuple[str, ...]
    there: tuple[str, ...]
    given: tuple[str, ...]


def generate(found: Asked, names: Sequence[str]) -> Generated:
    """Make these secrets; without names, all that are missing. Raises Refused for a name that nobody asks for."""
    chosen = [found.wanted(name) for name in names] if names else missing(found)
    given = tuple(secret.name for secret in chosen if secret.kind == life.GIVEN)
    if names and given:
        life.generate(found.secrets[given[0]], found.keeper, found.random)
    done = {one.name: life.generate(one, found.keeper, found.random) for one in chosen if one.kind != life.GIVEN}
    return Generated(_where(done, True), _where(done, False), given)


def _where(done: Mapping[str, bool], value: bool) -> tuple[str, ...]:
    return tuple(name for name, made in done.items() if made is value)


def replace(found: Asked, name: str, value: bytes, force: bool = False) -> bool:
    """Keep a value that was given; False when it is the one that is kept already.

    `force` lets a name pass that nobody asks for. Raises Refused for a name or value that cannot be.
    """
    kind = "token" if force and name not in found.secrets else _kind(found, name)
    return life.replace(usual(name), kind, value, found.keeper)


def _kind(found: Asked, name: str) -> str:
    """Where the site has errors, some names are not known: then any may be kept."""
    return found.wanted(name).kind if found.sound or name in found.secrets else life.GIVEN


def show(found: Asked, name: str) -> bytes:
    """The secret itself. Raises Refused when there is none."""
    value = found.keeper.get(usual(name))
    if value is None:
        names = [*found.secrets, *(found.keeper.names() or ())]
        advice = (f"make it:   clusterdef secret generate {name}",) if name in found.secrets else ()
        message = f"there is no {name} in {found.keeper.place}"
        hint = did_you_mean(name, [one for one in names if one != name])
        raise Refused(Problem("secret-missing", message, label=hint, subject="secret", advice=advice))
    return value


def rotate(found: Asked, name: str) -> list[str]:
    """Put a new secret in place of the old one, which is kept as the former; who has to get the new one."""
    secret = found.wanted(name)
    life.rotate(secret, found.keeper, found.random)
    return users(found, name)


def settle(found: Asked, name: str) -> bool:
    """Let the former value of a secret go; False when there is none."""
    return life.settle(usual(name), found.keeper)


def users(found: Asked, name: str) -> list[str]:
    """The nodes that a secret is handed out to, or whose controllers have it, in the site's order."""
    cluster = found.cluster
    if cluster is None:
        return []
    keys = {one.key for module in cluster.modules.values() for one in module.parameters if one.secret}
    return [
        node.name
        for node in cluster.nodes.values()
        if (node.bmc and node.bmc.password == name) or any(node.parameters.get(key) == name for key in keys)
    ]


def folded(names: Iterable[str]) -> str:
    """Nodes as a person writes them."""
    return fold(list(names))


def problems(found: Asked) -> list[Problem]:
    """Everything that is wrong with the secrets as they are kept."""
    return [*review(list(found.secrets.values()), found.keeper), *_in_git(found)]


def _in_git(found: Asked) -> Iterator[Problem]:
    folder = wiring.secrets_folder(found.site.inputs.site, found.site.folder)
    if folder is None or not folder.is_dir():
        return
    repository = wiring.repository(folder, found.environment)
    tracked = len(repository.tracked(folder))
    if tracked:
        yield _tracked(folder, tracked)
    elif repository.ignored(folder / "any") is False:
        yield _not_ignored(folder)


def _tracked(folder: Path, files: int) -> Problem:
    advice = (
        f"take them out:   git rm -r --cached {folder}",
        "they stay in its history: make new ones with clusterdef secret rotate, and set anew what was given",
    )
    return Problem("secrets-in-git", f"{folder} is in git, with {files} of its files", subject="secrets", advice=advice)


def _not_ignored(folder: Path) -> Problem:
    advice = (f"add it to .gitignore:   {folder.name}/",)
    message = f"{folder} lies in a git repository that does not ignore it"
    return Problem("secrets-in-git", message, subject="secrets", severity=Severity.WARNING, advice=advice)


def note(site: Site) -> Iterator[Problem]:
    """For `check`: that secrets are missing, where that can be told by looking into a directory; and what
    `secrets:` does not say."""
    cluster = site.resolution.resolved
    if cluster is None or has_errors(site.problems) or "secrets" not in site.inputs.site.data:
        return
    try:
        keeper = wiring.secrets(site.inputs.site, site.folder, {})
        folder = wiring.secrets_folder(site.inputs.site, site.folder)
    except Refused as refused:
        yield from refused.problems
        return
    gone = _missing_in(folder, keeper, cluster.secrets)
    if gone:
        yield missing_problem(gone, Severity.NOTE)


def _missing_in(folder: Path | None, keeper: Secrets, asked: Iterable[Secret]) -> list[str]:
    """Nothing where there is no directory that can be looked into: secrets may be kept on another machine."""
    try:
        names = keeper.names() if folder and folder.is_dir() else None
    except (OSError, Refused):
        return []
    return [secret.name for secret in asked if names is not None and secret.name not in names]
