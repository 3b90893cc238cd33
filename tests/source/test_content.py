"""Files that cannot be read at all, and bytes that are no text: the same for YAML, JSON and CSV."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clusterdef.problem import Problem
from clusterdef.source import Limits, load_csv, load_json, load_yaml, parse_csv, parse_json, parse_yaml

Refuse = Callable[..., tuple[Problem, ...]]
Load = Callable[..., Any]

every_parse = pytest.mark.parametrize("parse", [parse_yaml, parse_json, parse_csv])
every_load = pytest.mark.parametrize("load", [load_yaml, load_json, load_csv])


def test_files_are_read(tmp_path: Path) -> None:
    for name, text in (("s.yaml", "a: 1\n"), ("r.json", '{"a": 1}'), ("i.csv", "a\n1\n")):
        (tmp_path / name).write_text(text)
    assert load_yaml(tmp_path / "s.yaml").file == str(tmp_path / "s.yaml")
    assert load_yaml(tmp_path / "s.yaml", "s.yaml").file == "s.yaml"
    assert load_json(tmp_path / "r.json", "r.json").mark("a").file == "r.json"
    assert load_csv(tmp_path / "i.csv", "i.csv").rows[0].values == {"a": "1"}


@every_load
def test_missing(load: Load, tmp_path: Path, refused: Refuse) -> None:
    (problem,) = refused(load, tmp_path / "no", "no")
    assert (problem.code, problem.message, problem.place) == ("file-missing", "no does not exist", "no")


@every_load
def test_directory(load: Load, tmp_path: Path, refused: Refuse) -> None:
    (problem,) = refused(load, tmp_path, "here")
    assert (problem.code, problem.message) == ("file-not-a-file", "here is a directory")


@every_load
def test_fifo_does_not_hang(load: Load, tmp_path: Path, refused: Refuse) -> None:
    os.mkfifo(tmp_path / "fifo")
    (problem,) = refused(load, tmp_path / "fifo", "fifo")
    assert (problem.code, problem.message) == ("file-not-a-file", "fifo is not a regular file")


@every_load
def test_no_permission(load: Load, tmp_path: Path, refused: Refuse, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "secret"
    file.write_text("a: 1\n")

    def deny(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", deny)  # root, who runs some tests, may read everything
    (problem,) = refused(load, file, "secret")
    assert (problem.code, problem.message) == ("file-permission", "secret may not be read by you")


def test_impossible_paths(tmp_path: Path, refused: Refuse) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    (tmp_path / "file").touch()
    for path in (tmp_path / "a", tmp_path / "file" / "below", tmp_path / "nul\0", tmp_path / ("x" * 300)):
        (problem,) = refused(load_yaml, path, "p")
        assert problem.code == "file-unreadable"
        assert problem.message.startswith("p cannot be read: ")


@every_load
def test_size_is_looked_at_before_reading(load: Load, tmp_path: Path, refused: Refuse) -> None:
    file = tmp_path / "large"
    with file.open("wb") as out:
        out.truncate(1 << 40)  # sparse: reading it would take all memory
    (problem,) = refused(load, file, "large")
    assert (problem.code, problem.message) == ("file-too-large", "large holds 1048576 MB; a definition may hold 32 MB")


def test_size_of_bytes(refused: Refuse) -> None:
    assert parse_yaml(b"a: 1", "f", Limits(size=4)).data == {"a": 1}
    (problem,) = refused(parse_yaml, b"a: 12", "f", Limits(size=4))
    assert problem.code == "file-too-large"


@every_parse
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
def test_wide_encodings(parse: Load, encoding: str, refused: Refuse) -> None:
    (problem,) = refused(parse, "name: wörld\n".encode(encoding), "f")
    shown = encoding[:6].upper()
    assert (problem.code, problem.message) == ("file-encoding", f"f is written in {shown}, not in UTF-8")
    assert problem.advice == (f"save it as UTF-8, or convert it: iconv -f {shown} -t UTF-8 f",)


@every_parse
def test_latin1(parse: Load, refused: Refuse) -> None:
    (problem,) = refused(parse, b"\xef\xbb\xbfa: 1\r\nn\xc3\xa9: caf\xe9 x\n", "f")
    assert (problem.code, problem.message, problem.place) == ("file-encoding", "the byte 0xe9 is not UTF-8", "f:2:8")
    assert problem.mark is not None
    assert problem.mark.text == "né: café x"


@every_parse
@pytest.mark.parametrize(
    "content",
    [bytes(range(256)) * 4, b"\x7fELF\x02\x01\x01" + bytes(60), b"\x1f\x8b\x08\0\0\0\0\0", b"text " * 99 + b"\xff\0"],
)
def test_binary(parse: Load, content: bytes, refused: Refuse) -> None:
    (problem,) = refused(parse, content, "f")
    assert (problem.code, problem.message) == ("file-binary", "f is not a text file")


@every_parse
@pytest.mark.parametrize(
    ("char", "shown"),
    [("\x01", "U+0001"), ("\x1b", "U+001B"), ("\x7f", "U+007F"), ("\x80", "U+0080"), ("\uffff", "U+FFFF")],
)
def test_control_characters(parse: Load, char: str, shown: str, refused: Refuse) -> None:
    text = "# a comment of some length\nkey: é" + char + "x\n"
    (problem,) = refused(parse, text.encode(), "f")
    assert (problem.code, problem.place) == ("file-control-character", "f:2:7")
    assert problem.message == f"the control character {shown} may not stand in a text file"


@every_parse
def test_a_single_nul_has_a_place(parse: Load, refused: Refuse) -> None:
    (problem,) = refused(parse, b"a: 1\nb: \0\n" + b"c: 1\n" * 2000, "f")
    assert (problem.code, problem.place) == ("file-control-character", "f:2:4")
    assert "NUL" in problem.message
