"""What every prompt does: a played machine's, and that of the machine that the tests run on."""

from __future__ import annotations

import getpass

import pytest

from clusterdef.drivers.prompt import ShellPrompt
from clusterdef.drivers.shell import Shell
from clusterdef.ports.prompt import LATE, Prompt
from tests.accept.prompts import Machine

ME = getpass.getuser()


@pytest.fixture(params=["played", "shell"])
def prompt(request: pytest.FixtureRequest) -> Prompt:
    return Machine((ME,)) if request.param == "played" else ShellPrompt("here", Shell())


def test_it_is_well_when_the_status_is_nought(prompt: Prompt) -> None:
    assert prompt.run("true", ME, 10).well
    assert not prompt.run("false", ME, 10).well


def test_the_status_and_the_words_come_back(prompt: Prompt) -> None:
    said = prompt.run("echo why; exit 7", ME, 10)
    assert (said.status, said.text) == (7, "why")


def test_it_is_run_by_the_user(prompt: Prompt) -> None:
    assert prompt.run("id -un", ME, 10).text == ME
    assert not prompt.run("true", "nobody-of-that-name", 10).well


def test_what_takes_too_long_is_ended(prompt: Prompt) -> None:
    said = prompt.run("echo begun; sleep 60", ME, 1)
    assert (said.status, said.text) == (LATE, "begun")
