"""What YAML says is read back by the reader that is written in C and by the one in Python."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from clusterdef.languages import LANGUAGES, CannotSay, slot
from tests.outputs.hostile import values

YAML = LANGUAGES["yaml"]
SCRIPT = st.lists(
    st.sampled_from(["set -eu", "", "  echo a: b # c", "\tx", "- y", "---", "|", "...", "%end", " "])
).map(lambda lines: "".join(f"{line}\n" for line in lines))
scalars = st.one_of(values, SCRIPT, st.integers(), st.booleans(), st.none())
data = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(values, inner, max_size=4), max_leaves=12
)
READERS = [yaml.CSafeLoader, yaml.SafeLoader]


@pytest.mark.parametrize("reader", READERS)
@given(value=values)
def test_a_word_is_read_back(reader: Any, value: str) -> None:
    try:
        text = YAML.say(value)
    except CannotSay:
        return
    assert len(text.splitlines()) == 1
    assert text.isascii()
    assert yaml.load(f"key: {text}\nnext: [{text}, {{k: {text}}}]\n", reader) == {
        "key": value,
        "next": [value, {"k": value}],
    }


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("indent", [0, 2, 4])
@given(value=data)
def test_a_block_is_read_back(reader: Any, indent: int, value: Any) -> None:
    place = f"block{indent}" if indent else "block"
    try:
        text = YAML.say_in(place, value)
    except CannotSay:
        return
    assert yaml.load(f"{text}\n", reader) == value
    if indent and isinstance(value, dict | list):
        assert yaml.load(f"key:\n{text}\nnext: 1\n", reader) == {"key": value, "next": 1}


def test_a_script_stands_as_it_is() -> None:
    text = YAML.say_in("block2", {"run": ["set -eu\n\n  echo a\n", "reboot"]})
    assert text == "  run:\n    - |\n      set -eu\n\n        echo a\n    - reboot"


@pytest.mark.parametrize(
    "word", ["yes", "Off", "null", "~", "1", "0x1", "1_000", "12:30", "1e3", ".5", "2026-11-20", "<<", "="]
)
def test_what_a_reader_takes_for_something_else_is_quoted(word: str) -> None:
    assert YAML.say_in("block", word).startswith('"')


@pytest.mark.parametrize("word", ["en_US.UTF-8", "10.10.2.1/16", "/dev/sda", "linux-image-6.1"])
def test_an_ordinary_word_is_plain(word: str) -> None:
    assert YAML.say_in("block", word) == word


@pytest.mark.parametrize("value", [1.5, {1, 2}, b"x", slot("root", "crypt")])
def test_what_is_no_data_is_refused_inside_a_block(value: Any) -> None:
    with pytest.raises(CannotSay):
        YAML.say_in("block", [value])
