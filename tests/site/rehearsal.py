"""The test site: its definition generated, and its machines with the addresses, names and Puppet code they need.

`python -m tests.site.rehearsal NODE…` takes machines up and applies to each, twice and without a server, what the
classifier says of it: for whoever writes a module.

Machines are of the release of Debian that their definition names: 12, or with the environment variable
REHEARSAL_DEBIAN=13 that.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from clusterdef import languages
from clusterdef.drivers.secret_file import FileSecrets
from clusterdef.secrets.handed import Handed
from clusterdef.site import load
from tests.puppet.module import HOME
from tests.site.lan import Lan, lan
from tests.site.machine import Machine, machine, stop
from tests.site.root import base

ROOT = Path(__file__).parents[2]
CLUSTER = Path(__file__).with_name("cluster")
TREE = "/srv/clusterdef/current"
CODE = "/etc/puppet/code/environments/production"
NETWORKS = {
    "private": {
        "head": "10.10.0.1",
        "puppet": "10.10.0.2",
        "ldap": "10.10.0.3",
        "proxy": "10.10.0.4",
        "nfs": "10.10.0.5",
        "int1": "10.10.1.1",
        "worker01": "10.10.2.1",
        "worker02": "10.10.2.2",
    },
    "public": {"head": "192.0.2.10", "proxy": "192.0.2.11", "nfs": "192.0.2.12", "int1": "192.0.2.21"},
}
LENGTH = {"private": 16, "public": 24}
HOSTS = frozenset({"head"})
"""Machines with virtual ones on them: where others have a card, they have a bridge whose port it is."""
DOMAIN = "rehearsal.internal"
DEBIAN = os.environ.get("REHEARSAL_DEBIAN", "12")
NEWER = (
    ("os: debian12}", f"os: debian{DEBIAN}}}"),
    ("\nos:\n", f"\nos:\n  debian{DEBIAN}: {{family: debian, release: {DEBIAN}, media: debian{DEBIAN}-netinst}}\n"),
)
"""How the definition is changed where it is to be on another release than its own."""


@dataclass(frozen=True)
class Rehearsal:
    """The site's folder, with what was generated there."""

    folder: Path

    @property
    def tree(self) -> Path:
        """The current generation."""
        return self.folder / "generated" / "current"

    @cached_property
    def _releases(self) -> dict[str, str]:
        cluster = load(self.folder / "site.yaml").cluster
        assert cluster
        return {node.name: node.os.major for node in cluster.nodes.values() if node.os}

    def base(self, name: str) -> Path:
        """The root file system below this machine's own layer."""
        return base(self._releases[name])

    def clusterdef(self, *arguments: str) -> str:
        """What a command of ours prints for this site."""
        command = [sys.executable, "-m", "clusterdef", *arguments]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=300, check=False)
        if done.returncode:
            raise RuntimeError(f"clusterdef {' '.join(arguments)}\n{done.stdout}\n{done.stderr}")
        return done.stdout


def rehearsal(folder: Path, more: Callable[[Path], object] = lambda folder: None) -> Rehearsal:
    """The site, copied to `folder`, with what `more` does there and its secrets, generated."""
    shutil.copytree(CLUSTER, folder, dirs_exist_ok=True)
    if DEBIAN != "12":
        reword(folder / "site.yaml", *NEWER)
    more(folder)
    made = Rehearsal(folder)
    made.clusterdef("secret", "generate", "--all")
    made.clusterdef("generate")
    return made


def reword(file: Path, *pairs: tuple[str, str]) -> None:
    """Put each second text in the place of the first, which is there once."""
    text = file.read_text("utf-8")
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    file.write_text(text, "utf-8")


def plugged(network: Lan, one: Machine, number: int) -> None:
    """Put the machine on its networks, as its definition says."""
    for name, addresses in NETWORKS.items():
        if one.name in addresses:
            bridge = f"br-{name}" if one.name in HOSTS else ""
            network.plug(one.space, number, name, f"{name}0", (f"{addresses[one.name]}/{LENGTH[name]}",), bridge)


def filled(text: str, site: Rehearsal) -> str:
    """The text with this site's secrets in their slots."""
    return languages.filled(text, Handed(FileSecrets(site.folder / "secrets"), "rehearsal", secrets.token_bytes))


def furnish(one: Machine, site: Rehearsal, only: frozenset[str] = frozenset()) -> None:
    """Names, and what a machine needs to apply its configuration without a server (before it starts).

    With `only`, it is given these classes alone.
    """
    # A file system that the layout of workers makes when they are installed.
    (one.root / "scratch").mkdir(exist_ok=True)
    # Its second name, which every installation has: systemd 257 may forget a service that gets one while it runs.
    (one.root / "etc/systemd/system/sshd.service").symlink_to("/lib/systemd/system/ssh.service")
    one.write("/etc/hosts", (site.tree / "hosts" / "hosts").read_bytes())
    code = one.root / CODE.lstrip("/")
    skip = shutil.ignore_patterns("spec", "__pycache__", "module.json", "README.md", "*.py")
    shutil.copytree(ROOT / "puppet" / "modules", code / "modules", dirs_exist_ok=True, ignore=skip)
    one.write(f"{CODE}/hiera.yaml", (site.tree / "puppet" / "hiera.yaml").read_bytes())
    certname = f"{one.name}.{DOMAIN}"
    data = (site.tree / f"puppet/data/nodes/{certname}.yaml").read_text("utf-8")
    one.write(f"{CODE}/data/nodes/{certname}.yaml", filled(data, site), 0o600)
    told = json.loads((site.tree / f"enc/{certname}.json").read_bytes())
    if only:
        told["classes"] = {name: value for name, value in told["classes"].items() if name in only}
    one.write(f"/root/{certname}.json", json.dumps(told))
    tree = shutil.copytree(site.tree, one.root / TREE.lstrip("/"), symlinks=True)
    directory = tree / "ldap" / "config.ldif"
    directory.write_text(filled(directory.read_text("utf-8"), site), "utf-8")
    one.write("/etc/puppet/fileserver.conf", f"[site]\n  path {TREE}\n")
    one.write("/root/classify", f'#!/bin/sh\nexec cat "/root/{certname}.json"\n', 0o755)


APPLY = (
    *("puppet", "apply", "--detailed-exitcodes", "--color", "false", "--node_terminus", "exec"),
    *("--external_nodes", "/root/classify", "--environment", "production", "-e", ""),
)


def apply(one: Machine, limit: float = 300) -> tuple[int, str]:
    """One run without a server: Puppet's detailed exit code (0: as it was, 2: changed, 4 and 6: failures) and text."""
    done = one.run(*APPLY, "--certname", f"{one.name}.{DOMAIN}", check=False, limit=limit)
    return done.returncode, done.stdout + done.stderr


def well(one: Machine, module: str, check: str, address: str = "") -> bool:
    """Whether this check of the module's is content on that machine."""
    line = json.loads((HOME / module / "module.json").read_text("utf-8"))["checks"][check]["run"]
    return one.run("sh", "-c", line.replace("{address}", address), check=False).returncode == 0


@contextmanager
def machines(
    names: Sequence[str],
    site: Rehearsal,
    place: Path,
    only: frozenset[str] = frozenset(),
    before: Callable[[Machine], object] = lambda one: None,
) -> Iterator[dict[str, Machine]]:
    """Those machines, running; `before` is done to each before it starts."""
    with ExitStack() as stack:
        network = stack.enter_context(lan(tuple(NETWORKS)))
        found = {}
        for number, name in enumerate(names):
            one = stack.enter_context(machine(name, site.base(name), place / name))
            plugged(network, one, number)
            furnish(one, site, only)
            before(one)
            one.boot()
            found[name] = one
        try:
            yield found
        finally:
            stop(found.values())


def main() -> int:
    """Apply twice on each machine named; the first failure stops it, with a shell when asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("nodes", nargs="+", help="machines, such as worker01")
    parser.add_argument("--shell", action="store_true", help="a shell on the last machine before it goes")
    parser.add_argument("--run", default="", help="a command for sh on the last machine before it goes")
    parser.add_argument("--only", default="", help="classes, with commas: these alone instead of all that it has")
    chosen = parser.parse_args()
    only = frozenset(filter(None, chosen.only.split(",")))
    worst = 0
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as scratch:
        site = rehearsal(Path(scratch) / "site")
        with machines(chosen.nodes, site, Path(scratch), only) as found:
            for name, one in found.items():
                for turn in ("first", "second"):
                    code, text = apply(one)
                    print(f"== {name}, {turn} run: {code}\n{text}")
                    worst = max(worst, code if turn == "second" else code & 4)
            if chosen.run:
                print(one.run("sh", "-c", chosen.run, check=False).stdout)
            if chosen.shell:
                subprocess.run(["nsenter", "-t", str(one.first), "-m", "-u", "-i", "-n", "-p", "-r", "-w"], check=False)
    return worst


if __name__ == "__main__":
    sys.exit(main())
