"""Secrets that lie encrypted: pushed and fetched alike, and read by nobody but the server's own Puppet."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from clusterdef.drivers.openssl_sealer import OpensslSealer
from clusterdef.model import Recipient
from tests.conftest import find_program
from tests.publish.system.far import run
from tests.publish.system.test_pull import Pulled

SERVER = """\
set -eu
mount -t tmpfs tmpfs "$3"
mkdir "$3/upper" "$3/work"
mount -t overlay -o "lowerdir=/etc,upperdir=$3/upper,workdir=$3/work" overlay /etc
mount -t tmpfs tmpfs /var/lib/puppetserver
mkdir /var/lib/puppetserver/lib
[ ! -e "$4" ] || install -D -o puppet -g puppet -m "$6" "$4" "$5"
[ ! -e "$4" ] || ln -s /usr/share/rubygems-integration/all/gems/hiera-eyaml-*/lib/hiera /var/lib/puppetserver/lib/hiera
mount --bind "$1" "$2"
shift 6
exec "$@"
"""
"""In a mount namespace: the far tree in its place, and the server's private key and library, which are only there."""

LOOK = """\
$found = lookup('users::root_password')
notice(type($found, 'generalized'), $found.unwrap)
"""


class Sealed(Pulled):
    """A machine that fetches what is encrypted for it. Without `key`, nobody has brought its private key."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, eyaml=True)
        self.key = folder / "key.pem"
        self.mode = "0400"
        # Manifests have their own tests; this one is asked what it looks up.
        self.stage.tool("puppet", "#!/bin/sh\n")

    def bring(self) -> None:
        """The private key, as its owner gives it away."""
        said = self.stage.run("secret", "show", "--force", "eyaml.private_key")
        self.stage.well(said)
        self.key.write_text(said.out)

    @property
    def recipient(self) -> Recipient:
        return Recipient((self.stage.site / "eyaml.pem").read_text())

    def inside(self, *words: str) -> list[str]:
        """The command line that runs `words` on that machine."""
        scratch = self.stage.folder / "scratch"
        scratch.mkdir(exist_ok=True)
        places = (self.far.tree, self.stage.live, scratch, self.key, self.recipient.private_key, self.mode)
        return ["unshare", "-m", "sh", "-c", SERVER, "sh", *map(str, places), *words]

    def looked_up(self, certname: str) -> str:
        """What Puppet there finds of a machine's secret, and of which type it is."""
        folder = self.stage.folder / "puppet"
        environment = folder / "environments" / "production"
        environment.mkdir(parents=True, exist_ok=True)
        for name in ("hiera.yaml", "data"):
            (environment / name).unlink(missing_ok=True)
            (environment / name).symlink_to(self.stage.live / "current" / "puppet" / name)
        places = (f"--confdir={folder}", f"--vardir={folder}/var", f"--environmentpath={environment.parent}")
        words = ("apply", "--noop", "--color=false", "--certname", certname, *places, "-e", LOOK)
        done = run(self.inside(find_program("puppet"), *words), self.stage)
        return done.stdout + done.stderr


@pytest.fixture
def sealed(tmp_path: Path) -> Iterator[Sealed]:
    made = Sealed(tmp_path)
    try:
        yield made
    finally:
        made.down()


def test_the_machine_fetches_and_puppet_decrypts(sealed: Sealed) -> None:
    sealed.publish()
    sealed.bring()
    assert "not laid out" not in sealed.stage.publish().out
    done = sealed.fetch()
    assert done.returncode == 0, done
    file = sealed.far.tree / "current" / "puppet" / "data" / "nodes" / "w1.mini.internal.yaml"
    assert (file.read_text().count("ENC[PKCS7,"), file.stat().st_mode & 0o777, file.group()) == (1, 0o640, "puppet")
    said = sealed.looked_up("w1.mini.internal")
    salt = (sealed.stage.folder / "secrets" / "users.root_password.salt").read_text().strip()
    assert f"Sensitive[String] $6$rounds=100000${salt}$" in said.replace("Scope(Class[main]): ", ""), said
    # In nothing that is laid out does a secret, or its hash, stand in clear.
    tar = (sealed.stage.live / "current" / "pull" / "puppet.tar").read_bytes()
    assert b"$6$" not in tar and b"ENC[PKCS7," in tar


def test_publishing_the_same_secrets_again_is_no_change_and_another_is_one(sealed: Sealed) -> None:
    sealed.publish()
    again = sealed.stage.publish()
    assert (again.code, "nothing to publish" in again.out) == (0, True), again
    kept = sealed.stage.site / "generated" / ".sealed"
    assert kept.stat().st_mode & 0o777 == 0o600
    sealed.stage.well(sealed.stage.run("secret", "rotate", "users.root_password"))
    changed = sealed.stage.publish("--dry-run")
    assert (changed.code, "pull" in changed.out, "nothing to publish" in changed.out) == (0, True, False), changed


def refused(sealed: Sealed) -> subprocess.CompletedProcess[str]:
    done = sealed.fetch()
    assert (done.returncode, sealed.far.number()) == (1, "0"), done
    return done


def test_a_server_that_could_read_nothing_refuses(sealed: Sealed) -> None:
    sealed.publish()
    said = refused(sealed)
    assert f"there is no private key {sealed.recipient.private_key} here: clusterdef secret eyaml" in said.stdout
    assert "apt-get install hiera-eyaml" in said.stdout
    sealed.mode = "0444"
    sealed.key.write_bytes(OpensslSealer().pair("another").private_key)
    said = refused(sealed)
    assert "is not for the server's own user alone" in said.stdout
    assert "is not the private key of the certificate" in said.stdout
    sealed.mode = "0400"
    sealed.bring()
    assert sealed.fetch().returncode == 0
