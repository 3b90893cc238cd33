"""What to do when a machine died, in order: look, prepare, install, give back what was saved, look again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from clusterdef.generators.runbook import power
from clusterdef.generators.runbook.command import SITE, Block, Target, desk, itself, line, on, outside
from clusterdef.generators.runbook.relations import guests
from clusterdef.generators.runbook.saved import Saved

from clusterdef.languages import LANGUAGES, Safe
from clusterdef.model import Cluster, Node

BY_MENU = (
    "It starts from the network and shows a menu. Choose {entry}. This erases its system disk; "
    "without a choice it starts from its disk as before."
)
INSTALLS = {
    "network": BY_MENU,
    "usb": "Start it from the USB key of this cluster and choose {entry}. This erases its system disk, never the key.",
    "image": "Put the image of {system} onto its system disk and start it.",
    "existing": "Install {system} as it was, with the same name and addresses, and then the configuration agent.",
    "none": "Give it back its own configuration, with the addresses on this page.",
}
"""How a machine gets its operating system, in words for the person in front of it."""

READ_THERE = frozenset({"boot-files", "configuration", "dhcp", "dns", "install-files"})
"""Services of machines that read what is generated."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: what, how, and the commands for it. `saved` is what is put back."""

    title: str
    text: str = ""
    blocks: tuple[Block, ...] = ()
    saved: tuple[Saved, ...] = ()


def look(target: Target, cluster: Cluster) -> tuple[Block, ...]:
    """Commands that tell whether it is really dead."""
    near = desk(cluster)
    ping = line("ping", "-c", "3", target.address)
    first = on(itself(near), cluster, ping) if near and near is not target.node else _from_outside(target)
    if target.node.device:
        return (first,)
    return (first, *power.state(target, cluster), *power.console(target, cluster))


def _from_outside(target: Target) -> Block:
    door = None if isinstance(target.name, Safe) else outside(target.node)
    return Block("from your desk", (line("ping", "-c", "3", door.address if door else target.address),))


def steps(target: Target, cluster: Cluster, saved: list[Saved]) -> Iterator[Step]:
    """The way back, from a dead machine to one that is at work."""
    node = target.node
    again = tuple(power.restart(target, cluster))
    yield Step("Switch it off and on again", _by_itself(target), again)
    yield _other_disk(target, cluster) if node.vm else _other_hardware(node)
    if node.device:
        yield Step("Set it up", INSTALLS["none"])
        return
    yield from _recover(target, cluster)
    yield _install(target, cluster)
    yield from _give_back("before-configure", "Give it back what must be there first", saved)
    yield from _files(target, cluster)
    yield from _guests_back(target, cluster)
    yield from _new_certificate(target, cluster)
    yield from _configure(target, cluster)
    yield from _give_back("after-configure", "Give it back the rest", saved)
    yield from _give_back("by-hand", "Look whether these are still there", saved)


def _by_itself(target: Target) -> str:
    return f"Often that is all; what is on its disks stays. {power.by_hand(target)}".strip()


def _other_hardware(node: Node) -> Step:
    text = (
        "A new main board or another machine: write its MAC addresses and serial number into the inventory, "
        "with nothing else changed, and make the files anew. Plug in its cables as the wiring plan says."
    )
    lines = [line("clusterdef", "check"), line("clusterdef", "generate", "--diff")]
    if READ_THERE.isdisjoint(node.provides):
        lines.append(line("clusterdef", "publish"))
    return Step("Only when the hardware is another one", text, (Block(SITE, tuple(lines)),))


def _recover(target: Target, cluster: Cluster) -> Iterator[Step]:
    """One command for what follows; not for the configuration server, nor for the machine where it is typed."""
    server, _ = _server(target.node, cluster)
    if server and server is not target.node and desk(cluster) is not target.node:
        text = (
            "This says what is lost, prepares everything, prints what hands must do, and waits until the machine is "
            "back. The steps after this one are the same without it."
        )
        yield Step("Have it brought back", text, (Block(SITE, (line("clusterdef", "recover", target.name),)),))


def _files(target: Target, cluster: Cluster) -> Iterator[Step]:
    """Who hands out generated files must have them; nobody is asked who is down with this machine."""
    if READ_THERE.isdisjoint(target.node.provides):
        return
    down = [guest.name for guest in guests(target.node, cluster) if not READ_THERE.isdisjoint(guest.provides)]
    without = ("--without", ",".join(down)) if down else ()
    text = "The files that it hands out, when the file system with them was lost."
    yield Step("Give it the generated files", text, (Block(SITE, (line("clusterdef", "publish", *without),)),))


def _guests_back(target: Target, cluster: Cluster) -> Iterator[Step]:
    """A host that was installed anew has forgotten its virtual machines; their disks may still be there."""
    found = () if isinstance(target.name, Safe) else guests(target.node, cluster)
    if found:
        text = "Their disks are still there when the file system with them was kept; one that is lost has its own page."
        lines = (_make(guest.name, cluster) for guest in found)
        yield Step("Start the virtual machines on it", text, (on(target, cluster, *lines),))


def _other_disk(target: Target, cluster: Cluster) -> Step:
    """A virtual machine's hardware is its definition and a file; what is there is left alone."""
    vm = target.node.vm
    assert vm
    text = "Where its host has forgotten it, or its disk is lost. A disk that is there is left alone."
    block = on(itself(cluster.nodes[vm.host]), cluster, _make(target.name, cluster))
    return Step("Only when it is gone", text, (block,))


def _make(name: str | Safe, cluster: Cluster) -> str:
    """The line that makes a virtual machine on its host, from its script."""
    tree, said = LANGUAGES["sh"].say(cluster.tree), LANGUAGES["sh"].say(name)
    return line("sh", Safe(f"{tree}/current/libvirt/create-{said}.sh", "sh"))


def _new_certificate(target: Target, cluster: Cluster) -> Iterator[Step]:
    """A machine that was installed anew has a new key."""
    text = "It comes back with a new key; the configuration server must not hold the old certificate against it."
    server, others = _server(target.node, cluster)
    if server and server is not target.node:
        forget = line("puppetserver", "ca", "clean", "--certname", target.certname)
        yield Step("Forget its old certificate", text, (on(itself(server), cluster, forget),))
    if others:
        yield Step("Have its old certificate forgotten", f"{text} Ask who runs {others}.")


def _install(target: Target, cluster: Cluster) -> Step:
    node = target.node
    entry = "the entry with its name" if isinstance(target.name, Safe) else f"“Install {node.name}”"
    system = f"{node.os.family} {node.os.release}" if node.os else "the operating system"
    text = INSTALLS[node.install].format(entry=entry, system=system)
    if node.keep:
        text += f" File systems that stay: {', '.join(node.keep)}."
    if node.install != "network":
        return Step("Install it", text)
    return Step("Install it", text, (*power.restart(target, cluster, network=True), *power.console(target, cluster)))


def _configure(target: Target, cluster: Cluster) -> Iterator[Step]:
    """The first run of the agent, and the signature under its certificate in between."""
    server, others = _server(target.node, cluster)
    run = on(target, cluster, line("puppet", "agent", "--test", "--waitforcert", "30"))
    if others:
        yield Step("Configure it", f"When it waits for its certificate, have that signed by who runs {others}.", (run,))
    elif server is target.node:
        yield Step("Configure it", "It is its own configuration server.", (run,))
    elif server:
        sign = on(itself(server), cluster, line("puppetserver", "ca", "sign", "--certname", target.certname))
        text = "Start the agent there. When it waits for its certificate, sign that on the configuration server."
        yield Step("Configure it", text, (run, sign))


def _give_back(when: str, title: str, saved: list[Saved]) -> Iterator[Step]:
    due = tuple(one for one in saved if one.restore == when)
    if due:
        yield Step(title, "From the last backup:", (), due)


def _server(node: Node, cluster: Cluster) -> tuple[Node | None, str]:
    """Who configures a machine: a node of ours, or the host of others; neither when nobody does."""
    end = node.endpoint("configuration")
    if end is None:
        return None, ""
    return (None, end.host) if end.external else (cluster.nodes.get(end.provider), "")
