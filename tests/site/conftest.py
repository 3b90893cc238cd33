"""The small site, made once for all tests that ask for it; at the end, what each run of each machine took."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.site.ground import Ground, ground

TABLE = pytest.StashKey[str]()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[Ground]:
    """See ground.py."""
    with ground(tmp_path_factory.mktemp("site")) as made:
        try:
            made.converge()
            yield made
        finally:
            pytestconfig.stash[TABLE] = made.table()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if table := config.stash.get(TABLE, ""):
        terminalreporter.section("runs of Puppet on the small site")
        terminalreporter.write_line(table)
