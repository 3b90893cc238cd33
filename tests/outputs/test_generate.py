"""Which files are made for whom, and what happens when one of them cannot be."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clusterdef.artifact import Artifact
from clusterdef.generate import artifacts
from clusterdef.generator import Generator, load
from clusterdef.model import Cluster
from clusterdef.problem import Problem, Refused, as_text
from clusterdef.render import Render, rooms
from tests.outputs.clusters import made, node, render, shipped, small

Make = Callable[..., list[Artifact]]


class Room:
    """A site's own generator, written by a test."""

    def __init__(self, path: Path) -> None:
        self.path = path / "room"
        self.path.mkdir()

    def generator(self, *rows: dict[str, Any], **templates: str) -> Generator:
        for name, text in templates.items():
            (self.path / f"{name}.txt.j2").write_text(text)
        return load(self.path, {"description": "a test", "outputs": list(rows)}, "site")

    def make(self, *rows: dict[str, Any], only: set[str] | None = None, **templates: str) -> list[Artifact]:
        generator = self.generator(*rows, **templates)
        return list(artifacts(small(), [generator], Render(rooms([generator], None)), only))

    def problems(self, *rows: dict[str, Any], **templates: str) -> list[Problem]:
        with pytest.raises(Refused) as told:
            self.make(*rows, only=None, **templates)
        return list(told.value.problems)


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def row(for_each: str, path: str, **more: Any) -> dict[str, Any]:
    return {"name": "notes", "for_each": for_each, "path": path, "template": "a.txt.j2", **more}


def test_one_file_for_the_site_for_each_network_and_for_each_node(room: Room) -> None:
    rows = (
        row("site", "site"),
        row("network", "n/{{ network.name }}"),
        row("node", "m/{{ node.name }}", when="node.vm"),
    )
    found = room.make(*rows, a="{{ cluster.name }}\n")
    assert [(artifact.path, artifact.subject) for artifact in found] == [
        ("site", ""),
        ("n/public", ""),
        ("n/private", ""),
        ("n/mgmt", ""),
        ("m/puppet", "puppet"),
    ]
    assert {artifact.content for artifact in found} == {b"mytier3\n"}


def test_one_file_for_each_role_and_for_those_that_somebody_was_given(room: Room) -> None:
    rows = (
        row("role", "r/{{ role.name }}"),
        row("role", "given/{{ role.name }}", when="cluster.given(role.name)"),
        row("node", "alone/{{ node.name }}", when="cluster.alone(node)"),
    )
    found = [artifact.path for artifact in room.make(*rows, a="{{ cluster.name }}\n")]
    assert found[:3] == ["r/base", "r/head", "r/puppet"]
    assert [path for path in found if path.startswith("given/")] == [
        "given/head",
        "given/puppet",
        "given/worker",
        "given/device",
    ]
    assert [path for path in found if path.startswith("alone/")] == ["alone/head", "alone/puppet", "alone/switch1"]


def test_mode_and_owner_come_from_the_row(room: Room) -> None:
    (found,) = room.make(row("site", "a", mode="0600", owner="ldap", group="adm"), a="x")
    assert (found.mode, found.owner, found.group, found.maker) == (0o600, "ldap", "adm", "notes")


def test_only_restricts_files_of_nodes_and_nothing_else(room: Room) -> None:
    rows = (row("site", "site"), row("node", "m/{{ node.name }}"))
    found = room.make(*rows, only={"worker01", "nobody"}, a="x")
    assert [artifact.path for artifact in found] == ["site", "m/worker01"]


def test_only_changes_no_byte() -> None:
    every = {artifact.path: artifact for artifact in artifacts(small(), shipped(), render())}
    some = list(artifacts(small(), shipped(), render(), {"worker01"}))
    assert all(every[artifact.path] == artifact for artifact in some)
    assert {artifact.subject for artifact in some} == {"", "worker01"}


def test_the_same_input_gives_the_same_bytes() -> None:
    assert list(artifacts(small(), shipped(), render())) == list(artifacts(small(), shipped(), render()))


def test_one_mistake_for_many_nodes_is_told_once(room: Room) -> None:
    (problem,) = room.problems(row("node", "m/{{ node.name }}"), a="one\n{{ node.nonsense }}\n")
    assert problem.message.startswith("head, puppet, worker01 and 2 more: room notes: ")
    assert "nonsense" in problem.message
    assert problem.mark
    assert (Path(problem.mark.file).name, problem.mark.line) == ("a.txt.j2", 2)
    assert "generator room (site), template a.txt.j2" in as_text(problem)


def test_everything_that_goes_wrong_is_told_and_the_rest_is_tried(room: Room) -> None:
    rows = [row("site", "a"), row("site", "b", template="b.txt.j2"), row("site", "c", when="nothing"), row("site", "d")]
    generator = room.generator(*rows, a="{{ cluster.name }}", b="{% if %}")
    work = artifacts(small(), [generator], Render(rooms([generator], None)))
    paths: list[str] = []
    with pytest.raises(Refused) as told:
        paths.extend(artifact.path for artifact in work)
    assert len(told.value.problems) == 2
    assert paths == ["a", "d"]


def test_two_files_of_one_path_are_told(room: Room) -> None:
    (problem,) = room.problems(row("site", "same"), row("site", "same", name="others"), a="x")
    assert problem.message == "room others: same is already made by notes"


@pytest.mark.parametrize(
    "path", ["/etc/{{ node.name }}", "../{{ node.name }}", "a//{{ node.name }}", "a/./b", "a/", ""]
)
def test_a_path_stays_inside(room: Room, path: str) -> None:
    assert "is not a path inside the generation" in room.problems(row("node", path), a="x")[0].message


def test_a_node_name_cannot_leave_its_directory(room: Room) -> None:
    generator = room.generator(row("node", "m/{{ node.name }}"), a="x")
    cluster = replace(small(), nodes={"x": node("../../etc/passwd")})
    with pytest.raises(Refused, match="a path cannot say"):
        list(artifacts(cluster, [generator], Render(rooms([generator], None))))


def test_a_value_that_python_cannot_say_is_told() -> None:
    cluster = small()
    wrong = replace(cluster.nodes["worker01"], parameters={"motd.text": "a\x1bb"})
    cluster = replace(cluster, nodes={**cluster.nodes, "worker01": wrong})
    with pytest.raises(Refused) as told:
        made(cluster, "classify")
    assert [problem.message.split(" cannot say")[0] for problem in told.value.problems] == [
        "worker01: classify enc: enc",
        "classify nodes-pp: a manifest",
    ]


def test_progress_counts_subjects_to_the_end(room: Room) -> None:
    seen: list[tuple[int, int]] = []
    generator = room.generator(row("site", "site"), row("node", "m/{{ node.name }}"), a="x")
    work = artifacts(small(), [generator], Render(rooms([generator], None)), None, lambda *step: seen.append(step))
    assert len(list(work)) == 6
    assert seen[0] == (0, 6)
    assert seen[-1] == (6, 6)
    assert seen == sorted(seen)


def test_files_come_one_at_a_time(room: Room) -> None:
    generator = room.generator(row("node", "m/{{ node.name }}"), a="x")
    work: Iterator[Artifact] = artifacts(small(), [generator], Render(rooms([generator], None)))
    assert next(work).path == "m/head"


def test_an_output_has_its_own_context_before_the_generators() -> None:
    (classify,) = shipped("classify")
    names = {name: context.__name__ for name, context in classify.contexts.items()}
    assert {name: names[name] for name in ("enc", "nodes-pp")} == {"enc": "context_enc", "nodes-pp": "context_nodes_pp"}
    (hosts,) = shipped("hosts")
    assert hosts.contexts["hosts"].__name__ == "context"


def test_shipped_rows_say_what_they_are() -> None:
    for generator in shipped():
        data = json.loads((generator.directory / "generator.json").read_text())
        assert len(data["description"]) > 40
        assert all(output.get("description") for output in data["outputs"])


def test_a_cluster_without_nodes_is_no_trouble() -> None:
    cluster: Cluster = replace(small(), nodes={}, modules={})
    names = ("classify", "dnsmasq", "hosts", "kickstart", "libvirt", "pxelinux")
    assert set(made(cluster, *names)) == {"enc/classifier", "hosts/hosts", "puppet/manifests/nodes.pp"}


def test_who_is_told_is_told_of_no_single_file() -> None:
    told = {row.name: row.reload for one in shipped() for row in one.outputs if row.reload}
    assert "loaders" in told
    assert [name for name, command in told.items() if any("{file}" in word for word in command)] == []
