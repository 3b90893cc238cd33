"""What one question to the prebuilt classifier takes, by the size of the document, and how many a Puppet server asks.

`python -m bench.classifier` prints it and keeps it in docs/performance.md. The server is a real one.
"""

from __future__ import annotations

import http.client
import json
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median, quantiles
from tempfile import mkdtemp

from bench import table
from clusterdef.cli import main as clusterdef
from tests.golden.golden import EXAMPLE
from tests.site.puppetserver import JAR, PuppetServer

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "performance.md"
SIZES = (300, 2_000, 20_000, 100_000)
"""Bytes of documents."""

ROUNDS = 200
"""Questions of each kind; the kinds take turns, so that what else goes on concerns all of them."""

LOOKUPS = 400
CLIENTS = 3
SERVER = "puppet.mytier3.internal"


def main() -> None:
    """Measure, print, keep."""
    folder = Path(mkdtemp(prefix="clusterdef-bench-"))
    folder.chmod(0o755)
    try:
        tree = folder / "tree"
        clusterdef(["generate", str(EXAMPLE), "-o", str(tree)])
        lines = [*_alone(tree / "current" / "enc" / "classifier", folder / "enc"), "", *_asked(folder, tree)]
    finally:
        shutil.rmtree(folder)
    print("\n".join(lines))
    table.put(PAGE, lines, table.CLASSIFIER)


def _alone(program: Path, folder: Path) -> Iterator[str]:
    """A process for each question, as the server starts one."""
    folder.mkdir()
    copy = Path(shutil.copy(program, folder / "classifier"))
    copy.chmod(0o755)
    commands = {"nothing (`/bin/true`)": ["/bin/true"]}
    commands |= {f"{size:,} bytes": [str(copy), _document(folder, size)] for size in SIZES}
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, command in commands.items():
            times[name].append(_milliseconds(command))
    yield f"Median of {ROUNDS} calls of each kind, taking turns."
    yield ""
    yield from table.rows(
        ("document", "median", "95 of 100 within"),
        [(name, f"{median(found):.2f} ms", f"{quantiles(found, n=20)[-1]:.2f} ms") for name, found in times.items()],
    )


def _document(folder: Path, size: int) -> str:
    """The certificate name of a document of that many bytes."""
    name = f"w{size}.example.org"
    head = json.dumps({"name": name, "classes": {"filler": {"text": ""}}}, separators=(",", ":"))
    (folder / f"{name}.json").write_text(head.replace('"text":""', f'"text":"{"x" * (size - len(head) - 1)}"') + "\n")
    return name


def _milliseconds(command: Sequence[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return 1000 * (time.perf_counter() - started)


def _asked(folder: Path, tree: Path) -> Iterator[str]:
    """How many machines a Puppet server can look up in a second; it asks the classifier anew each time."""
    if not Path(JAR).exists():
        yield "There was no puppetserver to ask."
        return
    server = PuppetServer(folder / "server", SERVER, tree)
    try:
        server.configure()
        server.start()
        _lookups(server, 50)
        alone = _rate(server, 1)
        together = _rate(server, CLIENTS)
    finally:
        server.stop()
    yield "Lookups in a second through a puppetserver on this machine, over connections that stay open:"
    yield ""
    yield from table.rows(("clients", "lookups a second"), [("1", f"{alone:.0f}"), (str(CLIENTS), f"{together:.0f}")])


def _rate(server: PuppetServer, clients: int) -> float:
    started = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(lambda _: _lookups(server, LOOKUPS // clients), range(clients)))
    return LOOKUPS // clients * clients / (time.perf_counter() - started)


def _lookups(server: PuppetServer, number: int) -> None:
    own = server.folder / "ssl"
    context = ssl.create_default_context(cafile=str(own / "certs" / "ca.pem"))
    context.load_cert_chain(own / "certs" / f"{SERVER}.pem", own / "private_keys" / f"{SERVER}.pem")
    connection = http.client.HTTPSConnection("localhost", server.port, context=context, timeout=60)
    for _ in range(number):
        connection.request(
            "GET", f"/puppet/v3/node/{SERVER}?environment=production", headers={"Accept": "application/json"}
        )
        answer = connection.getresponse()
        said = answer.read()
        if answer.status != 200:
            raise AssertionError(said.decode(errors="replace"))
    connection.close()


if __name__ == "__main__":
    main()
