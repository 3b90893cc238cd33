"""Init: begin a site: its files, its secrets, its git repository. All of it appears at once, or nothing does."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_bytes

from clusterdef import wiring
from clusterdef.catalog import load as load_catalog
from clusterdef.initial.folder import SITE, files
from clusterdef.initial.question import Question, questions
from clusterdef.problem import Problem, Refused, Severity, has_errors
from clusterdef.secrets import life
from clusterdef.secrets.making import Random
from clusterdef.site import Site, load


@dataclass(frozen=True, slots=True)
class Wish:
    """Where a site is to begin, the answers to all questions, the administrator's public keys, and whether in git."""

    folder: Path
    answers: Mapping[str, str]
    keys: tuple[str, ...] = ()
    git: bool = True


@dataclass(slots=True)
class Begun:
    """What came of it: `remarks` are what did not go as usual, in whole sentences."""

    folder: Path
    site: Site
    secrets: tuple[str, ...] = ()
    committed: bool = False
    remarks: list[str] = field(default_factory=list)


def questions_for(folder: Path) -> tuple[Question, ...]:
    """The questions for a site in this folder. Raises Refused when no site can begin there."""
    _sweep(folder)
    refuse_taken(folder)
    return questions(folder.absolute().name, load_catalog())


def refuse_taken(folder: Path) -> None:
    """Raise Refused unless the folder is not there yet, or is empty."""
    try:
        taken = folder.is_symlink() or (folder.exists() and (not folder.is_dir() or any(folder.iterdir())))
    except OSError as error:
        raise Refused(_unwritable(folder, error)) from error
    if taken:
        advice = (
            "nothing was touched; name a folder that is not there yet",
            "to look at a site that is there: clusterdef check",
        )
        raise Refused(Problem("init-taken", f"{folder} is there already, and not empty", subject="init", advice=advice))


def begin(wish: Wish, environment: Mapping[str, str], random: Random = token_bytes) -> Begun:
    """Make the site. Raises Refused when its folder is taken or cannot be written, or when answers do not fit together.

    Everything is made in a folder beside and then moved: stopped anywhere, there is no half a site.
    """
    _sweep(wish.folder)
    refuse_taken(wish.folder)
    with _workplace(wish.folder) as work:
        try:
            _write(work, files(wish.answers, wish.keys))
            begun = Begun(wish.folder, _sound(work))
            begun.secrets = _secrets(begun.site, work, environment, random)
            if wish.git:
                _commit(begun, work, wish.answers["name"], environment)
            _move(work, wish.folder)
        except OSError as error:
            raise Refused(_unwritable(wish.folder, error)) from error
    return begun


@contextmanager
def _workplace(folder: Path) -> Iterator[Path]:
    """A new folder beside the one that is to be (in it, where it is there and empty), gone again afterwards."""
    parent = _parent(folder)
    try:
        parent.mkdir(parents=True, exist_ok=True)
        outer = Path(tempfile.mkdtemp(prefix=f".{folder.absolute().name}.", suffix=".new", dir=parent))
    except OSError as error:
        raise Refused(_unwritable(folder, error)) from error
    try:
        with _held(outer):
            work = outer / "site"
            work.mkdir()
            yield work
    finally:
        shutil.rmtree(outer, ignore_errors=True)


def _parent(folder: Path) -> Path:
    return folder.absolute() if folder.is_dir() else folder.absolute().parent


@contextmanager
def _held(outer: Path) -> Iterator[None]:
    """Locked while it is worked in. Raises BlockingIOError when somebody else works there."""
    place = os.open(outer, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(place)


def _sweep(folder: Path) -> None:
    """Remove what an earlier run for this folder left behind when it was killed; what one works in just now stays."""
    left = re.compile(rf"\.{re.escape(folder.absolute().name)}\.[a-z0-9_]{{8}}\.new")
    with suppress(OSError):
        for outer in _parent(folder).iterdir():
            if left.fullmatch(outer.name) and (outer / "site").is_dir() and outer.lstat().st_uid == os.geteuid():
                with suppress(OSError), _held(outer):
                    shutil.rmtree(outer)


def _write(work: Path, texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        (work / name).parent.mkdir(exist_ok=True)
        (work / name).write_text(text, "utf-8")


def _sound(work: Path) -> Site:
    """The site as it would be read. Raises Refused with its errors: some answers did not fit the others."""
    site = load(work / SITE)
    if has_errors(site.problems):
        errors = [problem for problem in site.problems if problem.severity is Severity.ERROR]
        advice = ("nothing was written; give other answers",)
        raise Refused(
            *errors, Problem("init-answers", "the answers do not fit together", subject="init", advice=advice)
        )
    return site


def _secrets(site: Site, work: Path, environment: Mapping[str, str], random: Random) -> tuple[str, ...]:
    assert site.cluster
    keeper = wiring.secrets(site.inputs.site, work, environment)
    makeable = [secret for secret in site.cluster.secrets if secret.kind != life.GIVEN]
    return tuple(secret.name for secret in makeable if life.generate(secret, keeper, random))


def _commit(begun: Begun, work: Path, name: str, environment: Mapping[str, str]) -> None:
    """Begin a repository and commit. What git cannot do is a remark: the site is there all the same."""
    repository = wiring.repository(work, environment)
    if not repository.available():
        begun.remarks.append("git is not installed here: keep the site in version control where it is")
        return
    above = repository.root()
    if above:
        begun.remarks.append(f"it lies in the git repository {above}: commit it there")
        return
    try:
        repository.begin()
        if not repository.identity():
            begun.remarks.append("git does not know your name: nothing is committed yet. Say it, then commit:")
            begun.remarks.extend(_IDENTITY)
            return
        repository.commit(f"Begin the site {name}")
        begun.committed = True
    except Refused as refused:
        said = [line for problem in refused.problems for line in (problem.message, *problem.advice)]
        begun.remarks.append(f"nothing is committed yet: {'; '.join(said)}")


_IDENTITY = (
    '    git config --global user.name "YOUR NAME"',
    "    git config --global user.email YOU@EXAMPLE.ORG",
    '    git add -A && git commit -m "Begin the site"',
)


def _move(work: Path, folder: Path) -> None:
    """Into place by one rename; into an empty folder that was there, file by file, site.yaml last.

    What somebody else put there meanwhile is never replaced.
    """
    if not work.is_relative_to(folder.absolute()):
        work.rename(folder)
        return
    moved: list[Path] = []
    try:
        for name in sorted((entry.name for entry in work.iterdir()), key=lambda name: name == SITE):
            if os.path.lexists(folder / name):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
            (work / name).rename(folder / name)
            moved.append(folder / name)
    except BaseException:
        for path in reversed(moved):
            path.rename(work / path.name)
        raise


def _unwritable(folder: Path, error: OSError) -> Problem:
    reason = (error.strerror or "error").lower()
    advice = ("nothing was written; free space or name a folder where you may write",)
    return Problem("init-unwritable", f"{folder} cannot be made: {reason}", subject="init", advice=advice)


def public_keys(text: str, name: str) -> tuple[str, ...]:
    """The ssh public keys in a file's text. Raises Refused when there is none, or a private one."""
    if "PRIVATE KEY" in text:
        raise Refused(_no_key(f"{name} is a private key", f"the public one is usually {name}.pub"))
    keys = tuple(line.strip() for line in text.splitlines() if _is_key(line.strip()))
    if not keys:
        form = "a public key is one line that begins with ssh-ed25519, ssh-rsa or ecdsa-sha2-…"
        raise Refused(_no_key(f"{name} holds no ssh public key", form))
    return keys


def _no_key(message: str, advice: str) -> Problem:
    return Problem("init-key", message, subject="init", advice=(advice, "nothing was written"))


def _is_key(line: str) -> bool:
    words = line.split()
    return len(words) > 1 and words[0].startswith(("ssh-", "ecdsa-sha2-", "sk-")) and words[1].startswith("AAAA")


def answered(chosen: Mapping[str, str], asked: Sequence[Question]) -> tuple[dict[str, str], list[str]]:
    """Answers to every question, defaults where none was chosen; and what is wrong with those that were.

    After the first that is wrong, the others are looked at by themselves only: they may be right beside what was meant.
    """
    answers: dict[str, str] = {}
    wrong: list[str] = []
    for question in asked:
        value = chosen.get(question.key)
        reason = question.objection(value, None if wrong else answers) if value is not None else ()
        if reason:
            wrong.append("; ".join(reason))
        answers[question.key] = question.default(answers) if value is None or reason else value
    return answers, wrong
