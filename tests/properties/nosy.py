"""A generator whose templates look at everything but what they are for. Nothing here asserts."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from clusterdef import generator
from clusterdef.generator import Generator
from clusterdef.render import Render, rooms
from tests.outputs.clusters import ROOT, shipped

OTHERS = """\
{{ node.name }} {{ node.kernel | join(' ') }}
{% for other in cluster.nodes.values() if other.place.rack and other.place.rack == node.place.rack %}
{{ other.name }} {{ other.packages | join(' ') }}
{% endfor %}
{% if node.vm %}{{ cluster.nodes[node.vm.host].console or '' }} {{ cluster.nodes[node.vm.host].primary.address }}
{% endif %}
{% for name in ('login', 'newcomer', 'worker01') if name in cluster.nodes %}
{{ name }} {{ cluster.nodes[name].parameters | json }} {{ cluster.nodes.get(name).roles | join(' ') }}
{% endfor %}
{{ cluster.contact if node.groups else cluster.timezone }}
"""
SHARED = """\
{{ cluster.nodes | length }} {{ cluster.nodes | join(' ') }}
{% for other in cluster.providers('dns') %}
{{ other.fqdn }} {{ other.bmc.address if other.bmc else '' }}
{% endfor %}
{% for other in cluster.having('motd') %}
{{ other.selinux }}
{% endfor %}
"""
ROLE = """\
{% for other in cluster.given(role.name) if cluster.alone(other) %}
{{ other.name }} {{ other.aliases | join(' ') }} {{ other.hardware.cores or '' }}
{% endfor %}
"""


def _row(name: str, for_each: str, template: str, when: str = "") -> dict[str, str]:
    more = {"when": when} if when else {}
    path = "site" if for_each == "site" else f"{{{{ {for_each}.name }}}}"
    return {"name": name, "for_each": for_each, "path": f"{name}/{path}", "template": f"{template}.txt.j2", **more}


ROWS = (
    _row("nosy", "node", "others"),
    _row("nosy-some", "node", "others", "cluster.nodes.values() | selectattr('groups') | list | length > 1"),
    _row("nosy-site", "site", "shared"),
    _row("nosy-network", "network", "shared", "network.boot or cluster.contact"),
    _row("nosy-role", "role", "role"),
)


@cache
def _room() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="clusterdef-")


@cache
def nosy() -> Generator:
    """The generator."""
    room = Path(_room().name) / "nosy"
    room.mkdir()
    for name, text in (("others", OTHERS), ("shared", SHARED), ("role", ROLE)):
        (room / f"{name}.txt.j2").write_text(text)
    data = {"description": "looks at others", "outputs": json.loads(json.dumps(ROWS))}
    return generator.load(room, data, "site")


@cache
def every() -> tuple[Generator, ...]:
    """The shipped generators and this one."""
    return (*shipped(), nosy())


@cache
def render() -> Render:
    """Their templates, compiled once."""
    return Render(rooms(every(), None, [ROOT / "kickstart"]))
