"""Which driver stands behind which port, for one site. Drivers are imported here, when they are used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from clusterdef.code_source import FOLDER, FORGE, GIT
from clusterdef.ports.certificates import Certificates
from clusterdef.ports.compiler import Compiler
from clusterdef.ports.handover import Handover
from clusterdef.ports.jobs import Jobs
from clusterdef.ports.machine import Machine
from clusterdef.ports.origin import Origin
from clusterdef.ports.prompt import Prompt
from clusterdef.ports.reports import Reports
from clusterdef.ports.repository import Repository
from clusterdef.ports.sealer import Sealer
from clusterdef.ports.seals import Seals
from clusterdef.ports.secrets import Secrets
from clusterdef.ports.tokens import Tokens
from clusterdef.problem import Problem, Refused
from clusterdef.schema import flat
from clusterdef.source import Document

HANDOVER = Path("/var/lib/clusterdef-handout")
"""From where the head's web server hands each machine its token."""
TOKENS = Path("/var/lib/clusterdef/tokens")
"""Where a configuration server keeps the hashes of tokens, as its module makes it."""

SEALED = ".sealed"
"""The file of what was encrypted, beside the generations."""


def secrets(site: Document, folder: Path, environment: Mapping[str, str]) -> Secrets:
    """The keeper that the site's `secrets:` names. Raises Refused, with its place, when it says too little."""
    said = site.data.get("secrets") if isinstance(site.data, dict) else None
    if not isinstance(said, dict):
        raise Refused(_unsaid(site))
    maker = KEEPERS.get(said.get("provider", ""))
    found = maker(said, folder, environment) if maker else None
    if found is None:
        raise Refused(_unclear(site, said))
    return found


def secrets_folder(site: Document, folder: Path) -> Path | None:
    """The directory of secrets, for a site that keeps them in one."""
    said = site.data.get("secrets") if isinstance(site.data, dict) else None
    return _folder(said, folder) if isinstance(said, dict) and said.get("provider") == "file" else None


def sealer() -> Sealer:
    """What encrypts secrets: the program openssl of this machine."""
    from clusterdef.drivers.openssl_sealer import OpensslSealer

    return OpensslSealer()


def seals(root: Path) -> Seals:
    """What was encrypted the last time, beside the generations in `root`."""
    from clusterdef.drivers.seal_file import SealFile

    return SealFile(root / SEALED)


def repository(folder: Path, environment: Mapping[str, str]) -> Repository:
    """The version control of a folder."""
    from clusterdef.drivers.git import Git

    return Git(folder, environment)


def machine(name: str, host: str, tree: str, here: bool, ssh_config: Path | None) -> Machine:
    """The machine that reads a published tree: this one, or another by ssh."""
    from clusterdef.drivers.live_tree import LiveTree
    from clusterdef.drivers.shell import Shell, by_ssh

    advice = (f"try it:   ssh root@{host} true", f"or leave it out for now:   clusterdef publish --without {name}")
    return LiveTree(name, tree, Shell() if here else by_ssh(host, ssh_config), () if here else advice)


def prompt(name: str, host: str, here: bool, ssh_config: Path | None) -> Prompt:
    """The prompt of a machine: this one, or another by ssh as root."""
    from clusterdef.drivers.prompt import ShellPrompt
    from clusterdef.drivers.shell import Shell, by_ssh

    return ShellPrompt(name, Shell() if here else by_ssh(host, ssh_config))


def compiler() -> Compiler:
    """What compiles catalogs: the Puppet that is installed here."""
    from clusterdef.drivers.puppet_compiler import PuppetCompiler

    return PuppetCompiler()


def origins(said: Mapping[str, Any], folder: Path, environment: Mapping[str, str]) -> Mapping[str, Origin]:
    """Whoever fetches Puppet code from each kind of place; `said` is the site's section `modules`."""
    from clusterdef.drivers.folder_origin import FolderOrigin
    from clusterdef.drivers.forge_origin import ForgeOrigin
    from clusterdef.drivers.git_origin import GitOrigin

    return {
        FOLDER: FolderOrigin(folder),
        FORGE: ForgeOrigin(said.get("forge", "")),
        GIT: GitOrigin(environment, said.get("mirrors", {})),
    }


def handover(node: str, host: str, folder: Path, here: bool, ssh_config: Path | None) -> Handover:
    """Where tokens are handed out: on this machine, or on another by ssh."""
    from clusterdef.drivers.handover import HandoverDirectory
    from clusterdef.drivers.shell import Shell, by_ssh

    return HandoverDirectory(node, folder, Shell() if here else by_ssh(host, ssh_config))


def tokens(server: str, host: str, folder: Path, here: bool, ssh_config: Path | None) -> Tokens:
    """The directory of the certificate authority's tokens: on this machine, or on another by ssh."""
    from clusterdef.drivers.shell import Shell, by_ssh
    from clusterdef.drivers.tokens import TokenDirectory

    return TokenDirectory(server, folder, Shell() if here else by_ssh(host, ssh_config))


def configuration_server(
    name: str, host: str, here: bool, ssh_config: Path | None
) -> tuple[Certificates, Reports, Tokens]:
    """The three parts of a configuration server that others see: on this machine, or on another by ssh."""
    from clusterdef.drivers.configuration_server import ConfigurationServer
    from clusterdef.drivers.puppetca import PuppetCa
    from clusterdef.drivers.report_files import ReportFiles
    from clusterdef.drivers.shell import Shell, by_ssh

    server = ConfigurationServer(name, Shell() if here else by_ssh(host, ssh_config))
    return PuppetCa(server), ReportFiles(server), tokens(name, host, TOKENS, here, ssh_config)


def jobs(folder: Path, work: str) -> Jobs:
    """The records of one kind of work on this machine; `work` is the word for it: `recovering`."""
    from clusterdef.drivers.job_files import JobFiles

    return JobFiles(folder, work)


def _folder(said: Mapping[str, Any], folder: Path) -> Path | None:
    path = said.get("path")
    if not isinstance(path, str):
        return None
    try:
        return folder.absolute() / Path(path).expanduser()
    except RuntimeError as error:
        advice = ("write the path out, from / on",)
        raise Refused(
            Problem("keeper-unclear", f"whose home directory is meant by {path}?", advice=advice, subject="secrets")
        ) from error


def _file(said: Mapping[str, Any], folder: Path, environment: Mapping[str, str]) -> Secrets | None:
    from clusterdef.drivers.secret_file import FileSecrets

    path = _folder(said, folder)
    return FileSecrets(path) if path else None


def _environment(said: Mapping[str, Any], folder: Path, environment: Mapping[str, str]) -> Secrets | None:
    from clusterdef.drivers.secret_environment import EnvironmentSecrets

    prefix = said.get("prefix", flat("site")["properties"]["secrets"]["properties"]["prefix"]["default"])
    return EnvironmentSecrets(environment, prefix) if isinstance(prefix, str) else None


def _command(said: Mapping[str, Any], folder: Path, environment: Mapping[str, str]) -> Secrets | None:
    from clusterdef.drivers.secret_command import CommandSecrets

    words = said.get("command")
    return CommandSecrets([str(word) for word in words], folder) if isinstance(words, list) and words else None


KEEPERS: Mapping[str, Callable[[Mapping[str, Any], Path, Mapping[str, str]], Secrets | None]] = {
    "file": _file,
    "environment": _environment,
    "command": _command,
}
"""`provider` -> the keeper; None when the rest of `secrets:` does not say enough."""

WANTED = {"file": "path: secrets", "command": "command: [pass, show, cluster/{name}]"}


def _unsaid(site: Document) -> Problem:
    advice = ("add to it:   secrets: {provider: file, path: /etc/clusterdef/secrets}",)
    return Problem(
        "keeper-unclear", f"{site.file} does not say where secrets are kept", subject="secrets", advice=advice
    )


def _unclear(site: Document, said: Mapping[str, Any]) -> Problem:
    provider = str(said.get("provider", ""))
    wanted = WANTED.get(provider, "provider: file, path: secrets")
    advice = (f"for example   secrets: {{provider: {provider or 'file'}, {wanted}}}",)
    message = (
        f"secrets: provider {provider} does not say enough" if provider in KEEPERS else "secrets: no such provider"
    )
    return Problem("keeper-unclear", message, site.mark("secrets"), advice=advice, path="secrets")
