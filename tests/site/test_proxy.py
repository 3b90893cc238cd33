"""The web cache on a whole machine: who is let in, what is kept, and that a restart is no reason for Puppet to act."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.site.machine import Machine
from tests.site.rehearsal import apply, machines, rehearsal

PAGE = "http://10.10.0.1:8000/hello"
# Within a machine that is no machine nobody tells systemd that the last process of a service has gone.
IMPATIENT = "[Service]\nTimeoutStopSec=12\n"
WEB = "import http.server as h; h.test(h.SimpleHTTPRequestHandler, port=8000)"


@pytest.fixture(scope="module")
def pair() -> Iterator[dict[str, Machine]]:
    """A cache, and a machine that asks it and has what it asks for."""
    with TemporaryDirectory(prefix="clusterdef-proxy-") as folder:
        site = rehearsal(Path(folder) / "site")
        with machines(("head", "proxy"), site, Path(folder), frozenset({"frontier_squid"})) as found:
            head, proxy = found["head"], found["proxy"]
            proxy.write("/etc/systemd/system/squid.service.d/test.conf", IMPATIENT)
            proxy.run("systemctl", "daemon-reload")
            head.write("/srv/web/hello", "hello\n")
            head.run("systemd-run", "--unit=web", "--working-directory=/srv/web", "python3", "-u", "-c", WEB)
            code, text = apply(proxy)
            assert code == 2, text
            yield found


def fetched(head: Machine, cache: str) -> tuple[str, str]:
    """The status of the answer, and what the cache says of where it had it from."""
    wait = ("--retry", "20", "--retry-connrefused", "--retry-delay", "1", "--max-time", "10")
    said = head.run("curl", "-sSi", *wait, "-x", f"http://{cache}:3128", PAGE, check=False)
    # Squid 5 says it in X-Cache, squid 6 in the header of RFC 9211.
    told = ("HTTP/", "X-Cache:", "Cache-Status:")
    lines = [line for line in said.stdout.splitlines() if line.startswith(told)]
    assert lines, said.stdout + said.stderr
    status, *rest = lines
    return status.split(" ")[1], " ".join(rest)


def test_a_restart_between_two_runs_changes_nothing_and_loses_nothing(pair: dict[str, Machine]) -> None:
    head, proxy = pair["head"], pair["proxy"]
    assert fetched(head, "10.10.0.4")[0] == "200"
    proxy.run("systemctl", "restart", "squid", limit=120)
    status, place = fetched(head, "10.10.0.4")
    assert (status, "hit" in place.lower()) == ("200", True), place
    code, text = apply(proxy)
    assert code == 0, text


def test_who_is_no_client_is_not_let_in(pair: dict[str, Machine]) -> None:
    assert fetched(pair["head"], "192.0.2.11")[0] == "403"
    assert ":3401" not in pair["proxy"].run("ss", "-lnu").stdout
