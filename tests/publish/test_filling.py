"""Secrets on their way: only the machine whose services read a file gets them, and nobody else may read that file."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path
from secrets import token_bytes

import pytest

from clusterdef.drivers.secret_file import FileSecrets
from clusterdef.flows import archive, filling
from clusterdef.flows.parts import Part
from clusterdef.generator import Output
from clusterdef.problem import Refused
from clusterdef.secrets.handed import Handed
from clusterdef.tree import Entry
from clusterdef.tree.manifest import digest
from tests.outputs.clusters import node

TEXT = {
    "puppet/data/nodes/a.yaml": b'"x::key": "@@cd:secret:x.key:quoted@@"\n"x::root": "@@cd:secret:x.root:crypt@@"\n',
    "hosts/hosts": b"10.10.0.1 a\n",
}
ROWS = {
    "secret": Output("secret", "node", "", "", mode=0o644, group="puppet", to=("configuration",), fill=True),
    "hosts": Output("hosts", "site", "", "", to=("configuration",)),
}
MAKERS = dict(zip(TEXT, ROWS, strict=True))


def part(*reads: str) -> Part:
    entries = {
        path: Entry(digest(text), 0o644, "root", ROWS[MAKERS[path]].group, len(text), MAKERS[path], "", path)
        for path, text in TEXT.items()
    }
    return Part(node("a"), False, entries, frozenset(reads))


def handed(tmp_path: Path, **known: bytes) -> Handed:
    keeper = FileSecrets(tmp_path / "secrets")
    for name, value in known.items():
        keeper.set(f"x.{name}", value)
    return Handed(keeper, "mini", token_bytes)


def test_who_reads_it_gets_the_secret_and_others_there_cannot_read_it(tmp_path: Path) -> None:
    secret = handed(tmp_path, key=b'a "b"\n%{c}\n', root=b"correct horse")
    found = filling.fill(part("secret", "hosts"), ROWS, TEXT.__getitem__, secret)
    path = "puppet/data/nodes/a.yaml"
    assert b'"x::key": "a \\"b\\"\\n%{literal(\'%\')}{c}"\n' in found.filled[path]
    assert b'"x::root": "$6$' in found.filled[path]
    assert b"@@cd" not in found.filled[path]
    assert list(found.filled) == [path]
    entry = found.entries[path]
    assert (entry.sha256, entry.size) == (digest(found.filled[path]), len(found.filled[path]))
    assert (entry.mode, entry.owner, entry.group) == (0o640, "root", "puppet")
    assert found.entries["hosts/hosts"].mode == 0o644


def test_the_same_secret_is_the_same_file_every_time(tmp_path: Path) -> None:
    secret = handed(tmp_path, key=b"k", root=b"correct horse")
    once = filling.fill(part("secret"), ROWS, TEXT.__getitem__, secret)
    again = filling.fill(part("secret"), ROWS, TEXT.__getitem__, handed(tmp_path))
    assert once.entries == again.entries


def test_who_only_keeps_it_gets_slots_and_needs_no_group_of_the_readers(tmp_path: Path) -> None:
    found = filling.fill(part("hosts"), ROWS, TEXT.__getitem__, handed(tmp_path))
    assert found.filled == {}
    entry = found.entries["puppet/data/nodes/a.yaml"]
    assert (entry.sha256, entry.group) == (digest(TEXT["puppet/data/nodes/a.yaml"]), "root")


def test_what_anybody_may_fetch_has_no_place_for_secrets(tmp_path: Path) -> None:
    found, number = filling.fetched(part("secret", "hosts"), ROWS, TEXT.__getitem__, handed(tmp_path))
    assert (list(found.entries), found.filled, number) == (["hosts/hosts"], {}, 1)


def test_what_is_encrypted_anybody_may_fetch(tmp_path: Path) -> None:
    path = "puppet/data/nodes/a.yaml"
    text = {**TEXT, path: TEXT[path].replace(b":quoted@@", b":sealed@@").replace(b":crypt@@", b":sealedcrypt@@")}
    every = part("secret", "hosts")
    found, number = filling.fetched(every, ROWS, text.__getitem__, lambda name, kind: "ENC[PKCS7,QUJD]")
    assert (list(found.entries), number) == (list(every.entries), 0)
    assert found.filled == {path: b'"x::key": "ENC[PKCS7,QUJD]"\n"x::root": "ENC[PKCS7,QUJD]"\n'}
    assert (found.entries[path].mode, found.entries[path].sha256) == (0o640, digest(found.filled[path]))


def test_one_secret_in_clear_among_encrypted_ones_keeps_the_file_back(tmp_path: Path) -> None:
    path = "puppet/data/nodes/a.yaml"
    text = {**TEXT, path: TEXT[path].replace(b":quoted@@", b":sealed@@")}
    found, number = filling.fetched(part("secret", "hosts"), ROWS, text.__getitem__, handed(tmp_path))
    assert (list(found.entries), number) == (["hosts/hosts"], 1)


@pytest.mark.parametrize(
    ("known", "code"),
    [({}, "secret-missing"), ({"key": b"\xff", "root": b"r"}, "secret-unusable"), ({"key": b"k"}, "secret-missing")],
)
def test_a_secret_that_cannot_be_put_there_stops_it(tmp_path: Path, known: dict[str, bytes], code: str) -> None:
    with pytest.raises(Refused) as caught:
        filling.fill(part("secret"), ROWS, TEXT.__getitem__, handed(tmp_path, **known))
    assert caught.value.problems[0].code == code
    assert "correct" not in str(caught.value)


def test_a_token_is_nothing_that_is_published(tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        handed(tmp_path)("worker07", "token")
    assert caught.value.problems[0].code == "secret-unusable"


def test_beside_files_with_secrets_nobody_reads_their_digests() -> None:
    into = io.BytesIO()
    archive.write(into, [], TEXT.__getitem__, {".manifest": b"x"}, 0o600)
    into.seek(0)
    with tarfile.open(fileobj=into) as tar:
        assert [(row.name, row.mode) for row in tar] == [(".manifest", 0o600)]
