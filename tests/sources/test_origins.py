"""What every kind of place does the same: it gives a module's code, says what exactly that is, and refuses the rest."""

from __future__ import annotations

import io
import json
import shutil
import tarfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from clusterdef.code_source import Source
from clusterdef.drivers.archives import unpack
from clusterdef.drivers.folder_origin import FolderOrigin
from clusterdef.drivers.forge_origin import ForgeOrigin
from clusterdef.drivers.git_origin import GitOrigin
from clusterdef.ports.origin import Origin
from clusterdef.problem import Refused
from tests.sources.lab import ENVIRONMENT, Places, git, module


@dataclass(frozen=True, slots=True)
class Kind:
    """An origin, a module there, and one that is not there."""

    origin: Origin
    there: Source
    absent: Source
    known: bool = True


NOTHING: Mapping[str, str] = {}


@contextmanager
def web(folder: Path, more: Mapping[str, str] = NOTHING) -> Iterator[str]:
    """A Forge: its answer about a release, with `more` in it, and the archive."""

    class Forge(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.rpartition("/")[2]
            file = folder / (name if name.endswith(".gz") else f"{name}.tar.gz")
            if not file.is_file():
                self.send_error(404)
                return
            said = json.dumps({"file_uri": f"/v3/files/{file.name}", **more}).encode()
            content = file.read_bytes() if name.endswith(".gz") else said
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Forge)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def by_git(places: Places) -> Kind:
    places.repository("motd", "1.0.0")
    url = f"file://{places.folder}/git/motd.git"
    return Kind(GitOrigin(ENVIRONMENT, {}), Source("git", url, "v1.0.0"), Source("git", url, "v9.0.0"))


def by_mirror(places: Places) -> Kind:
    places.repository("motd", "1.0.0")
    far = "https://git.example.org/puppet/"
    origin = GitOrigin(
        ENVIRONMENT, {"https://git.example.org/": "file:///nowhere/", far: f"file://{places.folder}/git/"}
    )
    return Kind(origin, Source("git", f"{far}motd.git", "main"), Source("git", f"{far}other.git", "main"))


def by_archives(places: Places, base: str = "") -> Kind:
    places.archive("motd", "1.0.0")
    origin = ForgeOrigin(base or f"file://{places.folder}/forge")
    return Kind(origin, Source("forge", "example-motd", "1.0.0"), Source("forge", "example-motd", "9.0.0"))


def by_folder(places: Places) -> Kind:
    module(places.folder / "code" / "motd", "motd", "1.0.0")
    return Kind(FolderOrigin(places.folder), Source("folder", "code/motd"), Source("folder", "code/other"), known=False)


@pytest.fixture(
    params=[by_git, by_mirror, by_archives, by_folder, "web"], ids=lambda one: getattr(one, "__name__", one)
)
def kind(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kind]:
    if request.param == "web":
        with web(tmp_path / "forge") as base:
            yield by_archives(Places(tmp_path), base)
    else:
        make: Callable[[Places], Kind] = request.param
        yield make(Places(tmp_path))


def place(tmp_path: Path) -> Path:
    into = tmp_path / "into"
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir()
    return into


def test_the_code_is_there_and_the_same_every_time(kind: Kind, tmp_path: Path) -> None:
    into = place(tmp_path)
    exact = kind.origin.fetch(kind.there, "", into)
    assert bool(exact) == kind.known
    assert (into / "manifests" / "init.pp").read_text().startswith("class motd {")
    assert kind.origin.fetch(kind.there, exact, place(tmp_path)) == exact


def test_what_is_not_there_is_refused(kind: Kind, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        kind.origin.fetch(kind.absent, "", place(tmp_path))
    assert {problem.code for problem in refused.value.problems} <= {"module-absent", "module-unreached"}


def test_what_is_something_else_is_refused(kind: Kind, tmp_path: Path) -> None:
    if kind.known:
        with pytest.raises(Refused):
            kind.origin.fetch(kind.there, "0" * 40, place(tmp_path))


def test_a_tag_comes_before_a_branch_of_its_name(tmp_path: Path) -> None:
    places = Places(tmp_path)
    tagged = places.repository("motd", "1.0.0")
    places.repository("motd", "2.0.0")
    git(tmp_path / "work" / "motd", "push", "--quiet", "origin", "HEAD:refs/heads/v1.0.0")
    origin = GitOrigin(ENVIRONMENT, {})
    source = Source("git", f"file://{tmp_path}/git/motd.git", "v1.0.0")
    assert origin.fetch(source, "", place(tmp_path)) == tagged


def test_a_forge_that_nobody_named(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="nobody says where that is"):
        ForgeOrigin("").fetch(Source("forge", "example-motd", "1.0.0"), "", tmp_path)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"file_sha256": "0" * 64}, "it did not arrive whole"),
        ({"file_uri": "ftp://192.0.2.1/motd.tar.gz"}, "that is no URL of files or of the web"),
        ({"file_uri": "file://{folder}/forge/example-motd-1.0.0.tar.gz"}, "that is no URL of files or of the web"),
    ],
)
def test_a_forge_that_leads_elsewhere_is_refused(tmp_path: Path, more: Mapping[str, str], said: str) -> None:
    Places(tmp_path).archive("motd", "1.0.0")
    answer = {key: value.format(folder=tmp_path) for key, value in more.items()}
    with web(tmp_path / "forge", answer) as base, pytest.raises(Refused) as refused:
        ForgeOrigin(base).fetch(Source("forge", "example-motd", "1.0.0"), "", place(tmp_path))
    assert said in refused.value.problems[0].advice


def archive(tmp_path: Path, name: str, change: Callable[[tarfile.TarInfo], None]) -> Path:
    file = tmp_path / "hostile.tar"
    with tarfile.open(file, "w") as opened:
        row = tarfile.TarInfo(name)
        row.size = 4
        change(row)
        opened.addfile(row, io.BytesIO(b"text") if row.isfile() else None)
    return file


@pytest.mark.parametrize("name", ["../out", "a/../../out", "/tmp/out"])
def test_nothing_lands_outside(tmp_path: Path, name: str) -> None:
    file = archive(tmp_path, name, lambda row: None)
    with pytest.raises(Refused, match="outside"):
        unpack(file, place(tmp_path), "motd", below=False)
    assert not (tmp_path / "out").exists()


def test_links_are_left_out(tmp_path: Path) -> None:
    def link(row: tarfile.TarInfo) -> None:
        row.type, row.linkname, row.size = tarfile.SYMTYPE, "/etc/passwd", 0

    into = place(tmp_path)
    unpack(archive(tmp_path, "files/x", link), into, "motd", below=False)
    assert not any(into.iterdir())


def test_what_is_no_archive(tmp_path: Path) -> None:
    file = tmp_path / "broken.tar"
    file.write_bytes(b"nothing of that kind")
    with pytest.raises(Refused, match="cannot be unpacked"):
        unpack(file, place(tmp_path), "motd", below=False)
