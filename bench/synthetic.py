"""Synthetic sites of any size, valid with the shipped roles: as node sets with an inventory, or node by node.

The same arguments give the same bytes. Nothing here runs clusterdef.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address
from pathlib import Path

SETS = "sets"
EXPLICIT = "explicit"
FORMS = (SETS, EXPLICIT)
"""How a site writes its workers: a set for each rack, or every node for itself, about twenty lines each."""

RACK = 40
"""Workers in a rack; each rack is a group of its own."""

STAFFED = 10
"""From this many nodes on a site has machines for its services; a smaller one gets them from outside."""

HEAD = """\
  head:
    role: [head, htcondor-manager]
    net: {public: 192.0.2.10, private: 10.10.0.1, mgmt: 10.20.0.1}
    hardware: {memory: 256G, disk: 8T}
"""

SERVICES = """\
  puppet: {role: puppet, net: {private: 10.10.0.2}, vm: {host: head, memory: 16G}}
  ldap: {role: ldap, net: {private: 10.10.0.3}, vm: {host: head}}
  proxy: {role: proxy, net: {private: 10.10.0.4, public: 192.0.2.11}, vm: {host: head, disk: 120G}}
  nfs: {role: nfs, net: {public: 192.0.2.12, private: 10.10.0.5, data: 10.30.0.5}, bmc: 10.20.0.5}
  login1: {role: interactive, net: {public: 192.0.2.21, private: 10.10.0.6}, bmc: 10.20.0.6}
"""

OUTSIDE = """\
  puppet: {provides: configuration, at: [puppet.example.org]}
  ldap: {provides: users, at: [ldap.example.org]}
  proxy: {provides: http-proxy, at: [proxy.example.org]}
  nfs: {provides: home, at: [nfs.example.org]}
  submit: {provides: batch-submit, at: [submit.example.org]}
"""

SITE = """\
clusterdef: 1
cluster: {name: synthetic, timezone: UTC, os: el9}
admins: {admin: admin.pub}

networks:
  public:
    {subnet: 192.0.2.0/24, gateway: 192.0.2.1, domain: example.edu, dns: [192.0.2.53], ntp: [192.0.2.123],
     names: external}
  private:
    {subnet: 10.10.0.0/16, gateway: head, domain: synthetic.internal, dhcp: managed, boot: true,
     pool: 10.10.250.1-10.10.250.99}
  mgmt: {subnet: 10.20.0.0/16, domain: mgmt.synthetic.internal, dhcp: managed, kind: bmc}
  data: {subnet: 10.30.0.0/16, domain: data.synthetic.internal, mtu: 9000}

os:
  el9: {family: el, release: 9.6, media: el9-dvd, repos: [el9-updates, epel9]}

inventory: hardware.csv
parameters:
  {batch: htcondor, firewall.mode: managed, nfs.exports: [/export/home, /export/data], autofs.shares: [/export/data]}
roles:
  worker: {parameters: {htcondor.slots: 8}, keep: [/scratch]}
"""

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEJlbmNobWFyayBrZXksIG5vIG1hY2hpbmUga25vd3MgaXQh admin@example.org\n"

COLUMNS = "name,network,interface,mac,serial,rack,unit,switch,port\n"

CHANGE = "kernel: [console=ttyS0, quiet]"
"""What the first worker says besides, once one node has changed."""


def write(folder: Path, size: int, form: str, changed: bool = False) -> Path:
    """Write a site of `size` nodes (at least 1) into a folder; the path of its site.yaml.

    With `changed`, the first worker says something else than without, and nothing but that differs.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "admin.pub").write_text(KEY, "utf-8")
    with (folder / "hardware.csv").open("w", encoding="utf-8") as file:
        file.write(COLUMNS)
        file.writelines(inventory(size, form))
    with (folder / "site.yaml").open("w", encoding="utf-8") as file:
        file.writelines(site(size, form, changed))
    return folder / "site.yaml"


def workers(size: int) -> int:
    """How many of a site's nodes are workers: those that are not needed for services."""
    return size - (HEAD + SERVICES).count("role:") if size >= STAFFED else size - 1


def site(size: int, form: str, changed: bool = False) -> Iterator[str]:
    """The text of site.yaml, in pieces."""
    yield SITE
    yield "\nexternal:\n  stratum1: {provides: cvmfs-stratum1, at: [stratum1.example.org]}\n"
    if size < STAFFED:
        yield OUTSIDE
    yield "\ngroups:\n  standard: {hardware: {model: Standard 1U}, console: ttyS1}\n"
    yield from (f"  rack{rack}: {{description: row {rack // 10}}}\n" for rack in range(racks(size)))
    yield "\nnodes:\n"
    yield HEAD
    if size >= STAFFED:
        yield SERVICES
    written = _sets if form == SETS else _explicit
    yield from written(workers(size), changed)


def racks(size: int) -> int:
    """How many racks the workers of a site fill."""
    return -(-workers(size) // RACK)


def _sets(count: int, changed: bool) -> Iterator[str]:
    for first in range(1, count + 1, RACK):
        last = min(first + RACK - 1, count)
        yield f"  worker[{first:05}-{last:05}]:\n"
        yield "    role: worker\n"
        yield f"    groups: [standard, rack{first // RACK}]\n"
        yield f"    net: {{private: {_address(10, first)}+, data: {_address(30, first)}+}}\n"
        yield f"    bmc: {_address(20, first)}+\n"
        yield "    disks: {system: {min: 200G, type: ssd}}\n"
        yield "    hardware: {cores: 64, memory: 256G}\n"
        if changed and first == 1:
            yield f"    except: {{worker00001: {{{CHANGE}}}}}\n"


def _explicit(count: int, changed: bool) -> Iterator[str]:
    for number in range(1, count + 1):
        yield ENTRY.format(
            number=number,
            rack=(number - 1) // RACK,
            private=_address(10, number),
            data=_address(30, number),
            bmc=_address(20, number),
            private_mac=_mac(1, number),
            data_mac=_mac(2, number),
            bmc_mac=_mac(3, number),
            cores=32 * (1 + number % 4),
            memory=128 * (1 + number % 4),
        )
        if changed and number == 1:
            yield f"    {CHANGE}\n"


ENTRY = """\
  worker{number:05}:
    role: worker
    groups: [standard, rack{rack}]
    net:
      private:
        address: {private}
        interface: eno1
        mac: {private_mac}
      data:
        address: {data}
        interface: ens2f0
        mac: {data_mac}
    bmc:
      address: {bmc}
      mac: {bmc_mac}
    disks:
      system: {{min: 200G, type: ssd}}
      scratch: {{min: 1T, type: nvme}}
    hardware: {{cores: {cores}, memory: {memory}G}}
    parameters:
      htcondor.slots: {cores}
      node_health.interval: 10
"""


def _address(network: int, number: int) -> IPv4Address:
    """The address of a worker on 10.NETWORK.0.0/16, clear of the machines for services."""
    return IPv4Address(f"10.{network}.1.0") + number


def _mac(kind: int, number: int) -> str:
    return f"02:00:{kind:02x}:{number >> 16:02x}:{number >> 8 & 255:02x}:{number & 255:02x}"


def inventory(size: int, form: str) -> Iterator[str]:
    """The rows of hardware.csv: where each worker stands, and its MAC addresses where the site does not say them."""
    for number in range(1, workers(size) + 1):
        rack, unit = divmod(number - 1, RACK)
        place = f"SN{number:06},R{rack},{unit + 1}"
        cable = f"sw{rack},{unit + 1}"
        if form == EXPLICIT:
            yield f"worker{number:05},private,,,{place},{cable}\n"
        else:
            yield f"worker{number:05},private,eno1,{_mac(1, number)},{place},{cable}\n"
            yield f"worker{number:05},data,ens2f0,{_mac(2, number)},{place},{cable}\n"
            yield f"worker{number:05},mgmt,bmc,{_mac(3, number)},{place},{cable}\n"
