"""No text changes the structure: it is refused where it stands, or read back as it is in every file it comes out in."""

from __future__ import annotations

from functools import cache

import pytest

from clusterdef import site
from tests.hostile.ground import HOME, SITE, places
from tests.hostile.reader import NONE, OF_OUTPUT, READERS
from tests.hostile.text import round_of, rounds, texts
from tests.hostile.trial import Outcome, appearing, harmless, languages, tried

STEP = 12
"""Of so many rounds one is tried in every run of the tests; `make fuzz` tries all."""

HIDDEN = {
    "site groups.*.description": "nobody is told of a group",
    "site roles.*.description": "the role's own is what the runbook has",
    "site secrets.path": "where secrets are kept is nothing for a tree",
    "site secrets.command.0": "where secrets are kept is nothing for a tree",
    "role include.0.from.*.the name": "the value of a parameter that no class takes",
    "role modules.0.from.*.the name": "the value of a parameter that no class takes",
    "role include.0.description": "for the message that asks for it",
    "role modules.0.description": "for the message that asks for it",
    "module source.git": "for who installs the module",
    "site modules.pins.*.git": "for who fetches the module",
    "site modules.mirrors.*": "for who fetches the module",
    "site modules.mirrors.*.the name": "for who fetches the module",
    "site modules.forge": "for who fetches the module",
    "module parameters.*.description": "for the catalog and for messages",
    "module parameters.*.example": "for the message that asks for it",
    "module provides.*.description": "for the catalog",
    "module requires.*.description": "for the catalog and for messages",
    "layout description": "for the catalog",
}
"""Fields that come out in no file, and why."""

OUTPUTS = sorted(
    output.name for generator in site.load(HOME / SITE).generators for output in generator.outputs if output.template
)
"""Those without a template carry files as they are: no text comes into them."""


@cache
def outcomes() -> list[tuple[int, Outcome]]:
    """All rounds of this run, once."""
    return [(number, tried(round_of(number))) for number in range(0, rounds(), STEP)]


def test_every_field_has_a_place_on_the_ground() -> None:
    assert len({str(place) for place in places()}) == len(places()) > 90


def test_every_field_comes_out_somewhere() -> None:
    heard = {str(place.field) for place in places() if place.word in appearing()}
    assert {str(place.field) for place in places()} - heard == HIDDEN.keys()


@pytest.mark.parametrize("output", OUTPUTS)
def test_every_output_is_made_and_has_a_reader(output: str) -> None:
    language = languages()[output]
    assert output in OF_OUTPUT or language in READERS or language in NONE, (
        f"{output} is written in {language}: add a reader of it to tests/hostile/reader.py"
    )
    assert output in {file.maker for file in harmless()[0].values()}, f"tests/hostile/ground has nothing for {output}"


@pytest.mark.xdist_group("hostile")
@pytest.mark.parametrize("output", ["", *OUTPUTS])
def test_no_text_changes_the_structure_of(output: str) -> None:
    wrong = [f"round {number}: {what}" for number, one in outcomes() for maker, what in one.wrong if maker == output]
    assert not wrong, "\n".join(wrong[:5])


@pytest.mark.xdist_group("hostile")
def test_whatever_is_wrong_is_about_an_output() -> None:
    assert {maker for _, one in outcomes() for maker, _ in one.wrong} <= {"", *OUTPUTS}


@pytest.mark.xdist_group("hostile")
def test_what_is_refused_says_what_to_do() -> None:
    refused = [(place, problem) for _, one in outcomes() for place, problem in one.refused.items()]
    assert len(refused) > 10
    for place, problem in refused:
        assert problem.mark and (problem.label or problem.advice), f"{place}: {problem}"


def test_most_places_take_most_texts() -> None:
    """Otherwise the tests above would be content with everything being refused."""
    free = [place for place in places() if len(place.field.signs) > 20]
    taking = [place for place in free if sum(map(place.takes, texts(place))) > len(texts(place)) / 2]
    assert len(taking) >= len(free) - 4
