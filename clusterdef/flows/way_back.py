"""What a person does to bring a machine back, step by step, in words and commands for this very machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from clusterdef.languages import LANGUAGES
from clusterdef.model import Cluster, Node

KEY = "Start it from this cluster's USB key and choose “Install {name}”: that erases its system disk, never the key."
MENU = "Let it start from the network{where} and choose {entry} in the menu: that erases its system disk."
FIRST = "When it is up, start its first run from here{holds}."
ITSELF = (
    "When it is up, leave it alone: it fetches its token from {head} and runs by itself, within a minute. "
    "Should it not, start its first run from here."
)
FOREIGN = "When it is up, start its first run. Who runs {host} removes its former certificate and signs the new one."
OTHER_KEY = "Where ssh refuses because the machine has another host key than before, forget the former:"
ENTRIES = {True: "“Install {name} anew”", False: "“Install {name}”, on the page of its rack or role"}
"""The entry of the menu: of a machine whose MAC address is known, and of one that anybody may be."""
OTHERWISE = {
    "image": "Put the image of {system} onto its system disk, with the files for its first start, and start it.",
    "existing": "Install {system} as it was, with the same name and addresses, and the configuration agent.",
    "none": "Install {system} as it was, with the same name and addresses, and the configuration agent.",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: what, and the lines to paste for it."""

    text: str
    lines: tuple[str, ...] = ()


def line(*words: object) -> str:
    """Words as one line of sh."""
    return str(LANGUAGES["sh"].say_in("words", words))


def steps(
    node: Node, cluster: Cluster, script: str | None, paper: Path | None, by_hand: bool, head: str = ""
) -> Iterator[Step]:
    """From a machine whose files are live to one that is at work.

    `script` is the path, in the tree, of what makes it when it is virtual; `paper` is the script of its first run;
    `head` the machine that hands it its token, empty where none does.
    """
    yield from _install(node, cluster, script)
    end = node.endpoint("configuration")
    to = f"root@{node.reached_at}"
    if end is None:
        yield Step("Nobody configures it: what it is for is yours to give back.")
        return
    if end.external:
        agent = line("puppet", "agent", "--test", "--waitforcert", "30")
        yield Step(FOREIGN.format(host=end.host), (line("ssh", to, agent),))
        return
    run = (f"{line('ssh', to, 'sh -s')} < {line(str(paper))}",) if paper else ()
    first = FIRST.format(holds="" if by_hand else "; the script holds its token")
    yield Step(ITSELF.format(head=head) if head else first, run)
    if not node.host_keys:
        yield Step(OTHER_KEY, (line("ssh-keygen", "-R", node.reached_at),))
    if by_hand:
        yield Step("Sign its certificate, when the request is its own:", _signing(node, cluster))


def _signing(node: Node, cluster: Cluster) -> tuple[str, ...]:
    end = node.endpoint("configuration")
    server = cluster.nodes.get(end.provider) if end else None
    if server is None:
        return ()
    sign = line("puppetserver", "ca", "sign", "--certname", node.certname)
    return (line("ssh", f"root@{server.reached_at}", sign),)


def _install(node: Node, cluster: Cluster, script: str | None) -> Iterator[Step]:
    system = f"{node.os.family} {node.os.release}" if node.os else "its system"
    if node.install == "usb":
        yield Step(KEY.format(name=node.name), tuple(_restart(node, cluster, network=False)))
    elif node.install != "network":
        yield Step(OTHERWISE[node.install].format(system=system))
    elif node.vm and script:
        yield from _virtual(node, cluster, f"{cluster.tree}/current/{script}")
    else:
        known = bool(node.boot and node.boot.macs)
        entry = ENTRIES[known].format(name=node.name)
        text = MENU.format(where=_by_hand(node), entry=entry)
        yield Step(text, tuple(_restart(node, cluster, network=True)))


def _virtual(node: Node, cluster: Cluster, script: str) -> Iterator[Step]:
    """A disk with something on it is left alone by its script, so the old machine goes first."""
    assert node.vm
    host = f"root@{cluster.nodes[node.vm.host].reached_at}"
    text = f"Make it anew on {node.vm.host}: the old one goes, its disk too, after a question; then it is installed."
    away, install = line("sh", script, "--remove"), line("sh", script, "--install")
    yield Step(text, (line("ssh", "-t", host, away), line("ssh", host, install)))


def _restart(node: Node, cluster: Cluster, network: bool) -> Iterator[str]:
    """Off and on again by its controller, which asks for its password."""
    if node.vm or not node.bmc or node.bmc.driver != "ipmi":
        return
    reach = ("ipmitool", "-I", "lanplus", "-H", str(node.bmc.address), "-U", node.bmc.user, "-a")
    if network:
        efi = ("options=efiboot",) if node.firmware == "uefi" else ()
        yield line(*reach, "chassis", "bootdev", "pxe", *efi)
    yield line(*reach, "chassis", "power", "cycle")
    if node.console:
        yield line(*reach, "sol", "activate")


def _by_hand(node: Node) -> str:
    """Where its power button is, where nothing else switches it."""
    if node.bmc and node.bmc.driver == "ipmi":
        return ""
    if node.bmc:
        host = str(node.bmc.address)
        return f" (its controller: https://{f'[{host}]' if ':' in host else host}/)"
    place = node.place
    unit = f", unit {place.unit}" if place.unit else ""
    return f" (it stands in rack {place.rack}{unit})" if place.rack else ""
