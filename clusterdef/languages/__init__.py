"""The languages that generated files are written in, and how each says a value so that it stays a value.

A language is a row of the table here. Nothing in this room knows a template, a cluster or a generator; `render` calls
the row of the place it stands in.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from clusterdef.languages.data import as_enc, as_json, as_puppet
from clusterdef.languages.directory import ldif_attribute, ldif_entry, ldif_name, ldif_word
from clusterdef.languages.documents import (
    csv_field,
    csv_record,
    html_comment,
    html_link,
    html_text,
    markdown_cells,
    markdown_text,
)
from clusterdef.languages.language import ANY, CannotSay, Language, Safe, alphabet, language, line, row
from clusterdef.languages.loaders import grub_text, grub_word, ipxe_text, ipxe_word
from clusterdef.languages.markup import xml_comment, xml_text
from clusterdef.languages.packet_filter import nft_any_of, nft_devices, nft_prefix, nft_text, nft_word
from clusterdef.languages.plain import (
    commas,
    dnsmasq_word,
    key_line,
    known_names,
    path_segment,
    preseed_comment,
    preseed_text,
    preseed_word,
    syslinux_text,
)
from clusterdef.languages.servers import kea_data, kea_text, named_word, zone_word
from clusterdef.languages.shell import kickstart_package, kickstart_word, sh_document, sh_quoted, sh_word
from clusterdef.languages.slots import SEALED, filled, in_clear, looked_up, slot, unsealed
from clusterdef.languages.yaml import yaml_block, yaml_scalar, yaml_text

__all__ = [
    "ANY",
    "LANGUAGES",
    "PLACES",
    "SEALED",
    "CannotSay",
    "Language",
    "Safe",
    "as_enc",
    "as_json",
    "as_puppet",
    "filled",
    "in_clear",
    "looked_up",
    "slot",
    "unsealed",
]

LANGUAGES: Mapping[str, Language] = MappingProxyType(
    {
        "sh": row("sh", sh_word, document=sh_document, quoted=sh_quoted),
        "ks": row("a kickstart", kickstart_word, package=kickstart_package),
        "json": language("json", as_json, as_json),
        "enc": language("enc", as_enc, as_enc),
        "pp": language("a manifest", as_puppet, as_puppet, comment=line("a manifest")),
        "xml": row("xml", xml_text, comment=xml_comment),
        "html": row("html", html_text, comment=html_comment, link=html_link),
        "md": row("markdown", markdown_text, cells=markdown_cells),
        "csv": row("csv", csv_field, record=csv_record),
        "syslinux": row(
            "syslinux",
            alphabet("syslinux", r"A-Za-z0-9._:/@+%,=?&~;\[\]-", "letters, digits and . _ : / @ + % , = ? & ~ ; - [ ]"),
            text=syslinux_text,
        ),
        "grubcfg": row("a grub.cfg", grub_word, text=grub_text),
        "ipxescript": row("an ipxe script", ipxe_word, text=ipxe_text),
        "dnsmasqconf": row("a dnsmasq.conf", dnsmasq_word, commas=commas),
        "keajson": language("a kea.conf", kea_text, kea_text, comment=line("a kea.conf"), data=kea_data),
        "zone": row("a zone", zone_word),
        "namedconf": row("a named.conf", named_word),
        "radvdconf": row("a radvd.conf", named_word),
        "hostsfile": row("a hosts file", alphabet("a hosts file", "A-Za-z0-9._:-", "letters, digits and . _ : -")),
        "seed": row("a preseed", preseed_word, text=preseed_text, comment=preseed_comment),
        "nodegroups": row("local.cfg", alphabet("local.cfg", r"A-Za-z0-9._,\[\]-", "letters, digits and . _ , - [ ]")),
        "yaml": language(
            "yaml",
            yaml_text,
            yaml_scalar,
            comment=line("yaml"),
            block=yaml_block(0),
            block2=yaml_block(2),
            block4=yaml_block(4),
            block6=yaml_block(6),
            block10=yaml_block(10),
        ),
        "ldif": row("ldif", ldif_word, attribute=ldif_attribute, entry=ldif_entry, dn=ldif_name),
        "knownhosts": row(
            "a known_hosts",
            alphabet("a known_hosts", "A-Za-z0-9._:/+=@-", "letters, digits and . _ : / + = @ -"),
            names=known_names,
        ),
        "authorizedkeys": row("an authorized_keys", key_line),
        "sshconfig": row("an ssh_config", alphabet("an ssh_config", "A-Za-z0-9._:-", "letters, digits and . _ : -")),
        "nft": row("an nft file", nft_word, any_of=nft_any_of, devices=nft_devices, text=nft_text, prefix=nft_prefix),
        "txt": row("text", line("text")),
        "path": row("a path", path_segment),
    }
)
"""Every language, by the ending that names it: `node.ks.j2` is written in `ks`."""

PLACES = tuple(sorted({place for language in LANGUAGES.values() for place in language.places}))
"""Names of all places that are not the usual one; each is a filter."""
