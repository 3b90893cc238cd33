"""Kickstart files, as the installer's own parser for each release reads them: no warnings, and nothing lost."""

from __future__ import annotations

import subprocess
from configparser import ConfigParser
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from pykickstart.base import BaseHandler
from pykickstart.errors import KickstartParseWarning

from clusterdef.languages import filled
from clusterdef.model import (
    Admin,
    Bond,
    Cluster,
    Endpoint,
    Interface,
    Mount,
    Node,
    OperatingSystem,
    Repository,
    Scripts,
)
from clusterdef.problem import Refused
from tests.outputs.clusters import (
    EL9,
    KEY,
    PRIVATE,
    PUBLIC,
    SERVICES,
    cluster,
    interface,
    made,
    network,
    node,
    small,
)
from tests.outputs.hostile import values
from tests.outputs.installer import PASSWORD, hashed, parsed, post, pre

DUAL = network("dual", "10.30.0.0/24", "2001:db8:30::/64", gateway="10.30.0.1", domain="dual.internal", boot=True)
SIX = network("six", "2001:db8:66::/64", gateway="2001:db8:66::1", domain="six.internal", boot=True)
OPEN = network("open", "198.51.100.0/24", domain="open.internal", mtu=9000)
BOND: dict[str, Any] = {"devices": ("eno1", "eno2"), "bond": Bond("bond0", "active-backup")}
MAC = ("02:00:5e:10:02:01",)


def text_of(*interfaces: Interface, among: Cluster | None = None, **more: Any) -> str:
    one = node("worker01", *interfaces, **more)
    among = among or cluster((PRIVATE, PUBLIC), ())
    among = replace(among, nodes={**among.nodes, "worker01": one})
    return made(among, "kickstart")["kickstart/worker01.cfg"]


def read(*interfaces: Interface, major: str = "9", **more: Any) -> BaseHandler:
    return parsed(text_of(*(interfaces or (private(),)), **more), major)


def private(**more: Any) -> Interface:
    return interface(PRIVATE, "worker01", "10.10.2.1", **{"macs": MAC, **more})


def commands(handler: BaseHandler) -> list[Any]:
    """The network commands, without the one that gives the machine its name."""
    return [one for one in handler.network.network if not one.hostname]


YUM = (
    Repository("near"),
    Repository("far", "https://r.example.org/", "https://r.example.org/KEY"),
    Repository("bare", "https://b.example.org/"),
)


def yum(folder: Path, **more: Any) -> dict[str, dict[str, str]]:
    """What dnf of the installed machine reads, by repository: the script's own lines are run."""
    text = text_of(private(), os=replace(EL9, repos=YUM), **more)
    lines = [line for line in post(parsed(text))[1].script.splitlines() if "/etc/yum.repos.d/" in line]
    script = "\n".join(lines).replace("/etc/yum.repos.d", str(folder))
    subprocess.run(["sh", "-eu", "-c", script], check=True, timeout=20)
    found = ConfigParser(interpolation=None)
    found.read(sorted(folder.iterdir()))
    return {name: dict(found[name]) for name in found.sections()}


def test_packages_come_from_the_same_places_later_each_with_its_key(tmp_path: Path) -> None:
    """What the installer leaves behind by itself has no key, and dnf.conf asks for one: nothing could be installed."""
    assert yum(tmp_path, web_proxy="http://proxy.example.org:3128") == {
        "near": {"name": "near", "baseurl": "http://10.10.0.1/repos/near/", "enabled": "1", "gpgcheck": "0"},
        "far": {
            "name": "far",
            "baseurl": "https://r.example.org/",
            "enabled": "1",
            "gpgcheck": "1",
            "gpgkey": "https://r.example.org/KEY",
            "proxy": "http://proxy.example.org:3128",
        },
        "bare": {
            "name": "bare",
            "baseurl": "https://b.example.org/",
            "enabled": "1",
            "gpgcheck": "1",
            "proxy": "http://proxy.example.org:3128",
        },
    }


def test_no_package_is_looked_for_on_the_key_once_it_is_pulled_out(tmp_path: Path) -> None:
    found = yum(tmp_path, install="usb")
    assert found["near"]["baseurl"] == "http://10.10.0.1/repos/near/"
    assert all(one["skip_if_unavailable"] == "1" for one in found.values())
    alone = tmp_path / "alone"
    alone.mkdir()
    assert set(yum(alone, install="usb", services={})) == {"far", "bare"}


@pytest.mark.parametrize("release", ["8.10", "9.6", "10.0"])
def test_every_release_takes_everything_without_a_warning(release: str) -> None:
    system = OperatingSystem(
        "x", "el", release, "x-dvd", (Repository("near"), Repository("far", "https://r.example.org/"))
    )
    nodes = {name: replace(one, os=system) if one.os else one for name, one in small().nodes.items()}
    for text in made(replace(small(), nodes=nodes), "kickstart").values():
        handler = parsed(text, release.split(".")[0])
        assert handler.url.url.endswith("/media/x-dvd/")
        assert [repo.name for repo in handler.repo.repoList] == ["near", "far"]
        assert not any(repo.install for repo in handler.repo.repoList)
        assert handler.timezone.timezone == "America/New_York"
        assert handler.timezone.isUtc
        assert handler.reboot.action is not None
        assert handler.packages.environment == "minimal-environment"
        assert {"chrony", "openvox-agent", "vim-enhanced"} <= set(handler.packages.packageList)


@pytest.mark.parametrize(("release", "where"), [("8.10", "timezone"), ("9.6", "timesource"), ("10.0", "timesource")])
def test_time_servers_are_said_in_the_words_of_the_release(release: str, where: str) -> None:
    handler = read(os=replace(EL9, release=release), major=release.split(".")[0])
    assert "10.10.0.1" in str(getattr(handler, where))


def test_packages_come_from_the_head_or_from_the_key() -> None:
    system = replace(EL9, repos=(Repository("near"),))
    handler = read(os=system)
    assert handler.url.url == "http://10.10.0.1/media/el9-dvd/"
    assert handler.repo.repoList[0].baseurl == "http://10.10.0.1/repos/near/"
    handler = read(os=system, install="usb")
    assert handler.url.url == "file:///run/clusterdef/key/media/el9-dvd/"
    assert handler.repo.repoList[0].baseurl == "file:///run/clusterdef/key/repos/near/"
    assert "mount -o ro LABEL=CLUSTERDEF /run/clusterdef/key" in pre(handler)


@pytest.mark.parametrize(
    ("endpoint", "url"),
    [
        (Endpoint("install-files", "h", "head.internal", "", 80, "http"), "http://head.internal/media/el9-dvd/"),
        (Endpoint("install-files", "h", "h", "10.0.0.1", 8080, "http"), "http://10.0.0.1:8080/media/el9-dvd/"),
        (Endpoint("install-files", "h", "h", "2001:db8::1", None, ""), "http://[2001:db8::1]/media/el9-dvd/"),
        (Endpoint("install-files", "h", "h", "10.0.0.1", 443, "https"), "https://10.0.0.1/media/el9-dvd/"),
    ],
)
def test_the_source_is_an_address_that_needs_no_name_server(endpoint: Endpoint, url: str) -> None:
    assert read(services={**SERVICES, "install-files": (endpoint,)}).url.url == url


def test_the_web_proxy_is_for_what_is_outside() -> None:
    system = replace(EL9, repos=(Repository("near"), Repository("far", "https://r.example.org/")))
    handler = read(os=system, web_proxy="http://proxy.example.org:3128")
    assert [repo.proxy for repo in handler.repo.repoList] == ["", "http://proxy.example.org:3128"]
    assert not handler.url.proxy


def test_a_static_interface_by_mac_address() -> None:
    (one,) = commands(read())
    assert (one.device, one.bootProto, one.ip, one.netmask) == (MAC[0], "static", "10.10.2.1", "255.255.0.0")
    assert (one.gateway, one.nodefroute, one.onboot, one.noipv6) == ("10.10.0.1", False, True, True)


def test_devices_are_found_by_mac_then_name_then_by_how_the_machine_booted() -> None:
    found = [
        commands(read(private(macs=macs, devices=devices)))[0].device
        for macs, devices in ((MAC, ("eno1",)), ((), ("eno1",)), ((), ()))
    ]
    assert found == [MAC[0], "eno1", "bootif"]
    unknown = interface(PUBLIC, "worker01", "192.0.2.30")
    assert commands(read(unknown, install="usb"))[0].device == "link"


def test_a_device_nobody_named_is_left_out_and_says_so() -> None:
    text = text_of(private(), interface(PUBLIC, "worker01", "192.0.2.30"))
    assert "# public: left out, as nobody said which device; name it in the inventory\n" in text
    (one,) = commands(parsed(text))
    assert one.gateway == "10.10.0.1"


def test_dhcp_of_somebody_else() -> None:
    (one,) = commands(read(interface(PRIVATE, "worker01", macs=MAC, dynamic=True)))
    assert (one.bootProto, one.ip, one.nodefroute) == ("dhcp", "", False)


def test_the_way_out_is_one_a_router_before_a_machine_of_ours() -> None:
    among = small()
    outside = interface(PUBLIC, "worker01", "192.0.2.30", macs=("02:00:5e:10:02:02",))
    for primary in (private(), outside):
        handler = read(private(), outside, among=among, primary=primary)
        inner, outer = commands(handler)
        assert (inner.gateway, inner.nodefroute) == ("", True)
        assert (outer.gateway, outer.nodefroute) == ("192.0.2.1", False)
        assert outer.nameserver == "192.0.2.53"


def test_between_equals_the_primary_interface_leads_out() -> None:
    inner, outer = private(), interface(PUBLIC, "worker01", "192.0.2.30", macs=("02:00:5e:10:02:02",))
    assert [bool(one.gateway) for one in commands(read(inner, outer, primary=inner))] == [True, False]
    assert [bool(one.gateway) for one in commands(read(inner, outer, primary=outer))] == [False, True]


def test_who_is_the_way_out_has_none_there() -> None:
    (one,) = commands(read(interface(PRIVATE, "head", "10.10.0.1", macs=MAC)))
    assert (one.gateway, one.nodefroute) == ("", True)


def test_both_versions_of_the_internet_protocol() -> None:
    (one,) = commands(read(interface(DUAL, "worker01", "10.30.0.5", "2001:db8:30::5", macs=MAC)))
    assert (one.ip, one.gateway, one.ipv6, one.noipv6) == ("10.30.0.5", "10.30.0.1", "2001:db8:30::5/64", False)


def test_version_six_alone() -> None:
    (one,) = commands(read(interface(SIX, "worker01", "2001:db8:66::5", macs=MAC)))
    assert (one.noipv4, one.ipv6, one.ipv6gateway) == (True, "2001:db8:66::5/64", "2001:db8:66::1")
    assert not one.nodefroute


def test_large_packets() -> None:
    assert commands(read(interface(OPEN, "worker01", "198.51.100.5", macs=MAC)))[0].mtu == "9000"


def test_a_bond() -> None:
    (one,) = commands(read(private(**BOND)))
    assert (one.device, one.bondslaves, one.bondopts) == ("bond0", "eno1,eno2", "mode=active-backup,miimon=100")
    assert one.ip == "10.10.2.1"


def test_a_vlan() -> None:
    (one,) = commands(read(private(devices=("eno1",), vlan=171)))
    assert (one.device, one.vlanid, one.interfacename, one.ip) == ("eno1", "171", "eno1.171", "10.10.2.1")


def test_a_vlan_on_a_bond_raises_it() -> None:
    (one,) = commands(read(private(vlan=171, **BOND)))
    assert (one.device, one.bondslaves, one.vlanid) == ("bond0", "eno1,eno2", "171")
    assert (one.interfacename, one.ip) == ("bond0.171", "10.10.2.1")


def test_more_vlans_of_one_bond_do_not_raise_it_again() -> None:
    other = interface(PUBLIC, "worker01", "192.0.2.30", vlan=172, **BOND)
    text = text_of(private(vlan=171, **BOND), other)
    with pytest.raises(KickstartParseWarning, match="bond0 has already been defined"):
        parsed(text)
    first, second = commands(parsed(text, repeated=True))
    assert (first.bondslaves, first.vlanid, second.bondslaves, second.vlanid) == ("eno1,eno2", "171", "", "172")


def test_a_vlan_beside_an_untagged_bond_does_not_raise_it_either() -> None:
    other = interface(PUBLIC, "worker01", "192.0.2.30", vlan=172, **BOND)
    handler = parsed(text_of(other, private(**BOND)), repeated=True)
    assert [(one.ip, bool(one.bondslaves)) for one in commands(handler)] == [("192.0.2.30", False), ("10.10.2.1", True)]


def test_a_bridge_takes_the_device_in() -> None:
    (one,) = commands(read(private(devices=("eno1",), bridge="br0")))
    assert (one.device, one.bridgeslaves, one.ip) == ("br0", "eno1", "10.10.2.1")


def test_a_bridge_on_a_bond() -> None:
    bond, bridge = commands(read(private(bridge="br0", **BOND)))
    assert (bond.device, bond.bondslaves, bond.noipv4, bond.noipv6) == ("bond0", "eno1,eno2", True, True)
    assert (bridge.device, bridge.bridgeslaves, bridge.ip) == ("br0", "bond0", "10.10.2.1")


def test_a_bridge_takes_several_devices_in() -> None:
    (one,) = commands(read(private(devices=("eno1", "eno2"), bridge="br0")))
    assert (one.device, one.bridgeslaves, one.bridgeopts) == ("br0", "eno1,eno2", "stp=no")


def test_a_bridge_on_a_vlan_on_a_bond_is_none_of_the_installers() -> None:
    """It would take the VLAN for hardware; test_network_manager.py has what the machine gets in its place."""
    (bond,) = commands(read(private(vlan=171, bridge="br0", **BOND)))
    assert (bond.device, bond.bondslaves, bond.vlanid, bond.noipv4) == ("bond0", "eno1,eno2", "", True)


def test_a_bond_lets_through_what_stands_on_it() -> None:
    large = interface(OPEN, "worker01", "198.51.100.5", bridge="br0", **BOND)
    bond, bridge, vlan = commands(parsed(text_of(large, private(vlan=171, **BOND)), repeated=True))
    assert [one.mtu for one in (bond, bridge, vlan)] == ["9000", "9000", "1500"]
    assert [one.bondslaves for one in (bond, bridge, vlan)] == ["eno1,eno2", "", ""]


def test_a_bridge_whose_device_has_no_known_name_waits() -> None:
    (one,) = commands(read(private(bridge="br0")))
    assert (one.device, one.bridgeslaves, one.ip) == (MAC[0], "", "10.10.2.1")


def test_root_is_locked_or_has_a_slot_and_the_admins_keys() -> None:
    among = cluster((PRIVATE,), (), admins=(Admin("ada", (KEY, KEY + "2")), Admin("bob", (KEY,))))
    handler = read(among=among)
    assert handler.rootpw.lock
    keys = [line for line in post(handler)[-1].script.splitlines() if line.startswith("  echo")]
    assert keys == [f"  echo '{KEY}'", f"  echo '{KEY}2'", f"  echo '{KEY}'"]
    assert read(parameters=PASSWORD).rootpw.lock


def test_a_place_for_a_password_that_nobody_filled_stops_no_installation(tmp_path: Path) -> None:
    """The installer takes what stands behind `rootpw` for a hash, and gives up where it can be none."""
    script = post(read(parameters=PASSWORD))[-1].script
    assert hashed(tmp_path, script) == ""
    full = filled(script, lambda name, kind: "$6$salt$hash")
    assert hashed(tmp_path, full) == "--encrypted\nroot:$6$salt$hash\n"


def test_the_packet_filter_is_on_where_it_is_managed() -> None:
    assert read(parameters={"firewall.mode": "managed"}).firewall.enabled
    assert not read(parameters={"firewall.mode": "none"}).firewall.enabled
    assert not read(parameters={}).firewall.enabled


@pytest.mark.parametrize("mode", ["enforcing", "permissive", "disabled"])
def test_selinux(mode: str) -> None:
    assert mode in str(read(selinux=mode).selinux)


def test_modules_and_machines_bring_packages_and_leave_some_out() -> None:
    handler = read(packages=("-postfix", "@development", "gcc"), kernel_pin="5.14.0-570.el9_6")
    assert set(handler.packages.packageList) == {"chrony", "gcc", "kernel-5.14.0-570.el9_6", "openvox-agent"}
    assert handler.packages.excludedList == ["postfix"]
    assert [group.name for group in handler.packages.groupList] == ["development"]
    assert "grubby --set-default=/boot/vmlinuz-5.14.0-570.el9_6" in post(handler)[-1].script


def test_the_agent_knows_everything_and_stays_disabled() -> None:
    script = post(read())[-1].script
    for line in (
        "server='puppet.mytier3.internal'",
        "certname='worker01.mytier3.internal'",
        "systemctl disable puppet.service >/dev/null 2>&1 || true",
        "systemctl enable clusterdef-first-run.service",
    ):
        assert line in script.splitlines()
    assert "enable puppet" not in script
    without = {name: endpoints for name, endpoints in SERVICES.items() if name != "configuration"}
    assert "puppet" not in post(read(services=without))[-1].script


def test_mounts_never_stop_a_machine_from_starting() -> None:
    script = post(read(mounts=(Mount("nfs:/export", "/mnt/x", "nfs", ("vers=4.2",)),)))[-1].script
    assert "mount_at nfs:/export /mnt/x nfs 'vers=4.2,nofail,_netdev'" in script.splitlines()
    own = Mount("LABEL=export", "/export", "xfs", ("nofail", "x-systemd.device-timeout=30s"))
    assert "'nofail,x-systemd.device-timeout=30s'" in post(read(mounts=(own,)))[-1].script, "a disk needs no network"


def test_keys_of_repositories_are_imported() -> None:
    system = replace(EL9, repos=(Repository("far", "https://r.example.org/", "https://r.example.org/KEY"),))
    assert "rpm --import https://r.example.org/KEY" in post(read(os=system))[-1].script


def test_what_happened_in_pre_is_kept_in_the_installed_system() -> None:
    first, last = post(read())
    assert not first.inChroot
    assert "/root/clusterdef/" in first.script
    assert last.inChroot
    assert (last.errorOnFail, last.logfile) == (True, "/root/clusterdef/post.log")


@given(values)
def test_a_script_of_the_site_reaches_the_machine_whole(text: str) -> None:
    try:
        whole = text_of(private(), scripts=Scripts(pre=(("a", text),), part=(("b", text),), post=(("c", text),)))
    except Refused as refused:
        assert "cannot say" in refused.problems[0].message
        return
    handler = parsed(whole)
    assert len(handler.scripts) == 3
    assert post(handler)[-1].script.endswith("echo running c\n/root/clusterdef/post-1\n")


@given(values)
def test_free_text_is_a_comment_or_refused(text: str) -> None:
    one = node("worker01", private(), description=text, roles=(text,))
    try:
        whole = made(cluster((PRIVATE,), (one,)), "kickstart")["kickstart/worker01.cfg"]
    except Refused:
        return
    assert len(commands(parsed(whole))) == 1


def test_a_disk_is_never_named_before_pre_looked() -> None:
    for text in made(small(), "kickstart").values():
        before = text.split("%include")[0]
        assert "%include /tmp/disks.ks\n" in text
        for word in ("clearpart", "ignoredisk", "part ", "sda", "autopart", "bootloader"):
            assert word not in before


def test_devices_and_retrofitted_machines_get_none() -> None:
    nodes: list[Node] = [
        node(f"n{number}", private(), install=how) for number, how in enumerate(("existing", "none", "image"))
    ]
    assert made(cluster((PRIVATE,), nodes), "kickstart") == {}


def test_a_release_that_nobody_knows_gets_none() -> None:
    one = node("worker01", private(), os=replace(EL9, release="7.9"))
    assert made(cluster((PRIVATE,), (one,)), "kickstart") == {}
