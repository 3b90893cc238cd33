"""The head becomes what it is before there is a configuration server: by the published tree, and twice the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.puppet.module import modules
from tests.site.machine import Machine
from tests.site.rehearsal import CODE, DOMAIN, TREE, machines, rehearsal

pytestmark = pytest.mark.site

ELSEWHERE = frozenset({"cvmfs", "libvirt"})
"""Modules whose programs no package brings here."""


def bare(one: Machine) -> None:
    """As publishing leaves the head, and nothing besides: neither an environment nor code of a server."""
    told = one.root / TREE.lstrip("/") / "enc" / f"{one.name}.{DOMAIN}.json"
    document = json.loads(told.read_bytes())
    known = {name for module in modules() for name in module.definition["classes"]} - ELSEWHERE
    document["classes"] = {name: value for name, value in document["classes"].items() if name in known}
    told.chmod(0o644)
    told.write_text(json.dumps(document, separators=(",", ":")))
    code = one.root / CODE.lstrip("/")
    (code / "modules").rename(one.root / "root" / "modules-that-nobody-reads")
    (code / "data").rename(one.root / "root" / "data")
    (one.root / "etc/puppet/fileserver.conf").unlink()
    # What its own first run against the server needs.
    one.write("/etc/puppet/csr_attributes.yaml", "extension_requests:\n  pp_role: head\n", 0o600)


def test_the_head_without_a_server(tmp_path: Path) -> None:
    with machines(("head",), rehearsal(tmp_path / "definition"), tmp_path, before=bare) as found:
        head = found["head"]
        command = ("sh", f"{TREE}/puppet/apply.sh", "--data", "/root/data", "--certname", f"head.{DOMAIN}")
        first = head.run(*command, check=False, limit=300)
        assert first.returncode == 2, first.stdout + first.stderr
        second = head.run(*command, check=False, limit=300)
        assert second.returncode == 0, second.stdout + second.stderr
        # Its agent waits for the server, and has what it needs then.
        assert head.run("systemctl", "is-enabled", "puppet.service", check=False).stdout.strip() != "enabled"
        assert head.run("test", "-f", "/etc/puppet/csr_attributes.yaml", check=False).returncode == 0
