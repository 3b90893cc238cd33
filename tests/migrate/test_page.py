"""Edits of a text: what was asked for changes, and every other character stays."""

from __future__ import annotations

import pytest

from clusterdef.migrate import CannotEdit, Page

SITE = """\
# yaml-language-server: $schema=site.schema.json
# our cluster

# what holds everywhere
cluster: {name: mytier3, os: el9}   # a comment

networks:
  private:
    subnet: 10.10.0.0/16
    # who answers
    dhcp: managed
    dns:
      - 10.10.0.1   # head
      - 10.10.0.2
  # the campus
  public: {subnet: 192.0.2.0/24, dhcp: none}

nodes: {}
"""


def edited(text: str, path: str, target: str) -> str:
    return Page.of(text, "site.yaml").moved(tuple(path.split(".")), tuple(target.split("."))).text


def test_a_first_key_stands_behind_the_head_and_before_the_comment_of_the_next() -> None:
    text = Page.of(SITE, "site.yaml").with_first("clusterdef", "1").text
    assert text == SITE.replace("# what holds", "clusterdef: 1\n# what holds")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cluster: {}\n", "clusterdef: 1\ncluster: {}\n"),
        ("# about the file\ncluster: {}\n", "# about the file\nclusterdef: 1\ncluster: {}\n"),
        ("---\ncluster: {}\n", "---\nclusterdef: 1\ncluster: {}\n"),
        ("---\n# about it\ncluster: {}\n", "---\nclusterdef: 1\n# about it\ncluster: {}\n"),
        ("\n\n  cluster: {}\n", "\n\n  clusterdef: 1\n  cluster: {}\n"),
        ("{cluster: {}}\n", "{clusterdef: 1, cluster: {}}\n"),
        ("cluster: {}", "clusterdef: 1\ncluster: {}"),
        ("# a\r\n\r\n# b\r\ncluster: {}\r\n", "# a\r\n\r\nclusterdef: 1\r\n# b\r\ncluster: {}\r\n"),
    ],
)
def test_a_first_key_in_every_kind_of_file(text: str, expected: str) -> None:
    assert Page.of(text, "site.yaml").with_first("clusterdef", "1").text == expected


def test_a_key_gets_another_name() -> None:
    page = Page.of(SITE, "site.yaml").renamed(("networks", "public", "dhcp"), "answers")
    assert page.text == SITE.replace("dhcp: none", "answers: none")
    assert page.renamed(("networks", "private"), "inside").text == page.text.replace("private:", "inside:")


def test_a_value_is_typed_anew() -> None:
    page = Page.of(SITE, "site.yaml").with_value(("cluster", "os"), "el10")
    assert page.text == SITE.replace("os: el9", "os: el10")
    assert page.with_value(("cluster",), "{}").text == page.text.replace("{name: mytier3, os: el10}", "{}")


def test_a_block_moves_with_its_comments_and_to_its_new_depth() -> None:
    text = edited(SITE, "networks.private.dns", "networks.dns")
    moved = "  dns:\n    - 10.10.0.1   # head\n    - 10.10.0.2\n"
    gone = "    dns:\n      - 10.10.0.1   # head\n      - 10.10.0.2\n"
    assert text == SITE.replace(gone, "").replace("dhcp: none}\n", f"dhcp: none}}\n{moved}")


def test_a_block_moves_under_a_new_key_at_the_end() -> None:
    text = edited(SITE, "networks.private.dns", "resolver.servers")
    assert text.endswith("nodes: {}\nresolver:\n  servers:\n    - 10.10.0.1   # head\n    - 10.10.0.2\n")
    assert Page.of(text, "site.yaml").value("resolver", "servers") == ["10.10.0.1", "10.10.0.2"]


def test_a_line_moves_between_braces_and_out_of_them() -> None:
    within = edited(SITE, "networks.private.dhcp", "cluster.dhcp")
    assert within == SITE.replace("    dhcp: managed\n", "").replace("os: el9}", "os: el9, dhcp: managed}")
    out = edited(SITE, "cluster.os", "networks.private.os")
    expected = SITE.replace(", os: el9", "").replace("    - 10.10.0.2\n", "    - 10.10.0.2\n    os: el9\n")
    assert out == expected
    assert edited(SITE, "cluster.name", "nodes.name") == SITE.replace("name: mytier3, ", "").replace(
        "nodes: {}", "nodes: {name: mytier3}"
    )


def test_the_last_entry_takes_its_parent_along() -> None:
    text = "cluster:\n  name: a\nold:\n  only: 1   # one\nnodes:\n  a: {}\n"
    assert edited(text, "old.only", "cluster.only") == "cluster:\n  name: a\n  only: 1   # one\nnodes:\n  a: {}\n"


def test_what_does_not_fit_between_braces_is_left_to_a_person() -> None:
    with pytest.raises(CannotEdit) as caught:
        edited(SITE, "networks.private.dns", "cluster.dns")
    assert caught.value.mark.line == 12


def test_texts_of_several_lines_keep_their_lines() -> None:
    text = "a:\n  text: |\n    one\n\n      two\n  b: 1\nc:\n    d: 1\n"
    page = Page.of(text, "site.yaml").moved(("a", "text"), ("c", "text"))
    assert page.value("c", "text") == "one\n\n  two\n"
    assert page.text == "a:\n  b: 1\nc:\n    d: 1\n    text: |\n      one\n\n        two\n"


def test_windows_line_ends_stay() -> None:
    text = SITE.replace("\n", "\r\n")
    page = Page.of(text, "site.yaml").moved(("networks", "private", "dns"), ("resolver", "servers"))
    assert page.text.count("\n") == page.text.count("\r\n")
    assert page.value("resolver", "servers") == ["10.10.0.1", "10.10.0.2"]


def test_a_file_without_a_last_line_break_can_grow() -> None:
    assert edited("a: {b: 1, c: 2}\nd: 3", "a.b", "e.b") == "a: {c: 2}\nd: 3\ne:\n  b: 1\n"
