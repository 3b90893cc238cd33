"""Killed at any moment: what is live is the old tree or the new one, whole; and the next publish goes through."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.publish.stage import Stage
from tests.publish.system.lab import soon

TIMES = 12


def killed(stage: Stage, after: float) -> bool:
    """Begin a publish, and end it and everything that it started after so many seconds. False when it was done."""
    words = [sys.executable, "-m", "clusterdef", "publish", "--here", "head", "--yes"]
    with subprocess.Popen(
        words,
        cwd=stage.site,
        env=stage.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            process.wait(after)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return True
        return False


def test_killed_at_any_moment(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.published(2)
    trees = {2: stage.files()}
    started = time.monotonic()
    stage.ready(3)
    stage.well(stage.publish("--yes"))
    length = time.monotonic() - started
    trees[3] = stage.files()
    known = [{path: text for path, text in tree.items() if path != ".publication.json"} for tree in trees.values()]
    chance = random.Random(1)
    cut = 0
    for turn in range(TIMES):
        stage.ready(2 + turn % 2)
        cut += killed(stage, chance.uniform(0.3, 1.0) * length)
        live = {path: text for path, text in stage.files().items() if path not in (".publication.json", ".manifest")}
        wanted = [{path: text for path, text in tree.items() if path != ".manifest"} for tree in known]
        assert live in wanted, f"neither the old nor the new tree is live (turn {turn})"
    assert cut > TIMES // 3, "it was hardly ever killed"
    stage.ready(3)
    stage.told()
    assert soon(lambda: stage.publish("--yes").code == 0)
    assert not list(stage.live.glob(".new-*")) and not (stage.live / ".due").exists()
    again = stage.publish()
    assert "nothing to publish" in again.out


def test_cut_off_between_the_rename_and_the_daemon_the_next_tells_it(tmp_path: Path) -> None:
    """The daemon's manager ends the publish that asks it: nothing can be nearer to that moment."""
    stage = Stage(tmp_path)
    stage.published(2)
    stage.ready(3)
    stage.tool("systemctl", f'#!/bin/sh\nkill -s KILL -- "-$(cat {tmp_path}/publisher)"\n')
    with subprocess.Popen(
        [sys.executable, "-m", "clusterdef", "publish", "--here", "head", "--yes"],
        cwd=stage.site,
        env=stage.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        (tmp_path / "publisher").write_text(str(process.pid))
        assert process.wait(60) == -signal.SIGKILL
    assert "kickstart/w3.cfg" in stage.files()
    assert (stage.live / ".due").read_text() == "dnsmasq"
    stage.refuse("false")
    stage.told()
    made = stage.publish()
    assert made.code == 0, made
    assert stage.told() == ["restart dnsmasq.service"]
    assert not (stage.live / ".due").exists()
