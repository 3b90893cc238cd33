"""What only Puppet itself can say of a site's catalogs, as a person sees it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from clusterdef.drivers.puppet_compiler import PuppetCompiler
from clusterdef.ports.compiler import Asked, Code
from clusterdef.problem import Refused
from tests.compilation.stage import SITE, Stage
from tests.sources.lab import Places, site


@pytest.fixture
def stage(tmp_path: Path, program: Callable[[str], str]) -> Stage:
    program("puppet")
    return Stage(tmp_path / "site")


def check(stage: Stage, *words: str, text: str = SITE) -> tuple[int, str]:
    """Exit code and what is printed, a line for each problem."""
    done = clusterdef("check", "--puppet", str(stage.site(text)), *words)
    return done.returncode, done.stdout + done.stderr


def clusterdef(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "clusterdef", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


def test_a_site_that_is_fine(stage: Stage) -> None:
    stage.module("motd", "class motd {\n  file { '/etc/motd': content => $cd_node }\n}\n")
    code, said = check(stage)
    assert (code, ", 1 catalog for 7 machines (" in said) == (0, True), said


OWN = """\
class motd {
  unless $facts['datacentre'] == 'basement' and $facts['os']['family'] == 'Debian' { fail('where am I?') }
  include elsewhere
}
"""


def test_what_only_the_server_and_the_machines_have_is_shown(stage: Stage, tmp_path: Path) -> None:
    stage.module("motd", OWN)
    stage.module("elsewhere", None)
    code, said = check(stage)
    assert (code, "clusterdef check --puppet --modules DIR" in said) == (1, True), said
    (tmp_path / "facts.json").write_text(
        '{"name": "w1", "values": {"datacentre": "basement", "os": {"family": "Sun"}}}'
    )
    (tmp_path / "there" / "elsewhere" / "manifests").mkdir(parents=True)
    (tmp_path / "there" / "elsewhere" / "manifests" / "init.pp").write_text("class elsewhere {}\n")
    modules = ("--modules", str(tmp_path / "there"))
    code, said = check(stage, *modules)
    assert (code, "where am I?" in said) == (1, True), said
    code, said = check(stage, *modules, "--facts", str(tmp_path / "facts.json"))
    assert (code, ", 1 catalog for 7 machines (" in said) == (0, True), said


@pytest.mark.parametrize("text", ["[]", "{", None])
def test_what_is_shown_must_be_what_it_is_called(tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "facts.json"
    if text is not None:
        file.write_text(text)
    (tmp_path / "empty").mkdir()
    site = str(Stage(tmp_path / "site").site())
    for option, value in (("--facts", file), ("--modules", tmp_path / "empty")):
        done = clusterdef("check", site, "--puppet", option, str(value))
        assert (done.returncode, str(value) in done.stderr, "Traceback" in done.stderr) == (2, True, False), done.stderr
        without = clusterdef("check", site, option, str(value))
        assert (without.returncode, "belongs to --puppet" in without.stderr) == (2, True)


def test_a_resource_that_two_modules_declare_is_told_at_the_role(stage: Stage) -> None:
    stage.module("motd", "class motd {\n  file { '/etc/motd': content => 'x' }\n}\n")
    stage.module("again", "class again {\n\n  file { '/etc/motd': ensure => file }\n}\n")
    code, said = check(stage)
    assert code == 1
    assert (
        textwrap.dedent("""\
        roles/greeter/role.json:4:3  error  own,w[1-6]: File[/etc/motd] is declared twice
           4 |   "motd",
             |   ^^^^^^ role greeter brings module motd
           5 |   "again"
             |   ^^^^^^^ role greeter brings module again
             : modules/motd/manifests/init.pp:2:3
           2 |   file { '/etc/motd': content => 'x' }
             |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Puppet code
             : modules/again/manifests/init.pp:3:3
           3 |   file { '/etc/motd': ensure => file }
             |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Puppet code
        """)
        in said
    ), said


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("class motd { include ghost }", "{who}: Could not find class ::ghost"),
        ("class motd { notice($nobody) }", "{who}: Unknown variable: 'nobody'"),
        ("class motd { file { '/x': mode => '09' } }", "The file mode specification is invalid"),
        ("class motd { notify { 'a': require => Notify['b'] } }", "Could not find resource 'Notify[b]'"),
        (
            "class motd { notify { 'a': before => Notify['b'] }\nnotify { 'b': before => Notify['a'] } }",
            "resources wait for each other: Notify[a] before Notify[b]",
        ),
        ("class motd { fail('no') }", "{who}: no"),
        ("class motd {", "Syntax error"),
    ],
)
def test_what_puppet_says_is_told_with_its_place(stage: Stage, body: str, said: str) -> None:
    stage.module("motd", body + "\n")
    code, lines = check(stage, "--format", "line")
    assert code == 1
    (line,) = lines.splitlines()
    assert said.format(who="own,w[1-6]") in line
    assert line.startswith("roles/greeter/role.json:4:3: error: own,w[1-6]: "), line


def test_nodes_pp_is_compiled_where_there_is_no_classifier(stage: Stage) -> None:
    stage.module("motd", "class motd (\n  Integer $lines,\n) {}\n", {"lines": {"type": "string", "default": "x"}})
    stage.write("roles/server/role.json", '{"description": "compiles", "modules": ["puppet_agent", "puppet_server"]}')
    server = "  puppet: {role: server, install: existing, net: {inner: 10.10.0.3}}\n"
    way = "parameters: {puppet_agent.flavour: puppet, puppet_server.classify: nodes.pp}\n"
    code, said = check(stage, "--format", "line", text=SITE + server + way)
    assert code == 1
    assert said.startswith("modules/motd/module.json:10:15: error: own,w[1-6]: class motd: parameter 'lines' expects")


def test_a_site_with_errors_is_not_compiled(stage: Stage) -> None:
    code, said = check(stage, text=SITE.replace("role: greeter", "role: nobody"))
    assert code == 1
    assert "catalogs are compiled when that is mended" in said


def row(name: str = "w1") -> Asked:
    return Asked(name, {"slow": {}}, {}, {"networking": {"fqdn": name}}, {})


def refused(compiler: PuppetCompiler, code: Code) -> str:
    with pytest.raises(Refused) as caught:
        list(compiler.compiled(code, [row()]))
    (problem,) = caught.value.problems
    return problem.code


def slow(tmp_path: Path, body: str) -> Code:
    (tmp_path / "slow" / "manifests").mkdir(parents=True)
    (tmp_path / "slow" / "manifests" / "init.pp").write_text(f"class slow {{ {body} }}\n")
    return Code({}, {"slow": tmp_path / "slow"})


def test_without_puppet_it_says_so(tmp_path: Path) -> None:
    assert refused(PuppetCompiler(rubies=("/nowhere/ruby", "true-not-there")), slow(tmp_path, "")) == "compiler-absent"


def test_a_catalog_that_takes_too_long_ends_it(tmp_path: Path) -> None:
    code = slow(tmp_path, "generate('/bin/sleep', '30')")
    assert refused(PuppetCompiler(patience=10), code) == "compiler-slow"


def test_a_compiler_that_dies_is_told_with_its_last_words(tmp_path: Path) -> None:
    code = slow(tmp_path, "inline_template('<% STDERR.puts %q(no more); exit! 3 %>')")
    with pytest.raises(Refused) as caught:
        list(PuppetCompiler().compiled(code, [row()]))
    assert caught.value.problems[0].code == "compiler-broken"
    assert "no more" in caught.value.problems[0].advice


def test_code_of_others_is_compiled_as_it_is_locked(tmp_path: Path, program: Callable[[str], str]) -> None:
    program("puppet")
    places = Places(tmp_path)
    (tmp_path / "git").mkdir()
    places.repository("motd", "1.0.0", text="\n  fail('never on a Friday')")
    source = {"git": f"file://{tmp_path}/git/motd.git", "ref": "v1.0.0"}
    file = site(tmp_path, source, {"libraries": "packaged"})
    locked = clusterdef("module", "lock", "--site", str(file))
    assert locked.returncode == 0, locked.stdout + locked.stderr
    done = clusterdef("check", "--puppet", str(file), "--format", "json")
    assert done.returncode == 1, done.stdout + done.stderr
    (fault,) = [one for one in json.loads(done.stdout) if one["code"] == "puppet-catalog"]
    assert fault["message"] == "ldap: never on a Friday"
    assert fault["place"]["file"] == "roles/hello/role.json"
    (also,) = fault["also"]
    assert re.fullmatch(r"\.clusterdef/fetched/motd-[0-9a-f]+/manifests/init\.pp", also["place"]["file"])
    assert also["place"]["line"] == 3
