"""The server's program that decides on certificate requests, on real requests: once for a token, and never more."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from clusterdef import wiring
from clusterdef.languages import as_puppet
from clusterdef.problem import Refused
from clusterdef.verbs import token as tokens
from tests.conftest import find_program
from tests.outputs.clusters import small
from tests.puppet.module import HOME
from tests.puppet.system.tools import places, run

NAME = "worker01.mytier3.internal"
TOKEN = "s3cret-ToKeN_of-one-use"
ROLE, CLUSTER = "1.3.6.1.4.1.34380.1.1.13", "1.3.6.1.4.1.34380.1.1.16"
GIVEN = {ROLE: "ASN1:UTF8String:worker", CLUSTER: "ASN1:UTF8String:mytier3"}
PLACE = "/directory/of/tokens"
REQUEST = """\
[req]
prompt = no
distinguished_name = dn
attributes = attributes
{extensions}
[dn]
{subject}
[attributes]
{attributes}
[extensions]
{rows}
"""


class Authority:
    """The program with a directory of tokens, and requests made by openssl."""

    def __init__(self, folder: Path, openssl: str, text: str) -> None:
        self.folder = folder
        self.openssl = openssl
        self.tokens = folder / "tokens"
        self.tokens.mkdir()
        self.program = folder / "autosign"
        self.program.write_text(text.replace(PLACE, str(self.tokens)))
        self.program.chmod(0o755)
        self._run("genrsa", "-out", str(folder / "key.pem"), "2048")

    def _run(self, *words: str) -> str:
        done = subprocess.run([self.openssl, *words], capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def arm(self, until: int | None = None, token: str = TOKEN) -> None:
        """As `clusterdef token arm` does."""
        cluster = small()
        node = replace(cluster.nodes["worker01"], roles=("worker",))
        keeper = wiring.tokens("server", "", self.tokens, True, None)
        tokens.arm(node, cluster, keeper, token, int(time.time()) + 3600 if until is None else until)

    def request(
        self,
        token: str | None = TOKEN,
        given: dict[str, str] = GIVEN,
        subject: str = f"CN = {NAME}",
        more: str = "",
    ) -> str:
        """A request as Puppet's agent writes it."""
        attributes = (f"challengePassword = {token}\n" if token else "") + more
        rows = "\n".join(f"{key} = {value}" for key, value in given.items())
        extensions = "req_extensions = extensions" if given else ""
        text = REQUEST.format(subject=subject, attributes=attributes, rows=rows, extensions=extensions)
        file = self.folder / "request.conf"
        file.write_text(text)
        return self._run("req", "-new", "-key", str(self.folder / "key.pem"), "-config", str(file))

    def ask(self, request: str, name: str = NAME) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [str(self.program), name],
            input=request,
            capture_output=True,
            text=True,
            timeout=120,
            env={"PATH": "/usr/bin"},
        )
        assert done.stdout == ""
        assert done.stderr.count("\n") == 1, done.stderr
        return done

    def refusal(self, request: str, name: str = NAME) -> str:
        """Why it is not signed; the token is still there afterwards."""
        before = sorted(file.name for file in self.tokens.iterdir())
        done = self.ask(request, name)
        assert done.returncode in (1, 2)
        assert sorted(file.name for file in self.tokens.iterdir()) == before
        return done.stderr


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The program as Puppet makes it, with a word in the place of the directory."""
    home = tmp_path_factory.mktemp("epp")
    values = as_puppet({"ruby": find_program("ruby"), "tokens": PLACE})
    template = str(HOME / "puppet_server" / "templates" / "autosign.epp")
    done = run([find_program("puppet"), "epp", "render", *places(home), "--values", values, template], home)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def authority(made: str, program: Callable[[str], str], tmp_path: Path) -> Authority:
    return Authority(tmp_path, program("openssl"), made)


def test_a_token_counts_once(authority: Authority) -> None:
    request = authority.request()
    assert "no token is armed" in authority.refusal(request)
    authority.arm()
    assert TOKEN not in (authority.tokens / NAME).read_text()
    assert authority.ask(request).returncode == 0
    assert "no token is armed" in authority.refusal(request)
    authority.arm(token="another")
    assert "not the one" in authority.refusal(request)


AGENT = """
require 'puppet'
Puppet.initialize_settings(ARGV)
Puppet::SSL::Oids.register_puppet_oids
puts Puppet::X509::CertProvider.new.create_request(Puppet[:certname], OpenSSL::PKey::RSA.new(2048)).to_pem
"""


def test_what_an_agent_writes_is_signed(authority: Authority, ruby: str, tmp_path: Path) -> None:
    authority.arm()
    file = tmp_path / "csr_attributes.yaml"
    file.write_text(tokens.attributes(TOKEN, {"pp_role": "worker", "pp_cluster": "mytier3"}))
    words = (*places(tmp_path), f"--csr_attributes={file}", f"--certname={NAME}")
    done = run([ruby, "-e", AGENT, "--", *words], tmp_path)
    assert authority.ask(done.stdout).returncode == 0, done.stderr


@pytest.mark.parametrize(("value", "code"), [("true", 0), ("TRUE", 1), ("", 1), ("false", 1)])
def test_that_it_renews_itself_is_said_plainly(authority: Authority, value: str, code: int) -> None:
    authority.arm()
    assert authority.ask(authority.request(more=f"1.3.6.1.4.1.34380.1.3.2 = {value}\n")).returncode == code


def test_of_many_that_come_together_one_is_signed(authority: Authority) -> None:
    authority.arm()
    request = authority.request()
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda _: authority.ask(request).returncode, range(8)))
    assert sorted(done)[0] == 0
    assert done.count(0) == 1


def test_a_token_ends(authority: Authority) -> None:
    authority.arm(until=int(time.time()) - 1)
    assert "expired" in authority.refusal(authority.request())


def test_who_shows_no_token_or_a_wrong_one(authority: Authority) -> None:
    authority.arm()
    assert "shows no token" in authority.refusal(authority.request(token=None))
    assert "not the one" in authority.refusal(authority.request(token=TOKEN + "x"))
    assert "no token is armed" in authority.refusal(
        authority.request(subject="CN = other.example.org"), "other.example.org"
    )


@pytest.mark.parametrize(
    "given",
    [
        {**GIVEN, "1.3.6.1.4.1.34380.1.3.39": "ASN1:UTF8String:true"},
        {**GIVEN, "1.3.6.1.4.1.34380.1.3.1": "ASN1:UTF8String:true"},
        {**GIVEN, "subjectAltName": "DNS:puppet"},
        {**GIVEN, ROLE: "ASN1:UTF8String:puppet"},
        {**GIVEN, ROLE: "critical,ASN1:UTF8String:worker"},
        {**GIVEN, ROLE: "ASN1:IA5String:worker"},
        {ROLE: GIVEN[ROLE]},
        {},
    ],
    ids=["clerk", "authorized", "other-name", "other-role", "critical", "no-text", "too-few", "none"],
)
def test_the_certificate_gets_what_was_armed_and_nothing_else(authority: Authority, given: dict[str, str]) -> None:
    authority.arm()
    assert "extension" in authority.refusal(authority.request(given=given))


@pytest.mark.parametrize(
    "subject", ["CN = puppet.example.org", f"O = x\nCN = {NAME}", f"0.CN = {NAME}\n1.CN = puppet.example.org"]
)
def test_a_request_for_another_name_is_refused(authority: Authority, subject: str) -> None:
    authority.arm()
    assert "it is for" in authority.refusal(authority.request(subject=subject))


def test_attributes_that_nobody_asked_for_are_refused(authority: Authority) -> None:
    authority.arm()
    assert "attributes" in authority.refusal(authority.request(more="unstructuredName = x\n"))


def test_what_is_no_request_is_refused(authority: Authority) -> None:
    authority.arm()
    whole = authority.request()
    lines = whole.splitlines()
    lines[3] = lines[3][:-4] + ("AAAA" if not lines[3].endswith("AAAA") else "BBBB")
    for text in ("", "x", whole[: len(whole) // 2], "\n".join(lines), "\0" * 1000, "A" * 200_000):
        authority.refusal(text)
    for name in ("", "..", "../x", "a/b", "a\nb", f"{NAME}/../x", "A"):
        authority.refusal(whole, name)


def test_a_server_that_does_not_sign_by_tokens_says_so(authority: Authority) -> None:
    authority.tokens.rmdir()
    with pytest.raises(Refused) as refused:
        authority.arm()
    assert refused.value.problems[0].code == "token-absent"


def test_puppet_reads_the_file_for_the_machine(program: Callable[[str], str], tmp_path: Path) -> None:
    """Hostile values too: the role's name goes through YAML into a certificate."""
    text = tokens.attributes('a"b: #c', {"pp_role": "worker", "pp_cluster": "it's"})
    file = tmp_path / "csr_attributes.yaml"
    file.write_text(text)
    script = "require 'puppet'; puts JSON.generate(Puppet::Util::Yaml.safe_load_file(ARGV[0], [Symbol]))"
    done = run([program("ruby"), "-rjson", "-e", script, str(file)], tmp_path)
    assert json.loads(done.stdout) == {
        "custom_attributes": {"challengePassword": 'a"b: #c'},
        "extension_requests": {"pp_role": "worker", "pp_cluster": "it's"},
    }
