"""Whatever is broken in a site, there is an answer, soon, and never a traceback."""

from __future__ import annotations

import gc
import io
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from hypothesis import given

from clusterdef.cli import exits, main
from tests.bounded import bounded
from tests.properties.made import folder
from tests.properties.mutations import texts, values
from tests.properties.sites import Site
from tests.properties.thoroughness import many

PATIENCE = 20
"""Seconds after which we stop waiting; a site of this size takes a tenth of one."""
ANSWERS = (exits.FINE, exits.DEFINITION, exits.WORLD)


def answer(*words: str) -> tuple[int, str]:
    """How a command ends, and all that it prints."""
    printed = io.StringIO()
    try:
        with bounded(PATIENCE), redirect_stdout(printed), redirect_stderr(printed):
            return main(["--debug", *words]), printed.getvalue()
    finally:
        # The command line turns it off for its short life; here it is one of many.
        gc.enable()


def answered(file: Path) -> None:
    """check ends well whatever it finds; what it is content with can be generated."""
    code, printed = answer("check", str(file))
    assert code in ANSWERS, printed
    assert printed.strip()
    if code == exits.FINE:
        code, printed = answer("generate", "--dry-run", str(file))
        assert code == exits.FINE, printed


@many
@given(values())
def test_a_strange_value(site: Site) -> None:
    with folder() as here:
        answered(site.write(here))


@many
@given(texts())
def test_a_broken_text(files: dict[str, bytes]) -> None:
    with folder() as here:
        for name, content in files.items():
            (here / name).parent.mkdir(parents=True, exist_ok=True)
            (here / name).write_bytes(content)
        answered(here / "site.yaml")
