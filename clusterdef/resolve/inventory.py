"""The inventory, joined to the nodes: hardware addresses, device names, racks, cables."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from clusterdef.complaint import quoted
from clusterdef.formats import FORMATS, plain_mac
from clusterdef.model import Place
from clusterdef.problem import Mark, Problem, did_you_mean, listing
from clusterdef.resolve.cells import CELLS, fits
from clusterdef.resolve.members import Written
from clusterdef.source import Row, Table
from clusterdef.spelling import mended

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
    table: Table | None, nodes: Mapping[str, Written], networks: Iterable[str], others: Callable[[], Collection[str]]
) -> tuple[dict[str, Found], list[Problem]]:
    """The inventory's rows by node, and what is wrong with them.

    `others` are names that are no nodes now, and no mistakes either: a retired machine may stay in the list.
    """
    if table is None:
        return {}, []
    problems = list(_wrong_columns(table))
    found: dict[str, Found] = {}
    if "name" not in table.header:
        return found, problems
    strangers: dict[str, list[Row]] = {}
    known = set(networks)
    for row in table.rows:
        problems += _wrong_row(table, row, known)
        if row.values["name"] in nodes:
            _file(found.setdefault(row.values["name"], Found()), row)
        elif row.values["name"]:
            strangers.setdefault(row.values["name"], []).append(row)
    known_otherwise = others() if strangers else ()
    unknown = {name: rows for name, rows in strangers.items() if name not in known_otherwise}
    problems += _strangers(table, unknown, nodes)
    for name, mine in found.items():
        mine.place = _place(table, name, mine, problems)
    return found, problems


def _file(found: Found, row: Row) -> None:
    if row.values.get("interface") == BMC:
        found.bmc.append(row)
    else:
        found.rows.setdefault(row.values.get("network", ""), []).append(row)


def _wrong_columns(table: Table) -> Iterator[Problem]:
    advice = (f"columns are {', '.join(COLUMNS)}",)
    if "name" not in table.header:
        mark = table.header_mark(table.header[0]) if table.header else Mark(table.file, 1, 1)
        yield Problem("missing-column", "the first line names no column 'name'", mark, advice=advice)
    if set(table.header).isdisjoint(COLUMNS):
        return
    for column in table.header:
        if column not in COLUMNS:
            label = did_you_mean(column, COLUMNS)
            mark = table.header_mark(column)
            yield Problem(
                "unknown-column", f"unknown column {quoted(column)}", mark, label, advice=() if label else advice
            )


def _wrong_row(table: Table, row: Row, networks: set[str]) -> Iterator[Problem]:
    values = row.values
    if not values["name"]:
        advice = ("write the node's name, or take the row out",)
        yield Problem("missing-name", "this row names no node", table.mark(row, "name"), advice=advice)
    network = values.get("network", "")
    if network and network not in networks:
        label = did_you_mean(network, networks)
        others = () if label else (f"networks are {listing(sorted(networks))}",)
        mark = table.mark(row, "network")
        yield Problem("unknown-network", f"there is no network {quoted(network)}", mark, label, advice=others)
    mac = values.get("mac", "")
    if mac and not FORMATS["mac"](mac):
        better = mended(mac, FORMATS["mac"])
        label = f"write {better}" if better else ""
        advice = ("write six pairs of hexadecimal digits, such as 52:54:00:12:34:56",)
        yield Problem("wrong-mac", f"{quoted(mac)} is no MAC address", table.mark(row, "mac"), label, advice=advice)
    for column in CELLS:
        if not fits(column, values.get(column, "")):
            yield _wrong_cell(table, row, column)


def _wrong_cell(table: Table, row: Row, column: str) -> Problem:
    cell = CELLS[column]
    message = f"{quoted(row.values[column])} cannot stand in the column {column}"
    advice = (f"expected {cell.words}; for example {cell.example}",)
    return Problem("wrong-cell", message, table.mark(row, column), advice=advice)


def _strangers(table: Table, strangers: Mapping[str, list[Row]], nodes: Mapping[str, Written]) -> Iterator[Problem]:
    """Names that are no nodes, once each; what is near is only looked for as long as they are few."""
    for number, (name, rows) in enumerate(strangers.items()):
        more = f", in {len(rows)} rows" if len(rows) > 1 else ""
        label = did_you_mean(name, nodes) if number < FEW else ""
        advice = ("write it under `nodes:` in the site's file, or take it out here",)
        mark = table.mark(rows[0], "name")
        yield Problem("unknown-node", f"{name} is no node of this site{more}", mark, label, advice=advice)


FEW = 20
"""Unknown names for which a near one is looked for: among ten thousand nodes that takes a while."""


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
            row.values.get("interface", ""),
        )
        for row in rows
        if row.values.get("switch")
    )
    return Place(_first(rows, "rack"), _first(rows, "unit"), _first(rows, "serial"), cables)


def _first(rows: list[Row], column: str) -> str:
    return next((row.values[column] for row in rows if row.values.get(column)), "")
