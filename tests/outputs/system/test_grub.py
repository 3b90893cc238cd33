"""GRUB's files, read by GRUB: its checker takes every one, and GRUB itself, as a program of this machine, goes the way
that a machine would.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from clusterdef.languages import LANGUAGES, CannotSay
from tests.golden.golden import cases
from tests.outputs import test_usb
from tests.outputs.clusters import made, small
from tests.outputs.hostile import HOSTILE
from tests.outputs.loaders import grub
from tests.outputs.test_boot_paths import MADE, of

Program = Callable[[str], str]

STAND_INS = """\
function linux { for word in "$@"; do echo "<linux:$word:linux>"; done; }
function initrd { echo "<initrd:$@:initrd>"; exit; }
"""
"""Neither is a command of a GRUB that is a program. Whoever loaded an initrd is done. Each word is said for itself,
because a blank at the end of a line is not printed."""
OWN = "grub.cfg-01-02-00-5e-30-01-02"


@pytest.mark.parametrize("name", [*MADE, *(str(case) for case in cases())])
def test_the_checker_takes_it(name: str, program: Program, tmp_path: Path) -> None:
    for path, text in made(of(name), "grub").items():
        (tmp_path / "grub.cfg").write_text(text)
        command = [program("grub-script-check"), "-v", str(tmp_path / "grub.cfg")]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, path + done.stdout + done.stderr


@pytest.mark.parametrize("name", test_usb.SITES)
def test_grub_takes_the_keys_menu_and_starts_what_it_says(name: str, program: Program, tmp_path: Path) -> None:
    files = made(test_usb.SITES[name], "usb")
    text = files["usb/EFI/BOOT/grub.cfg"]
    (tmp_path / "key.cfg").write_text(text)
    done = subprocess.run([program("grub-script-check"), str(tmp_path / "key.cfg")], timeout=60, check=False)
    assert done.returncode == 0
    assert re.findall("^search .*", text, re.MULTILINE) == ["search --no-floppy --set=root --label CLUSTERDEF"]
    text = re.sub("^search .*", "", text, flags=re.MULTILINE)
    for machine in test_usb.manifest(files)["machines"]:
        chosen = hasty(text, f"install-{machine['name']}")
        assert started(run(tmp_path, program, re.sub("^(serial|terminal).*", "", chosen, flags=re.MULTILINE))) == (
            " ".join([machine["kernel"], *machine["arguments"]]),
            machine["initrd"],
        )


def run(folder: Path, program: Program, text: str) -> str:
    """What GRUB prints when it starts with this grub.cfg, without the ends of lines: it breaks long ones."""
    (folder / "grub.cfg").write_text(text)
    command = [program("grub-emu"), "--directory", str(folder), "--root", "host"]
    done = subprocess.run(
        command, capture_output=True, timeout=60, stdin=subprocess.DEVNULL, env={"TERM": "dumb"}, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return re.sub(r"[\r\n]", "", done.stdout.decode(errors="replace"))


def started(text: str) -> tuple[str, str]:
    """What the kernel and the initrd would have been."""
    words = re.findall("<linux:(.*?):linux>", text)
    initrd = re.search("<initrd:(.*):initrd>", text)
    assert words, text
    assert initrd, text
    return " ".join(words), initrd[1]


def hasty(text: str, entry: str) -> str:
    """A file that waits for nobody and takes that entry; the card's address is not the program's to know."""
    text = re.sub("^set default=disk$", f"set default='{entry}'", text, flags=re.MULTILINE)
    text = re.sub("^set timeout=[0-9]+$", "set timeout=0", text, flags=re.MULTILINE)
    return STAND_INS + text.replace("$net_default_mac", "02:00:5e:30:01:02")


def test_by_itself_it_looks_for_a_loader_on_the_disk_and_goes_back_to_the_firmware(
    program: Program, tmp_path: Path
) -> None:
    for number, text in enumerate(made(MADE["families"], "grub").values()):
        if "menuentry" in text:
            folder = tmp_path / str(number)
            folder.mkdir()
            seen = run(folder, program, hasty(text, "disk"))
            assert "Booting `Start from the disk'" in seen
            assert "no such device: /EFI/ubuntu/shimx64.efi" in seen
            assert "<linux" not in seen


def test_whoever_chooses_gets_what_is_written(program: Program, tmp_path: Path) -> None:
    files = made(MADE["families"], "grub")
    text = files["tftp/grub/menu.cfg"]
    found = grub(text)
    assert len(found.starts) == 10
    for name in ("install-rocky1", "install-bookworm2", "install-noble1"):
        begun = found.starts[name]
        (tmp_path / "menu.cfg").write_text(hasty(text, f"{found.pages[name]}>{name}"))
        kernel, initrd = started(run(tmp_path, program, hasty(files["tftp/grub/grub.cfg"], "disk")))
        device = begun.kernel.replace("http://10.10.0.1:8080", "(http,10.10.0.1:8080)")
        assert kernel == " ".join([device, *begun.arguments, "BOOTIF=01-02-00-5e-30-01-02"])
        assert initrd == begun.initrd.replace("http://10.10.0.1:8080", "(http,10.10.0.1:8080)")


def test_a_known_machine_comes_to_its_own_file(program: Program, tmp_path: Path) -> None:
    files = made(MADE["families"], "grub")
    (tmp_path / OWN).write_text(hasty(files[f"tftp/grub/{OWN}"], "install"))
    kernel, _ = started(run(tmp_path, program, hasty(files["tftp/grub/grub.cfg"], "disk")))
    assert "/kickstart/rocky2.cfg" in kernel
    assert kernel.endswith("BOOTIF=01-02-00-5e-30-01-02")


def test_beside_the_loader_is_the_way_to_the_menu(program: Program, tmp_path: Path) -> None:
    files = made(small(), "grub")
    (tmp_path / "grub").mkdir()
    (tmp_path / "grub" / "grub.cfg").write_text(files["tftp/grub/grub.cfg"])
    (tmp_path / "grub" / "menu.cfg").write_text(hasty(files["tftp/grub/menu.cfg"], "role puppet>install-puppet"))
    kernel, _ = started(run(tmp_path, program, files["tftp/grub.cfg"]))
    assert "/kickstart/puppet.cfg" in kernel


@pytest.mark.parametrize("place", ["", "text"])
def test_grub_reads_every_value_back(place: str, program: Program, tmp_path: Path) -> None:
    said = {}
    for value in HOSTILE:
        try:
            said[value] = LANGUAGES["grubcfg"].say_in(place, value) if place else LANGUAGES["grubcfg"].say(value)
        except CannotSay:
            continue
    assert len(said) > (10 if place == "" else 40)
    lines = [f"echo '<{number}:'{text}':{number}>'" for number, text in enumerate(said.values())]
    seen = run(tmp_path, program, "\n".join([*lines, "exit", ""]))
    for number, value in enumerate(said):
        # A tab is shown as the spaces to the next stop.
        shown = seen.partition(f"<{number}:")[2].partition(f":{number}>")[0]
        assert re.sub(r"\s+", " ", shown) == re.sub(r"\s+", " ", value)
