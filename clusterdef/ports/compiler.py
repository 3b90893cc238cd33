"""Who compiles catalogs, as the rest sees it: what it is given of each machine, and what it finds wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Code:
    """What catalogs are compiled from: the files of an environment by path, folders of modules by name, and the name
    of the server that would do it."""

    files: Mapping[str, bytes]
    modules: Mapping[str, Path]
    server: str = "localhost"


@dataclass(frozen=True, slots=True)
class Asked:
    """One machine: what the classifier says of it, and what the machine and its certificate say of themselves.

    Where the environment has a manifest that says the classes, `classes` and `parameters` are empty.
    """

    certname: str
    classes: Mapping[str, Any]
    parameters: Mapping[str, Any]
    facts: Mapping[str, Any]
    extensions: Mapping[str, str]
    environment: str = "production"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, in the compiler's words; the class and the parameter that it is about, where it says so.

    `places` are files and lines of code that it speaks of: below the folders of modules, or paths of the environment.
    """

    message: str
    its_class: str = ""
    parameter: str = ""
    places: tuple[tuple[Path, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Compiled:
    """What came of one machine's catalog: the number of its resources, or what is wrong."""

    certname: str
    resources: int = 0
    faults: tuple[Fault, ...] = field(default=())


class Compiler(Protocol):
    """Compiles catalogs."""

    def compiled(self, code: Code, asked: Sequence[Asked]) -> Iterator[Compiled]:
        """What comes of each machine, in their order, as soon as it is known.

        Raises Refused where there is no compiler, or it breaks down, or takes too long for one machine.
        """
