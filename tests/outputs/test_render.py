"""Templates: every value is said in its language, and what goes wrong is told with its file and line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clusterdef.languages import Safe
from clusterdef.render import Failed, Render


class House:
    """Rooms with templates, written where a test wants them."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def put(self, name: str, text: str) -> None:
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")

    def render(self) -> Render:
        return Render(
            {"room": (self.path / "site", self.path / "room", self.path / "lent"), "other": (self.path / "other",)}
        )

    def fill(self, name: str, **variables: Any) -> str:
        return self.render().template(name)(variables)

    def failure(self, name: str, **variables: Any) -> Failed:
        with pytest.raises(Failed) as told:
            self.fill(name, **variables)
        return told.value


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def place(failed: Failed, house: House) -> str:
    assert failed.mark
    return f"{Path(failed.mark.file).relative_to(house.path)}:{failed.mark.line}"


def test_the_second_ending_names_the_language(house: House) -> None:
    house.put("room/a.sh.j2", "echo {{ x }}\n")
    house.put("room/a.xml.j2", "<a>{{ x }}</a>\n")
    house.put("room/a.json.j2", "{{ x }}\n")
    assert house.fill("room/a.sh.j2", x="a b&") == "echo 'a b&'\n"
    assert house.fill("room/a.xml.j2", x="a b&") == "<a>a b&amp;</a>\n"
    assert house.fill("room/a.json.j2", x=["a b&"]) == '["a b&"]\n'


def test_an_ending_without_a_language_is_told(house: House) -> None:
    house.put("room/a.shh.j2", "{{ x }}\n")
    assert "promises no language that is known; did you mean sh?" in house.failure("room/a.shh.j2", x="a").message


def test_an_include_keeps_its_own_language(house: House) -> None:
    house.put("room/a.ks.j2", '{{ x }}\n{% include "b.xml.j2" %}\n{{ x }}\n')
    house.put("room/b.xml.j2", "{{ x }}\n")
    assert house.fill("room/a.ks.j2", x="<a b>") == "'<a b>'\n&lt;a b&gt;\n'<a b>'\n"


def test_a_part_may_be_in_another_language(house: House) -> None:
    house.put(
        "room/a.xml.j2", "{{ x }}{% language sh %} {{ x }}{% if x %} {{ x }}{% endif %}{% endlanguage %} {{ x }}\n"
    )
    assert house.fill("room/a.xml.j2", x="&") == "&amp; '&' '&' &amp;\n"


def test_a_language_block_that_fails_leaves_no_trace(house: House) -> None:
    house.put("room/a.xml.j2", "{{ x }}{% language sh %}{{ y }}{% endlanguage %}")
    fill = house.render().template("room/a.xml.j2")
    with pytest.raises(Failed):
        fill({"x": "&", "y": "a\nb"})
    assert fill({"x": "&", "y": "&"}) == "&amp;'&'"


def test_an_unknown_language_is_told(house: House) -> None:
    house.put("room/a.xml.j2", "\n{% language xmll %}{% endlanguage %}\n")
    failed = house.failure("room/a.xml.j2")
    assert (failed.message, place(failed, house)) == ("there is no language xmll; did you mean xml?", "room/a.xml.j2:2")


def test_constants_and_joined_texts_are_said_too(house: House) -> None:
    house.put("room/a.sh.j2", '{{ "a b" }} {{ x ~ ";" ~ x }} {{ [x, x] | join(" ") }}\n')
    assert house.fill("room/a.sh.j2", x="a") == "'a b' 'a;a' 'a a'\n"


def test_text_of_another_language_is_refused(house: House) -> None:
    house.put("room/a.sh.j2", "\n{{ x }}\n")
    failed = house.failure("room/a.sh.j2", x=Safe("&amp;", "xml"))
    assert failed.message == "sh cannot say '&amp;': it is already written in xml"


def test_a_place_that_the_language_does_not_have_is_refused(house: House) -> None:
    house.put("room/a.xml.j2", "{{ x | document }}\n")
    assert "it has no place called document" in house.failure("room/a.xml.j2", x="a").message


@pytest.mark.parametrize("use", ["{{ y }}", "{{ y | comment }}", "{{ x.y }}", "{{ y.z }}", "{% if y %}{% endif %}"])
def test_an_undefined_name_is_told_with_its_line_through_includes(house: House, use: str) -> None:
    house.put("room/a.sh.j2", 'one\n{% include "b.sh.j2" %}\n')
    house.put("room/b.sh.j2", 'two\n{% include "deep/c.sh.j2" %}\n')
    house.put("room/deep/c.sh.j2", f"three\nfour\n  {use}\n")
    failed = house.failure("room/a.sh.j2", x="a")
    assert place(failed, house) == "room/deep/c.sh.j2:3"
    assert "y" in failed.message
    assert [Path(mark.file).name for mark in failed.through] == ["b.sh.j2", "a.sh.j2"]
    assert failed.mark and failed.mark.text[failed.mark.column - 1 :] == use


def test_a_value_that_cannot_be_said_is_told_with_its_line(house: House) -> None:
    house.put("room/a.ks.j2", "one\n\nuser --name={{ x }}\n")
    failed = house.failure("room/a.ks.j2", x="a\n%end")
    assert place(failed, house) == "room/a.ks.j2:3"
    assert failed.message.startswith("a kickstart cannot say 'a\\n%end': it holds U+000A")


def test_a_syntax_error_is_told_when_the_template_is_read(house: House) -> None:
    house.put("room/a.sh.j2", "one\n{% if x %}\n")
    with pytest.raises(Failed) as told:
        house.render().template("room/a.sh.j2")
    assert place(told.value, house) == "room/a.sh.j2:2"


def test_a_mistake_in_an_expression_is_told(house: House) -> None:
    house.put("room/a.sh.j2", "one\n{{ x + 1 }}\n")
    failed = house.failure("room/a.sh.j2", x="a")
    assert failed.message.startswith("TypeError: ")
    assert place(failed, house) == "room/a.sh.j2:2"


def test_a_missing_include_is_told(house: House) -> None:
    house.put("room/a.sh.j2", 'one\n{% include "b.sh.j2" %}\n')
    failed = house.failure("room/a.sh.j2")
    assert (failed.message, place(failed, house)) == ("there is no template room/b.sh.j2", "room/a.sh.j2:2")


def test_a_site_replaces_one_snippet(house: House) -> None:
    house.put("room/a.sh.j2", 'one\n{% include "b.sh.j2" %}\n{% include "c.sh.j2" %}\n')
    house.put("room/b.sh.j2", "two\n")
    house.put("lent/c.sh.j2", "three\n")
    assert house.fill("room/a.sh.j2") == "one\ntwo\nthree\n"
    house.put("site/b.sh.j2", "ours\n")
    assert house.fill("room/a.sh.j2") == "one\nours\nthree\n"


def test_another_room_is_reached_by_its_name(house: House) -> None:
    house.put("room/a.sh.j2", '{% include "/other/b.sh.j2" %}\n')
    house.put("other/b.sh.j2", "two\n")
    assert house.fill("room/a.sh.j2") == "two\n"


@pytest.mark.parametrize("name", ["../secret.sh.j2", "b/../../secret.sh.j2", "//etc/b.sh.j2"])
def test_no_template_is_read_outside_the_rooms(house: House, name: str) -> None:
    house.put("secret.sh.j2", "secret\n")
    house.put("room/a.sh.j2", f'{{% include "{name}" %}}\n')
    assert "there is no template" in house.failure("room/a.sh.j2").message


def test_shared_text_sees_only_what_it_is_given(house: House) -> None:
    house.put("room/a.sh.j2", '{{ x }}\n{{ shared("b.sh.j2", y=x) }}\n')
    house.put("room/b.sh.j2", "echo {{ y }}\n")
    fill = house.render().template("room/a.sh.j2")
    assert [fill({"x": x}) for x in ("a", "b c", "a")] == ["a\necho a\n", "'b c'\necho 'b c'\n", "a\necho a\n"]
    house.put("room/b.sh.j2", "\necho {{ x }}\n")
    failed = house.failure("room/a.sh.j2", x="a")
    assert place(failed, house) == "room/b.sh.j2:2"
    assert failed.message == "'x' is undefined"


def test_a_condition_is_an_expression(tmp_path: Path) -> None:
    condition = Render({}).condition("x > 1 and y")
    assert [condition({"x": x, "y": y}) for x, y in ((2, "a"), (1, "a"), (2, ""))] == [True, False, False]
    with pytest.raises(Failed, match="'y' is undefined"):
        condition({"x": 2})
    for wrong in ("x %} {% raw %}", "x >", ""):
        with pytest.raises(Failed):
            Render({}).condition(wrong)


@pytest.mark.parametrize("name", ["../a", "a/b", "", "..", ".hidden", "-x", "a b", "a\n"])
def test_a_value_in_a_path_is_one_name(name: str) -> None:
    path = Render({}).path("nodes/{{ name }}.cfg")
    assert path({"name": "worker01"}) == "nodes/worker01.cfg"
    with pytest.raises(Failed, match="a path cannot say"):
        path({"name": name})
