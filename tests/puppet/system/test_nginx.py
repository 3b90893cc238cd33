"""The web server for installations: a real nginx with the file that the module makes, on two networks."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from clusterdef.languages import as_puppet
from tests.conftest import find_program
from tests.outputs.system.spaces import PATIENCE, Lab, lab
from tests.outputs.system.test_first_run import Fresh
from tests.puppet.module import HOME
from tests.puppet.system.tools import places, run

FILES = {
    "generated/kickstart/worker01.ks": "published\n",
    "generated/kickstart/worker02.ks": "published\n",
    "generated/.manifest": "marks\n",
    "armed/kickstart/worker01.ks": "armed\n",
    "tftp/shimx64.efi": "a loader\n",
    "media/el9-dvd/.treeinfo": "an installer\n",
    "repos/el9/repodata/repomd.xml": "packages\n",
    "publications.log": "who and when\n",
}


@dataclass(frozen=True)
class Server:
    """A head on a boot network and on the campus, and a machine on each."""

    lab: Lab

    def get(self, path: str, address: str = "10.10.0.1", by: str = "worker", port: str = "32768-60999") -> str:
        """The status of the answer (000: there is none) and its text."""
        words = [
            "curl",
            "-sg",
            "--path-as-is",
            "--local-port",
            port,
            "--max-time",
            "20",
            "-w",
            "%{http_code}",
            f"http://{address}{path}",
        ]
        done = subprocess.run(
            self.lab.machine(by).words(*words), capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        return f"{done.stdout[-3:]} {done.stdout[:-3].strip()}"


def token(address: str) -> str:
    """The one that is armed for it."""
    return f"a-token-of-{address.replace('.', '-').replace(':', '-')}"


def configuration(folder: Path) -> Path:
    """The module's own text, with places below the folder."""
    values = {
        "user": "root",
        "extensions": f"{folder}/none/*.conf",
        "more": f"{folder}/more",
        "logs": str(folder),
        "pid": f"{folder}/pid",
        "mime_types": "/etc/nginx/mime.types",
        "handout": f"{folder}/handout",
        "tree": f"{folder}/tree",
        "clients": ["10.10.0.0/16", "fd00:10::/64"],
    }
    template = str(HOME / "nginx" / "templates" / "nginx.conf.epp")
    command = [find_program("puppet"), "epp", "render", *places(folder), "--values", as_puppet(values), template]
    done = run(command, folder)
    assert done.returncode == 0, done.stderr
    file = folder / "nginx.conf"
    file.write_text(done.stdout)
    return file


def publish(tree: Path) -> None:
    for name, text in FILES.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(text)
    (tree / "current").symlink_to("generated")
    (tree / "generated/tftp").mkdir()
    (tree / "generated/tftp/grub.cfg").write_text("a menu\n")
    (tree / "tftp/grub.cfg").symlink_to("../current/tftp/grub.cfg")
    (tree / "generated/tftp/grub").mkdir()
    (tree / "generated/tftp/grub/grub.cfg").write_text("where to go\n")
    (tree / "tftp/grub").symlink_to("../current/tftp/grub")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("nginx")
    publish(folder / "tree")
    (folder / "handout").mkdir()
    for address in ("10.10.2.1", "fd00:10::2:1", "10.10.2.2"):
        (folder / "handout" / address).write_text(token(address))
    file = configuration(folder)
    with lab() as made:
        made.plug("head", "inside", "inside", "10.10.0.1/16", "fd00:10::1/64")
        made.plug("head", "campus", "campus", "192.0.2.10/24")
        made.plug("worker", "inside", "inside", "10.10.2.1/16", "fd00:10::2:1/64")
        made.plug("desk", "campus", "campus", "192.0.2.77/24")
        made.machine("worker").do("ip", "route", "add", "192.0.2.0/24", "via", "10.10.0.1")
        made.machine("desk").do("ip", "route", "add", "10.10.0.0/16", "via", "192.0.2.10")
        nginx = subprocess.Popen(
            made.machine("head").words(find_program("nginx"), "-c", str(file), "-g", "daemon off;")
        )
        try:
            found = Server(made)
            end = time.monotonic() + PATIENCE
            while not found.get("/").startswith("200"):
                assert nginx.poll() is None, (folder / "error.log").read_text()
                assert time.monotonic() < end, (folder / "error.log").read_text()
                time.sleep(0.1)
            yield found
        finally:
            nginx.terminate()
            nginx.wait(PATIENCE)
            shutil.rmtree(folder / "tree")


def test_a_machine_on_the_boot_network_gets_what_is_published(server: Server) -> None:
    assert server.get("/kickstart/worker02.ks") == "200 published"
    assert server.get("/kickstart/worker02.ks", "[fd00:10::1]") == "200 published"
    assert server.get("/media/el9-dvd/.treeinfo") == "200 an installer"
    assert server.get("/repos/el9/repodata/repomd.xml") == "200 packages"


def test_loaders_and_menus_are_those_of_tftp(server: Server) -> None:
    assert server.get("/tftp/shimx64.efi") == "200 a loader"
    assert server.get("/tftp/grub.cfg") == "200 a menu"


def test_a_grub_that_came_by_http_finds_its_menu(server: Server) -> None:
    """The signed loader of Debian and Ubuntu has /grub inside, and asks the server that it came from for it."""
    assert server.get("/grub/grub.cfg") == "200 where to go"


def test_what_is_armed_comes_first(server: Server) -> None:
    assert server.get("/kickstart/worker01.ks") == "200 armed"


def test_nobody_else_is_answered(server: Server) -> None:
    assert server.get("/kickstart/worker02.ks", "192.0.2.10", "desk") == "000 "
    assert server.get("/kickstart/worker02.ks", "192.0.2.10", "worker") == "000 "
    assert server.get("/kickstart/worker02.ks", "10.10.0.1", "desk").startswith("403")
    assert server.get("/media/el9-dvd/.treeinfo", "10.10.0.1", "desk").startswith("403")


@pytest.mark.parametrize(
    "path", ["/.manifest", "/publications.log", "/current/kickstart/worker02.ks", "/armed/kickstart/worker01.ks",
             "/../publications.log", "/tftp/../publications.log", "/tftp/..%2fpublications.log", "/media/../armed/x"]
)  # fmt: skip
def test_nothing_else_is_handed_out(server: Server, path: str) -> None:
    assert server.get(path)[:3] in ("400", "404")


ROOT = "600-1023"


@pytest.mark.parametrize(("head", "mine"), [("10.10.0.1", "10.10.2.1"), ("[fd00:10::1]", "fd00:10::2:1")])
def test_a_machine_gets_its_own_token_and_its_root_alone(server: Server, head: str, mine: str) -> None:
    assert server.get("/token", head, port=ROOT) == f"200 {token(mine)}"
    assert server.get("/token", head).startswith("403")
    assert server.get("/token/10.10.2.2", head, port=ROOT)[:3] == "404"
    assert server.get("/handout/10.10.2.2", head, port=ROOT)[:3] == "404"
    assert server.get("/token", "10.10.0.1", "desk", ROOT).startswith("403")


@pytest.mark.parametrize(("head", "mine"), [("10.10.0.1", "10.10.2.1"), ("[fd00:10::1]", "fd00:10::2:1")])
def test_a_machine_that_was_just_installed_fetches_its_own(
    server: Server, tmp_path: Path, head: str, mine: str
) -> None:
    fresh = Fresh(tmp_path)
    code, said = fresh.run(f"http://{head}/token", within=server.lab.machine("worker").words())
    assert (code, fresh.said("shown")[1:2]) == (0, [f'  1.2.840.113549.1.9.7: "{token(mine)}"']), said


def test_who_has_no_token_is_told_so(server: Server) -> None:
    assert server.get("/token", by="head", port=ROOT)[:3] == "404"


def test_the_other_files_of_the_tree_are_not_listed(server: Server) -> None:
    assert server.get("/kickstart/")[:3] in ("403", "404")
