"""The configuration server as its module makes it, run for real: who gets which catalog, and who gets a certificate."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from secrets import token_bytes
from tempfile import mkdtemp
from typing import Any

import pytest

from clusterdef import site, wiring
from clusterdef.cli import main
from clusterdef.drivers.secret_file import FileSecrets
from clusterdef.languages import filled
from clusterdef.model import Cluster
from clusterdef.secrets.handed import Handed
from clusterdef.secrets.life import PRIVATE_KEY
from clusterdef.secrets.sealed import Sealed
from clusterdef.verbs import token as tokens
from tests.golden.golden import EXAMPLE
from tests.outputs.system.test_hiera import stubs, write
from tests.puppet.module import modules
from tests.puppet.system.test_catalogs import facts
from tests.site.puppetserver import PuppetServer

SERVER, WORKER = "puppet.mytier3.internal", "worker07.mytier3.internal"
OTHERS = ("worker08.mytier3.internal", "nfs.mytier3.internal")
TOKEN = "a-token-of-one-use"
SECRETS = re.compile(r"^secrets:.*$", re.MULTILINE)
PARAMETERS = "\nparameters: {"


@dataclass(slots=True)
class Running:
    """The server with the example's tree, and the example; `way` is how it learns what machines are."""

    server: PuppetServer
    cluster: Cluster
    way: str = "enc"

    def arm(self, certname: str, token: str = TOKEN) -> str:
        """Arm a token for a machine; the file that it gets."""
        keeper = wiring.tokens("server", "", self.server.folder / "state" / "tokens", True, None)
        node = next(node for node in self.cluster.nodes.values() if node.certname == certname)
        return tokens.arm(node, self.cluster, keeper, token, int(time.time()) + 3600).attributes

    def classify(self, way: str) -> None:
        """Let it learn that another way, unless it does already: a tree made for it, and what the module then makes."""
        if way == self.way:
            return
        tree = self.server.tree
        tree.rename(tree.with_name(f"tree-{self.way}"))
        if (made := tree.with_name(f"tree-{way}")).exists():
            made.rename(tree)
        else:
            self.generate(f"{PARAMETERS}puppet_server.classify: {way}, ")
        self.server.configure(eyaml=True, classify=way)
        self.server.reload()
        self.way = way

    def generate(self, parameters: str) -> None:
        """Another tree in the place of the published one, with these parameters before the site's own."""
        file = self.server.tree.parent / "site" / EXAMPLE.name
        text = file.read_text()
        assert text.count(PARAMETERS) == 1
        file.write_text(text.replace(PARAMETERS, parameters))
        assert main(["generate", str(file), "-o", str(self.server.tree)]) == 0
        file.write_text(text)
        fill(file.parent, self.cluster, self.server.tree, self.server.folder / "eyaml.pem")

    def catalog(self, who: str, node: str = WORKER) -> tuple[int, Any]:
        found = self.cluster.nodes[node.partition(".")[0]]
        return self.server.catalog(who, node, facts(found))


def encrypted(folder: Path) -> Path:
    """The example's site with secrets, which are encrypted for the server."""
    shutil.copytree(EXAMPLE.parent, folder)
    file = folder / EXAMPLE.name
    text = SECRETS.sub("secrets: {provider: file, path: secrets, eyaml: eyaml.pem}", file.read_text())
    file.write_text(text)
    for words in (("eyaml",), ("generate", "--all")):
        assert main(["secret", *words, "--site", str(file)]) == 0
    return file


def fill(folder: Path, cluster: Cluster, tree: Path, key: Path) -> None:
    """As publishing does: what has secrets is filled, and for root and the server alone. The private key lies in `key`,
    because nothing is put into /etc of this machine."""
    keeper = FileSecrets(folder / "secrets")
    assert cluster.eyaml
    secret = Sealed(Handed(keeper, "x", token_bytes), cluster.eyaml, wiring.sealer(), wiring.seals(folder), token_bytes)
    key.write_bytes(keeper.get(PRIVATE_KEY) or b"")
    key.chmod(0o400)
    shutil.chown(key, "puppet")
    live = tree / "current" / "puppet"
    hiera = (live / "hiera.yaml").read_text().replace(cluster.eyaml.private_key, str(key))
    replaced(live / "hiera.yaml", hiera.replace(cluster.tree, str(tree)))
    for path in (live / "data" / "nodes").iterdir():
        replaced(path, filled(path.read_text(), secret))
        shutil.chown(path, group="puppet")
        path.chmod(0o640)


def replaced(path: Path, text: str) -> None:
    """Another file of that name: those of a generation may be one with those of another."""
    path.unlink()
    path.write_text(text)


@pytest.fixture
def running(started: Running) -> Running:
    """The server as the example has it, whatever another test made of it."""
    started.classify("enc")
    return started


@pytest.fixture(scope="module")
def started() -> Iterator[Running]:
    """Everything that its own user must read is published as root, as it would be."""
    folder = Path(mkdtemp(prefix="clusterdef-site-"))
    folder.chmod(0o755)
    tree = folder / "tree"
    example = encrypted(folder / "site")
    assert main(["generate", str(example), "-o", str(tree)]) == 0
    cluster = site.load(example).cluster
    assert cluster
    server = PuppetServer(folder / "server", SERVER, tree)
    (folder / "server").chmod(0o755)
    fill(example.parent, cluster, tree, server.folder / "eyaml.pem")
    try:
        server.configure(eyaml=True)
        place = folder / "server" / "code" / "environments" / "production" / "modules"
        coded = {module.name: module.folder for module in modules()}
        for name, module in cluster.modules.items():
            if name in coded:
                shutil.copytree(coded[name], place / name, dirs_exist_ok=True)
                continue
            for its_class, text in stubs(module).items():
                first, *rest = its_class.split("::")
                write(place / first / "manifests" / f"{'/'.join(rest) or 'init'}.pp", text)
        server.start()
        yield Running(server, cluster)
    finally:
        server.stop()
        shutil.rmtree(folder)


def test_a_second_application_changes_nothing(running: Running) -> None:
    assert "changed" not in running.server.configure(eyaml=True)


def test_from_the_token_to_the_catalog_and_no_further(running: Running) -> None:
    """One test, because each step needs the one before."""
    server = running.server
    done = server.bootstrap(WORKER, running.arm(WORKER))
    assert done.returncode == 0, done.stdout + done.stderr + server.evidence()
    certificate = server.folder / "agents" / WORKER / "ssl" / "certs" / f"{WORKER}.pem"
    text = subprocess.run(
        ["openssl", "x509", "-in", certificate, "-noout", "-text"], capture_output=True, text=True
    ).stdout
    assert "worker" in text.split("1.3.6.1.4.1.34380.1.1.13")[1][:60]
    assert TOKEN not in text

    status, catalog = running.catalog(WORKER)
    assert status == 200, catalog
    classes = {one["title"]: one.get("parameters", {}) for one in catalog["resources"] if one["type"] == "Class"}
    assert classes["Htcondor"]["slots"] == 8
    assert classes["Puppet_agent"]["server"] == SERVER
    # What arrived encrypted is itself again, and known to be a secret.
    kept = (server.folder.parent / "site" / "secrets" / "htcondor.pool_password").read_text().strip()
    assert classes["Htcondor"]["pool_password"] == kept
    assert classes["Users"]["root_password"].startswith("$6$rounds=100000$")
    secret = {one["title"]: one.get("sensitive_parameters") for one in catalog["resources"] if one["type"] == "Class"}
    assert (secret["Htcondor"], secret["Users"]) == (["pool_password"], ["root_password"])
    assert running.catalog(WORKER, "worker08.mytier3.internal")[0] == 403

    # Who asks again with what was used up waits for a person, and nobody is let through meanwhile.
    status, said = server.ask(SERVER, "PUT", "/puppet-ca/v1/clean", {"certnames": [WORKER]})
    assert status == 200, said
    attributes = (server.folder / "agents" / WORKER / "csr_attributes.yaml").read_text()
    shutil.rmtree(server.folder / "agents" / WORKER)
    again = server.bootstrap(WORKER, attributes)
    assert again.returncode != 0
    status, said = server.ask(SERVER, "GET", f"/puppet-ca/v1/certificate_status/{WORKER}")
    assert (status, said["state"]) == (200, "requested")


def test_a_machine_that_is_not_in_the_definition_gets_no_catalog(running: Running) -> None:
    document = running.server.tree / "current" / "enc" / f"{SERVER}.json"
    aside = document.with_suffix(".aside")
    document.parent.chmod(0o755)
    document.rename(aside)
    try:
        status, said = running.server.catalog(SERVER, SERVER, {})
        assert (status, "is not known" in json.dumps(said) or "Failed to find" in json.dumps(said)) == (500, True)
    finally:
        aside.rename(document)


def test_what_was_compiled_is_forgotten_by_the_server_alone(running: Running) -> None:
    assert running.server.ask(SERVER, "DELETE", "/puppet-admin-api/v1/environment-cache")[0] == 204


def content(catalog: Any) -> dict[tuple[str, str], tuple[Any, Any]]:
    """What a machine is told, by type and title. The node block that is in a catalog by nodes.pp says nothing more."""
    rows = {(one["type"], one["title"]): one for one in catalog["resources"] if one["type"] != "Node"}
    return {key: (one.get("parameters"), one.get("sensitive_parameters")) for key, one in rows.items()}


def test_nodes_pp_tells_the_same_and_the_classifier_is_not_asked(running: Running) -> None:
    server = running.server
    with ThreadPoolExecutor(2) as pool:
        for done in pool.map(lambda name: server.bootstrap(name, running.arm(name)), OTHERS):
            assert done.returncode == 0, done.stdout + done.stderr + server.evidence()
    told = {name: running.catalog(name, name) for name in OTHERS}
    assert [status for status, _ in told.values()] == [200, 200], told
    running.classify("nodes.pp")
    live = server.tree / "current"
    assert (live / "puppet/manifests/nodes.pp").exists()
    assert not (live / "enc").exists()
    assert "external_nodes" not in (server.folder / "conf" / "puppet.conf").read_text()
    for name, (_, catalog) in told.items():
        status, same = running.catalog(name, name)
        assert status == 200, same
        assert any(one["type"] == "Node" for one in same["resources"])
        assert content(same) == content(catalog)
