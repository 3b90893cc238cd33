"""A head with dnsmasq, and with a BIND that reads a zone of the site's own. Nothing here asserts."""

from __future__ import annotations

from pathlib import Path

from tests.publish.system.lab import Lab

DAEMONS = """
case "$1 $2" in
  "restart dnsmasq.service")
    end "$(number dnsmasq)"
    dnsmasq --conf-file="$live/current/dnsmasq/clusterdef.conf" --pid-file="$folder/dnsmasq.pid" --user=root \\
      --dhcp-leasefile="$folder/leases" --log-facility="$folder/dnsmasq.log" --no-ping
    ;;
  "reload named.service")
    if runs "$(number named)"; then kill -HUP "$(number named)"; else named -4 -u root -c "$folder/named.conf"; fi
    ;;
esac
"""
NAMED = """\
options {{
  directory "{folder}"; pid-file "{folder}/named.pid"; session-keyfile "{folder}/session.key";
  listen-on {{ 127.0.0.53; }}; listen-on-v6 {{ none; }}; recursion no; dnssec-validation no;
}};
controls {{ }};
zone "mini.internal" {{ type primary; file "{live}/current/names/mini.zone"; }};
logging {{ channel here {{ file "{folder}/named.log"; severity info; }}; category default {{ here; }}; }};
"""
ZONE = """\
{"description": "names for the test", "outputs": [
  {"name": "zone", "for_each": "site", "path": "names/mini.zone", "template": "mini.txt.j2", "to": ["dns"],
   "check": ["named-checkzone", "-q", "mini.internal", "{file}"], "reload": ["systemctl", "reload", "named.service"]}]}
"""
NAMES = """\
$TTL 1h
@ IN SOA head hostmaster SERIAL 1h 15m 1w 1h
  IN NS head
{% for node in cluster.nodes.values() %}
{{ node.name }} IN A {{ node.primary.address }}
{% endfor %}
"""


class DnsmasqLab(Lab):
    """dnsmasq gives addresses and names, BIND the same names on an address of the head alone."""

    daemons = ("dnsmasq", "named", "nginx")

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, DAEMONS)
        (folder / "named.conf").write_text(NAMED.format(folder=folder, live=self.stage.live))
        room = self.stage.site / "generators" / "names"
        room.mkdir(parents=True)
        (room / "generator.json").write_text(ZONE)
        self.names(1)

    def names(self, serial: int, more: str = "") -> None:
        """The template of the zone."""
        text = NAMES.replace("SERIAL", str(serial)) + more
        (self.stage.site / "generators" / "names" / "mini.txt.j2").write_text(text)

    def asked(self, server: str, name: str) -> str:
        """The address that a name server says a name has; dnsmasq is asked from outside, BIND on the head."""
        where = self.machine if server != "127.0.0.53" else self.inside
        return where("dig", f"@{server}", "+short", "+time=2", "+tries=3", name).strip()
