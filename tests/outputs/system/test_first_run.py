"""The first run of a machine's agent, as its installer leaves it: what it asks for, and what it does afterwards."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.outputs.clusters import render

pytestmark = pytest.mark.system

TOKEN = "a-token-of-one-use_0123456789"
EXTENSIONS = "extension_requests:\n  pp_cluster: mytier3\n  pp_role: worker\n"
PUPPET = """\
#!/bin/sh
case $1-$3 in
  config-confdir) echo "$HOME/puppet" ;;
  config-hostcert) echo "$HOME/certificate" ;;
  config-certname) echo worker01.mytier3.internal ;;
  agent-*) cp "$HOME/puppet/csr_attributes.yaml" "$HOME/shown"; echo "$*" >> "$HOME/runs"; exit "$(cat "$HOME/ends")" ;;
esac
"""


@dataclass
class Head:
    """Hands out a token, once there is one; `ports` are those that were asked from."""

    token: str = ""
    ports: list[int] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def head() -> Iterator[Head]:
    with handing(Head()) as found:
        yield found


@contextmanager
def handing(head: Head) -> Iterator[Head]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            head.ports.append(self.client_address[1])
            self.send_response(200 if head.token and self.path == "/token" else 404)
            self.end_headers()
            self.wfile.write(f"{head.token}\n".encode())

        def log_message(self, *words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    head.url = f"http://127.0.0.1:{server.server_port}/token"
    try:
        yield head
    finally:
        server.shutdown()
        server.server_close()


@dataclass(frozen=True)
class Fresh:
    """A machine that was just installed, with stand-ins for the agent and for systemd."""

    home: Path

    def __post_init__(self) -> None:
        (self.home / "puppet").mkdir()
        (self.home / "bin").mkdir()
        self.attributes.write_text(EXTENSIONS)
        self.program("puppet", PUPPET)
        self.program("systemctl", '#!/bin/sh\necho "$*" >> "$HOME/systemctl"\n')

    @property
    def attributes(self) -> Path:
        return self.home / "puppet" / "csr_attributes.yaml"

    def program(self, name: str, text: str) -> None:
        (self.home / "bin" / name).write_text(text)
        (self.home / "bin" / name).chmod(0o755)

    def said(self, name: str) -> list[str]:
        file = self.home / name
        return file.read_text().splitlines() if file.exists() else []

    def run(self, handout: str, ends: int = 0, within: Sequence[str] = ()) -> tuple[int, str]:
        """One try; the agent would end with `ends`. `within` are words that lead to where it runs."""
        (self.home / "ends").write_text(str(ends))
        text = render("kickstart").template("kickstart/snippets/first-run.sh.j2")({"handout": handout})
        script = self.home / "first-run"
        script.write_text(text.replace("PATH=/usr/sbin", f"PATH={self.home}/bin:/usr/sbin"))
        done = subprocess.run(
            [*within, "sh", str(script)],
            env={"HOME": str(self.home), "PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def fresh(tmp_path: Path) -> Fresh:
    return Fresh(tmp_path)


def test_nothing_is_asked_for_before_there_is_a_token(fresh: Fresh, head: Head) -> None:
    code, said = fresh.run(head.url)
    assert (code, "clusterdef token hand worker01.mytier3.internal" in said) == (75, True)
    assert fresh.said("runs") == []
    assert fresh.attributes.read_text() == EXTENSIONS


def test_the_token_is_in_the_request_and_nobody_sees_it(fresh: Fresh, head: Head) -> None:
    head.token = TOKEN
    code, said = fresh.run(head.url, ends=1)
    assert code == 75
    assert fresh.said("shown") == ["custom_attributes:", f'  1.2.840.113549.1.9.7: "{TOKEN}"', *EXTENSIONS.splitlines()]
    assert fresh.attributes.stat().st_mode & 0o777 == 0o600
    assert all(port < 1024 for port in head.ports)
    assert TOKEN not in said
    # The next try has it already.
    assert fresh.run("http://127.0.0.1:9/token", ends=1)[0] == 75
    assert len(fresh.said("runs")) == 2


def test_one_that_is_armed_anew_takes_the_place_of_the_former(fresh: Fresh, head: Head) -> None:
    head.token = "a-token-that-counts-no-more"
    fresh.run(head.url, ends=1)
    head.token = TOKEN
    fresh.run(head.url, ends=1)
    assert fresh.said("shown") == ["custom_attributes:", f'  1.2.840.113549.1.9.7: "{TOKEN}"', *EXTENSIONS.splitlines()]


def test_one_that_somebody_brings_is_not_put_aside_for_the_former(fresh: Fresh, head: Head) -> None:
    head.token = TOKEN
    fresh.run(head.url, ends=1)
    brought = f'custom_attributes:\n  challengePassword: "by-hand"\n{EXTENSIONS}'
    fresh.attributes.write_text(brought)
    fresh.run(head.url, ends=1)
    assert fresh.said("shown") == brought.splitlines()


@pytest.mark.parametrize("ends", [0, 2])
def test_after_a_good_run_the_agent_runs_by_itself(fresh: Fresh, head: Head, ends: int) -> None:
    head.token = TOKEN
    assert fresh.run(head.url, ends)[0] == 0
    assert fresh.said("systemctl") == ["enable --now puppet.service", "disable clusterdef-first-run.service"]
    assert [file.name for file in fresh.attributes.parent.iterdir()] == []


@pytest.mark.parametrize("ends", [1, 4, 6])
def test_after_another_it_does_not(fresh: Fresh, head: Head, ends: int) -> None:
    head.token = TOKEN
    code, said = fresh.run(head.url, ends)
    assert (code, f"puppet agent: {ends}" in said) == (75, True)
    assert fresh.said("systemctl") == []


def test_a_machine_with_its_certificate_needs_no_token(fresh: Fresh, head: Head) -> None:
    (fresh.home / "certificate").write_text("signed")
    assert fresh.run(head.url)[0] == 0
    assert head.ports == []


def test_where_a_person_signs_nobody_is_asked_for_a_token(fresh: Fresh) -> None:
    assert fresh.run("", ends=1)[0] == 75
    assert fresh.said("shown") == EXTENSIONS.splitlines()


def test_an_answer_that_is_no_token_is_none(fresh: Fresh, head: Head) -> None:
    head.token = '"\n  evil: yes'
    assert fresh.run(head.url)[0] == 75
    assert fresh.attributes.read_text() == EXTENSIONS
