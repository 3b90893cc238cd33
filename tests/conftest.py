"""What every test may use: the system's programs, golden files that can be accepted, one order for all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

PACKAGES = Path(__file__).with_name("system-packages.txt")

# The developer's own settings must not decide a test.
for name in ("CLUSTERDEF_SITE", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "PAGER", "GIT_DIR", "GIT_WORK_TREE"):
    os.environ.pop(name, None)
os.environ["GIT_CONFIG_GLOBAL"] = os.devnull

# The same examples every time, so a red test is red for the next person too; `wild` looks for new ones.
settings.register_profile("steady", deadline=None, derandomize=True, database=None, print_blob=True)
settings.register_profile("wild", deadline=None, max_examples=1000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="rewrite golden files from what is made now")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what lives in tests/system or tests/site and what compares golden files; quick tests go first."""
    for item in items:
        # Not the checkout's own folder, whatever that is called.
        folders = item.path.relative_to(Path(__file__).parent).parts[:-1]
        if "system" in folders:
            item.add_marker(pytest.mark.system)
        if "site" in folders:
            item.add_marker(pytest.mark.site)
            item.add_marker(pytest.mark.system)
        if "accept" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.golden)
    items.sort(key=lambda item: item.get_closest_marker("system") is not None)


@pytest.fixture
def accept(request: pytest.FixtureRequest) -> bool:
    """True when golden files are to be rewritten (`make accept`) instead of compared."""
    return bool(request.config.getoption("--accept"))


@pytest.fixture
def program() -> Callable[[str], str]:
    """`program("dnsmasq")` is its full path; a missing one fails the test and names its package."""
    return find_program


def find_program(name: str) -> str:
    """The full path of a program of tests/system-packages.txt, also from where only root looks.

    Where a package brings no program, a path in it stands for one.
    """
    if name.startswith("/") and Path(name).exists():
        return name
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin", "/opt/puppetlabs/bin"])
    found = shutil.which(name, path=path)
    if found is None:
        pytest.fail(f"{name} is not installed; run as root: apt-get install {package_of(name)}", pytrace=False)
    return found


def package_of(name: str) -> str:
    """The Debian package that brings a program, by tests/system-packages.txt; the program's own name else."""
    rows = (line.split() for line in PACKAGES.read_text("utf-8").splitlines() if line and not line.startswith("#"))
    return {program: package for package, program in rows}.get(name, name)
