"""What each generator's files take to make, by one process alone. It is a process of its own, whose last line is JSON.

`python bench/outputs.py site.yaml` prints `{generator: [files, bytes, seconds of processor]}`.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from pathlib import Path

from clusterdef.generate import artifacts
from clusterdef.site import load


def measured(file: Path) -> dict[str, tuple[int, int, float]]:
    """Files, bytes and seconds by generator."""
    gc.disable()
    site = load(file)
    assert site.cluster
    found = {}
    for generator in site.generators:
        begun = time.process_time()
        sizes = [len(artifact.content) for artifact in artifacts(site.cluster, [generator], site.render())]
        found[generator.name] = (len(sizes), sum(sizes), time.process_time() - begun)
    return found


if __name__ == "__main__":
    from clusterdef import pieces

    # The second process's time would not be seen here.
    pieces.processors = lambda: 1
    print(json.dumps(measured(Path(sys.argv[1]))))
