"""`clusterdef bootstrap`: which machine, with which words, and secrets only for as long as it runs."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from clusterdef.cli import exits, main
from clusterdef.problem import Refused
from clusterdef.verbs.bootstrap import Wish, bootstrap
from tests.golden.golden import EXAMPLE

ENVIRONMENT = {
    "CLUSTERDEF_SECRET_USERS__ROOT_PASSWORD": "of the root",
    "CLUSTERDEF_SECRET_HTCONDOR__POOL_PASSWORD": "pool",
}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The example, generated where it would be published; its secrets are in the environment."""
    folder = shutil.copytree(EXAMPLE.parent, tmp_path / "site", ignore=shutil.ignore_patterns("generated"))
    file = folder / "site.yaml"
    rows = [line for line in file.read_text().splitlines() if not line.startswith("secrets:")]
    file.write_text("\n".join([*rows, "secrets: {provider: environment}", ""]))
    assert main(["generate", str(file), "-o", str(tmp_path / "tree")]) == exits.FINE
    return file


def test_secrets_are_there_for_the_run_alone(site: Path, tmp_path: Path) -> None:
    seen: list[Path] = []

    def run(words: Sequence[str | Path]) -> int:
        script, data = Path(words[1]), Path(words[3])
        assert script == tmp_path / "tree" / "current" / "puppet" / "apply.sh"
        assert script.is_file()
        assert words[2:] == ("--data", data, "--certname", "head.mytier3.internal", "--noop")
        (file,) = (data / "nodes").iterdir()
        assert data.stat().st_mode & 0o777 == 0o700
        text = file.read_text()
        assert "@@cd:" not in text
        assert '"htcondor::pool_password": "pool"' in text
        assert "of the root" not in text
        seen.append(data)
        return 2

    wish = Wish(site, ("head",), ENVIRONMENT, noop=True, live=tmp_path / "tree")
    assert bootstrap(wish, run) == 2
    assert seen
    assert not seen[0].exists()


@pytest.mark.parametrize(("name", "code"), [("elsewhere", "bootstrap-who"), ("switch1", "bootstrap-who")])
def test_a_machine_of_nobody_is_told(site: Path, tmp_path: Path, name: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        bootstrap(Wish(site, (name,), ENVIRONMENT, live=tmp_path / "tree"), lambda words: 0)
    assert [problem.code for problem in refused.value.problems] == [code]


def test_a_mistyped_name_gets_the_nearest_one(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["bootstrap", "--site", str(site), "--here", "haed"])
    assert (code, "did you mean head?" in capsys.readouterr().err) == (exits.USAGE, True)
    assert main(["bootstrap", "--site", str(site), "--here", "switch1"]) == exits.WORLD


def test_before_anything_is_published(site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["bootstrap", "--site", str(site), "--here", "head", "--tree", str(tmp_path / "none")])
    assert (code, "clusterdef publish --without" in capsys.readouterr().err) == (exits.WORLD, True)
