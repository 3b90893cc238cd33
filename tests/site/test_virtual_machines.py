"""The head as the host of virtual machines: a script makes one, Puppet has it start with its host.

Its processors are emulated and it boots from its empty disk alone: the machine of its name and address runs beside it.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.outputs.system.hypervisor import emulated
from tests.site.ground import TREE, Ground
from tests.site.machine import Machine

NAME = "ldap"
FOLDER = "/root/machines"
FILES = (f"{NAME}.xml", f"create-{NAME}.sh")
SCRIPT = f"{FOLDER}/create-{NAME}.sh"


def alone(text: str) -> str:
    """A definition or script for this ground."""
    return emulated(text).replace('<boot dev="network"/>', "").replace(f"{TREE}/libvirt", FOLDER)


@pytest.fixture
def host(site: Ground) -> Iterator[Machine]:
    """The head, with the script for a machine; whatever it makes is gone afterwards."""
    head = site.head
    for file in FILES:
        head.write(f"{FOLDER}/{file}", alone(head.run("cat", f"{TREE}/libvirt/{file}").stdout))
    try:
        yield head
    finally:
        head.run("sh", SCRIPT, "--remove", text=f"{NAME}\n")
        for kind, name in (("net", "private"), ("pool", "clusterdef")):
            head.run("virsh", f"{kind}-destroy", name)
            head.run("virsh", f"{kind}-undefine", name)
        head.run("rm", "-r", FOLDER)


def marked(head: Machine) -> list[str]:
    """Machines that start with it."""
    return head.run("virsh", "-q", "list", "--all", "--autostart", "--name").stdout.split()


def test_the_head_is_ready_for_virtual_machines(site: Ground) -> None:
    head = site.head
    assert head.run("virsh", "-q", "net-list", "--all", "--name").stdout.split() == []
    for unit in ("libvirtd.socket", "libvirtd.service", "libvirt-guests.service"):
        assert head.run("systemctl", "is-enabled", unit).stdout == "enabled\n"
    assert "virbr0" not in head.run("ip", "-br", "link").stdout


def test_a_machine_is_made_and_starts_with_the_head(site: Ground, host: Machine) -> None:
    made = host.run("sh", SCRIPT, check=False, limit=120)
    assert (made.returncode, f"{NAME}: running, starts with head" in made.stdout) == (0, True), (
        made.stdout + made.stderr + host.journal("libvirtd")
    )
    assert "vnet" in host.run("ip", "-br", "link", "show", "master", "br-private").stdout
    assert marked(host) == [NAME]
    again = host.run("sh", SCRIPT)
    assert "it is there already, and stays as it is" in again.stdout
    host.run("virsh", "-q", "autostart", "--disable", NAME)
    run = site.agent("head")
    assert (run.code, marked(host)) == (2, [NAME]), run.text
    run = site.agent("head")
    assert run.code == 0, run.text
