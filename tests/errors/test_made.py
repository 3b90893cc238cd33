"""Cases that cannot be kept in git: a file too large or not to be read, sites that have been generated before, and
boot files that nothing makes, whatever generators there will be.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from clusterdef.cli import exits
from clusterdef.cli.root import main
from clusterdef.verbs.check import files_made
from tests.errors.case import HOME, SITE, Case, seen

SMALL = HOME / "fine" / "as-small-as-it-gets" / SITE


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site that is fine, to be spoilt."""
    shutil.copy(SMALL, tmp_path / SITE)
    return tmp_path / SITE


def said(site: Path) -> str:
    """What `check` prints in the site's folder."""
    return seen(Case(site.parent)).printed


def generate(site: Path, *words: str) -> int:
    return main(["generate", str(site), *words])


def test_a_file_that_is_too_large(site: Path) -> None:
    with site.open("ab") as file:
        file.truncate(40 << 20)
    assert said(site) == (
        "site.yaml  error  site.yaml holds 40 MB; a definition may hold 32 MB\n"
        "       check that this is the file you meant\n"
        "       write nodes that are alike as one set: worker[001-500]\n\n"
        "1 error; nothing else can be looked at before\n"
    )
    assert "[file-too-large]" in seen(Case(site.parent), form="line").printed


def test_a_file_that_may_not_be_read(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Denied by the file system's own word, as root may read everything."""

    def denied(*_: object, **__: object) -> object:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    assert said(site) == (
        "site.yaml  error  site.yaml may not be read by you\n       look at: ls -l site.yaml\n\n"
        "1 error; nothing else can be looked at before\n"
    )
    assert "[file-permission]" in seen(Case(site.parent), form="line").printed


def test_nodes_that_would_move_need_consent(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert generate(site) == exits.FINE
    site.write_text(site.read_text("utf-8").replace("10.10.0.3", "10.10.0.4"), "utf-8")
    found = seen(Case(site.parent))
    assert [problem.code for problem in found.problems] == ["nodes-move"]
    assert found.exit_code == exits.FINE
    (moved,) = found.problems
    assert found.printed.startswith("site.yaml:6:3  warning  pdu1 would move to another address or name\n")
    assert moved.advice[0] == "pdu1: private 10.10.0.3 -> 10.10.0.4"
    assert moved.advice[-1] == "if it is meant:   clusterdef generate --consent pdu1"
    capsys.readouterr()
    assert generate(site) == exits.CONSENT
    assert "pdu1 would move to another address or name" in "".join(capsys.readouterr())
    assert generate(site, "--consent", "pdu1") == exits.FINE


def test_a_retired_member_moves_nobody_and_a_shorter_set_does(site: Path) -> None:
    text = site.read_text("utf-8").replace("pdu1: {role: device, net: {private: 10.10.0.3}}", "{}")
    nodes = "pdu[1-4]: {{role: device, net: {{private: 10.10.0.1+}}{}}}"
    site.write_text(text.replace("{}", nodes.format("")), "utf-8")
    assert generate(site) == exits.FINE
    site.write_text(text.replace("{}", nodes.format(", retired: pdu1")), "utf-8")
    assert seen(Case(site.parent)).problems == ()
    site.write_text(text.replace("{}", nodes.format("")).replace("pdu[1-4]", "pdu[2-4]"), "utf-8")
    moved = said(site)
    assert "warning  pdu[2-4] would move to another address or name" in moved
    assert "pdu2: private 10.10.0.2 -> 10.10.0.1" in moved


def test_a_shipped_definition_that_changed_under_its_replacement(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = site.parent / "layouts" / "plain" / "layout.json"
    own.parent.mkdir(parents=True)
    volumes = '[{"mount": "/", "size": "20G", "grow": true}]'
    own.write_text(f'{{"description": "Our own", "scheme": "plain", "volumes": {volumes}}}\n', "utf-8")
    assert generate(site) == exits.FINE
    monkeypatch.setattr("clusterdef.overrides._digest", lambda file: f"another {file.name}")
    found = seen(Case(site.parent))
    assert [problem.code for problem in found.problems] == ["shipped-changed"]
    assert "layout plain replaces the shipped one, which has changed since the last generate" in found.printed
    assert "compare the two; a change that you want is not in yours" in found.printed


@pytest.mark.parametrize(
    ("link", "message", "chain"),
    [
        (
            "boot-file",
            "worker[01-04] would not boot: nothing makes a boot menu for bios firmware",
            "boot network > DHCP answer > loader > [boot file] > kernel > kickstart > install source > Puppet",
        ),
        (
            "kickstart",
            "worker[01-04] would not boot: nothing makes installer answers for el 9.6",
            "boot network > DHCP answer > loader > boot file > kernel > [kickstart] > install source > Puppet",
        ),
    ],
)
def test_a_boot_file_that_nothing_makes(link: str, message: str, chain: str, monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case(HOME / "no-mac" / "set")
    assert "would-not-boot" not in {problem.code for problem in seen(case).problems}
    monkeypatch.setattr("clusterdef.verbs.check.files_made", lambda *asked: {**files_made(*asked), link: set()})
    (found,) = (problem for problem in seen(case).problems if problem.code == "would-not-boot")
    assert (found.message, found.place) == (message, "site.yaml:11:3")
    assert found.advice[-1] == chain


def test_a_file_with_too_many_problems(site: Path) -> None:
    """A thousand of them are no help in a directory of cases."""
    site.write_text(site.read_text("utf-8") + "inventory: a.csv\n" * 1100, "utf-8")
    found = seen(Case(site.parent), form="line").printed.splitlines()
    assert len(found) == 1001
    assert found[-1] == "site.yaml: note: reading stopped after 1000 problems; there may be more [too-many-problems]"
