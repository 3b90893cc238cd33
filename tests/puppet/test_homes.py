"""The file server's program that makes homes: for whom it does, and for whom never."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.puppet.module import HOME

PROGRAM = HOME / "nfs/files/make-homes.sh"
GETENT = """#!/bin/sh
[ "$*" = "-s sss passwd" ] || exit 99
cat "${0%/*}/users"
"""
HELPER = """#!/bin/sh
case $1 in full) exit 1 ;; esac
at=$(sed -n "s,^$1:.*:\\(/[^:]*\\):[^:]*$,\\1,p" "${0%/*}/users")
mkdir -m 0700 "$at" && echo "$1 $2" >>"${0%/*}/made"
"""


def make(place: Path, *users: str) -> tuple[subprocess.CompletedProcess[str], Sequence[str]]:
    """What it says and for whom homes are made, when the directory has these users: NAME:UID:HOME."""
    rows = (user.split(":") for user in users)
    lines = [f"{name}:*:{uid}:9000:Full Name:{home}:/bin/bash\n" for name, uid, home in rows]
    (place / "users").write_text("".join(lines))
    for name, text in {"getent": GETENT, "mkhomedir_helper": HELPER}.items():
        (place / name).write_text(text)
        (place / name).chmod(0o755)
    (place / "home").mkdir(exist_ok=True)
    done = subprocess.run(
        ["sh", str(PROGRAM), str(place / "home")],
        env={"PATH": f"{place}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    made = place / "made"
    return done, made.read_text().splitlines() if made.exists() else []


def test_who_has_none_gets_one_and_only_once(tmp_path: Path) -> None:
    users = [f"ada:10001:{tmp_path}/home/ada", f"grace:10002:{tmp_path}/home/grace"]
    (tmp_path / "home/grace").mkdir(parents=True)
    for _ in range(2):
        done, made = make(tmp_path, *users)
        assert done.returncode == 0, done.stderr
        assert made == ["ada 0077"]


@pytest.mark.parametrize(
    "user",
    [
        "other:10001:/elsewhere/other",
        "top:10001:{home}",
        "slash:10001:{home}/",
        "up:10001:{home}/..",
        "deep:10001:{home}/a/deep",
        "round:10001:{home}/../round",
        "beside:10001:{home}-2",
        "system:999:{home}/system",
        "link:10001:{home}/link",
    ],
)
def test_what_is_no_home_of_a_user_is_let_alone(tmp_path: Path, user: str) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "link").symlink_to("/nowhere")
    done, made = make(tmp_path, user.format(home=home), f"ada:10001:{home}/ada")
    assert done.returncode == 0, done.stderr
    assert made == ["ada 0077"]
    assert sorted(file.name for file in home.iterdir()) == ["ada", "link"]


def test_one_that_cannot_be_made_is_told_and_the_others_are(tmp_path: Path) -> None:
    done, made = make(tmp_path, f"full:10001:{tmp_path}/home/full", f"ada:10002:{tmp_path}/home/ada")
    assert done.returncode == 1
    assert "full could not be made" in done.stderr
    assert made == ["ada 0077"]


def test_without_the_list_of_users_nothing_is_done(tmp_path: Path) -> None:
    done, made = make(tmp_path)
    assert (done.returncode, made) == (0, [])
    (tmp_path / "home").rmdir()
    (tmp_path / "home").write_text("a file")
    failed = subprocess.run(["sh", str(PROGRAM), str(tmp_path / "home")], capture_output=True, text=True, check=False)
    assert failed.returncode == 1
    assert "there is no" in failed.stderr
