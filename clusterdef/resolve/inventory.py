"""The inventory, joined to the nodes: hardware addresses, device names, racks, cables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from clusterdef.formats import FORMATS, plain_mac
from clusterdef.model import Place
from clusterdef.problem import Mark, Problem, Severity, did_you_mean, listing
from clusterdef.resolve.members import Written
from clusterdef.source import Row, Table

COLUMNS = ("name", "network", "interface", "mac", "serial", "rack", "unit", "switch", "port")
BMC = "bmc"
"""What the column `interface` says in the row of a management controller."""


@dataclass(slots=True)
class Found:
    """What the inventory knows of one node: rows by network name, rows of its BMC, its place."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    bmc: list[Row] = field(default_factory=list)
    place: Place = field(default_factory=Place)


NOTHING = Found()


def joined(
    table: Table | None, nodes: Mapping[str, Written], networks: Iterable[str]
) -> tuple[dict[str, Found], list[Problem]]:
    """The inventory's rows by node, and what is wrong with them."""
    if table is None:
        return {}, []
    problems = list(_wrong_columns(table))
    found: dict[str, Found] = {}
    if "name" not in table.header:
        return found, problems
    known = set(networks)
    for row in table.rows:
        problems += _wrong_row(table, row, nodes, known)
        if row.values["name"] in nodes:
            _file(found.setdefault(row.values["name"], Found()), row)
    for name, mine in found.items():
        mine.place = _place(table, name, mine, problems)
    return found, problems


def _file(found: Found, row: Row) -> None:
    if row.values.get("interface") == BMC:
        found.bmc.append(row)
    else:
        found.rows.setdefault(row.values.get("network", ""), []).append(row)


def _wrong_columns(table: Table) -> Iterator[Problem]:
    for column in table.header:
        if column not in COLUMNS:
            mark = table.header_mark(column)
            advice = (f"columns are {', '.join(COLUMNS)}",)
            yield Problem(
                "unknown-column", f"unknown column '{column}'", mark, did_you_mean(column, COLUMNS), advice=advice
            )
    if "name" not in table.header:
        mark = Mark(table.file, 1, 1)
        yield Problem(
            "missing-column",
            "the inventory has no column 'name'",
            mark,
            advice=(f"the first line names the columns: {','.join(COLUMNS)}",),
        )


def _wrong_row(table: Table, row: Row, nodes: Mapping[str, Written], networks: set[str]) -> Iterator[Problem]:
    values = row.values
    if not values["name"]:
        yield Problem("missing-name", "this row names no node", table.mark(row, "name"))
    elif values["name"] not in nodes:
        message = f"{values['name']} is no node of this site"
        yield Problem(
            "unknown-node",
            message,
            table.mark(row, "name"),
            did_you_mean(values["name"], nodes),
            severity=Severity.ERROR,
        )
    network = values.get("network", "")
    if network and network not in networks:
        yield Problem(
            "unknown-network",
            f"there is no network '{network}'",
            table.mark(row, "network"),
            did_you_mean(network, networks),
        )
    mac = values.get("mac", "")
    if mac and not FORMATS["mac"](mac):
        advice = ("write six pairs of hexadecimal digits, such as 52:54:00:12:34:56",)
        yield Problem("wrong-mac", f"'{mac}' is no MAC address", table.mark(row, "mac"), advice=advice)


def mac_of(row: Row) -> str | None:
    """The row's MAC address in one spelling, None when there is none (or none that can be read)."""
    mac = row.values.get("mac", "")
    return plain_mac(mac) if mac and FORMATS["mac"](mac) else None


def _place(table: Table, name: str, found: Found, problems: list[Problem]) -> Place:
    rows = [row for group in found.rows.values() for row in group] + found.bmc
    for column in ("rack", "unit", "serial"):
        said = {row.values[column]: row for row in rows if row.values.get(column)}
        if len(said) > 1:
            row = list(said.values())[-1]
            message = f"{name} has several values for {column}: {listing(sorted(said))}"
            problems.append(
                Problem("inventory-disagrees", message, table.mark(row, column), advice=("keep one of them",))
            )
    cables = tuple(
        (
            BMC if row in found.bmc else row.values.get("network", ""),
            row.values.get("switch", ""),
            row.values.get("port", ""),
        )
        for row in rows
        if row.values.get("switch")
    )
    return Place(_first(rows, "rack"), _first(rows, "unit"), _first(rows, "serial"), cables)


def _first(rows: list[Row], column: str) -> str:
    return next((row.values[column] for row in rows if row.values.get(column)), "")
