"""The page of services: who provides each, who needs it and from when on, and on which port it answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from clusterdef.resolve.relations import HYPERVISOR, LIFE
from docs.makers.markdown import code, heading, page, sentence, table
from docs.makers.shelf import roles_with, shipped

Json = Any

INTRO = """
Machines find each other by services. A module provides some and needs others; a role brings the module, and a node
has the role. A service that the cluster does not have itself may come from outside: name it under `external:` in
site.yaml.

A service answers from a **phase** of its machine on, and is needed from a phase on: `install` (while the machine is
installed), `configure` (when it gets its configuration), `run` (when it is at work). From these the order in which
machines come up follows; `clusterdef show --order` tells it. A machine needs more than its modules say: how it is
installed asks for some services by itself, and a virtual machine for its host.
"""


def pages() -> dict[str, str]:
    """The page of services."""
    sections = [_section(service) for service in sorted({*_offers(), *_needs()})]
    return {"services.md": page("Services", "puppet/modules/*/module.json", INTRO, _overview(), *sections)}


def _offers() -> dict[str, list[tuple[str, Mapping[str, Json]]]]:
    """Service -> the modules that provide it, with their terms."""
    found: dict[str, list[tuple[str, Mapping[str, Json]]]] = {}
    for name, module in shipped("module").items():
        for service, terms in module.data.get("provides", {}).items():
            found.setdefault(service, []).append((name, terms))
    return found


def _needs() -> dict[str, list[tuple[str, str, bool, str]]]:
    """Service -> who needs it: a module or a way of being installed, from which phase, whether optional, what for."""
    found: dict[str, list[tuple[str, str, bool, str]]] = {}
    for name, module in shipped("module").items():
        for service, terms in module.data.get("requires", {}).items():
            terms_ = (terms.get("phase", "configure"), terms.get("optional", False), terms.get("description", ""))
            found.setdefault(service, []).append((f"module [{name}](modules/{name}.md)", *terms_))
    for way, needs in LIFE.items():
        for need in needs:
            found.setdefault(need.service, []).append(
                (f"every machine with `install: {way}`", need.phase, False, need.why)
            )
    found.setdefault(HYPERVISOR, []).append(("every virtual machine, of its host", "install", False, "running it"))
    return found


def _overview() -> str:
    rows = [
        (f"[{service}](#{service})", _port(terms), _roles(module), terms.get("phase", "configure"))
        for service, offers in sorted(_offers().items())
        for module, terms in offers
    ]
    return table(("service", "port", "comes with role", "answers from"), rows)


def _port(terms: Mapping[str, Json]) -> str:
    protocol = f" ({terms['protocol']})" if "protocol" in terms else ""
    return f"{terms['port']}{protocol}" if "port" in terms else ""


def _roles(module: str) -> str:
    return ", ".join(f"[{role}](roles/{role}.md)" for role in roles_with(module))


def _section(service: str) -> str:
    offers = _offers().get(service, [])
    parts = [heading(2, service), _what(offers)]
    if offers:
        rows = [_offer(module, terms) for module, terms in offers]
        parts.append(table(("provided by", "port", "from phase", "known by its name on", "for"), rows))
    else:
        parts.append("No shipped module provides it: it comes from outside (`external:`).")
    needs = _needs().get(service)
    parts.append(table(("needed by", "to", "what for"), _need_rows(needs)) if needs else "Nobody asks for it.")
    return "\n\n".join(part for part in parts if part)


def _what(offers: list[tuple[str, Mapping[str, Json]]]) -> str:
    said = [sentence(terms["description"]) for _, terms in offers if "description" in terms]
    return said[0] if said else ""


def _offer(module: str, terms: Mapping[str, Json]) -> tuple[str, str, str, str, str]:
    scope = "its own machine only" if terms.get("scope") == "node" else "the cluster"
    single = "; there may be one" if terms.get("single") else ""
    name = {"shared": "the network that both are on", "primary": "its own", "external": "the campus network"}
    return (
        f"module [{module}](modules/{module}.md), with role {_roles(module)}",
        _port(terms),
        terms.get("phase", "configure"),
        name[terms.get("name_on", "shared")],
        scope + single,
    )


def _need_rows(needs: list[tuple[str, str, bool, str]]) -> Iterator[tuple[str, str, str]]:
    for who, phase, optional, why in needs:
        yield who, f"{code(phase)}{', where there is one' if optional else ''}", why
