"""Reports as a Puppet server keeps them: a YAML file for each run, in a directory for each machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from clusterdef.drivers.configuration_server import ConfigurationServer
from clusterdef.ports.reports import Report, Resource
from clusterdef.problem import Problem, Refused

LARGEST = 64 * 1024 * 1024
CONTAINERS = ("Class", "Stage", "Whit")
"""What holds resources and is none; defined types, whose names have two colons, are told by what they hold too."""
LATEST = """\
set -eu
cd "$1/$2" 2>/dev/null || exit 0
newest=$(ls -t | grep '\\.yaml$' | head -n 1)
[ -n "$newest" ] || exit 0
stamp=$(stat -c '%n %Y %s %i' -- "$newest")
echo "$stamp"
[ "$stamp" = "$3" ] || head -c "$4" -- "$newest"
"""
"""The newest file's stamp, and the file itself unless that stamp is known already."""


class _Loader(yaml.CSafeLoader):
    """Plain data from the server's YAML: Ruby's objects are mappings, texts and numbers to us."""


def _plain(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return node.value


_Loader.add_multi_constructor("!ruby/", _plain)
# A time is for people: in the server's own words.
_Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: node.value)


@dataclass(slots=True)
class ReportFiles:
    """The reports on a configuration server. What was read is remembered while its file stays the same."""

    server: ConfigurationServer
    _known: dict[str, tuple[str, Report]] = field(default_factory=dict)

    def latest(self, certname: str) -> Report | None:
        """See ports.reports."""
        stamp, report = self._known.get(certname, ("", None))
        folder = self.server.settings()["reportdir"]
        said = self.server.run(LATEST, (folder, certname, stamp, str(LARGEST)))
        now, _, text = said.partition(b"\n")
        if not now:
            return None
        if report and not text:
            return report
        try:
            found = parsed(text)
        except (yaml.YAMLError, AttributeError, KeyError, TypeError, ValueError) as error:
            raise Refused(self._unreadable(certname, now.decode(errors="replace"))) from error
        self._known[certname] = (now.decode(errors="replace"), found)
        return found

    def _unreadable(self, certname: str, stamp: str) -> Problem:
        file = stamp.split(" ")[0]
        message = f"the report {file} of {certname} cannot be read"
        advice = ("a run that is going on writes it; if it stays so, look at the disk there (df -h)",)
        return Problem("server-report", message, advice=advice, subject=self.server.name)


def parsed(text: bytes) -> Report:
    """A report from its YAML (Puppet's report format 4 and later)."""
    data = yaml.load(text, _Loader)
    statuses: Mapping[str, Mapping[str, Any]] = data.get("resource_statuses") or {}
    return Report(
        str(data.get("transaction_uuid") or data["time"]),
        str(data["time"]),
        str(data["status"]),
        data.get("noop") is True,
        data.get("cached_catalog_status") == "on_failure",
        tuple(_resources(statuses)),
        tuple(_errors(data.get("logs") or ())),
    )


def _resources(statuses: Mapping[str, Mapping[str, Any]]) -> Iterator[Resource]:
    """Those that something happened to, or would have."""
    for name, status in statuses.items():
        kind = str(status.get("resource_type", ""))
        if kind in CONTAINERS or "::" in kind:
            continue
        events = [event for event in status.get("events") or () if event.get("status") != "audit"]
        failed = bool(status.get("failed") or status.get("failed_to_restart"))
        if events or failed:
            sentences = tuple(str(event.get("message", "")) for event in events)
            classes = tuple(str(word) for word in status.get("containment_path") or ())
            noop = bool(events) and all(event.get("status") == "noop" for event in events)
            yield Resource(str(name), sentences, classes, failed, noop)


def _errors(logs: Any) -> Iterator[str]:
    for row in logs:
        if str(row.get("level")).lstrip(":") in ("err", "alert", "emerg", "crit"):
            yield str(row.get("message", ""))
