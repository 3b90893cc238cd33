"""A site in git, a folder that stands for /srv/clusterdef, and a way to publish into it. Nothing here asserts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clusterdef.source import load_yaml

SITE = """\
clusterdef: 1
cluster: {{name: mini, os: el9}}
publish: {{tree: {tree}, puppet: {puppet}}}
networks:
  inner: {{subnet: 10.77.0.0/24, gateway: head, domain: mini.internal, dhcp: managed, names: managed, boot: true}}
os: {{el9: {{family: el, release: 9.6, media: el9-dvd, repos: [openvox8]}}}}
external:
  campus: {{provides: [{campus}], at: [services.example.edu]}}
nodes:
  head: {{role: head, net: {{inner: {{address: 10.77.0.1, interface: {interface}}}}}}}
  {server}{nodes}: {{role: plain, net: {{inner: 10.77.0.11+}}}}
inventory: hardware.csv
secrets: {{provider: file, path: {secrets}{eyaml}}}
"""
SERVER = "puppet: {role: puppet, net: {inner: 10.77.0.2}, parameters: {puppet_server.classify: nodes.pp}}\n  "
TABLE = "name,network,interface,mac\n"
ROW = "w{number},inner,eno1,02:00:5e:77:00:{number:02x}\n"
SYSTEMCTL = """\
#!/bin/sh
# Stands for the service manager, which no test has: notes what it is told, and answers as it was told to.
case $1 in
  show | is-active | status) ;;
  *)
    echo "$*" >>{folder}/told
    if {refuse}; then echo "$2 does not start" >&2; exit 1; fi
    ;;
esac
{then}
"""


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str


class Stage:
    """`folder` holds the clones of a site, and `live`, the tree that its services read. With `puppet`, how it gets its
    part, there is a configuration server; with `eyaml`, its secrets are encrypted."""

    def __init__(
        self, folder: Path, interface: str = "eno1", then: str = "", puppet: str = "", eyaml: bool = False
    ) -> None:
        self.folder = folder
        self.puppet = puppet
        self.eyaml = eyaml
        self.interface = interface
        self.live = folder / "live"
        self.site = folder / "site"
        self.tools = folder / "tools"
        self.site.mkdir()
        self.tools.mkdir()
        self.then = then
        self.refuse("false")
        (self.site / ".gitignore").write_text("generated/\n")
        (self.site / "roles" / "plain").mkdir(parents=True)
        (self.site / "roles" / "plain" / "role.json").write_text('{"description": "a plain machine"}\n')
        self.git("init", "--quiet", "--initial-branch=main")
        self.write(2)

    def tool(self, name: str, text: str) -> None:
        """A program of the test's own, found before the system's."""
        path = self.tools / name
        path.write_text(text)
        path.chmod(0o755)

    def write(self, nodes: int, extra: str = "", site: Path | None = None) -> None:
        """Write the definition, with so many plain machines."""
        into = site or self.site
        text = SITE.format(
            tree=self.live,
            secrets=self.folder / "secrets",
            interface=self.interface,
            nodes=f"w[1-{nodes}]",
            puppet=self.puppet or "local",
            campus="users, home" if self.puppet else "configuration, users, home",
            server=SERVER if self.puppet else "",
            eyaml=", eyaml: eyaml.pem" if self.eyaml else "",
        )
        (into / "site.yaml").write_text(text + extra)
        rows = "".join(ROW.format(number=number) for number in range(1, nodes + 1))
        (into / "hardware.csv").write_text(TABLE + rows)

    def git(self, *words: str, site: Path | None = None) -> str:
        """Run git in the site's folder."""
        own = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
        done = subprocess.run(
            ["git", *own, *words], cwd=site or self.site, capture_output=True, text=True, timeout=60, check=True
        )
        return done.stdout.strip()

    def commit(self, message: str, site: Path | None = None) -> str:
        """Commit everything; the commit's name."""
        self.git("add", "--all", site=site)
        self.git("commit", "--allow-empty", "--quiet", "--message", message, site=site)
        return self.git("rev-parse", "HEAD", site=site)

    def run(self, *words: str, site: Path | None = None, before: tuple[str, ...] = ()) -> Said:
        """Run clusterdef in the site's folder; `before` are words that lead to where it runs."""
        command = [*before, sys.executable, "-m", "clusterdef", *words]
        done = subprocess.run(
            command,
            cwd=site or self.site,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )
        return Said(done.returncode, done.stdout, done.stderr)

    def environment(self) -> dict[str, str]:
        """The test's own programs first; clusterdef from this checkout."""
        root = str(Path(load_yaml.__code__.co_filename).parents[2])
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        path = f"{self.tools}:{kept.get('PATH', '')}"
        return {**kept, "PATH": path, "PYTHONPATH": root, "GIT_CONFIG_GLOBAL": os.devnull}

    def ready(self, nodes: int = 2, extra: str = "") -> str:
        """Written, committed, generated."""
        self.write(nodes, extra)
        if self.eyaml:
            self.well(self.run("secret", "eyaml"))
        commit = self.commit(f"{nodes} machines")
        self.well(self.run("secret", "generate", "--all"))
        self.well(self.run("generate"))
        return commit

    def well(self, said: Said) -> None:
        """Stop here when a command that only prepares did not work."""
        if said.code:
            raise RuntimeError(said)

    def publish(self, *words: str, **more: Any) -> Said:
        """Publish, on the head."""
        return self.run("publish", "--here", "head", *words, **more)

    def published(self, nodes: int = 2) -> None:
        """A first tree is live."""
        self.ready(nodes)
        self.well(self.publish())

    def told(self) -> list[str]:
        """What the service manager was asked, and forgets."""
        file = self.folder / "told"
        lines = file.read_text().splitlines() if file.exists() else []
        file.unlink(missing_ok=True)
        return lines

    def refuse(self, when: str) -> None:
        """Let daemons not start whenever this command of the shell is true."""
        self.tool("systemctl", SYSTEMCTL.format(folder=self.folder, refuse=when, then=self.then))

    def record(self) -> dict[str, Any]:
        """Who published what is live."""
        found: dict[str, Any] = json.loads((self.live / "current" / ".publication.json").read_text())
        return found

    def log(self) -> list[dict[str, Any]]:
        """Every publication."""
        return [json.loads(line) for line in (self.live / "publications.log").read_text().splitlines()]

    @property
    def number(self) -> str:
        """The live tree's number; empty when there is none."""
        link = self.live / "current"
        return str(link.readlink()) if link.is_symlink() else ""

    def files(self) -> dict[str, tuple[str, int]]:
        """What is live: text and mode by path."""
        top = self.live / "current"
        every = [path for path in top.rglob("*") if path.is_file()]
        return {str(path.relative_to(top)): (path.read_text(), path.stat().st_mode & 0o7777) for path in every}
