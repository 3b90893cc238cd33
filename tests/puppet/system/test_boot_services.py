"""What the servers of an installation read: real programs take the files that the modules make of a published tree."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from clusterdef.languages import as_puppet
from tests.conftest import find_program
from tests.golden.golden import cases
from tests.puppet.module import HOME
from tests.puppet.system.tools import places, run

Program = Callable[[str], str]
PUBLISHED = {str(case): case.folder / "expected" for case in cases()}
AUTOSTART = HOME / "libvirt" / "files" / "autostart.sh"
VIRSH = """\
#!/bin/sh
echo "$*" >>"$LOG"
case "$*" in
  *'--autostart --name') cat "$LOG.marked" ;;
  *'--all --name') printf 'made\\nmarked\\nby-hand\\n' ;;
  *'autostart '*) echo "${3}" >>"$LOG.marked" ;;
esac
"""


def rendered(folder: Path, template: str, **values: object) -> str:
    """A file as the module makes it."""
    module, name = template.split("/")
    path = str(HOME / module / "templates" / name)
    command = [find_program("puppet"), "epp", "render", *places(folder / "puppet"), "--values", as_puppet(values), path]
    done = run(command, folder)
    assert done.returncode == 0, done.stderr
    return done.stdout


def published(folder: Path, case: str, kind: str) -> Path:
    """A tree with one kind of its files live; paths in them lead there."""
    tree = folder / "tree"
    shutil.copytree(PUBLISHED[case] / kind, tree / "current" / kind)
    for file in (tree / "current").rglob("*.conf"):
        file.write_text(file.read_text().replace("/srv/clusterdef", str(tree)).replace("/var/named", str(folder)))
    return tree


def ask(*command: str) -> tuple[int, str]:
    """How a program ends, and what it says."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stdout + done.stderr


def test_named_reads_the_published_zones(program: Program, tmp_path: Path) -> None:
    tree = published(tmp_path, "kea-bind", "bind")
    file = tmp_path / "named.conf"
    file.write_text(rendered(tmp_path, "bind/named.conf.epp", file=f"{tree}/current/bind/named.conf"))
    status, said = ask(program("named-checkconf"), "-z", str(file))
    assert status == 0, said
    assert "keen.internal/IN: loaded serial" in said


@pytest.mark.parametrize("daemon", ["kea-dhcp4", "kea-dhcp6"])
def test_kea_reads_the_published_configuration(program: Program, tmp_path: Path, daemon: str) -> None:
    live = tmp_path / f"{daemon}.json"
    file = tmp_path / f"{daemon}.conf"
    file.write_text(rendered(tmp_path, "kea/include.epp", file=str(live)))
    word = {"kea-dhcp4": "Dhcp4", "kea-dhcp6": "Dhcp6"}[daemon]
    live.write_text(f'{{"{word}": {{"valid-lifetime": 3600}}}}\n')
    assert ask(program(daemon), "-t", str(file))[0] == 0
    live.write_text(f'{{"{word}": {{"no-such-word": 3600}}}}\n')
    status, said = ask(program(daemon), "-t", str(file))
    assert status != 0
    assert "no-such-word" in said


def test_dnsmasq_reads_the_published_file(program: Program, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    live = tree / "current" / "dnsmasq" / "clusterdef.conf"
    live.parent.mkdir(parents=True)
    file = tmp_path / "dnsmasq.conf"
    file.write_text(rendered(tmp_path, "dnsmasq/dnsmasq.conf.epp", tree=str(tree), log_queries=True))
    live.write_text("domain-needed\n")
    assert ask(program("dnsmasq"), "--test", "-C", str(file))[0] == 0
    live.write_text("no-such-word\n")
    assert str(live) in ask(program("dnsmasq"), "--test", "-C", str(file))[1]


def test_machines_that_were_made_start_with_their_host(tmp_path: Path) -> None:
    (tmp_path / "virsh").write_text(VIRSH)
    (tmp_path / "virsh").chmod(0o755)
    (tmp_path / "log.marked").write_text("marked\n")
    for name in ("made", "marked", "planned"):
        (tmp_path / f"create-{name}.sh").write_text("exit 1\n")
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "LOG": str(tmp_path / "log")}

    def autostart(*words: str) -> int:
        return subprocess.run(
            ["sh", str(AUTOSTART), *words], env=environment, stderr=subprocess.DEVNULL, timeout=60, check=False
        ).returncode

    assert autostart("--check", str(tmp_path)) == 1
    assert autostart(str(tmp_path)) == 0
    assert autostart("--check", str(tmp_path)) == 0
    assert (tmp_path / "log.marked").read_text() == "marked\nmade\n"
    assert autostart() == 64
