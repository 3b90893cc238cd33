"""`clusterdef secret`: list, make, keep, rotate and check secrets. Only `show` ever prints one."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from clusterdef.cli import exits, place
from clusterdef.cli.terminal import say, show_problems, tint
from clusterdef.problem import counts, has_errors, listing

if TYPE_CHECKING:
    from clusterdef.verbs.secret import Asked, Row


BMC = "bmc"
"""Who asks for a password that no module asks for."""


@click.group("secret")
def command() -> None:
    """Passwords, tokens and keys: which the roles ask for, which are there, and how to make or change them.

    Their names come from the site; `secrets:` in site.yaml says where they are kept. No secret is ever printed,
    except by `show`.
    """


def _asked(site: str | None) -> Asked:
    from clusterdef.verbs.secret import asked

    return asked(place.find(site), os.environ)


def _complete(site: str | None) -> Asked:
    from clusterdef.verbs.secret import complete

    return complete(_asked(site))


@command.command("list")
@place.option
def list_(site: str | None) -> int:
    """List all secrets and who asks for them."""
    from clusterdef.verbs.secret import rows

    found = _complete(site)
    listed = rows(found)
    _table(listed)
    there = sum(row.held for row in listed)
    say(f"{there} of {len(listed)} secrets are in {found.keeper.place}")
    return exits.FINE


@command.command("missing")
@place.option
def missing(site: str | None) -> int:
    """List the secrets that are missing.

    Exit code 0 when all are there, 1 when some are missing.
    """
    from clusterdef.verbs.secret import rows

    found = _complete(site)
    gone = [row for row in rows(found) if not row.held]
    if not gone:
        say(f"nothing is missing: {found.keeper.place} has all {len(found.secrets)} secrets")
        return exits.FINE
    _table(gone)
    say(f"{len(gone)} of {len(found.secrets)} secrets are missing in {found.keeper.place}")
    _next(gone, found.keeper.writable)
    return exits.DEFINITION


def _table(rows: Sequence[Row]) -> None:
    width = max((len(row.name) for row in rows), default=0)
    for row in rows:
        state = tint(f"{'there':<8}", "green") if row.held else tint(f"{'missing':<8}", "yellow")
        users = listing((_user(user) for user in row.users), 4) or "nobody asks for it"
        say(f"  {row.name:<{width}}  {row.kind:<9} {state} {users}")


def _user(user: str) -> str:
    module, dot, _ = user.partition(".")
    return f"module {module}" if dot else "management controllers" if user == BMC else user


def _next(gone: Sequence[Row], writable: bool) -> None:
    if not writable:
        return
    lines = []
    if any(row.kind != "given" for row in gone):
        lines.append("clusterdef secret generate --all     to make them")
    first = next((row.name for row in gone if row.kind == "given"), gone[0].name)
    lines.append(f"clusterdef secret set {first}     to give one that exists already")
    say("next: " + "\n      ".join(lines))


@command.command("set")
@click.argument("name")
@place.option
@click.option(
    "--stdin", "piped", is_flag=True, help="read it from standard input; one line end at its end is not part of it"
)
@click.option("--force", is_flag=True, help="keep it even if nobody asks for that name")
def set_(name: str, site: str | None, piped: bool, force: bool) -> int:
    """Keep a secret that you have. It is asked for twice, and not shown.

    When there was another one, that stays as the former value until `secret rotate --done NAME`.
    """
    from clusterdef.verbs.secret import replace

    found = _asked(site)
    if not force and found.sound:
        found.wanted(name)
    changed = replace(found, name, _piped() if piped else _typed(name), force)
    say(f"{name} is kept in {found.keeper.place}" if changed else f"{name} is that already: nothing changed")
    return exits.FINE


def _piped() -> bytes:
    from clusterdef.ports.secrets import LARGEST, without_line_end

    return without_line_end(sys.stdin.buffer.read(LARGEST + 2))


def _typed(name: str) -> bytes:
    if not sys.stdin.isatty():
        raise click.UsageError(f"there is no terminal to ask at: give it with   clusterdef secret set {name} --stdin")
    typed: str = click.prompt(name, hide_input=True, confirmation_prompt="once more", err=True)
    return typed.encode("utf-8", "surrogateescape")


@command.command("generate")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--all", "everything", is_flag=True, help="all that are missing")
@place.option
def generate(names: tuple[str, ...], everything: bool, site: str | None) -> int:
    """Make secrets that are missing.

    A password can be read and typed, a token is for programs, a key is 1024 random bytes in base64. A secret that is
    there already is left as it is.
    """
    from clusterdef.verbs import secret

    if bool(names) is everything:
        raise click.UsageError("name the secrets to make, or say --all for all that are missing")
    found = _complete(site)
    done = secret.generate(found, names)
    _say_list(f"made in {found.keeper.place}", done.made)
    _say_list("there already, and left as they are (a new one: clusterdef secret rotate NAME)", done.there)
    _say_list("only others can issue these: clusterdef secret set NAME", done.given)
    if not (done.made or done.there or done.given):
        say(f"nothing is missing: {found.keeper.place} has all {len(found.secrets)} secrets")
    _say_controllers(found, done.made)
    return exits.FINE


def _say_list(what: str, names: Sequence[str]) -> None:
    if names:
        say(f"{what}:")
        for name in names:
            say(f"  {name}")


def _say_controllers(found: Asked, names: Sequence[str]) -> None:
    """A management controller has a password already; ours must be the same."""
    for name in names:
        if found.secrets[name].users == (BMC,):
            say(f"the management controllers do not know {name} yet: give it to them, or keep theirs here with")
            say(f"      clusterdef secret set {name}")


@command.command("rotate")
@click.argument("name")
@click.option("--done", is_flag=True, help="every machine has the present one: let the former value go")
@place.option
def rotate(name: str, done: bool, site: str | None) -> int:
    """Make a new secret in place of an old one.

    The nodes that need it are listed. The old one is kept as the former value, because machines go on using it until
    they have the new one.
    """
    from clusterdef.verbs import secret

    if done:
        gone = secret.settle(_asked(site), name)
        say(f"the former value of {name} is gone" if gone else f"{name} has no former value")
        return exits.FINE
    found = _complete(site)
    nodes = secret.rotate(found, name)
    say(f"{name} is new in {found.keeper.place}; the former value is kept beside it")
    say(f"it goes to: {secret.folded(nodes)}")
    say(f"next: clusterdef secret rotate --done {name}     when all of them have it")
    _say_controllers(found, [name])
    return exits.FINE


@command.command("show")
@click.argument("name")
@click.option("--force", is_flag=True, help="print it even where standard output is a file or a pipe")
@place.option
def show(name: str, force: bool, site: str | None) -> int:
    """Print one secret on the terminal."""
    from clusterdef.verbs import secret

    if not (force or sys.stdout.isatty()):
        raise click.UsageError(f"{name} would go into a file or a pipe: say --force when that is meant")
    value = secret.show(_asked(site), name)
    sys.stdout.buffer.write(value + b"\n")
    sys.stdout.flush()
    return exits.FINE


@command.command("eyaml")
@click.option("--new", is_flag=True, help="make a new pair in the place of the one that is there")
@place.option
def eyaml(new: bool, site: str | None) -> int:
    """Make the pair of keys for which Puppet's secrets are encrypted, or tell how it stands.

    `secrets: eyaml:` in site.yaml names the file of the certificate, which is no secret and goes into git. The private
    key is kept with the other secrets; the command that brings it to the configuration server is printed.
    """
    from clusterdef.secrets.life import PRIVATE_KEY
    from clusterdef.verbs.eyaml import pair

    found = _asked(site)
    done = pair(found, new)
    name = os.path.relpath(done.file)
    say(f"{name} {'is new' if done.made else 'is there'}: Puppet's secrets are encrypted for it")
    if done.held:
        say(f"its private key is {PRIVATE_KEY} in {found.keeper.place}; the server needs it, once:")
        for line in done.bring:
            say(f"      {line}")
    else:
        say(f"its private key is not in {found.keeper.place}; whoever has it brings it to the server")
    if done.made:
        say(f"next: commit {name}, then clusterdef generate and clusterdef publish")
    return exits.FINE


@command.command("check")
@place.option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "line", "json"]),
    default="text",
    help="text for people, a line each for editors, JSON for programs",
)
def check(site: str | None, form: str) -> int:
    """Tell what is wrong with the secrets.

    Missing, weak, empty or alike, readable by others, in git, left over.

    Exit code 0 when there are no errors (warnings and notes may be there), 1 when there are.
    """
    from clusterdef.verbs.secret import problems

    found = _complete(site)
    wrong = problems(found)
    show_problems(wrong, form)
    if form == "text":
        say(f"{counts(wrong)} in {len(found.secrets)} secrets in {found.keeper.place}")
    return exits.DEFINITION if has_errors(wrong) else exits.FINE
