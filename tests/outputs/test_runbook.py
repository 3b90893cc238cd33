"""The runbook: pages that a strict parser takes, links that lead somewhere, commands that exist, and what they say."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from html import unescape
from posixpath import dirname, join, normpath

import click
import pytest

from clusterdef import site
from clusterdef.cli.root import clusterdef
from clusterdef.model import Cluster, Endpoint, Module, Role
from tests.definitions.shipped import MODULES
from tests.outputs.clusters import PRIVATE, PUBLIC, ROOT, interface, made, network, node, small
from tests.outputs.clusters import cluster as some
from tests.outputs.documents import page, said
from tests.outputs.hostile import HOSTILE

ROOMS = ("runbook", "racks", "cabling", "addresses")

PROGRAMS = {"ping", "ssh", "test", "ipmitool", "virsh", "puppet", "puppetserver", "curl", "echo", "clusterdef", "sh"}
"""What commands of the runbook's own begin with; checks bring theirs from the modules' definitions."""

CHECKS = {
    shlex.split(row["run"])[0] for one in MODULES.values() for row in one.get("checks", {}).values() if "run" in row
}
ASSIGNED = re.compile(r"(node|cert|address|bmc)=\S+")
IPMI = re.compile(r"chassis power (status|cycle)|chassis bootdev pxe( options=efiboot)?|sol activate")


@cache
def example() -> Cluster:
    """The example site."""
    found = site.load(ROOT / "site-example" / "site.yaml").cluster
    assert found
    return found


def redfish() -> Cluster:
    """The small cluster, with other controllers, IPv6 ones among them, and one machine of each way to install."""
    found = small()
    nodes = {
        name: replace(one, bmc=one.bmc and replace(one.bmc, driver="redfish")) for name, one in found.nodes.items()
    }
    ways = ("usb", "image", "existing", "network")
    more = [
        node(way, interface(PRIVATE, way, f"10.10.3.{number}"), role=f"r{number}", install=way, firmware="uefi")
        for number, way in enumerate(ways)
    ]
    return some(found.networks.values(), (*nodes.values(), *more))


@cache
def grown() -> Cluster:
    """A site that was there before its definition, configured by a server of the campus."""
    found = site.load(ROOT / "tests" / "golden" / "retrofit" / "site.yaml").cluster
    assert found
    return found


SITES: dict[str, Callable[[], Cluster]] = {"example": example, "small": small, "redfish": redfish, "grown": grown}


@cache
def tree(name: str) -> dict[str, str]:
    return made(SITES[name](), *ROOMS)


def pages(name: str) -> Iterator[tuple[str, str]]:
    """Path and text of the pages of a site."""
    return ((path, text) for path, text in tree(name).items() if path.endswith(".html"))


def lines(text: str) -> Iterator[str]:
    """Every command of a page, those over two lines as one."""
    for block in re.findall(r"<pre><code>(.*?)</code></pre>", text, re.DOTALL):
        yield from re.sub(r"\|\|\n\s*", "|| ", unescape(block)).splitlines()
    for inline in re.findall(r"(?<!<pre>)<code>(.*?)</code>", text):
        if unescape(inline).startswith(("ssh ", "clusterdef ")):
            yield unescape(inline)


@pytest.mark.parametrize("name", SITES)
def test_a_strict_parser_takes_every_page(name: str) -> None:
    titles = []
    for path, text in pages(name):
        read = page(text)
        title, heading = read.find("head/title"), read.find("body/main/h1")
        assert title is not None, path
        assert heading is not None, path
        assert len(said(heading)) > 5, path
        titles.append(said(title))
    assert len(titles) == len(set(titles)) > 5


@pytest.mark.parametrize("name", SITES)
def test_every_link_leads_somewhere(name: str) -> None:
    found = tree(name)
    for path, text in pages(name):
        for link in page(text).iterfind(".//a"):
            file, _, place = (link.get("href") or "").partition("#")
            target = normpath(join(dirname(path), file)) if file else path
            assert target in found, f"{path}: {link.get('href')}"
            assert not place or any(one.get("id") == place for one in page(found[target]).iter())


@pytest.mark.parametrize("name", SITES)
def test_every_page_is_reached_from_the_first(name: str) -> None:
    found, seen, waiting = tree(name), set[str](), ["runbook/index.html"]
    while waiting:
        path = waiting.pop()
        if path in seen or not path.endswith(".html"):
            continue
        seen.add(path)
        links = (link.get("href") or "" for link in page(found[path]).iterfind(".//a"))
        waiting += [normpath(join(dirname(path), link.partition("#")[0])) for link in links if link[0] != "#"]
    assert seen == {path for path in found if path.endswith(".html")}


def parsed(words: list[str]) -> None:
    """Read a command line of ours as the command itself does, without carrying it out."""
    command: click.Command = clusterdef
    context = None
    while True:
        context = command.make_context(command.name, words, context)
        if not isinstance(command, click.Group):
            return
        _, found, words = command.resolve_command(context, [*context._protected_args, *context.args])
        assert found
        command = found


@pytest.mark.parametrize("name", SITES)
def test_every_command_can_be_typed(name: str) -> None:
    found = dict.fromkeys(line for _, text in pages(name) for line in lines(text))
    assert len(found) > 10
    done = subprocess.run(["bash", "-n"], input="\n".join(found), capture_output=True, text=True, timeout=20)
    assert (done.returncode, done.stderr) == (0, "")
    for line in found:
        known(line)


def known(line: str) -> None:
    """One command line is one of ours, or begins with a program that the runbook or a definition knows."""
    words = shlex.split(line)
    if ASSIGNED.fullmatch(words[0]):
        assert all(ASSIGNED.fullmatch(word) for word in words), line
        return
    assert words[0] in PROGRAMS | CHECKS, line
    if words[0] == "clusterdef":
        parsed(words[1:])
    if words[0] == "ipmitool":
        assert {"-a", "-P"} & set(words) == {"-a"}, line
        assert IPMI.fullmatch(" ".join(words[words.index("-a") + 1 :])), line


def test_a_command_of_ours_that_does_not_exist_is_seen() -> None:
    with pytest.raises(click.UsageError):
        parsed(["generate", "--no-such-option"])
    with pytest.raises(click.UsageError):
        parsed(["no-such-command"])
    with pytest.raises(click.UsageError):
        parsed(["secret", "no-such-command"])


def test_one_of_a_kind_has_a_page_and_others_have_that_of_their_role() -> None:
    found = {path for path in tree("example") if path.startswith("runbook/")}
    machines = {f"runbook/machine-{name}.html" for name in ("head", "puppet", "ldap", "proxy", "nfs")}
    general = {f"runbook/{name}.html" for name in ("index", "new-site", "existing-site")}
    given = {role for one in example().nodes.values() for role in one.roles}
    assert found == machines | general | {f"runbook/role-{role}.html" for role in given}


def test_what_a_loss_means_and_who_notices() -> None:
    text = unescape(tree("example")["runbook/machine-proxy.html"])
    assert example().roles["proxy"].runbook in text
    assert "http-proxy" in text
    assert "int[1-2], worker[01-32]" in text


def test_what_several_losses_begin_with_is_said_once_at_the_first_glance() -> None:
    index = unescape(tree("example")["runbook/index.html"])
    row = next(line for line in index.splitlines() if "<b>head</b>" in line)
    assert row.count("unning jobs go on") == 1, row
    assert "with it. No waiting job starts until it is back. " in row


def test_nobody_is_sent_through_the_machine_that_died() -> None:
    for name, way in (("head", "runbook/machine-head.html"), ("nfs", "runbook/machine-nfs.html")):
        before, _, after = unescape(tree("example")[way]).partition("Bring it back")
        assert after
        assert ("ssh root@head" in before) is (name != "head")
    assert "ping -c 3 192.0.2.10" in tree("example")["runbook/machine-head.html"]


def test_a_host_tells_how_its_virtual_machines_come_back_before_it_is_configured() -> None:
    text = tree("example")["runbook/machine-head.html"]
    order = [
        "clusterdef publish --without puppet",
        "sh /srv/clusterdef/current/libvirt/create-puppet.sh",
        "puppetserver ca clean",
        "puppet agent --test",
    ]
    assert sorted(order, key=text.index) == order


def test_a_virtual_machine_that_is_gone_is_made_by_its_script() -> None:
    found = made(example(), "libvirt", *ROOMS)
    commands = list(lines(found["runbook/machine-proxy.html"]))
    assert "sh /srv/clusterdef/current/libvirt/create-proxy.sh" in commands
    assert "libvirt/create-proxy.sh" in found


def test_what_was_saved_comes_back_when_its_definition_says() -> None:
    text = tree("example")["runbook/machine-ldap.html"]
    assert text.index("puppet agent --test") < text.index("<code>/var/lib/ldap</code>")
    text = tree("example")["runbook/machine-puppet.html"]
    assert text.index("<code>/etc/puppetlabs/puppetserver/ca</code>") < text.index("puppet agent --test")


def test_several_machines_share_commands_and_each_has_its_line() -> None:
    text = unescape(tree("example")["runbook/role-worker.html"])
    assert 'ipmitool -I lanplus -H "$bmc" -U admin -a chassis power cycle' in text
    for one in example().given("worker"):
        assert f"node={one.name} cert={one.certname} address={one.primary.address} bmc={one.bmc.address}" in text  # type: ignore[union-attr]


def test_machines_that_are_not_alike_have_commands_of_their_own() -> None:
    text = unescape(tree("grown")["runbook/role-plain.html"])
    login, _, others = text.partition("<h1>n[01-03,07], store[1-2]</h1>")
    assert "ping -c 3 198.51.100.20" in login
    assert "https://10.31.0.1/redfish/v1/Systems" in login
    assert 'ping -c 3 "$address"' in others
    assert "redfish" not in others
    assert "<h1>login</h1>" in login


def test_a_server_of_others_is_asked_and_not_told() -> None:
    text = tree("grown")["runbook/role-store.html"]
    assert "Ask who runs services.example.edu." in text
    assert "puppet agent --test" in text
    assert "puppetserver" not in text


def test_who_reads_generated_files_gets_them_and_is_not_published_to_while_dead() -> None:
    for name, way in (("head", "clusterdef publish --without puppet\n"), ("puppet", "clusterdef publish\n")):
        before, _, after = tree("example")[f"runbook/machine-{name}.html"].partition("Install it")
        assert "clusterdef publish" not in before
        assert way in after
    assert "clusterdef publish\n" in tree("example")["runbook/machine-nfs.html"].partition("Install it")[0]


def test_checks_are_typed_where_they_run_with_real_addresses() -> None:
    text = unescape(tree("example")["runbook/machine-nfs.html"])
    block = text.partition("on worker32")[2].partition("</pre>")[0]
    assert (
        "timeout 5 bash -c '</dev/tcp/10.10.0.5/2049' ||\n  echo 'not so: a machine of the cluster can connect'"
        in block
    )
    assert not re.search(r"\{[a-z-]+\}", text.partition("Is it well again?")[2])


def test_an_ipv6_address_stands_in_brackets_only_in_a_url() -> None:
    six = network("six", "2001:db8::/64", domain="example.org")
    run = "curl http://{address}:80/{name} </dev/tcp/{address}/80 ${name} {unknown} //{name}"
    module = Module("web", "a web server", (), (), (), {"checks": {"up": {"run": run}}}, "built-in")
    role = Role("web", "a web server", (), ("web",), False, ("web.up", "web.no-such-check"), "", "built-in")
    one = node("www", interface(six, "www", "2001:db8::5"), role="web", modules=("web",))
    found = some((six,), (one,), roles={"base": replace(role, name="base"), "web": role}, modules={"web": module})
    text = unescape(made(found, *ROOMS)["runbook/machine-www.html"])
    assert "curl http://[2001:db8::5]:80/www </dev/tcp/2001:db8::5/80 ${name} {unknown} //www ||" in text


def test_switching_on_begins_with_what_has_no_system() -> None:
    text = tree("example")["runbook/index.html"].partition("If everything is down")[2].partition("</table>")[0]
    machines = ("switch[1-2]", "head", "puppet", "ldap, proxy", "nfs", "int[1-2]", "worker[01-32]")
    order = [f"<b>{name}</b>" for name in machines]
    assert sorted(order, key=text.index) == order
    assert text.count("<b>") == len(order)


SHOWN = [value for value in HOSTILE if len(value) < 100 and value.isprintable() and value.strip() and "@@" not in value]


@pytest.mark.parametrize("value", SHOWN)
def test_free_text_is_text(value: str) -> None:
    found = small()
    role = Role("head", value, (), (), False, (), value, "built-in")
    head = replace(found.nodes["head"], description=value)
    odd = replace(
        found,
        description=value,
        contact=value,
        roles={**found.roles, "head": role},
        nodes={**found.nodes, "head": head},
    )
    text = made(odd, *ROOMS)["runbook/machine-head.html"]
    read = page(text)
    told = [said(one) for one in read.iterfind("body/main/p")]
    assert value in told
    assert f"head: {value}." in told
    assert f"mytier3: {value}. Contact: {value}." in said(read).replace("\n", " ")


def test_a_secret_is_named_and_never_asked_for_on_a_command_line() -> None:
    for path, text in tree("example").items():
        assert "bmc.password" not in text or "secret show bmc.password" in text, path
        assert not re.search(r"ipmitool[^\n]* -P ", text)


def test_a_single_machine_without_services_is_no_trouble() -> None:
    one = node("lonely", interface(PRIVATE, "lonely", "10.10.2.7"), role="odd", install="none", os=None, services={})
    found = made(some((PRIVATE,), (one,)), *ROOMS)
    assert "If lonely dies" in found["runbook/machine-lonely.html"]
    assert "puppet agent" not in found["runbook/machine-lonely.html"]


def test_nobody_is_a_user_of_its_own_services() -> None:
    rows = page(tree("small")["runbook/machine-head.html"]).iterfind("body/main/table/tbody/tr")
    users = {said(row[0]): said(row[1]) for row in rows if said(row[0]) in ("install-files", "time")}
    assert users == dict.fromkeys(("install-files", "time"), "puppet, switch1, worker[01-02]")


def test_one_of_two_heads_is_not_reached_through_the_other() -> None:
    campus = Endpoint("configuration", "campus", "services.example.edu", "", external=True)
    heads = [
        node(
            f"head{number}",
            interface(PUBLIC, f"head{number}", f"192.0.2.{number}"),
            interface(PRIVATE, f"head{number}", f"10.10.0.{number}"),
            role="head",
            provides=("install-files",),
            services={"configuration": (campus,)},
        )
        for number in (3, 4)
    ]
    found = made(some((PUBLIC, PRIVATE), heads), *ROOMS)
    assert 'ssh root@"$address"' in unescape(found["runbook/role-head.html"])
    assert "-J" not in found["runbook/role-head.html"]
