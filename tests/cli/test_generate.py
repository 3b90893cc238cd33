"""`generate` as its user sees it: what is written, what is said, what is refused."""

from __future__ import annotations

from pathlib import Path

from clusterdef.cli import exits
from tests.cli.shell import SMALL, Shell


def files(root: Path) -> dict[str, bytes]:
    """Every file of the current generation that is not clusterdef's own."""
    top = (root / "current").resolve()
    every = (file for file in top.rglob("*") if file.is_file() and not file.name.startswith("."))
    return {str(file.relative_to(top)): file.read_bytes() for file in every}


def test_the_first_generation_is_told_and_is_there(shell: Shell) -> None:
    said = shell.run("generate", "site.yaml")
    assert said.code == exits.FINE
    assert said.out.startswith("generation 1 in generated/current     4 nodes, ")
    assert str(Path("generated/current").readlink()) == "1"
    assert b"10.0.1.3" in files(Path("generated"))["hosts/hosts"]


def test_a_second_run_changes_nothing(shell: Shell) -> None:
    shell.run("generate")
    before = files(Path("generated"))
    said = shell.run("generate")
    assert said.out.startswith("nothing changed: generation 1 in generated/current stands")
    assert files(Path("generated")) == before
    assert not Path("generated/2").exists()


def test_a_drifted_file_is_made_anew_though_the_site_is_the_same(shell: Shell) -> None:
    shell.run("generate")
    hosts = Path("generated/current/hosts/hosts")
    hosts.chmod(0o644)
    hosts.write_text("127.0.0.1 trouble\n")
    said = shell.run("generate")
    assert said.code == exits.FINE
    assert b"trouble" not in files(Path("generated"))["hosts/hosts"]


def test_what_changed_is_told_by_node_and_shown_by_line(shell: Shell) -> None:
    shell.run("generate")
    shell.write(SMALL + "  w4: {role: device, net: {net: 10.0.1.4}}\n")
    said = shell.run("generate", "--diff")
    assert "generation 2 in generated/current     5 nodes" in said.out
    assert "whole site" in said.out
    assert "+10.0.1.4" in said.out
    again = shell.run("generate", "--diff")
    assert "nothing changed" in again.out
    assert "+10.0.1.4" in again.out


def test_a_dry_run_writes_nothing(shell: Shell) -> None:
    said = shell.run("generate", "--dry-run")
    assert said.code == exits.FINE
    assert "dry run" in said.out
    assert not Path("generated").exists()


def test_errors_leave_the_tree_alone(shell: Shell) -> None:
    shell.run("generate")
    shell.write(SMALL.replace("10.0.0.1}", "10.9.0.1}"))
    said = shell.run("generate")
    assert said.code == exits.DEFINITION
    assert "10.9.0.1" in said.err
    assert "nothing was written" in said.err
    assert str(Path("generated/current").readlink()) == "1"


def test_a_node_that_moves_needs_consent(shell: Shell) -> None:
    shell.run("generate")
    shell.write(SMALL.replace("w[1-3]", "w[2-3]"))
    said = shell.run("generate")
    assert said.code == exits.CONSENT
    assert "w2: net 10.0.1.2 -> 10.0.1.1" in said.err
    assert "clusterdef generate --consent w[2-3]" in said.err
    assert shell.run("check").code == exits.FINE
    assert "nodes-move" in shell.run("check", "--format=line").out
    assert shell.run("generate", "--consent", "w2").code == exits.CONSENT
    assert shell.run("generate", "--consent", "w[2-3]").code == exits.FINE
    assert b"10.0.1.1 w2" in files(Path("generated"))["hosts/hosts"].replace(b"\t", b" ").replace(
        b".mini.internal w2", b""
    )


def test_a_retired_first_member_moves_nobody(shell: Shell) -> None:
    shell.run("generate")
    shell.write(SMALL.replace("{net: 10.0.1.1+}", "{net: 10.0.1.1+}, retired: w1"))
    said = shell.run("generate")
    assert said.code == exits.FINE
    assert b"10.0.1.2" in files(Path("generated"))["hosts/hosts"]


def test_one_node_alone_needs_a_generation_to_stand_in(shell: Shell) -> None:
    said = shell.run("generate", "w2")
    assert said.code == exits.USAGE
    assert "make everything first" in said.err


def test_one_node_alone_with_nothing_new_makes_no_generation(shell: Shell) -> None:
    """Each would push a former one out, until there is no way back."""
    shell.run("generate")
    said = shell.run("generate", "w1")
    assert said.out.startswith("nothing changed: generation 1 in generated/current stands")
    assert not Path("generated/2").exists()
    hosts = Path("generated/current/hosts/hosts")
    hosts.chmod(0o644)
    hosts.write_text("127.0.0.1 trouble\n")
    assert shell.run("generate", "w1").code != exits.FINE
    assert shell.run("generate").out.startswith("generation 2")


def test_what_one_node_alone_left_out_comes_with_the_next(shell: Shell) -> None:
    shell.run("generate")
    shell.write(SMALL + "  w4: {role: device, net: {net: 10.0.1.4}}\n")
    assert shell.run("generate", "w1").out.startswith("nothing changed: generation 1")
    assert shell.run("generate").out.startswith("generation 2 in generated/current     5 nodes")
    assert b"10.0.1.4" in files(Path("generated"))["hosts/hosts"]


def test_a_mistyped_node_gets_the_nearest_name(shell: Shell) -> None:
    shell.run("generate")
    said = shell.run("generate", "pdu2")
    assert said.code == exits.USAGE
    assert "did you mean pdu1?" in said.err


def test_rollback_and_generations(shell: Shell) -> None:
    shell.run("generate")
    first = files(Path("generated"))
    shell.write(SMALL + "  w4: {role: device, net: {net: 10.0.1.4}}\n")
    shell.run("generate")
    said = shell.run("rollback")
    assert said.code == exits.FINE
    assert files(Path("generated")) == first
    listed = shell.run("generations", "--verify")
    assert [line.split()[0] for line in listed.out.splitlines()] == ["2", "1"]
    assert listed.out.splitlines()[1].endswith("current")


def test_a_damaged_generation_is_no_way_back(shell: Shell) -> None:
    shell.run("generate")
    shell.write(SMALL + "  w4: {role: device, net: {net: 10.0.1.4}}\n")
    shell.run("generate")
    hosts = Path("generated/1/hosts/hosts")
    hosts.chmod(0o644)
    hosts.write_text("127.0.0.1 trouble\n")
    said = shell.run("rollback", "1")
    assert said.code == exits.WORLD
    assert "hosts/hosts" in said.err
    assert str(Path("generated/current").readlink()) == "2"
