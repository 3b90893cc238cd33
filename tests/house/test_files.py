"""What every file in git keeps to: no place or maker shows through, and nothing is there that should not be."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.house.package import ROOT, tracked

# Hosts that a text may name: the reserved ones, and those that define a format or document a program.
EXAMPLE = re.compile(r"(.*\.)?(example(\.(org|edu|com|net))?|invalid|test|localhost|internal)")
CITED = {
    "json-schema.org",
    "www.json-schema.org",
    "www.w3.org",
    "libvirt.org",
    "yaml.org",
    "www.rfc-editor.org",
    "spdx.org",
    "keepachangelog.com",
    "semver.org",
    "no-color.org",
}
URL = re.compile(r"\b(?:https?|ftp|git|rsync)://(?:[^\s/@\"'<>]*@)?([A-Za-z0-9.-]+)")
PLACE = re.compile(r"(?<![\w.])/(?:work|farm)/|\.pyenv\b|(?<![\w.])/home/[a-z]+/\.")
MADE = re.compile(r"\b(?:issue[ ]#?[0-9]+|language[ ]model|as an[ ]AI|another[ ]session)\b", re.IGNORECASE)
INDEX = re.compile(r"--(?:extra-)?index-url|--find-links|\bindex-url\s*=")

LONGEST_FILE = 500
LONGEST_FUNCTION = 60


def texts(*under: str) -> Iterator[tuple[str, str]]:
    """Name and text of each file in git that is text."""
    for name in tracked(*under):
        try:
            yield name, (ROOT / name).read_text("utf-8")
        except UnicodeDecodeError:
            continue


def found(pattern: re.Pattern[str], wrong: Callable[[re.Match[str]], bool] = bool) -> list[str]:
    """`file:line: line` for each line with a match that is wrong; this file, which holds the patterns, aside."""
    return [
        f"{name}:{number}: {line.strip()[:120]}"
        for name, text in texts()
        if name != str(Path(__file__).relative_to(ROOT))
        for number, line in enumerate(text.splitlines(), 1)
        if any(wrong(match) for match in pattern.finditer(line))
    ]


def foreign(match: re.Match[str]) -> bool:
    """True for the host of a URL that is neither an example's nor cited."""
    host = match[1].lower().rstrip(".")
    return not (EXAMPLE.fullmatch(host) or host in CITED or re.fullmatch(r"[0-9.]+", host) or "." not in host)


def test_urls_name_example_hosts_only() -> None:
    assert found(URL, foreign) == []


def test_no_package_index_is_named_or_set() -> None:
    assert found(INDEX) == []


def test_no_path_of_a_machine_shows_through() -> None:
    assert found(PLACE) == []


def test_nothing_tells_how_it_was_made() -> None:
    assert found(MADE) == []


def test_no_conflict_was_left() -> None:
    assert found(re.compile(r"^(?:<{7}|>{7}) ")) == []


def test_text_ends_its_last_line_and_has_unix_line_ends() -> None:
    """Cases that are about line ends say so in their name."""
    kept = [(name, text) for name, text in bytes_of_text() if "crlf" not in name and "/cases/" not in name]
    assert [name for name, text in kept if text and not text.endswith(b"\n")] == []
    assert [name for name, text in kept if b"\r\n" in text] == []


def bytes_of_text() -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each file in git that is text."""
    for name, _ in texts():
        yield name, (ROOT / name).read_bytes()


def git(*arguments: str) -> str:
    """What git says about this checkout."""
    command = ["git", "-c", f"safe.directory={ROOT}", "-C", str(ROOT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60).stdout


def test_nothing_in_git_is_ignored() -> None:
    assert git("ls-files", "--cached", "--ignored", "--exclude-standard") == ""


@pytest.mark.parametrize(
    "name",
    [
        ".venv/bin/python",
        ".cache/mypy/x",
        "clusterdef/__pycache__/problem.cpython-311.pyc",
        "build/lib/x.py",
        "dist/x.whl",
        "clusterdef.egg-info/PKG-INFO",
        "site-example/generated/current",
        "site-example/.secrets/root",
    ],
)
def test_what_is_made_stays_out_of_git(name: str) -> None:
    assert git("check-ignore", "--no-index", name).strip() == name


@pytest.mark.parametrize(
    "name", ["clusterdef/secrets/file.py", "clusterdef/generate/plan.py", "tests/cases/generated/x", "docs/build.md"]
)
def test_a_room_with_such_a_name_does_not(name: str) -> None:
    assert git("check-ignore", "--no-index", name) == ""


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Every Python file in git, parsed."""
    for name, text in texts():
        if name.endswith(".py"):
            yield name, ast.parse(text)


def test_every_module_begins_with_its_sentence() -> None:
    said = {name: (ast.get_docstring(tree) or "").split("\n\n")[0].strip() for name, tree in modules()}
    assert [name for name, sentence in said.items() if not sentence.endswith((".", ":"))] == []


def test_files_and_functions_are_short() -> None:
    long_files = [name for name, text in texts() if name.endswith(".py") and text.count("\n") > LONGEST_FILE]
    long_functions = [
        f"{name}:{node.lineno}: {node.name}"
        for name, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno >= LONGEST_FUNCTION
    ]
    assert long_files + long_functions == []


def test_no_file_is_called_utils() -> None:
    banned = {"utils", "util", "helpers", "helper", "manager", "base", "common", "misc"}
    assert [name for name in tracked() if name.endswith(".py") and banned & set(Path(name).with_suffix("").parts)] == []


def test_no_test_is_switched_off() -> None:
    switched_off = re.compile(r"\bpytest\.(?:skip|xfail|importorskip)\b|\bmark\.(?:skip|skipif|xfail)\b")
    assert found(switched_off) == []


@pytest.mark.system
def test_shell_scripts_are_sound(program: Callable[[str], str]) -> None:
    """Templates are none yet; what comes of them is looked at where it is made, with all that it needs."""
    every = (one for one in texts() if not one[0].endswith(".j2") and "/expected/" not in one[0])
    scripts = [name for name, text in every if re.match(r"#!\s?(/usr)?/bin/(env )?(ba|da)?sh\b", text)]
    assert ".ci/run" in scripts
    checked = subprocess.run([program("shellcheck"), *scripts], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert checked.returncode == 0, checked.stdout
    assert [name for name in scripts if not (ROOT / name).stat().st_mode & 0o111 and not name.endswith(".sh")] == []
