"""The manifest's text: what goes in comes out, and a damaged text is noticed."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusterdef.tree.manifest import Entry, Manifest, digest, heading, parsed
from clusterdef.tree.paths import objection

WORDS = st.text(string.ascii_letters + string.digits + " -_.ü😀", max_size=12).filter(str.isprintable)
PATHS = st.text(string.ascii_letters + "ü😀/. -\\\"'", min_size=1, max_size=30).filter(lambda path: not objection(path))
ENTRIES = st.builds(
    Entry,
    sha256=st.binary().map(digest),
    mode=st.integers(0, 0o777),
    owner=WORDS,
    group=WORDS,
    size=st.integers(0, 2**40),
    maker=WORDS,
    subject=WORDS,
    path=PATHS,
)


@given(st.lists(ENTRIES, max_size=8), WORDS, st.text(max_size=10))
def test_what_goes_in_comes_out(entries: list[Entry], version: str, inputs: str) -> None:
    made = Manifest(version, inputs, "f", {entry.path: entry for entry in entries})
    assert parsed(made.text()) == made
    assert heading(made.text()) == Manifest(version, inputs, "f", {})


@given(st.lists(ENTRIES, min_size=2, max_size=8))
def test_order_does_not_show(entries: list[Entry]) -> None:
    rows = {entry.path: entry for entry in entries}
    assert Manifest("", "", "", rows).text() == Manifest("", "", "", dict(reversed(rows.items()))).text()


SOUND = Manifest("1", "i", "f", {"a": Entry("0" * 64, 0o644, "root", "root", 1, "m", "s", "a")}).text()


def test_a_cut_text_is_noticed() -> None:
    """Cut right behind the first line it is a manifest without files: there the digest in the record tells."""
    behind = SOUND.index(b"\n") + 1
    for length in set(range(len(SOUND))) - {behind}:
        with pytest.raises(ValueError):
            parsed(SOUND[:length])
    assert parsed(SOUND[:behind]).entries == {}


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\n",
        b"[]\n",
        b"null\n",
        b"{}\n",
        b'{"format": 2}\n',
        b"\xff\n",
        SOUND + b"x\ty\n",
        SOUND.replace(b"0644", b"9"),
    ],
)
def test_another_text_is_none(text: bytes) -> None:
    with pytest.raises(ValueError):
        parsed(text)


@pytest.mark.parametrize(
    ("mode", "secret", "disk"),
    [
        (0o644, False, 0o444),
        (0o755, False, 0o555),
        (0o666, False, 0o444),
        (0o600, True, 0o400),
        (0o700, True, 0o500),
        (0o640, True, 0o400),
        (0o000, True, 0o400),
    ],
)
def test_modes_on_disk(mode: int, secret: bool, disk: int) -> None:
    row = Entry("", mode, "", "", 0, "", "", "")
    assert (row.secret, row.disk_mode) == (secret, disk)
