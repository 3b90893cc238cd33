"""A host key that comes into its folder, changes there or goes is noticed, though no word of the site names it."""

from __future__ import annotations

from pathlib import Path

from tests.cli.shell import Shell

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


def known(shell: Shell) -> str | None:
    """The list of known hosts after a generate, which must have had something to do."""
    assert "nothing changed" not in shell.run("generate").out
    file = Path("generated/current/ssh/known_hosts")
    return file.read_text() if file.exists() else None


def test_a_key_that_comes_changes_or_goes_is_noticed(shell: Shell) -> None:
    assert known(shell) is None
    file = shell.folder / "ssh" / "hostkeys" / "w1.pub"
    file.parent.mkdir(parents=True)
    file.write_text(KEY)
    assert KEY in (known(shell) or "")
    file.write_text(other := KEY[:-2] + "BA")
    assert other in (known(shell) or "")
    assert "nothing changed" in shell.run("generate").out
    file.unlink()
    assert known(shell) is None
