"""`clusterdef init`: a few questions on a terminal, flags elsewhere, and a site that works as it is."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from clusterdef.cli import exits
from clusterdef.cli.terminal import say
from clusterdef.initial import ASKED
from clusterdef.problem import Problem, Refused

if TYPE_CHECKING:
    from clusterdef.initial.question import Question
    from clusterdef.verbs.init import Begun

KEYS = "id_*.pub"
"""The user's own public keys, in ~/.ssh."""


def _flags(command: Callable[..., Any]) -> Callable[..., Any]:
    for key, text in reversed(tuple(ASKED.items())):
        command = click.option(f"--{key}", help=text)(command)
    return command


@click.command("init")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@_flags
@click.option(
    "--ssh-key",
    "keys",
    multiple=True,
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="the administrator's ssh public key; by default those in ~/.ssh",
)
@click.option("--no-git", is_flag=True, help="make no git repository")
@click.option("-y", "--yes", is_flag=True, help="ask nothing: defaults where no flag says otherwise")
def command(folder: Path, keys: Sequence[Path], no_git: bool, yes: bool, **flags: str | None) -> int:
    """Begin a site in DIR: a commented site.yaml, an inventory, secrets, a git repository.

    On a terminal it asks a few questions; each has a default, and a flag that answers it.
    """
    from clusterdef.verbs.init import Wish, answered, begin, questions_for

    asked = questions_for(folder)
    chosen = {key.replace("_", "-"): value for key, value in flags.items() if value is not None}
    answers, wrong = answered(chosen, asked)
    if wrong:
        raise click.UsageError("\n       ".join(wrong))
    asking = not yes and sys.stdin.isatty() and sys.stdout.isatty()
    if asking:
        answers = _ask(asked, chosen)
    files = _key_files(keys, answers["admin"], asking)
    begun = begin(Wish(folder, answers, _keys(files), not no_git), os.environ)
    _tell(begun, files, answers["admin"])
    return exits.FINE


def _ask(asked: Sequence[Question], chosen: Mapping[str, str]) -> dict[str, str]:
    say("Enter takes what stands in brackets; everything can be changed in site.yaml later.")
    answers: dict[str, str] = {}
    for question in asked:
        answers[question.key] = chosen.get(question.key) or _prompt(question, answers)
    return answers


def _prompt(question: Question, answers: Mapping[str, str]) -> str:
    def checked(value: str) -> str:
        value = value.strip()
        reason = question.objection(value, answers)
        if reason:
            raise click.UsageError("\n       ".join(reason))
        return value

    answer: str = click.prompt(f"  {question.text}", default=question.default(answers), value_proc=checked)
    return answer


def _key_files(given: Sequence[Path], admin: str, asking: bool) -> list[Path]:
    """The files named; without any the user's own, and where there are none, what is answered."""
    if given:
        return list(given)
    found = sorted(Path.home().joinpath(".ssh").glob(KEYS))
    if found or not asking:
        return found
    question = f"  file with {admin}'s ssh public key (Enter: later)"
    answer: str = click.prompt(question, default="", show_default=False, value_proc=_key_file)
    return [Path(answer)] if answer else []


def _key_file(value: str) -> str:
    path = value.strip()
    if path:
        path = str(Path(path).expanduser())
        try:
            _keys([Path(path)])
        except Refused as refused:
            lines = [line for problem in refused.problems for line in (problem.message, *problem.advice)]
            raise click.UsageError("\n       ".join(lines)) from refused
    return path


def _keys(files: Sequence[Path]) -> tuple[str, ...]:
    from clusterdef.verbs.init import public_keys

    return tuple(dict.fromkeys(key for file in files for key in public_keys(_text(file), str(file))))


def _text(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return opened.read(1 << 20).decode("utf-8", "replace")
    except OSError as error:
        reason = (error.strerror or "error").lower()
        advice = ("name another file with --ssh-key; nothing was written",)
        raise Refused(Problem("init-key", f"{file} cannot be read: {reason}", subject="init", advice=advice)) from error


def _tell(begun: Begun, files: Sequence[Path], admin: str) -> None:
    cluster = begun.site.cluster
    assert cluster
    say(f"{cluster.name}: {len(cluster.nodes)} machines in {begun.folder / 'site.yaml'}")
    if files:
        say(f"  ssh       {admin} has the key of {', '.join(str(file) for file in files)}")
    else:
        place = begun.folder / "ssh" / f"{admin}.pub"
        say(f"  ssh       nobody has a key yet: put one into {place}, and say so under `admins:`")
    kept = begun.folder / "secrets"
    say(f"  secrets   {len(begun.secrets)} made in {kept}, for you alone: keep a copy in a safe place")
    if begun.committed:
        say("  git       a repository with a first commit; secrets and generated files stay out of it")
    for remark in begun.remarks:
        say(f"{'' if remark.startswith(' ') else '  note':<12}{remark}")
    say()
    if begun.folder.absolute() != Path.cwd():
        say(f"next: cd {begun.folder}")
    say("      clusterdef check        site.yaml works as it is: make it yours, and see what does not fit")
    say("      clusterdef generate     every file that deploys it")
