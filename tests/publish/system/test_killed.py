"""Killed at any moment: what is live is the old tree or the new one, whole; and the next publish goes through."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from tests.publish.stage import Stage

STEPS = 12
"""More shells than one publish starts."""
WITHIN = ("0", "0.01", "0.05")
"""Seconds that a step goes on before everything ends."""

# Stands for sh: at one call that it was told of, it ends the publish and all its processes, a moment after the call
# began.
SHELL = """\
#!/bin/bash
number=$(($(cat {folder}/count) + 1))
echo "$number" >{folder}/count
if [ "$number" = {step} ]; then
  /bin/sh "$@" <&0 &
  sleep {within}
  kill -s KILL -- "-$(cat {folder}/publisher)"
fi
exec /bin/sh "$@"
"""


def publish(stage: Stage) -> int:
    """Publish in a group of its own that can be ended as a whole; the exit status."""
    (stage.folder / "count").write_text("0")
    with subprocess.Popen(
        [sys.executable, "-m", "clusterdef", "publish", "--here", "head", "--yes"],
        cwd=stage.site,
        env=stage.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        (stage.folder / "publisher").write_text(str(process.pid))
        return process.wait(120)


def tree(stage: Stage) -> dict[str, tuple[str, int]]:
    """What is live, without what is about the publication itself."""
    return {path: text for path, text in stage.files().items() if path not in (".publication.json", ".manifest")}


def test_killed_at_any_step(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    trees = {}
    for nodes in (3, 2):
        stage.ready(nodes)
        stage.well(stage.publish("--yes"))
        trees[nodes] = tree(stage)
    cut = 0
    for step in range(1, STEPS + 1):
        # Always the one that is not live, so that there is something to do.
        stage.ready(2 if "kickstart/w3.cfg" in tree(stage) else 3)
        stage.tool("sh", SHELL.format(folder=tmp_path, step=step, within=WITHIN[step % len(WITHIN)]))
        cut += publish(stage) == -signal.SIGKILL
        assert tree(stage) in trees.values(), f"neither the old nor the new tree is live (step {step})"
    assert cut > STEPS // 2
    (stage.tools / "sh").unlink()
    stage.ready(4)
    made = stage.publish("--yes")
    assert made.code == 0, made
    assert not list(stage.live.glob(".new-*")) and not (stage.live / ".due").exists()
    assert "nothing to publish" in stage.publish().out


def test_cut_off_between_the_rename_and_the_daemon_the_next_tells_it(tmp_path: Path) -> None:
    """The daemon's manager ends the publish that asks it: nothing can be nearer to that moment."""
    stage = Stage(tmp_path)
    stage.published(2)
    stage.ready(3)
    stage.tool("systemctl", f'#!/bin/sh\nkill -s KILL -- "-$(cat {tmp_path}/publisher)"\n')
    assert publish(stage) == -signal.SIGKILL
    assert "kickstart/w3.cfg" in stage.files()
    assert (stage.live / ".due").read_text() == "dnsmasq"
    stage.refuse("false")
    stage.told()
    made = stage.publish()
    assert made.code == 0, made
    assert stage.told() == ["restart dnsmasq.service"]
    assert not (stage.live / ".due").exists()
