"""A secret that is put into its place is that secret to who reads the file, and the file around it stays as it was."""

from __future__ import annotations

import json
import re

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from clusterdef.languages import CannotSay, filled, in_clear, slot, unsealed
from tests.hostile.text import MORE
from tests.hostile.trial import harmless, reading
from tests.outputs.hostile import HOSTILE, values

SECRETS = st.one_of(values, st.sampled_from(MORE))
HASH = "$6$rounds=5000$saltsalt$3xAmpLe/.0"


def into_hiera(value: str) -> str | None:
    text = f'a: "{slot("module.secret", "quoted")}"\nb: 2\n'
    try:
        return filled(text, lambda name, kind: value)
    except CannotSay:
        return None


def looked_up(text: str) -> str:
    """What Hiera makes of a value: `%{literal('%')}` is a percent sign."""
    assert "%{" not in text.replace("%{literal('%')}", ""), "Hiera would look something up"
    return text.replace("%{literal('%')}", "%")


@given(SECRETS)
def test_hiera_reads_a_secret_back(value: str) -> None:
    text = into_hiera(value)
    if text is not None:
        read = yaml.load(text, yaml.CSafeLoader)
        assert read.keys() == {"a", "b"}
        assert looked_up(read["a"]) == value
        assert text.isascii()


def test_hiera_takes_nearly_every_secret() -> None:
    refused = [value for value in (*HOSTILE, *MORE) if into_hiera(value) is None]
    assert all(re.search("[\0\ud800\ufffe\uffff]", value) for value in refused)


@pytest.mark.parametrize("kind", ["crypt", "plain"])
@given(value=SECRETS)
def test_what_stands_without_quotes_is_a_word(kind: str, value: str) -> None:
    try:
        text = filled(f"a {slot('x.y', kind)} b", lambda name, kind: value)
    except CannotSay as refused:
        assert len(value) < 4 or value not in str(refused)
    else:
        assert text == f"a {value} b"
        assert text.split() == ["a", value, "b"]
        assert not set(value) & set("'\"\\`{}[]<>|&;#*?!~() \t\r\n")


def test_every_slot_of_every_file_can_be_filled() -> None:
    """Files with secrets in them have the structure that they have with slots, encrypted and in clear."""
    asked: set[str] = set()

    def secret(name: str, kind: str) -> str:
        asked.add(kind)
        return {"crypt": HASH, "quoted": "a\"b'\\ %{x}\n#: {é"}.get(kind, "ENC[PKCS7,QUJD+/==]")

    files, trees = harmless()
    for path, file in files.items():
        text = file.content.decode()
        for one in {text, unsealed(text)} if "@@cd:" in text else ():
            tree = reading(file, filled(one, secret))
            assert len(json.dumps(tree)) > 10
            assert _shape(tree) == _shape(trees[path]), path
    assert asked == {"crypt", "quoted", "sealed", "sealedcrypt"}


@given(SECRETS)
def test_what_is_not_encrypted_never_stands_where_it_should_be(value: str) -> None:
    with pytest.raises(CannotSay) as refused:
        filled(slot("x.y", "sealed"), lambda name, kind: value)
    assert len(value) < 4 or value not in str(refused.value)


def test_which_slots_are_in_clear() -> None:
    both = f"{slot('a.b', 'sealed')} {slot('a.b', 'sealedcrypt')}"
    assert (in_clear(both), in_clear("none"), in_clear(f"{both} {slot('a.b', 'crypt')}")) == (False, False, True)
    assert unsealed(both) == f"{slot('a.b', 'quoted')} {slot('a.b', 'crypt')}"


def _shape(tree: object) -> object:
    """A tree without its texts."""
    if isinstance(tree, dict):
        return {key: _shape(value) for key, value in tree.items()}
    return [_shape(item) for item in tree] if isinstance(tree, list) else type(tree)


@pytest.mark.parametrize("name", ["", "a b", "a:b", "a@@", "../x", "a\n"])
def test_a_slot_is_for_a_name(name: str) -> None:
    with pytest.raises(CannotSay):
        slot(name, "plain")


def test_a_form_that_nobody_knows_is_not_filled() -> None:
    with pytest.raises(CannotSay):
        filled("@@cd:secret:a.b:raw@@", lambda name, kind: "x")
