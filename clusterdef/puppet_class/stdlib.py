"""The types of puppetlabs-stdlib, as far as they have a meaning here: name -> JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
PATH: Schema = {"type": "string", "format": "path"}
ADDRESS: Schema = {"type": "string", "format": "address"}
NETWORK: Schema = {"type": "string", "format": "network"}
HOST: Schema = {"type": "string", "format": "host"}
URL: Schema = {"type": "string", "format": "url"}
SECURE_URL: Schema = {"type": "string", "format": "url", "pattern": "^https://"}
MAC: Schema = {"type": "string", "format": "mac"}
MODE: Schema = {"type": "string", "pattern": "^[0-7]{1,4}$"}
YES_NO: Schema = {"type": "string", "enum": ["yes", "no"]}


def _ports(first: int, last: int) -> Schema:
    return {"type": "integer", "minimum": first, "maximum": last}


def _words(*words: str) -> Schema:
    return {"type": "string", "enum": list(words)}


KNOWN: Mapping[str, Schema] = {
    "Absolutepath": PATH,
    "Unixpath": PATH,
    "Windowspath": TEXT,
    "Host": HOST,
    "Fqdn": HOST,
    "Dns::Fqdn": HOST,
    "Dns::Zone": {"type": "string", "format": "domain"},
    "Ip::Address": ADDRESS,
    "Ip_address": ADDRESS,
    "Ipv4": ADDRESS,
    "Ipv6": ADDRESS,
    "Mac": MAC,
    "Port": _ports(0, 65535),
    "Port::Dynamic": _ports(49152, 65535),
    "Port::Ephemeral": _ports(49152, 65535),
    "Port::Privileged": _ports(1, 1023),
    "Port::Registered": _ports(1024, 49151),
    "Port::Unprivileged": _ports(1024, 65535),
    "Port::User": _ports(1024, 49151),
    "Httpurl": URL,
    "Httpsurl": SECURE_URL,
    "Http::Status": _ports(100, 599),
    "Httpstatus": _ports(100, 599),
    "Http::Method": TEXT,
    "Filemode": MODE,
    "Filesource": TEXT,
    "Datasize": TEXT,
    "Email": TEXT,
    "Base32": TEXT,
    "Base64": TEXT,
    "Syslogfacility": TEXT,
    "Yes_no": YES_NO,
    "Ensure::Service": _words("stopped", "running"),
    "Ensure::File": _words("present", "file", "directory", "link", "absent"),
    "Ensure::File::File": _words("present", "file", "absent"),
    "Ensure::File::Directory": _words("present", "directory", "absent"),
    "Ensure::File::Link": _words("present", "link", "absent"),
    "Ensure::Package": TEXT,
    "User": TEXT,
    "Objectstore": TEXT,
    "Createresources": {"type": "object", "additionalProperties": {"type": "object"}},
    "Absolute_path": PATH,
    "Array": {"type": "array"},
    "Bool": {"type": "boolean"},
    "Float": {"type": "number"},
    "Hash": {"type": "object"},
    "Integer": {"type": "integer"},
    "Numeric": {"type": "number"},
    "String": TEXT,
}
"""Names without `Stdlib::` and `Compat::`; they are compared with only their first letters in capitals."""


def schema(name: str) -> Schema | None:
    """The schema of a type of stdlib; None for a name that is none of its types."""
    parts = name.split("::")
    if parts.pop(0) != "Stdlib":
        return None
    if parts and parts[0] == "Compat":
        parts = parts[1:]
    plain = "::".join(part.capitalize() for part in parts)
    found = KNOWN.get(plain) or _address(plain)
    return dict(found) if found else None


def _address(plain: str) -> Schema | None:
    """`Stdlib::IP::Address::V4::CIDR` and its relatives: networks where it says CIDR, addresses else."""
    if not plain.startswith("Ip::Address"):
        return None
    return NETWORK if plain.endswith("::Cidr") else ADDRESS
