"""Eyaml: the pair of keys for which Puppet's secrets are encrypted, and how its private half gets to the server."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

from clusterdef import wiring
from clusterdef.flows.parts import CONFIGURATION
from clusterdef.model import Recipient
from clusterdef.ports.sealer import KeyPair, Sealer
from clusterdef.ports.secrets import read_only
from clusterdef.problem import Problem, Refused
from clusterdef.secrets.life import FORMER_SUFFIX, PRIVATE_KEY
from clusterdef.verbs.secret import Asked


@dataclass(frozen=True, slots=True)
class Pair:
    """How it stands: the certificate's file, whether it was made now, whether the keeper has the private key, and the
    commands that bring that to each server."""

    file: Path
    made: bool
    held: bool
    bring: tuple[str, ...]


def pair(found: Asked, new: bool = False) -> Pair:
    """The site's pair of keys, made when there is no certificate yet, or with `new`.

    Raises Refused when the site does not say where the certificate is, when the keeper is only read, and when the two
    halves do not go together.
    """
    file = found.site.folder / _named(found)
    made = new or not file.exists()
    if made:
        _make(found, file, wiring.sealer())
    recipient = Recipient(_text(file))
    held = found.keeper.get(PRIVATE_KEY)
    if held is not None and not made:
        _agree(found, KeyPair(recipient.pem, held), file, wiring.sealer())
    return Pair(file, made, held is not None, tuple(_bring(found, recipient)))


def _named(found: Asked) -> str:
    """The path of the certificate, as the site says it."""
    site = found.site.inputs.site
    name = site.data["secrets"].get("eyaml")
    if isinstance(name, str) and ("secrets", "eyaml") not in found.site.inputs.broken:
        return name
    advice = ("add to `secrets:`   eyaml: eyaml.pem",)
    message = f"{site.file} does not say where the certificate is that secrets are encrypted for"
    raise Refused(Problem("eyaml-unsaid", message, site.mark("secrets"), advice=advice, path="secrets"))


def _make(found: Asked, file: Path, sealer: Sealer) -> None:
    """The private half is kept before the other is written: stopped between, nothing is encrypted for nobody."""
    keeper = found.keeper
    if not keeper.writable:
        words = "openssl req -x509 -newkey rsa:3072 -nodes -days 36500 -subj /CN=eyaml -keyout KEY -out"
        raise read_only(keeper.place, f"make the pair yourself, and keep KEY away from here:   {words} {file.name}")
    cluster = found.cluster
    made = sealer.pair(f"secrets of {cluster.name}" if cluster and cluster.name else "secrets")
    former = keeper.get(PRIVATE_KEY)
    if former is not None:
        keeper.set(PRIVATE_KEY + FORMER_SUFFIX, former)
    keeper.set(PRIVATE_KEY, made.private_key.rstrip(b"\n"))
    new = file.with_name(f".{file.name}.new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(made.certificate)
        new.replace(file)
    except OSError as error:
        raise Refused(_unwritable(file, error)) from error


def _text(file: Path) -> str:
    """A certificate that can be encrypted for."""
    try:
        text = file.read_text("utf-8", "replace")
    except OSError as error:
        raise Refused(_unwritable(file, error)) from error
    if Recipient(text).der:
        return text
    advice = ("make a new pair:   clusterdef secret eyaml --new",)
    message = f"{file.name} holds no certificate for an RSA key"
    raise Refused(Problem("no-certificate", message, subject=str(file), advice=advice))


def _agree(found: Asked, both: KeyPair, file: Path, sealer: Sealer) -> None:
    if not sealer.fits(both):
        advice = (
            "take the certificate that goes with it from git, or make a new pair:   clusterdef secret eyaml --new",
        )
        message = f"{PRIVATE_KEY} in {found.keeper.place} is not the private key of {file.name}"
        raise Refused(Problem("secrets-apart", message, subject=file.name, advice=advice))


def _bring(found: Asked, recipient: Recipient) -> list[str]:
    """What brings the key to each server of the site, by ssh; for somebody else's, what is done there."""
    install = f"install -D -o puppet -g puppet -m 0400 /dev/stdin {recipient.private_key}"
    show = f"clusterdef secret show --force {PRIVATE_KEY}"
    servers = found.cluster.providers(CONFIGURATION) if found.cluster else ()
    lines = [f"{show} | ssh root@{server.reached_at} {shlex.quote(install)}" for server in servers]
    return lines or [f"{show} | ssh root@SERVER {shlex.quote(install)}"]


def _unwritable(file: Path, error: OSError) -> Problem:
    message = f"{file} cannot be read or written: {(error.strerror or 'error').lower()}"
    return Problem("secrets-certificate", message, subject=str(file), advice=(f"look at it:   ls -l {file}",))
