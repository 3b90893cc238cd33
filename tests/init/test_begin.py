"""A site begins whole or not at all, works as it is, and keeps its secrets out of git."""

from __future__ import annotations

import errno
import gc
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from clusterdef import schema
from clusterdef.cli import exits, main
from clusterdef.verbs import init
from tests.cli.shell import EXAMPLE, Said

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLE ada@example.org"

GENEROUS = """\
#!/bin/sh
case "$*" in
  *useConfigOnly=true*) exec GIT "$@" ;;
  *) exec GIT -c user.name=login -c user.email=login@machine.example.org "$@" ;;
esac
"""


class Desk:
    """A person's place: a home, an identity for git, a folder to work in."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.home = folder / "home"
        self.work = folder / "work"
        self.capsys = capsys
        self.home.mkdir()
        self.work.mkdir()

    def run(self, *words: str) -> Said:
        """Run one command line."""
        try:
            code = main(words)
        finally:
            gc.enable()
        captured = self.capsys.readouterr()
        return Said(code, captured.out, captured.err)

    def files(self) -> dict[str, bytes]:
        """Everything below the working folder."""
        paths = [path for path in sorted(self.work.rglob("*")) if path.is_file()]
        return {str(path.relative_to(self.work)): path.read_bytes() for path in paths}


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Desk:
    desk = Desk(tmp_path, capsys)
    monkeypatch.chdir(desk.work)
    monkeypatch.setenv("HOME", str(desk.home))
    for name in ("CLUSTERDEF_SITE", "XDG_CONFIG_HOME", "EMAIL"):
        monkeypatch.delenv(name, raising=False)
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "Ada")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "ada@example.org")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    return desk


def anonymous(monkeypatch: pytest.MonkeyPatch) -> None:
    """A person whose name git does not know."""
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.delenv(f"GIT_{who}_NAME")
        monkeypatch.delenv(f"GIT_{who}_EMAIL")


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def test_it_works_as_it_is(desk: Desk) -> None:
    said = desk.run("init", "mysite")
    assert said.code == exits.FINE, said.err
    assert said.out.splitlines()[0] == "mysite: 10 machines in mysite/site.yaml"
    assert said.out.splitlines()[-3].startswith("next: cd mysite")
    os.chdir("mysite")
    checked = desk.run("check", "--format", "json")
    assert checked.code == exits.FINE
    assert {problem["severity"] for problem in json.loads(checked.out)} <= {"note"}
    assert {problem["code"] for problem in json.loads(checked.out)} == {"no-mac", "no-interface"}
    made = desk.run("generate")
    assert made.code == exits.FINE
    assert (Path("generated") / "current" / "hosts").exists()
    assert desk.run("secret", "missing").code == exits.FINE
    assert desk.run("secret", "check").code == exits.FINE


@pytest.mark.parametrize("os_name", ["el8", "el9", "el10"])
@pytest.mark.parametrize("batch", ["htcondor", "slurm", "none"])
def test_every_choice_works(desk: Desk, os_name: str, batch: str) -> None:
    assert desk.run("init", "mysite", "--os", os_name, "--batch", batch, "--no-git").code == exits.FINE
    assert desk.run("generate", "mysite").code == exits.FINE


def test_flags_are_what_it_becomes(desk: Desk) -> None:
    key = desk.home / "ada.pub"
    key.write_text(f"# mine\n{KEY}\n")
    flags = {
        "name": "null",
        "domain": "physics.example.org",
        "timezone": "America/New_York",
        "subnet": "10.0.0.0/8",
        "gateway": "10.0.0.1",
        "head-address": "10.0.0.9",
        "dns": "10.0.0.53",
        "private": "172.20.0.0/22",
        "mgmt": "172.21.0.0/24",
        "workers": "99",
        "admin": "ada",
    }
    words = [word for flag, value in flags.items() for word in (f"--{flag}", value)]
    assert desk.run("init", "mysite", *words, "--ssh-key", str(key)).code == exits.FINE
    shown = desk.run("show", "--site", "mysite", "head").out
    assert {word for word in ("10.0.0.9/8", "172.20.0.1/22", "172.21.0.254/24") if word in shown} == {
        "10.0.0.9/8",
        "172.20.0.1/22",
        "172.21.0.254/24",
    }
    assert "worker99" in desk.run("show", "--site", "mysite", "worker99").out
    assert Path("mysite/ssh/ada.pub").read_text() == f"{KEY}\n"
    assert "admins:  {ada: ssh/ada.pub}" in Path("mysite/site.yaml").read_text()


def test_one_worker_is_enough(desk: Desk) -> None:
    assert desk.run("init", "mysite", "--workers", "1", "--no-git").code == exits.FINE
    assert "worker01" in desk.run("show", "--site", "mysite", "worker01").out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--subnet", "192.0.2.7/24", "--workers", "0"), ["subnet cannot be", "workers cannot be"]),
        (("--ssh-key", "nowhere.pub"), ["nowhere.pub cannot be read: no such file or directory"]),
        (("--ssh-key", "private"), ["private is a private key", "private.pub"]),
        (("--ssh-key", "letter"), ["letter holds no ssh public key"]),
        ((), []),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_written(desk: Desk, words: tuple[str, ...], told: list[str]) -> None:
    Path("private").write_text("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n")
    Path("letter").write_text("dear all,\nssh-ed25519 is better\n")
    before = desk.files()
    if not told:
        Path("mysite").mkdir()
        Path("mysite/letter").write_text("mine")
        before, told = desk.files(), ["mysite is there already, and not empty"]
    said = desk.run("init", "mysite", *words)
    assert said.code != exits.FINE
    assert [word for word in told if word not in said.err] == []
    assert desk.files() == before


def test_a_file_or_a_dangling_link_in_its_place_is_left(desk: Desk) -> None:
    Path("file").write_text("mine")
    Path("link").symlink_to("nowhere")
    for name in ("file", "link"):
        assert desk.run("init", name).code == exits.WORLD
    assert Path("file").read_text() == "mine"
    assert not Path("nowhere").exists()


def test_an_empty_folder_is_filled(desk: Desk) -> None:
    Path("mysite").mkdir()
    inode = Path("mysite").stat().st_ino
    os.chdir("mysite")
    said = desk.run("init", ".", "--no-git")
    assert said.code == exits.FINE, said.err
    assert said.out.startswith("mysite: ")
    assert "next: cd" not in said.out
    assert Path.cwd().stat().st_ino == inode
    assert [path.name for path in Path().iterdir() if path.name.endswith(".new")] == []
    assert desk.run("check").code == exits.FINE


KILLED = """
import os, signal, sys
from clusterdef.cli import main
from clusterdef.verbs import init
init._sound = lambda work: os.kill(os.getpid(), signal.SIGKILL)
main(["init", sys.argv[1], "--no-git"])
"""


@pytest.mark.parametrize("there", [False, True], ids=["new", "empty"])
def test_what_a_killed_one_left_is_removed_by_the_next(desk: Desk, there: bool) -> None:
    if there:
        Path("mysite").mkdir()
    killed = subprocess.run([sys.executable, "-c", KILLED, "mysite"], timeout=60, check=False, stdin=subprocess.DEVNULL)
    assert killed.returncode == -signal.SIGKILL
    place = Path("mysite") if there else Path()
    (left,) = (path for path in place.iterdir() if path.name.endswith(".new"))
    stranger = place.parent / ".mysite.stranger.new.bak"
    (stranger / "site").mkdir(parents=True)
    said = desk.run("init", "mysite", "--no-git")
    assert said.code == exits.FINE, said.err
    assert not left.exists()
    assert (stranger / "site").is_dir()


def test_what_another_one_works_in_stays(desk: Desk) -> None:
    other = Path(".mysite.abcd1234.new")
    (other / "site").mkdir(parents=True)
    with init._held(other):
        assert desk.run("init", "mysite", "--no-git").code == exits.FINE
        assert (other / "site").is_dir()
    shutil.rmtree("mysite")
    assert desk.run("init", "mysite", "--no-git").code == exits.FINE
    assert not other.exists()


def test_folders_above_are_made(desk: Desk) -> None:
    assert desk.run("init", "clusters/tier3/mysite", "--no-git").code == exits.FINE
    assert desk.run("check", "clusters/tier3/mysite").code == exits.FINE


@pytest.mark.parametrize("mask", [0o022, 0o077])
def test_only_secrets_are_closed_to_others(desk: Desk, mask: int) -> None:
    with umask(mask):
        assert desk.run("init", "mysite", "--no-git").code == exits.FINE
    assert stat.S_IMODE(Path("mysite").stat().st_mode) == 0o777 & ~mask
    assert stat.S_IMODE(Path("mysite/site.yaml").stat().st_mode) == 0o666 & ~mask
    assert stat.S_IMODE(Path("mysite/secrets").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in Path("mysite/secrets").iterdir()} == {0o600}


def test_the_editor_finds_every_schema(desk: Desk) -> None:
    desk.run("init", "mysite", "--no-git")
    first = Path("mysite/site.yaml").read_text().splitlines()[0]
    assert first == "# yaml-language-server: $schema=./.clusterdef/site.schema.json"
    published = {file.name: file.read_bytes() for file in schema.folder().glob("*.schema.json")}
    assert {file.name: file.read_bytes() for file in Path("mysite/.clusterdef").iterdir()} == published


def test_the_inventory_is_empty_but_for_its_header(desk: Desk) -> None:
    desk.run("init", "mysite", "--no-git")
    header = (EXAMPLE.parent / "hardware.csv").read_text().splitlines()[0]
    assert Path("mysite/inventory.csv").read_text() == f"{header}\n"


def test_the_users_own_keys_are_taken(desk: Desk) -> None:
    (desk.home / ".ssh").mkdir()
    (desk.home / ".ssh" / "id_ed25519.pub").write_text(f"{KEY}\n")
    (desk.home / ".ssh" / "id_rsa.pub").write_text(KEY.replace("ed25519", "rsa") + "\n")
    (desk.home / ".ssh" / "id_ed25519").write_text("PRIVATE KEY")
    said = desk.run("init", "mysite", "--no-git")
    assert "id_ed25519.pub" in said.out
    assert Path("mysite/ssh/admin.pub").read_text().count("\n") == 2
    assert "PRIVATE" not in str(desk.files())


def test_without_a_key_it_says_where_one_goes(desk: Desk) -> None:
    said = desk.run("init", "mysite", "--no-git")
    assert "nobody has a key yet: put one into mysite/ssh/admin.pub" in said.out
    Path("mysite/ssh").mkdir()
    Path("mysite/ssh/admin.pub").write_text(f"{KEY}\n")
    site = Path("mysite/site.yaml")
    site.write_text(site.read_text().replace("# admins:", "admins:"))
    assert desk.run("check", "mysite").code == exits.FINE


@pytest.mark.system
def test_git_holds_the_site_and_neither_secrets_nor_what_is_generated(desk: Desk) -> None:
    assert "a repository with a first commit" in desk.run("init", "mysite").out
    assert git(Path("mysite"), "log", "--format=%an <%ae> %s") == "Ada <ada@example.org> Begin the site mysite\n"
    held = git(Path("mysite"), "ls-files").splitlines()
    assert {"site.yaml", "inventory.csv", ".gitignore", "README.md", ".clusterdef/site.schema.json"} <= set(held)
    assert [name for name in held if name.startswith(("secrets", "generated"))] == []
    assert desk.run("generate", "mysite").code == exits.FINE
    Path("mysite/site.yaml~").write_text("left by an editor")
    assert git(Path("mysite"), "status", "--short") == ""


@pytest.mark.system
def test_without_a_name_git_commits_nothing_and_says_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    anonymous(monkeypatch)
    said = desk.run("init", "mysite")
    assert said.code == exits.FINE
    assert "git does not know your name: nothing is committed yet" in said.out
    assert "git config --global user.name" in said.out
    assert git(Path("mysite"), "rev-list", "--all") == ""
    assert desk.run("check", "mysite").code == exits.FINE


@pytest.mark.system
def test_a_name_that_git_makes_up_is_none(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine with a full name git takes the login and that, unless it is told not to."""
    anonymous(monkeypatch)
    bin_ = desk.home / "bin"
    bin_.mkdir()
    (bin_ / "git").write_text(GENEROUS.replace("GIT", shutil.which("git") or "git"))
    (bin_ / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{bin_}:{os.environ['PATH']}")
    assert "git does not know your name" in desk.run("init", "mysite").out
    assert git(Path("mysite"), "rev-list", "--all") == ""


def test_without_git_it_begins_all_the_same(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(desk.home))
    said = desk.run("init", "mysite")
    assert said.code == exits.FINE
    assert "git is not installed here" in said.out
    assert not Path("mysite/.git").exists()


@pytest.mark.system
def test_a_hook_that_says_no_is_told_and_the_site_is_there(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    hooks = desk.home / "template" / "hooks"
    hooks.mkdir(parents=True)
    (hooks / "pre-commit").write_text("#!/bin/sh\necho 'not on a Friday' >&2\nexit 1\n")
    (hooks / "pre-commit").chmod(0o755)
    monkeypatch.setenv("GIT_TEMPLATE_DIR", str(desk.home / "template"))
    said = desk.run("init", "mysite")
    assert said.code == exits.FINE
    assert "nothing is committed yet: git commit did not work; git: not on a Friday" in said.out
    assert desk.run("check", "mysite").code == exits.FINE


@pytest.mark.system
def test_inside_a_repository_none_is_begun(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    git(desk.work, "init", "--quiet")
    monkeypatch.setenv("GIT_DIR", "/nonexistent")
    said = desk.run("init", "mysite")
    monkeypatch.delenv("GIT_DIR")
    assert f"it lies in the git repository {desk.work.resolve()}" in said.out
    assert not Path("mysite/.git").exists()
    assert "mysite/secrets/x" in git(desk.work, "check-ignore", "mysite/secrets/x")


def test_no_repository_where_none_is_wanted(desk: Desk) -> None:
    desk.run("init", "mysite", "--no-git")
    assert not Path("mysite/.git").exists()


@pytest.mark.parametrize("moment", ["_write", "_secrets", "_commit", "_move"])
@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), KeyboardInterrupt()])
def test_stopped_anywhere_nothing_is_left(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, moment: str, error: BaseException
) -> None:
    def fails(*_: object) -> None:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(init, moment, fails)
        said = desk.run("init", "mysite")
    assert said.code == (exits.WORLD if isinstance(error, OSError) else exits.INTERRUPTED)
    assert list(desk.work.iterdir()) == []
    assert desk.run("init", "mysite", "--no-git").code == exits.FINE


def test_a_move_into_an_empty_folder_that_fails_leaves_it_empty(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("mysite").mkdir()
    rename = Path.rename

    def fails(path: Path, target: Path) -> Path:
        if path.name == "site.yaml" and "site.yaml" not in os.listdir("mysite"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fails)
    said = desk.run("init", "mysite", "--no-git")
    assert said.code == exits.WORLD
    assert "no space left on device" in said.err
    assert os.listdir("mysite") == []


@pytest.mark.parametrize("there", [True, False], ids=["into an empty folder", "as a new folder"])
def test_another_who_was_quicker_is_not_harmed(desk: Desk, monkeypatch: pytest.MonkeyPatch, there: bool) -> None:
    written = init._write
    if there:
        Path("mysite").mkdir()

    def slow(work: Path, texts: dict[str, str]) -> None:
        written(work, texts)
        Path("mysite").mkdir(exist_ok=True)
        Path("mysite/site.yaml").write_text("mine")

    monkeypatch.setattr(init, "_write", slow)
    assert desk.run("init", "mysite", "--no-git").code == exits.WORLD
    assert desk.files() == {"mysite/site.yaml": b"mine"}


def test_where_one_may_not_write_it_says_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("closed").write_text("")
    said = desk.run("init", "closed/mysite", "--no-git")
    assert said.code == exits.WORLD
    assert "closed/mysite cannot be made" in said.err
    assert desk.files() == {"closed": b""}
