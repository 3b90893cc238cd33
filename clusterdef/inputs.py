"""Everything a site consists of, read once: its file, its inventory, its keys and scripts, and the catalog."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from errno import EINVAL
from pathlib import Path
from typing import Any

from clusterdef import catalog as shelves
from clusterdef.catalog import Catalog
from clusterdef.complaint import free_text_in_clear, shape
from clusterdef.model import Recipient
from clusterdef.problem import Mark, Problem, Refused
from clusterdef.schema import flat
from clusterdef.sound import empty_what_is_broken
from clusterdef.source import Document, Table, load_csv, load_yaml

FORMAT = 1
"""The format of site.yaml that is read here."""
SECTIONS = ("cluster", "networks", "nodes")
"""What every site has."""
HOST_KEYS = "ssh/hostkeys"
"""Where the site keeps the public host keys of its machines, a file NODE.pub each."""
LARGEST_FILE = 1 << 20
"""Bytes a key or a script may have."""


@dataclass(slots=True)
class Inputs:
    """A site's files as they were read. `broken` are the paths of values whose shape is not right."""

    folder: Path
    site: Document
    catalog: Catalog
    inventory: Table | None = None
    files: dict[str, str] = field(default_factory=dict)
    broken: frozenset[tuple[str | int, ...]] = frozenset()
    problems: list[Problem] = field(default_factory=list)

    def sound(self, section: str) -> frozenset[str]:
        """The names in a section of the site whose values have the right shape."""
        data = self.site.data.get(section)
        if not isinstance(data, dict):
            return frozenset()
        wrong = {path[1] for path in self.broken if len(path) > 1 and path[0] == section}
        return frozenset(name for name in data if name not in wrong)

    @property
    def named(self) -> list[str]:
        """The files that site.yaml names: inventory, keys, scripts."""
        inventory = self.site.data.get("inventory")
        return sorted({*self.files, *([inventory] if isinstance(inventory, str) else [])})

    @property
    def usable(self) -> bool:
        """True when there is enough of a site to go on with."""
        data = self.site.data
        if not isinstance(data, dict) or data.get("clusterdef") != FORMAT:
            return False
        return all(isinstance(data.get(section), dict) for section in SECTIONS)


def read(file: Path, name: str = "") -> Inputs:
    """Read a site. Raises Refused when site.yaml itself cannot be read; all else that is wrong is in `problems`."""
    document = load_yaml(file, name or file.name)
    unsaid = _unsaid_format(document)
    inputs = Inputs(file.parent, document, shelves.load(file.parent))
    wrong, broken = shape(document, flat("site"))
    inputs.problems = [*unsaid, *wrong, *free_text_in_clear(document, wrong), *inputs.catalog.problems]
    inputs.broken = frozenset(broken)
    if isinstance(document.data, dict):
        empty_what_is_broken(document.data, broken)
        _read_inventory(inputs)
        _read_files(inputs)
    return inputs


def _unsaid_format(document: Document) -> list[Problem]:
    """A site without its first line is looked at as one of today; one of tomorrow is not looked at: Refused."""
    found = format_of(document)
    if found > FORMAT:
        raise Refused(newer_format(document, found))
    if found or "clusterdef" in document.data:
        return []
    mark = document.key_mark(next(iter(document.data)))
    document.data["clusterdef"] = FORMAT
    message = f"{document.file} does not say in which format it is written"
    advice = ("bring it up to date with:   clusterdef migrate", f"or write as its first line:   clusterdef: {FORMAT}")
    return [Problem("format", message, mark, advice=advice)]


def format_of(document: Document) -> int:
    """The format that a site's file names: 0 where it names none, FORMAT where it is no site or names no number."""
    data = document.data
    if not isinstance(data, dict) or not data.keys() & {"clusterdef", *SECTIONS}:
        return FORMAT
    said = data.get("clusterdef", 0)
    return said if type(said) is int else FORMAT


def newer_format(document: Document, found: int) -> Problem:
    """A file that only a later clusterdef can read."""
    message = f"{document.file} is written for a newer clusterdef: its format is {found}, this one reads {FORMAT}"
    advice = ("use the clusterdef that wrote it, or a later one",)
    return Problem("format", message, document.mark("clusterdef"), advice=advice, path="clusterdef")


def _read_inventory(inputs: Inputs) -> None:
    name = inputs.site.data.get("inventory")
    if not isinstance(name, str) or ("inventory",) in inputs.broken:
        return
    try:
        inputs.inventory = load_csv(inputs.folder / name, name)
    except Refused as refused:
        # A file that is not there has no place of its own: the one that names it has.
        named = inputs.site.mark("inventory")
        inputs.problems.extend(
            problem if problem.mark else replace(problem, mark=named) for problem in refused.problems
        )


def _read_files(inputs: Inputs) -> None:
    for name, mark in _named_scripts(inputs):
        _read_file(inputs, name, mark)
    for name, mark in (*_named_keys(inputs), *_host_keys(inputs)):
        _read_file(inputs, name, mark)
        if name in inputs.files:
            inputs.problems.extend(_wrong_key(name, inputs.files[name], mark))
    for name, mark in _named_certificate(inputs):
        before = len(inputs.problems)
        _read_file(inputs, name, mark)
        advice = ("make it:   clusterdef secret eyaml",)
        inputs.problems[before:] = [replace(one, advice=one.advice + advice) for one in inputs.problems[before:]]
        if name in inputs.files:
            inputs.problems.extend(_wrong_certificate(name, inputs.files[name], mark))


def _read_file(inputs: Inputs, name: str, mark: Mark) -> None:
    if name not in inputs.files:
        try:
            inputs.files[name] = _text(inputs.folder / name, name, mark)
        except Refused as refused:
            inputs.problems.extend(refused.problems)


def _wrong_key(name: str, text: str, mark: Mark) -> Iterator[Problem]:
    """A file that should hold ssh public keys and does not (sshd(8), AUTHORIZED_KEYS FILE FORMAT)."""
    if "PRIVATE KEY-----" in text:
        public = f"name the public half, as a rule {name}.pub"
        advice = (public, "take the private one out of this folder; if it was committed, make a new pair")
        yield Problem("private-key", f"{name} is a private key", mark, advice=advice)
    elif not PUBLIC_KEY.search(text):
        line = "a line begins with the type of the key, such as ssh-ed25519; ssh-keygen writes it into a file .pub"
        yield Problem("no-key", f"{name} holds no ssh public key", mark, advice=(line,))


def _wrong_certificate(name: str, text: str, mark: Mark) -> Iterator[Problem]:
    """A file that should hold a certificate to encrypt for, and does not, or holds what nobody should see."""
    if "PRIVATE KEY-----" in text:
        advice = (
            "name a file with the certificate alone",
            "if the key was committed, it is no secret any more; make a new pair:   clusterdef secret eyaml --new",
        )
        yield Problem("private-key", f"{name} holds a private key", mark, advice=advice)
    elif not Recipient(text).der:
        new = "make one:   clusterdef secret eyaml --new"
        yield Problem("no-certificate", f"{name} holds no certificate for an RSA key", mark, advice=(new,))


PUBLIC_KEY = re.compile(r"^(?:[^#\n]* )?(?:ssh|ecdsa|sk-ssh|sk-ecdsa)-\S+ AAAA", re.MULTILINE)


def _named_keys(inputs: Inputs) -> Iterator[tuple[str, Mark]]:
    """Every key file that the site names, with the place that names it."""
    document = inputs.site
    for admin, data in _maps(document.data, "admins"):
        keys = data.get("ssh") if isinstance(data, dict) else data
        where = ("admins", admin, "ssh") if isinstance(data, dict) else ("admins", admin)
        yield from (
            (key, document.mark(*where))
            for key in ([keys] if isinstance(keys, str) else keys or ())
            if isinstance(key, str)
        )


def _named_certificate(inputs: Inputs) -> Iterator[tuple[str, Mark]]:
    """The certificate that secrets are encrypted for, with the place that names it."""
    for key, name in _maps(inputs.site.data, "secrets"):
        if key == "eyaml" and isinstance(name, str):
            yield name, inputs.site.mark("secrets", key)


def _host_keys(inputs: Inputs) -> Iterator[tuple[str, Mark]]:
    """The files in the folder of host keys, which no word of the site names: they are called after their machines."""
    for file in sorted((inputs.folder / HOST_KEYS).glob("*.pub")):
        name = f"{HOST_KEYS}/{file.name}"
        yield name, Mark(name, 1, 1)


def _named_scripts(inputs: Inputs) -> Iterator[tuple[str, Mark]]:
    """Every script that the site and its roles name, with the place that names it."""
    document = inputs.site
    for role in inputs.catalog.roles.values():
        yield from _scripts(role.document, role.data, ())
    for section in ("nodes", "groups", "roles"):
        for owner, data in _maps(document.data, section):
            yield from _scripts(document, data, (section, owner))
            for subset, exception in _maps(data, "except"):
                yield from _scripts(document, exception, (section, owner, "except", subset))


def _maps(data: Any, key: str) -> Iterator[tuple[str, Any]]:
    found = data.get(key) if isinstance(data, dict) else None
    yield from found.items() if isinstance(found, dict) else ()


def _scripts(document: Document, data: Any, path: tuple[str, ...]) -> Iterator[tuple[str, Mark]]:
    for when, names in _maps(data, "scripts"):
        for number, name in enumerate(names if isinstance(names, list) else ()):
            # One that climbs out of the folder has the wrong shape, which is told already.
            if isinstance(name, str) and ".." not in Path(name).parts:
                yield name, document.mark(*path, "scripts", when, number)


def _regular(file: Path) -> Path:
    """The file itself; a pipe would keep us waiting."""
    if file.exists() and not file.is_file():
        raise OSError(EINVAL, "it is no file")
    return file


def _text(file: Path, name: str, mark: Mark) -> str:
    if ".." in Path(name).parts or Path(name).is_absolute():
        raise Refused(
            Problem("file-outside", f"{name} lies outside the site's folder", mark, advice=("copy it into the folder",))
        )
    try:
        with open(_regular(file), "rb") as opened:
            content = opened.read(LARGEST_FILE + 1)
    except OSError as error:
        message = f"{name} cannot be read: {(error.strerror or 'error').lower()}"
        advice = (f"it is looked for at {name} beside {mark.file}",)
        raise Refused(Problem("file-unreadable", message, mark, advice=advice)) from error
    if len(content) > LARGEST_FILE or b"\0" in content:
        advice = ("a key or a script is a short text file",)
        raise Refused(Problem("file-unreadable", f"{name} is too large or no text", mark, advice=advice))
    try:
        return content.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        advice = ("save it as UTF-8",)
        raise Refused(Problem("file-unreadable", f"{name} is not UTF-8 text", mark, advice=advice)) from error
