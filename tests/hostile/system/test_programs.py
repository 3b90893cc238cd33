"""Files with a hostile text at every place, read by the programs that they are for: none of them wonders."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hostile.ground import Place
from tests.hostile.shell_reader import active, script
from tests.hostile.system.sample import ROUNDS, Program, in_language, run
from tests.hostile.text import round_of, rounds

READ_BY: dict[str, tuple[str, ...]] = {
    "sh": ("sh", "-n"),
    "xml": ("xmllint", "--noout", "--nonet"),
    "grubcfg": ("grub-script-check",),
    "dnsmasqconf": ("dnsmasq", "--test", "-C"),
    "seed": ("debconf-set-selections", "-c"),
}
"""By language: a program that reads such a file and complains when it cannot."""


@pytest.mark.xdist_group("hostile-programs")
@pytest.mark.parametrize("language", READ_BY)
def test_its_program_reads_every_file(language: str, program: Program, tmp_path: Path) -> None:
    name, *options = READ_BY[language]
    every = [place for number in ROUNDS for place in in_language(number, tmp_path, language)]
    assert every
    for place in every:
        done = run(program(name), *options, place)
        assert done.returncode == 0, f"{place.name}: {done.stdout}{done.stderr}\n{place.read_text()}"


@pytest.mark.xdist_group("hostile-programs")
def test_puppet_reads_nodes_pp(program: Program, tmp_path: Path) -> None:
    every = [place for number in ROUNDS for place in in_language(number, tmp_path, "pp")]
    places = [f"--{name}dir={tmp_path / name}" for name in ("conf", "var", "code")]
    done = run(program("puppet"), "parser", "validate", *places, *every)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.xdist_group("hostile-programs")
def test_sh_has_the_words_that_our_reader_has(program: Program) -> None:
    """The reader that all texts are tried with agrees with sh itself on every word that is quoted."""
    quoted = [text for number in range(0, rounds(), 20) for text in _words(round_of(number))]
    line = "printf '%s\\0' " + " ".join("'" + text.replace("'", "'\\''") + "'" for text in quoted)
    done = run(program("sh"), "-c", line)
    read = [word[1] for word in script(line)[2:]]
    assert done.stdout.split("\0")[:-1] == read == quoted
    assert script("a$b")[0] == ["word", f"a{active('$')}b"]


def _words(values: dict[Place, str]) -> list[str]:
    return [text for text in values.values() if "\0" not in text and text.isprintable()]
