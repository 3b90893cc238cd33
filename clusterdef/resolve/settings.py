"""Settings as model values: from the merged maps of layers to disks, hardware, mounts and the like."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from clusterdef.catalog import Catalog
from clusterdef.formats import size_in_bytes
from clusterdef.model import Disk, Hardware, Layout, Mount, OperatingSystem, Repository, Scripts, Vm, Volume
from clusterdef.resolve.members import Raw
from clusterdef.schema import settings as settings_schema

_VM = {key: rule.get("default") for key, rule in settings_schema()["properties"]["vm"]["properties"].items()}


def _size(text: str | None) -> int | None:
    return None if text is None else size_in_bytes(text)


class Settings:
    """Turns one site's settings into values. Equal parts of the catalog are turned once."""

    def __init__(self, site: Raw, catalog: Catalog, files: Mapping[str, str], sound_os: frozenset[str]) -> None:
        self._site = site
        self._files = files
        self.layouts = {name: layout(name, one.data) for name, one in catalog.layouts.items()}
        self.systems = {name: self._system(name, site["os"][name]) for name in site.get("os", ()) if name in sound_os}

    def _system(self, name: str, data: Raw) -> OperatingSystem:
        repos = tuple(self.repository(repo) for repo in data.get("repos", ()))
        return OperatingSystem(name, data["family"], data["release"], data["media"], repos)

    def repository(self, name: str) -> Repository:
        """The repository of that name: the site's, or one that the head keeps."""
        said = self._site.get("repositories", {}).get(name, {})
        return Repository(name, said.get("url", ""), said.get("key", ""))

    def values(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of a Node that come from its settings alone."""
        return {
            "install": said["install"],
            "os": self.systems.get(said.get("os", self._site["cluster"].get("os", ""))),
            "vm": _vm(said),
            "hardware": _hardware(said.get("hardware", {})),
            "disks": tuple(_disks(said["disks"])),
            "layout": self.layouts.get(said["disk_layout"]),
            "keep": tuple(dict.fromkeys(said["keep"])),
            "kernel": tuple(dict.fromkeys(said["kernel"])),
            "kernel_pin": said.get("kernel_pin"),
            "console": said.get("console"),
            "firmware": said["firmware"],
            "secure_boot": said["secure_boot"],
            "boot_order": tuple(said["boot_order"]),
            "selinux": said["selinux"],
            "packages": tuple(dict.fromkeys(said["packages"])),
            "repos": tuple(self.repository(name) for name in dict.fromkeys(said["repos"])),
            "web_proxy": said.get("web_proxy"),
            "mounts": tuple(
                Mount(one["source"], one["at"], one.get("type", "nfs"), tuple(one.get("options", ())))
                for one in said["mounts"]
            ),
            "scripts": self._scripts(said.get("scripts", {})),
        }

    def _scripts(self, said: Mapping[str, list[str]]) -> Scripts:
        found = {when: tuple((name, self._files.get(name, "")) for name in names) for when, names in said.items()}
        return Scripts(found.get("pre", ()), found.get("part", ()), found.get("post", ()))


def _vm(said: Mapping[str, Any]) -> Vm | None:
    """A node is virtual when somebody says where it runs; sizes alone, as roles give them, do not make it so."""
    vm = {**_VM, **said.get("vm", {})}
    if not vm.get("host"):
        return None
    return Vm(vm["host"], size_in_bytes(vm["memory"]), vm["cpus"], size_in_bytes(vm["disk"]), vm["autostart"])


def _hardware(said: Mapping[str, Any]) -> Hardware:
    return Hardware(
        said.get("cores"),
        _size(said.get("memory")),
        _size(said.get("disk")),
        said.get("gpus", 0),
        said.get("model", ""),
    )


def _disks(said: Mapping[str, Mapping[str, Any]]) -> Iterator[Disk]:
    for purpose, rule in said.items():
        yield Disk(
            purpose,
            _size(rule.get("min")),
            _size(rule.get("max")),
            rule.get("type"),
            rule.get("model"),
            rule.get("serial"),
            rule.get("path"),
        )


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
