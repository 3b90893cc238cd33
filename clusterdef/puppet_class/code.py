"""A folder of Puppet code as its author left it: the class that is meant, type aliases, metadata, data of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clusterdef.problem import Problem, Refused, did_you_mean, listing
from clusterdef.puppet_class import header
from clusterdef.puppet_class.header import Signature
from clusterdef.puppet_class.puppet_type import Type
from clusterdef.source import Limits, load_json, load_yaml
from clusterdef.source.content import read, text_of
from clusterdef.source.lines import Lines

MANIFESTS = "manifests"
FIRST = "init.pp"
LIMITS = Limits(size=1 << 20)
MOST_FILES = 2_000
"""Files of data or types that are looked at."""


@dataclass(frozen=True, slots=True)
class Code:
    """What was found. `data` are the parameters, as `class::parameter`, to which the folder's own data give a value."""

    signature: Signature
    aliases: Mapping[str, Type]
    metadata: Mapping[str, Any]
    data: frozenset[str]


def load(folder: Path, name: str, class_: str | None = None) -> Code:
    """Read the class `class_`, else the one in init.pp, else the one in NAME.pp.

    Raises Refused when the folder is no Puppet module, has no such class, or it cannot be read.
    """
    if not (folder / MANIFESTS).is_dir():
        raise Refused(_no_code(folder))
    signature = _named(folder, class_) if class_ else _first(folder, name)
    return Code(signature, _aliases(folder), _metadata(folder), frozenset(_data(folder, signature.name)))


def _first(folder: Path, name: str) -> Signature:
    files = [folder / MANIFESTS / file for file in (FIRST, f"{name}.pp")]
    for file in files:
        found = _signatures(file) if file.is_file() else []
        if found:
            return found[0]
    raise Refused(_no_class(folder, f"there is no class in {MANIFESTS}/{FIRST} of {folder}", ""))


def _named(folder: Path, name: str) -> Signature:
    wanted = name.removeprefix("::")
    _, *parts = wanted.split("::")
    file = folder.joinpath(MANIFESTS, *parts[:-1], f"{parts[-1]}.pp" if parts else FIRST)
    inside = ".." not in file.parts and file.is_file()
    for signature in _signatures(file) if inside else ():
        if signature.name == wanted:
            return signature
    raise Refused(_no_class(folder, f"there is no class {wanted} in {folder}", wanted))


def _signatures(file: Path) -> list[Signature]:
    return header.signatures(lines(file))


def lines(file: Path) -> Lines:
    """The text of a manifest. Raises Refused when it is none."""
    return Lines(str(file), text_of(read(file, str(file), LIMITS), str(file), LIMITS))


def _files(folder: Path, *endings: str) -> Iterator[Path]:
    found = (file for file in sorted(folder.rglob("*")) if file.suffix in endings and file.is_file())
    yield from (file for _, file in zip(range(MOST_FILES), found, strict=False))


def _aliases(folder: Path) -> dict[str, Type]:
    found: dict[str, Type] = {}
    for file in _files(folder / "types", ".pp"):
        found |= header.aliases(lines(file))
    return found


def _metadata(folder: Path) -> Mapping[str, Any]:
    """metadata.json; nothing where there is none, or it cannot be read: that is for Puppet's own tools to tell."""
    try:
        data = load_json(folder / "metadata.json", limits=LIMITS).data
    except Refused:
        return {}
    return data if isinstance(data, dict) else {}


def _data(folder: Path, class_: str) -> Iterator[str]:
    """Keys of the class in the module's own data; a file with a YAML that we do not take is left aside."""
    for file in _files(folder / "data", ".yaml", ".yml", ".json"):
        try:
            data = (load_json if file.suffix == ".json" else load_yaml)(file, limits=LIMITS).data
        except Refused:
            continue
        yield from (key for key in data if key.startswith(f"{class_}::")) if isinstance(data, dict) else ()


def _no_code(folder: Path) -> Problem:
    message = f"{folder} is no folder of Puppet code: there is no {MANIFESTS} in it"
    advice = (f"name the folder that holds metadata.json and {MANIFESTS}/",)
    return Problem("puppet-folder", message, subject=str(folder), advice=advice)


def _no_class(folder: Path, message: str, wanted: str) -> Problem:
    known = list(_known(folder))
    advice = (f"classes there: {listing(known, 20)}", "name one with --class") if known else ()
    return Problem("puppet-class", message, label=did_you_mean(wanted, known), subject=str(folder), advice=advice)


def _known(folder: Path) -> Iterator[str]:
    for file in _files(folder / MANIFESTS, ".pp"):
        try:
            yield from (signature.name for signature in _signatures(file))
        except Refused:
            continue
