"""Targets for Prometheus, read by promtool in jobs as a site would write them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.outputs.clusters import made, small

JOBS = """
scrape_configs:
  - job_name: machines
    file_sd_configs: [{files: [machines.json]}]
    relabel_configs: [{source_labels: [__address__], target_label: __address__, replacement: "$1:9100"}]
  - job_name: switches
    file_sd_configs: [{files: [roles/device.json]}]
"""


@pytest.fixture
def configuration(tmp_path: Path) -> Path:
    for path, text in made(small(), "prometheus").items():
        file = tmp_path / Path(path).relative_to("prometheus")
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    (tmp_path / "prometheus.yml").write_text(JOBS)
    return tmp_path / "prometheus.yml"


def promtool(program: Callable[[str], str], *words: str) -> str:
    done = subprocess.run([program("promtool"), *words], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_files_are_what_a_job_expects(program: Callable[[str], str], configuration: Path) -> None:
    assert "SUCCESS" in promtool(program, "check", "config", str(configuration))
    (configuration.parent / "machines.json").write_text("[{}, 7]")
    with pytest.raises(AssertionError):
        promtool(program, "check", "config", str(configuration))


def targets(program: Callable[[str], str], configuration: Path, job: str) -> list[dict[str, Any]]:
    """The labels of every target of a job, as they are after relabelling."""
    found = json.loads(promtool(program, "check", "service-discovery", "--timeout=5s", str(configuration), job))
    return [one["labels"] for one in found]


def test_every_machine_is_a_target_once(program: Callable[[str], str], configuration: Path) -> None:
    found = targets(program, configuration, "machines")
    assert sorted(one["instance"] for one in found) == sorted(
        f"{node.fqdn}:9100" for node in small().nodes.values() if not node.device
    )
    [worker] = [one for one in found if one["node"] == "worker01"]
    assert {key: worker[key] for key in ("cluster", "roles", "groups", "rack")} == {
        "cluster": "mytier3",
        "roles": ",worker,",
        "groups": ",r410,",
        "rack": "A1",
    }


def test_a_role_has_a_file_of_its_own(program: Callable[[str], str], configuration: Path) -> None:
    [switch] = targets(program, configuration, "switches")
    assert (switch["node"], switch["role"]) == ("switch1", "device")
    names = {file.name for file in (configuration.parent / "roles").iterdir()}
    assert names == {"head.json", "puppet.json", "worker.json", "device.json"}
