"""What GRUB and iPXE make of their files, read by the rules of their manuals; what the manuals do not know raises
ValueError. PXELINUX has its own reader. Nothing here asserts.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

CARD = "card"
"""In the place of the hardware address of the card that the machine was started by, where the loader fills it in."""


@dataclass(frozen=True, slots=True)
class Start:
    """One way to start an installer."""

    kernel: str
    initrd: str
    arguments: tuple[str, ...]
    card: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a file offers: how to install, by entry; the page of each entry; what happens by itself, after how long."""

    starts: dict[str, Start]
    pages: dict[str, str]
    default: str
    seconds: float


def start(kernel: str, initrd: str, words: list[str], card: str = "") -> Start:
    """The card is an argument that differs from path to path in how it is said, not in what it says."""
    cards = [word.removeprefix("BOOTIF=") for word in words if word.startswith("BOOTIF=")]
    if len(cards) + bool(card) != 1:
        raise ValueError(f"the card is not told once: {words}")
    rest = tuple(word for word in words if not word.startswith("BOOTIF="))
    return Start(kernel, initrd, rest, card or cards[0])


GRUB_PLAIN = {"set", "export", "configfile", "serial", "terminal_input", "terminal_output", "chainloader", "regexp"}
GRUB_PLAIN |= {"boot", "exit"}
GRUB_LINE = re.compile(r"(mac|bootif)=\S+|(if|elif) .*; then|for loader in [^;]*; do|fi|done|else")


def grub(text: str) -> Found:
    """A grub.cfg. Its quoting is that of sh, as far as it is used here."""
    starts: dict[str, Start] = {}
    pages: dict[str, str] = {}
    settings: dict[str, str] = {}
    entry, page, kernel = "", "", [""]
    for line in filter(None, (line.strip() for line in text.splitlines())):
        if line.startswith("#") or GRUB_LINE.fullmatch(line):
            continue
        words = shlex.split(line)
        if words[0] == "submenu" and words[2:] == ["{"] and not entry:
            page = words[1]
        elif words[0] == "menuentry" and words[2] == "--id" and words[4:] == ["{"] and not entry:
            entry = words[3]
            pages[entry] = page
        elif words == ["}"] and (entry or page):
            entry, page = "", page if entry else ""
        elif words[0] == "linux" and entry:
            kernel = words[1:]
        elif words[0] == "initrd" and entry and len(words) == 2:
            told = [f"BOOTIF={CARD}" if word == "$bootif" else word for word in kernel[1:]]
            starts[entry] = start(_url(kernel[0]), _url(words[1]), told)
        elif words[0] == "set" and len(words) == 2:
            settings.update([words[1].split("=", 1)])
        elif words[0] not in GRUB_PLAIN:
            raise ValueError(f"unknown to GRUB: {line}")
    return Found(starts, pages, settings["default"], float(settings["timeout"]))


def _url(path: str) -> str:
    found = re.fullmatch(r"\((https?),([^()/]+)\)(/.+)", path)
    if not found:
        raise ValueError(f"not a path on a server: {path}")
    return f"{found[1]}://{found[2]}{found[3]}"


IPXE_OPTIONS = {
    "chain": {"--autofree": 0},
    "menu": {},
    "item": {},
    "choose": {"--default": 1, "--timeout": 1},
    "goto": {},
    "iseq": {},
    "exit": {},
    "sanboot": {"--no-describe": 0, "--drive": 1},
    "kernel": {},
    "initrd": {"--name": 1},
    "boot": {},
    "vcreate": {"--tag": 1},
    "dhcp": {},
    "echo": {},
    "autoboot": {},
}
IPXE_SETTINGS = {"${netX/mac:hexhyp}", "${chosen}", "${platform}"}
TEXT = {"menu", "echo"}


@dataclass(frozen=True, slots=True)
class Command:
    """One command of a script: options apart from what follows them."""

    name: str
    options: dict[str, str]
    words: tuple[str, ...]


def ipxe_commands(text: str) -> Iterator[tuple[str, Command]]:
    """Every command of a script with the label that it stands under."""
    if not text.startswith("#!ipxe\n"):
        raise ValueError("not a script of iPXE")
    label, labels = "", set()
    for line in filter(None, text.splitlines()):
        if line.startswith("#"):
            continue
        if line.startswith(":"):
            label = line[1:]
            if label in labels or not re.fullmatch("[A-Za-z0-9-]+", label):
                raise ValueError(f"label {label}")
            labels.add(label)
            continue
        if re.search(r"[\"'\\\t]", line) or set(re.findall(r"\$\{.*?\}", line)) - IPXE_SETTINGS:
            raise ValueError(f"quotes or unknown settings: {line}")
        for part in re.split(r" (?:&&|\|\|)(?: |$)", line):
            if part:
                yield label, _command(part.split(" "))


def _command(words: list[str]) -> Command:
    name, *rest = words
    if name not in IPXE_OPTIONS or "" in rest:
        raise ValueError(f"unknown to iPXE: {words}")
    options: dict[str, str] = {}
    while rest and rest[0].startswith("-"):
        option = rest.pop(0)
        options[option] = rest.pop(0) if IPXE_OPTIONS[name][option] else ""
    return Command(name, options, tuple(rest))


def ipxe(text: str) -> Found:
    """A script. Every label that is gone to is there."""
    starts: dict[str, Start] = {}
    pages: dict[str, str] = {}
    titles: dict[str, str] = {}
    first: Command | None = None
    going: set[str] = set()
    labels = {line[1:] for line in text.splitlines() if line.startswith(":")}
    kernel: tuple[str, ...] = ()
    for label, command in ipxe_commands(text):
        words = command.words
        if command.name == "menu":
            titles[label] = " ".join(words)
        elif command.name == "item":
            going.add(words[0])
            pages[words[0]] = titles[label]
        elif command.name == "choose":
            first = first or command
            going.add(command.options["--default"])
        elif command.name == "goto" and words != ("${chosen}",):
            going.add(words[0])
        elif command.name == "kernel":
            kernel = words
        elif command.name == "initrd":
            if f"initrd={command.options['--name']}" not in kernel:
                raise ValueError(f"{label}: the kernel is not told its initrd")
            told = [word for word in kernel[1:] if not word.startswith("initrd=")]
            told = [word.replace("01-${netX/mac:hexhyp}", CARD) for word in told]
            starts[label] = start(kernel[0], words[0], told)
    if going - labels or not first:
        raise ValueError(f"labels that are not there: {going - labels}")
    return Found(starts, pages, first.options["--default"], float(first.options["--timeout"]) / 1000)
