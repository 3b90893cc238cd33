"""The walk through the table: which steps are done, what is refused, and that future steps find what they need."""

from __future__ import annotations

import pytest

from clusterdef.inputs import FORMAT
from clusterdef.migrate import STEPS, CannotEdit, Page, Step, migrated
from clusterdef.problem import Refused
from clusterdef.source import parse_yaml

OLD = b"# ours\n\ncluster: {name: a, os: el9}  # x\nnetworks: {}\nnodes: {}\n"


def rename(page: Page) -> Page:
    return page.renamed(("cluster", "os"), "system")


def move(page: Page) -> Page:
    return page.moved(("cluster", "system"), ("systems", "usual"))


FUTURE = (*STEPS, Step(1, "os is called system", rename), Step(2, "what is usual has a place", move))


def test_the_table_leads_from_the_first_format_to_the_newest() -> None:
    assert [step.old for step in STEPS] == list(range(FORMAT))


def test_a_file_without_a_format_gets_one_and_nothing_else() -> None:
    found = migrated(OLD, "site.yaml")
    assert (found.before, found.after, found.old) == (0, FORMAT, OLD)
    assert found.new == OLD.replace(b"cluster:", b"clusterdef: 1\ncluster:", 1)
    assert found.says == (STEPS[0].says,)


def test_a_file_of_the_newest_format_stays() -> None:
    current = OLD.replace(b"cluster:", b"clusterdef: 1   # format\ncluster:", 1)
    found = migrated(current, "site.yaml")
    assert (found.before, found.says, found.new) == (1, (), current)


def test_several_steps_are_done_in_order() -> None:
    found = migrated(OLD, "site.yaml", FUTURE, 3)
    assert found.says == tuple(step.says for step in FUTURE)
    expected = b"# ours\n\nclusterdef: 3\ncluster: {name: a}  # x\nnetworks: {}\nnodes: {}\nsystems:\n  usual: el9\n"
    assert found.new == expected


def test_only_the_steps_that_are_due_are_done() -> None:
    second = OLD.replace(b"cluster:", b"clusterdef: 2   # format\ncluster:", 1).replace(b"os:", b"system:")
    found = migrated(second, "site.yaml", FUTURE, 3)
    assert found.says == (FUTURE[2].says,)
    assert b"clusterdef: 3   # format\ncluster: {name: a}" in found.new


def test_what_a_step_cannot_edit_is_told_with_its_place() -> None:
    def refuse(page: Page) -> Page:
        raise CannotEdit("write it by hand", page.document.key_mark("cluster", "os"))

    with pytest.raises(Refused) as caught:
        migrated(OLD, "site.yaml", (*STEPS, Step(1, "something else", refuse)), 2)
    (problem,) = caught.value.problems
    assert (problem.code, str(problem.mark)) == ("format", "site.yaml:4:20")
    assert problem.advice[0] == "write it by hand"


@pytest.mark.parametrize(
    ("first", "message"),
    [
        ("clusterdef: 2", "site.yaml is written for a newer clusterdef"),
        ('clusterdef: "1"', "clusterdef does not name a format"),
        ("clusterdef: 1.0", "clusterdef does not name a format"),
        ("clusterdef: true", "clusterdef does not name a format"),
        ("clusterdef: 0", "clusterdef does not name a format"),
        ("clusterdef: -1", "clusterdef does not name a format"),
        ("clusterdef:", "clusterdef does not name a format"),
    ],
)
def test_other_formats_are_refused_where_they_stand(first: str, message: str) -> None:
    with pytest.raises(Refused) as caught:
        migrated(f"{first}\ncluster: {{}}\n".encode(), "site.yaml")
    (problem,) = caught.value.problems
    assert problem.message.startswith(message)
    assert problem.mark and problem.mark.line == 1
    assert problem.advice


@pytest.mark.parametrize("content", [b"a: 1\n", b"- a\n", b"text\n"])
def test_what_is_no_site_is_refused(content: bytes) -> None:
    with pytest.raises(Refused, match=r"site\.yaml is no site"):
        migrated(content, "site.yaml")


def test_marks_and_line_ends_stay() -> None:
    content = b"\xef\xbb\xbf" + OLD.replace(b"\n", b"\r\n")
    found = migrated(content, "site.yaml")
    assert found.new == content.replace(b"cluster:", b"clusterdef: 1\r\ncluster:", 1)
    assert parse_yaml(found.new, "site.yaml").data["clusterdef"] == 1
