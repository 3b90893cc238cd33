"""Which machine reads which files, and what would change there. It compares; it carries nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from clusterdef.changes import Changed
from clusterdef.generator import Generator, Output
from clusterdef.model import Cluster, Node
from clusterdef.ports.machine import Kept, Live
from clusterdef.tree import Entry

CONFIGURATION = "configuration"
"""The service whose machines get their part as the site's `publish: puppet` says."""

ATTENTIVE = 10
"""More than one in so many makes a change a large one."""


@dataclass(frozen=True, slots=True)
class Part:
    """The files of one machine, by path; `here` is the machine that publishes, which keeps all of them.

    `reads` are the outputs that its own services read: it is asked and told about those only. `filled` are the
    bytes of files that have got their secrets.
    """

    node: Node
    here: bool
    entries: Mapping[str, Entry]
    reads: frozenset[str]
    filled: Mapping[str, bytes] = field(default_factory=dict)

    def reading(self, read: Callable[[str], bytes]) -> Callable[[str], bytes]:
        """`read(path)`, with the bytes of the files that have got their secrets."""
        return lambda path: self.filled[path] if path in self.filled else read(path)


@dataclass(frozen=True, slots=True)
class Difference:
    """What a machine's live tree lacks: files to send, files to take away, and the same in a person's words.

    `by_hand` are files that somebody changed where they are live; they are sent anew.
    """

    send: tuple[str, ...]
    away: tuple[str, ...]
    changes: tuple[Changed, ...]
    by_hand: tuple[str, ...]

    @property
    def outputs(self) -> frozenset[str]:
        """The outputs any of whose files change."""
        return frozenset(change.maker for change in self.changes)


def outputs(generators: Iterable[Generator]) -> dict[str, Output]:
    """Every row by its word."""
    return {output.name: output for generator in generators for output in generator.outputs}


def parts(
    cluster: Cluster, entries: Mapping[str, Entry], rows: Mapping[str, Output], here: Collection[str]
) -> list[Part]:
    """A part for each machine that reads any of the files, the one that publishes first.

    `here` are the names of the machine that publishes; it need not be one of the cluster.
    """
    found: dict[str, dict[str, Entry]] = {}
    readers = {name: _readers(cluster, row) for name, row in rows.items()}
    for path, entry in entries.items():
        for reader in readers.get(entry.maker, ()):
            found.setdefault(reader, {})[path] = entry
    at_home = [node for node in cluster.nodes.values() if _is(node, here)]
    for node in at_home:
        found[node.name] = dict(entries)
    home = {node.name for node in at_home}
    place = {name: number for number, name in enumerate(cluster.nodes)}
    return [
        Part(cluster.nodes[name], name in home, found[name], _read_by(name, readers))
        for name in sorted(found, key=lambda name: (name not in home, place[name]))
    ]


def carried(cluster: Cluster, every: Iterable[Part]) -> tuple[list[Part], list[Part]]:
    """The parts that are carried to their machines, and those that their machines fetch by themselves."""
    pushed: list[Part] = []
    pulled: list[Part] = []
    for part in every:
        said = cluster.puppet if CONFIGURATION in part.node.provides and not part.here else "push"
        if said == "pull":
            pulled.append(part)
        elif said == "push":
            pushed.append(part)
        elif pushed and pushed[0].here:
            # It runs on the machine that publishes, under a name of its own.
            pushed[0] = replace(pushed[0], reads=pushed[0].reads | part.reads)
    return pushed, pulled


def _read_by(name: str, readers: Mapping[str, Collection[str]]) -> frozenset[str]:
    return frozenset(output for output, nodes in readers.items() if name in nodes)


def _is(node: Node, here: Collection[str]) -> bool:
    own = {node.name, node.fqdn, *node.aliases, *(interface.fqdn for interface in node.interfaces)}
    return not own.isdisjoint(here)


def _readers(cluster: Cluster, row: Output) -> tuple[str, ...]:
    return tuple(dict.fromkeys(node.name for service in row.to for node in cluster.providers(service)))


def kept(entries: Mapping[str, Entry]) -> dict[str, Kept]:
    """Files as they stand on a machine once they are published there."""
    return {path: Kept(one.sha256, one.mode, one.owner, one.group) for path, one in entries.items()}


def difference(wanted: Mapping[str, Entry], live: Live) -> Difference:
    """What has to happen so that exactly `wanted` is live."""
    goal = kept(wanted)
    send = tuple(sorted(path for path, kept in goal.items() if live.files.get(path) != kept))
    away = tuple(sorted(live.files.keys() - goal.keys()))
    by_hand = tuple(
        sorted(path for path in live.was.keys() | live.files.keys() if live.was.get(path) != live.files.get(path))
    )
    return Difference(send, away, tuple(_changes(wanted, send, away, live)), by_hand if live.number else ())


def _changes(wanted: Mapping[str, Entry], send: Iterable[str], away: Iterable[str], live: Live) -> Iterator[Changed]:
    for path in send:
        entry = wanted[path]
        yield Changed("changed" if path in live.files else "new", entry.maker, entry.subject, path)
    for path in away:
        yield Changed("gone", live.makers.get(path, ""), "", path)


def reasons(nodes: Collection[str], live: Live, found: Difference) -> list[str]:
    """Why somebody should be asked first: nodes that vanish, more than a tenth of nodes or files that change.

    Nothing that was not live before is a reason.
    """
    before = live.record.get("nodes", ())
    lost = [name for name in before if name not in set(nodes)]
    touched = {change.subject for change in found.changes if change.kind == "changed" and change.subject}
    files = sum(change.kind != "new" for change in found.changes)
    said = []
    if lost:
        said.append(f"{_count(len(lost), 'node')} would vanish: {', '.join(lost[:5])}{' …' if len(lost) > 5 else ''}")
    if len(touched) * ATTENTIVE > len(before) > 0:
        said.append(f"files of {len(touched)} of {_count(len(before), 'node')} would change")
    if files * ATTENTIVE > len(live.files) > 0:
        said.append(f"{files} of {_count(len(live.files), 'live file')} would change or go")
    return said


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
