"""Ruby with the Puppet that is installed here, and with the next one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import find_program
from tests.puppet import newer


@pytest.fixture(params=["installed", newer.PARAM])
def ruby(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The interpreter's full path."""
    if request.param == "newer":
        return newer.ruby(tmp_path)
    find_program("puppet")
    return find_program("ruby")
