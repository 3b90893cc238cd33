"""What lies on the key, for the builder: each thing with its path there, and where it is taken from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from clusterdef.generators.loaders import KEY, Loader
from clusterdef.generators.usb.entry import Entry, entries

from clusterdef.model import Cluster


@dataclass(frozen=True, slots=True)
class Item:
    """A file, or a directory with all that is in it (its path ends in `/`).

    `origin` is one of: `generation` (a file of this tree, `source` its path; with its secrets filled in), `medium` and
    `repository` (kept beside the tree, `source` their name), `definition` (the site's own folder), `package` (one of
    the packages in `source` brings the file).
    """

    path: str
    origin: str
    source: Any
    what: str

    @property
    def row(self) -> Mapping[str, Any]:
        """The same as data."""
        return {"path": self.path, "from": self.origin, "source": self.source, "what": self.what}


MENUS = (
    ("syslinux/syslinux.cfg", "usb/syslinux/syslinux.cfg", "the menu of BIOS machines"),
    ("EFI/BOOT/grub.cfg", "usb/EFI/BOOT/grub.cfg", "the menu of UEFI machines"),
    ("boot/grub/grub.cfg", "usb/EFI/BOOT/grub.cfg", "the same, where Debian's GRUB looks for it"),
    ("README.txt", "usb/README.txt", "what this key is, for whoever finds it"),
)


def items(cluster: Cluster) -> Iterator[Item]:
    """Everything, each once, in the order in which a builder may copy it."""
    found = entries(cluster)
    yield from (Item(path, "generation", source, what) for path, source, what in MENUS)
    yield from map(_loader, KEY)
    yield from _answers(found)
    yield from _media(found)
    yield from _repositories(found)
    yield Item("site/", "definition", ".", "the site's own files, from which everything else was made")


def _loader(loader: Loader) -> Item:
    sources = [
        {"family": source.family, "package": source.package, "paths": list(source.paths)} for source in loader.sources
    ]
    return Item(loader.name, "package", sources, f"boot loader of {loader.firmware.upper()} machines")


def _answers(found: tuple[Entry, ...]) -> Iterator[Item]:
    for entry in found:
        for path in entry.answers:
            yield Item(path, "generation", path, f"the answers that the installer of {entry.node.name} reads")


def _media(found: tuple[Entry, ...]) -> Iterator[Item]:
    """Kernel and initrd by name, because nothing starts without them, and then the whole."""
    rows = dict.fromkeys((entry.medium, entry.boot.kernel, entry.boot.initrd) for entry in found)
    for medium, kernel, initrd in rows:
        yield Item(kernel.lstrip("/"), "medium", medium, "the installer's kernel")
        yield Item(initrd.lstrip("/"), "medium", medium, "the installer's first RAM disk")
    for medium, whole in dict.fromkeys((entry.medium, entry.whole) for entry in found):
        yield Item(whole, "medium", medium, "the installer and its packages")


def _repositories(found: tuple[Entry, ...]) -> Iterator[Item]:
    """Those that are kept beside the tree; others a machine fetches from where they are, once it has a network."""
    for name in dict.fromkeys(name for entry in found for name in entry.repositories):
        yield Item(f"repos/{name}/", "repository", name, "more packages")
