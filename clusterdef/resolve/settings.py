"""Settings as model values: from the merged maps of layers to disks, hardware, mounts and the like."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from clusterdef.catalog import Catalog
from clusterdef.formats import size_in_bytes
from clusterdef.model import Disk, Hardware, Layout, Mount, OperatingSystem, Repository, Scripts, Vm, Volume
from clusterdef.resolve.members import Raw
from clusterdef.schema import settings as settings_schema

_VM = {key: rule.get("default") for key, rule in settings_schema()["properties"]["vm"]["properties"].items()}

PLAIN = ("install", "kernel_pin", "console", "firmware", "secure_boot", "selinux", "web_proxy")
"""Settings that are fields of a Node as they are written."""

Turn = Callable[[Any], Any]
"""What makes a field's value of a setting; it gets None for one that nobody says and that has no default."""


def _size(text: str | None) -> int | None:
    return None if text is None else size_in_bytes(text)


class Settings:
    """Turns one site's settings into values. Equal parts of the catalog are turned once."""

    def __init__(self, site: Raw, catalog: Catalog, files: Mapping[str, str], sound_os: frozenset[str]) -> None:
        self._site = site
        self._files = files
        self.layouts = {name: layout(name, one.data) for name, one in catalog.layouts.items()}
        self.systems = {name: self._system(name, site["os"][name]) for name in site.get("os", ()) if name in sound_os}
        self._common: dict[int, dict[str, Any]] = {}
        self._fields: Mapping[str, tuple[str, Turn]] = {
            **{name: (name, _same) for name in PLAIN},
            **{name: (name, _each_once) for name in ("keep", "kernel", "packages")},
            "boot_order": ("boot_order", tuple),
            "disk_layout": ("layout", self.layouts.get),
            "disks": ("disks", _disks),
            "hardware": ("hardware", _hardware),
            "mounts": ("mounts", _mounts),
            "os": ("os", self.system),
            "repos": ("repos", self._repositories),
            "scripts": ("scripts", self._scripts),
            "vm": ("vm", _vm),
        }

    def _system(self, name: str, data: Raw) -> OperatingSystem:
        repos = tuple(self.repository(repo) for repo in data.get("repos", ()))
        return OperatingSystem(name, data["family"], data["release"], data["media"], repos)

    def repository(self, name: str) -> Repository:
        """The repository of that name: the site's, or one that the head keeps."""
        said = self._site.get("repositories", {}).get(name, {})
        return Repository(name, said.get("url", ""), said.get("key", ""))

    def values(self, said: Mapping[str, Any], common: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of a Node that come from its settings alone. `common` are the settings that `said` begins from:
        what is the same object in both is turned once for all nodes.
        """
        if id(common) not in self._common:
            self._common[id(common)] = {field: turn(common.get(key)) for key, (field, turn) in self._fields.items()}
        found = self._common[id(common)]
        if said is common:
            return found
        own = [key for key, value in said.items() if key in self._fields and value is not common.get(key)]
        return {**found, **{self._fields[key][0]: self._fields[key][1](said[key]) for key in own}}

    def _repositories(self, names: list[str]) -> tuple[Repository, ...]:
        return tuple(self.repository(name) for name in dict.fromkeys(names))

    def system(self, name: str | None) -> OperatingSystem | None:
        """The operating system of that name, the cluster's without one; None when nobody has described it."""
        return self.systems.get(name or self._site["cluster"].get("os", ""))

    def _scripts(self, said: Mapping[str, list[str]] | None) -> Scripts:
        found = {
            when: tuple((name, self._files.get(name, "")) for name in names) for when, names in (said or {}).items()
        }
        return Scripts(found.get("pre", ()), found.get("part", ()), found.get("post", ()))


def _same(said: Any) -> Any:
    return said


def _each_once(said: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(said))


def _vm(said: Raw | None) -> Vm | None:
    """A node is virtual when somebody says where it runs; sizes alone, as roles give them, do not make it so."""
    vm = {**_VM, **(said or {})}
    if not vm.get("host"):
        return None
    return Vm(vm["host"], size_in_bytes(vm["memory"]), vm["cpus"], size_in_bytes(vm["disk"]), vm["autostart"])


def _hardware(said: Raw) -> Hardware:
    asked = said.get
    return _equal_hardware(asked("cores"), asked("memory"), asked("disk"), asked("gpus", 0), asked("model", ""))


@lru_cache(maxsize=256)
def _equal_hardware(cores: int | None, memory: str | None, disk: str | None, gpus: int, model: str) -> Hardware:
    """One value for all machines that are equal."""
    return Hardware(cores, _size(memory), _size(disk), gpus, model)


def _disks(said: Mapping[str, Raw]) -> tuple[Disk, ...]:
    return tuple(_equal_disk(purpose, *map(rule.get, DISK)) for purpose, rule in said.items())


DISK = ("min", "max", "type", "model", "serial", "path")
"""What may be said of a disk, in the order of a Disk's fields."""


@lru_cache(maxsize=256)
def _equal_disk(purpose: str, least: str | None, most: str | None, *rest: str | None) -> Disk:
    """One value for all disks of which the same is said."""
    return Disk(purpose, _size(least), _size(most), *rest)


def _mounts(said: list[Raw]) -> tuple[Mount, ...]:
    return tuple(Mount(one["source"], one["at"], one.get("type", "nfs"), tuple(one.get("options", ()))) for one in said)


def layout(name: str, data: Mapping[str, Any]) -> Layout:
    """A layout definition as a value."""
    volumes = tuple(
        Volume(
            one["mount"],
            size_in_bytes(one["size"]),
            one.get("grow", False),
            _size(one.get("max")),
            one.get("fs", "xfs"),
            tuple(one.get("options", ())),
        )
        for one in data["volumes"]
    )
    return Layout(name, data["description"], data["scheme"], volumes)
