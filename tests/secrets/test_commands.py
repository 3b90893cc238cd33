"""`clusterdef secret …`: what each says, its exit code, and that no secret is ever printed but by show."""

from __future__ import annotations

import io
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from clusterdef.cli import exits
from clusterdef.model import Recipient
from tests.cli.shell import Shell
from tests.secrets.sealers import Pretending
from tests.terminal import Terminal

MADE = ("bmc.password", "htcondor.pool_password", "openldap.root_password", "users.root_password")
CERTIFICATE = "hostcert.bundle.int1"
PASSWORD = "kmw4xe.9fhuqa.b3cdrt"


@pytest.fixture
def kept(shell: Shell) -> Path:
    """Where the site's secrets are."""
    return shell.folder / "secrets"


def give(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    """Standard input from a pipe."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))


def say_secrets(shell: Shell, text: str) -> None:
    """Change where the site keeps its secrets."""
    site = (shell.folder / "site.yaml").read_text("utf-8")
    shell.write(site.replace("secrets: {provider: file, path: secrets}", text))


def test_missing_lists_names_kinds_and_who_asks(shell: Shell) -> None:
    said = shell.run("secret", "missing")
    assert said.code == exits.DEFINITION
    rows = {line.split()[0]: line for line in said.out.splitlines() if "missing " in line}
    assert rows.keys() >= {*MADE, CERTIFICATE}
    assert "password" in rows["bmc.password"]
    assert "management controllers" in rows["bmc.password"]
    assert "token" in rows["htcondor.pool_password"]
    assert "given" in rows[CERTIFICATE]
    assert "module hostcert" in rows[CERTIFICATE]
    assert "5 of 5 secrets are missing" in said.out
    assert "clusterdef secret generate --all" in said.out
    assert f"clusterdef secret set {CERTIFICATE}" in said.out


def test_generate_makes_all_that_can_be_made(shell: Shell, kept: Path) -> None:
    said = shell.run("secret", "generate", "--all")
    assert said.code == exits.FINE
    assert {path.name for path in kept.iterdir()} == set(MADE)
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept.iterdir()} == {0o600}
    assert stat.S_IMODE(kept.stat().st_mode) == 0o700
    assert f"secret set NAME:\n  {CERTIFICATE}" in said.out
    assert "clusterdef secret set bmc.password" in said.out
    assert not [name for name in MADE if (kept / name).read_text().strip() in said.out]
    again = shell.run("secret", "missing")
    assert again.code == exits.DEFINITION
    assert "1 of 5 secrets are missing" in again.out


def test_generate_leaves_what_is_there(shell: Shell, kept: Path) -> None:
    shell.run("secret", "generate", "users.root_password")
    before = (kept / "users.root_password").read_bytes()
    said = shell.run("secret", "generate", "users.root_password", "bmc.password")
    assert said.code == exits.FINE
    assert "there already" in said.out
    assert (kept / "users.root_password").read_bytes() == before
    assert {path.name for path in kept.iterdir()} == {"users.root_password", "bmc.password"}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "--all"),
        (("--all", "bmc.password"), "--all"),
        (("user.root_password",), "did you mean users.root_password?"),
        ((CERTIFICATE,), "only its issuer can"),
    ],
)
def test_generate_says_what_it_cannot(shell: Shell, kept: Path, words: tuple[str, ...], told: str) -> None:
    said = shell.run("secret", "generate", *words)
    assert said.code == exits.USAGE
    assert told in said.err
    assert not kept.exists()


def test_set_takes_a_secret_from_a_pipe(shell: Shell, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, f"{PASSWORD}\n".encode())
    said = shell.run("secret", "set", "bmc.password", "--stdin")
    assert said.code == exits.FINE
    assert PASSWORD not in said.out + said.err
    assert (kept / "bmc.password").read_text() == f"{PASSWORD}\n"


def test_set_keeps_the_former_value(shell: Shell, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.run("secret", "generate", "bmc.password")
    before = (kept / "bmc.password").read_bytes()
    give(monkeypatch, PASSWORD.encode())
    shell.run("secret", "set", "bmc.password", "--stdin")
    assert (kept / "bmc.password.former").read_bytes() == before
    give(monkeypatch, PASSWORD.encode())
    assert "nothing changed" in shell.run("secret", "set", "bmc.password", "--stdin").out


@pytest.mark.parametrize(
    ("words", "content", "told"),
    [
        (("bmc.pasword",), b"x", "did you mean bmc.password?"),
        (("bmc.password",), b"", "it is empty"),
        (("bmc.password",), b"two\nlines", "line end"),
        (("../x", "--force"), b"x", "no name of a secret"),
        (("bmc.password.salt", "--force"), b"x", "keeps for itself"),
    ],
)
def test_set_refuses(
    shell: Shell, kept: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], content: bytes, told: str
) -> None:
    give(monkeypatch, content)
    said = shell.run("secret", "set", *words, "--stdin")
    assert said.code == exits.USAGE
    assert told in said.err
    assert not kept.exists()


def test_set_keeps_a_name_that_nobody_asks_for_when_it_is_meant(
    shell: Shell, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(monkeypatch, b"my own")
    assert shell.run("secret", "set", "own.token", "--force", "--stdin").code == exits.FINE
    assert (kept / "own.token").read_bytes() == b"my own\n"
    assert "nobody asks for it" in shell.run("secret", "list").out


def test_set_without_a_terminal_says_how(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, b"")
    said = shell.run("secret", "set", "bmc.password")
    assert said.code == exits.USAGE
    assert "clusterdef secret set bmc.password --stdin" in said.err


@pytest.mark.system
def test_set_asks_twice_and_shows_nothing(shell: Shell, kept: Path) -> None:
    with Terminal(["secret", "set", "bmc.password"], shell.folder, os.environ) as terminal:
        terminal.expect("bmc.password: ")
        terminal.answer(PASSWORD)
        terminal.expect("once more: ")
        terminal.answer("something else")
        terminal.expect("bmc.password: ")
        terminal.answer(PASSWORD)
        terminal.expect("once more: ")
        terminal.answer(PASSWORD)
        assert terminal.end() == exits.FINE
        assert PASSWORD not in terminal.shown
        assert "something else" not in terminal.shown
    assert (kept / "bmc.password").read_text() == f"{PASSWORD}\n"


@pytest.mark.system
def test_ctrl_c_keeps_nothing(shell: Shell, kept: Path) -> None:
    with Terminal(["secret", "set", "bmc.password"], shell.folder, os.environ) as terminal:
        terminal.expect("bmc.password: ")
        assert terminal.interrupt() == exits.INTERRUPTED
    assert not kept.exists()


def test_show_prints_into_no_pipe_unless_that_is_meant(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, PASSWORD.encode())
    shell.run("secret", "set", "users.root_password", "--stdin")
    said = shell.run("secret", "show", "users.root_password")
    assert (said.code, said.out) == (exits.USAGE, "")
    assert "--force" in said.err
    assert PASSWORD not in said.err
    assert shell.run("secret", "show", "--force", "users.root_password").out == f"{PASSWORD}\n"
    missing = shell.run("secret", "show", "--force", "users.root_pasword")
    assert missing.code == exits.USAGE
    assert "did you mean users.root_password?" in missing.err


@pytest.mark.system
def test_show_prints_on_a_terminal(shell: Shell, kept: Path) -> None:
    shell.run("secret", "generate", "users.root_password")
    with Terminal(["secret", "show", "users.root_password"], shell.folder, os.environ) as terminal:
        assert terminal.end() == exits.FINE
        assert terminal.shown == (kept / "users.root_password").read_text()


def test_show_works_while_the_site_has_errors(shell: Shell) -> None:
    shell.run("secret", "generate", "users.root_password")
    shell.write((shell.folder / "site.yaml").read_text("utf-8").replace("role: ldap,", "role: ladp,"))
    assert shell.run("secret", "show", "--force", "users.root_password").code == exits.FINE
    listed = shell.run("secret", "missing")
    assert listed.code == exits.DEFINITION
    assert "ladp" in listed.err


def test_rotate_makes_a_new_one_and_says_who_needs_it(shell: Shell, kept: Path) -> None:
    shell.run("secret", "generate", "--all")
    before = (kept / "openldap.root_password").read_bytes()
    said = shell.run("secret", "rotate", "openldap.root_password")
    assert said.code == exits.FINE
    assert "it goes to: ldap\n" in said.out
    now = (kept / "openldap.root_password").read_bytes()
    assert now != before
    assert now.decode().strip() not in said.out
    assert (kept / "openldap.root_password.former").read_bytes() == before
    again = shell.run("secret", "rotate", "openldap.root_password")
    assert again.code == exits.WORLD
    assert "rotate --done openldap.root_password" in again.err
    assert (kept / "openldap.root_password").read_bytes() == now
    assert "is gone" in shell.run("secret", "rotate", "--done", "openldap.root_password").out
    assert not (kept / "openldap.root_password.former").exists()
    assert "has no former" in shell.run("secret", "rotate", "--done", "openldap.root_password").out


def test_rotate_names_controllers_and_every_node(shell: Shell) -> None:
    shell.run("secret", "generate", "--all")
    controllers = shell.run("secret", "rotate", "bmc.password").out
    assert "it goes to: head,int1,nfs,worker[01-04]\n" in controllers
    assert "clusterdef secret set bmc.password" in controllers
    assert (
        "it goes to: head,int1,ldap,nfs,proxy,puppet,worker[01-04]\n"
        in shell.run("secret", "rotate", "users.root_password").out
    )


def test_list_shows_all_of_them(shell: Shell) -> None:
    shell.run("secret", "generate", "bmc.password")
    said = shell.run("secret", "list")
    assert said.code == exits.FINE
    assert "1 of 5 secrets are in" in said.out


def test_check_finds_nothing_wrong_with_what_is_complete(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.run("secret", "generate", "--all")
    give(monkeypatch, b"-----BEGIN CERTIFICATE-----\nAAAA\n")
    shell.run("secret", "set", CERTIFICATE, "--stdin")
    said = shell.run("secret", "check")
    assert (said.code, said.out.count("\n")) == (exits.FINE, 1)
    assert said.out.startswith("no problems in 5 secrets")
    assert "nothing is missing" in shell.run("secret", "missing").out


def test_check_tells_what_is_wrong(shell: Shell, kept: Path) -> None:
    shell.run("secret", "generate", "--all")
    (kept / "bmc.password").chmod(0o644)
    (kept / "users.root_password").write_bytes(b"\n")
    (kept / "openldap.root_password").write_bytes(b"sesame\n")
    said = shell.run("secret", "check", "--format", "json")
    assert said.code == exits.DEFINITION
    found = {(problem["code"], problem["severity"]) for problem in json.loads(said.out)}
    assert found == {
        ("secrets-open", "error"),
        ("secret-unusable", "error"),
        ("secret-weak", "warning"),
        ("secrets-missing", "warning"),
    }


def git(folder: Path, *words: str) -> None:
    identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True, timeout=60)


@pytest.mark.system
def test_check_asks_git(shell: Shell) -> None:
    shell.run("secret", "generate", "--all")
    git(shell.folder, "init", "--quiet")
    assert "in git" not in shell.run("secret", "check").out
    (shell.folder / ".gitignore").unlink()
    warned = shell.run("secret", "check")
    assert warned.code == exits.FINE
    assert "lies in a git repository that does not ignore it" in warned.out
    git(shell.folder, "add", "secrets")
    tracked = shell.run("secret", "check")
    assert tracked.code == exits.DEFINITION
    assert "is in git, with 4 of its files" in tracked.out


def test_the_sites_check_notes_what_is_missing(shell: Shell) -> None:
    assert "secrets are missing" not in shell.run("check").out
    shell.run("secret", "generate", "bmc.password")
    said = shell.run("check")
    assert said.code == exits.FINE
    assert "secrets  note  4 secrets are missing" in said.out
    assert "clusterdef secret missing" in said.out


@pytest.mark.parametrize("secrets", ["{provider: environment}", "{provider: command, command: [false]}"])
def test_the_sites_check_asks_nobody_else(shell: Shell, secrets: str) -> None:
    say_secrets(shell, f"secrets: {secrets}")
    said = shell.run("check")
    assert said.code == exits.FINE
    assert "secrets are missing" not in said.out


@pytest.mark.parametrize("secrets", ["{provider: file}", "{provider: command}"])
def test_a_provider_that_says_too_little_is_an_error_of_the_site(shell: Shell, secrets: str) -> None:
    say_secrets(shell, f"secrets: {secrets}")
    said = shell.run("check", "--format", "line")
    assert said.code == exits.DEFINITION
    assert "[keeper-unclear]" in said.out
    assert shell.run("secret", "list").code == exits.DEFINITION


def test_a_site_that_names_no_place_is_told_so(shell: Shell) -> None:
    say_secrets(shell, "")
    assert shell.run("check").code == exits.FINE
    said = shell.run("secret", "list")
    assert said.code == exits.DEFINITION
    assert "secrets: {provider: file, path: /etc/clusterdef/secrets}" in said.err


def test_secrets_come_from_the_environment(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    say_secrets(shell, "secrets: {provider: environment, prefix: MY_}")
    monkeypatch.setenv("MY_USERS__ROOT_PASSWORD", PASSWORD)
    assert shell.run("secret", "show", "--force", "users.root_password").out == f"{PASSWORD}\n"
    assert "4 of 5 secrets are missing" in shell.run("secret", "missing").out
    said = shell.run("secret", "generate", "bmc.password")
    assert said.code == exits.WORLD
    assert "MY_BMC__PASSWORD" in said.err


def test_secrets_come_from_a_program(shell: Shell) -> None:
    say_secrets(shell, "secrets: {provider: command, command: [cat, 'vault/{name}']}")
    (shell.folder / "vault").mkdir()
    (shell.folder / "vault" / "users.root_password").write_text(f"{PASSWORD}\n")
    assert shell.run("secret", "show", "--force", "users.root_password").out == f"{PASSWORD}\n"
    assert "4 of 5 secrets are missing" in shell.run("secret", "missing").out
    said = shell.run("secret", "rotate", "users.root_password")
    assert said.code == exits.WORLD
    assert "cat vault/users.root_password\n" in said.err


@pytest.mark.parametrize("path", ["~/kept", "{tmp}/kept", "kept"])
def test_a_directory_may_be_named_in_three_ways(
    shell: Shell, path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    say_secrets(shell, f"secrets: {{provider: file, path: {path.format(tmp=tmp_path)}}}")
    assert shell.run("secret", "generate", "bmc.password").code == exits.FINE
    expected = {"~": tmp_path / "home", "{": tmp_path, "k": shell.folder}[path[0]]
    assert (expected / "kept" / "bmc.password").is_file()


EYAML = "secrets: {provider: file, path: secrets, eyaml: keys/eyaml.pem}"


def test_eyaml_makes_the_pair_and_says_how_the_key_gets_to_the_server(shell: Shell, kept: Path) -> None:
    say_secrets(shell, EYAML)
    said = shell.run("secret", "eyaml")
    assert said.code == exits.FINE, said
    recipient = Recipient((shell.folder / "keys" / "eyaml.pem").read_text())
    assert "keys/eyaml.pem is new" in said.out
    bring = f"'install -D -o puppet -g puppet -m 0400 /dev/stdin {recipient.private_key}'"
    assert f"clusterdef secret show --force eyaml.private_key | ssh root@10.10.0.2 {bring}" in said.out
    key = kept / "eyaml.private_key"
    assert (stat.S_IMODE(key.stat().st_mode), "PRIVATE KEY" in key.read_text()) == (0o600, True)
    assert "PRIVATE" not in said.out + said.err
    again = shell.run("secret", "eyaml")
    assert "keys/eyaml.pem is there" in again.out and bring in again.out
    assert Recipient((shell.folder / "keys" / "eyaml.pem").read_text()) == recipient
    # Nobody asks for it here, and it is no forgotten one.
    rows = [line.split() for line in shell.run("secret", "list").out.splitlines()]
    assert ["eyaml.private_key", "private", "there", "eyaml"] in rows
    assert "nobody asks" not in shell.run("secret", "check").out


def test_a_new_pair_leaves_the_former_key_where_it_is(shell: Shell, kept: Path) -> None:
    say_secrets(shell, EYAML)
    shell.run("secret", "eyaml")
    before = (kept / "eyaml.private_key").read_text(), (shell.folder / "keys" / "eyaml.pem").read_text()
    assert "keys/eyaml.pem is new" in shell.run("secret", "eyaml", "--new").out
    after = (kept / "eyaml.private_key").read_text(), (shell.folder / "keys" / "eyaml.pem").read_text()
    assert (after[0] != before[0], after[1] != before[1]) == (True, True)
    assert (kept / "eyaml.private_key.former").read_text() == before[0]
    (shell.folder / "keys" / "eyaml.pem").write_text(before[1])
    said = shell.run("secret", "eyaml")
    assert (said.code, "is not the private key of" in said.err) == (exits.WORLD, True), said


def test_a_pair_that_cannot_be_made_is_refused_with_what_to_do(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    said = shell.run("secret", "eyaml")
    assert (said.code, "add to `secrets:`   eyaml: eyaml.pem" in said.err) == (exits.DEFINITION, True), said
    say_secrets(shell, "secrets: {provider: environment, eyaml: eyaml.pem}")
    said = shell.run("secret", "eyaml")
    assert (said.code, "openssl req -x509" in said.err) == (exits.WORLD, True), said
    assert not (shell.folder / "eyaml.pem").exists()
    (shell.folder / "eyaml.pem").write_text("nothing\n")
    assert "holds no certificate" in shell.run("secret", "eyaml").err
    (shell.folder / "eyaml.pem").write_text(Pretending().pair("x").certificate)
    said = shell.run("secret", "eyaml")
    assert (said.code, "its private key is not in the environment" in said.out) == (exits.FINE, True), said
