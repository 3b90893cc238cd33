"""A value in a page, a Markdown table or a CSV file is read back as exactly that value, or it cannot be said."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import example, given

from clusterdef.languages import LANGUAGES, CannotSay
from tests.outputs.documents import headings, page, records, said, table_rows
from tests.outputs.hostile import HOSTILE, values

BEGINS = "<!DOCTYPE html><html lang='en'><head><title>a</title></head><body>"


def spoken(language: str, value: object, place: str = "") -> str | None:
    try:
        return LANGUAGES[language].say_in(place, value) if place else LANGUAGES[language].say(value)
    except CannotSay:
        return None


@given(values)
@example("￾")
@example("\U0001ffff")
def test_html_reads_text_back_in_elements_and_attributes(value: str) -> None:
    text = spoken("html", value)
    if text is not None:
        body = page(f'{BEGINS}<pre title="{text}"><b>{text}</b></pre><p>{text}</p></body></html>').find("body/pre")
        assert body is not None
        assert body.get("title") == value
        assert said(body) == value


@given(values)
def test_an_html_comment_stays_a_comment(value: str) -> None:
    text = spoken("html", value, "comment")
    if text is not None:
        body = page(f"{BEGINS}<!-- {text} --><b></b></body></html>").find("body")
        assert body is not None
        assert [element.tag for element in body if isinstance(element.tag, str)] == ["b"]


@given(values)
@example("javascript:alert(1)")
@example("//example.org/x")
@example("../../x")
@example("a/../../x")
@example("../addresses/addresses.md#private")
def test_a_link_stays_in_the_tree(value: str) -> None:
    text = spoken("html", value, "link")
    if text is not None:
        assert text == value
        leads = urlsplit(urljoin("file:///tree/current/runbook/index.html", text))
        assert (leads.scheme, leads.netloc, leads.query) == ("file", "", "")
        assert leads.path.startswith("/tree/current/")


@given(values)
@example(" two  spaces\t")
@example(" odd space")
@example("a_b*c`d`~~e~~<i>&amp;![x](y)|\\|")
@example("https://example.org <ada@example.org>")
def test_markdown_shows_text_in_a_table_as_it_was(value: str) -> None:
    text = spoken("md", value)
    if text is not None:
        assert spoken("md", (value, "b"), "cells") == f"| {text} | b |"
        rows = table_rows(f"| a | b |\n|---|---|\n| {text} | ({text}) |\n")
        assert rows == [["a", "b"], [value, f"({value})"]]


@given(values)
@example("###")
@example("a ##")
def test_markdown_shows_text_in_a_heading_as_it_was(value: str) -> None:
    text = spoken("md", value)
    if text is not None:
        assert headings(f"## Switch {text}\n\nbelow\n") == [f"Switch {value}" if value else "Switch"]


@given(values)
@example('say "hello", twice')
def test_csv_reads_a_field_back(value: str) -> None:
    text = spoken("csv", ["a", value, value, "b"], "record")
    if text is not None:
        assert records(text + "\n") == [["a", value, value, "b"]]


@given(values)
@example("-")
@example("-5")
@example("+1,5")
@example('=HYPERLINK("x")')
@example("-1+cmd|'x'!A1")
def test_no_field_is_a_formula(value: str) -> None:
    text = spoken("csv", value)
    if text is not None and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        assert re.fullmatch(r"[+-]?[0-9]+([.,][0-9]+)?|-+", value)


@pytest.mark.parametrize("language", ["html", "md", "csv"])
def test_ordinary_text_can_be_said(language: str) -> None:
    for value in ("", "it's", "a & b", '12" rack', "é", "50 %", "port 1/0/7", "-", "A1"):
        assert spoken(language, value) is not None
    assert sum(spoken(language, value) is None for value in HOSTILE) < 25


@pytest.mark.parametrize(("language", "place"), [("md", "cells"), ("csv", "record")])
def test_a_cell_is_text_a_number_or_an_address(language: str, place: str) -> None:
    assert spoken(language, ("a", 1, None, ip_address("192.0.2.1")), place) in (
        "| a | 1 |  | 192.0.2.1 |",
        "a,1,,192.0.2.1",
    )
    for odd in (["a"], {"a": 1}, 1.5, b"a", object()):
        assert spoken(language, ("a", odd), place) is None
