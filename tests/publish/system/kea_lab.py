"""A head where Kea gives the addresses and BIND the names, both from published files alone. Nothing here asserts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.publish.system.lab import Lab

CHOICE = "parameters: {names_by: kea-bind}\n"
"""What is added to the definition."""

# Kea does not say when it is ready: the service manager says yes as soon as there is a process.
DAEMONS = """
case "$*" in
  "reload-or-restart --all kea-dhcp4*.service")
    end "$(number kea-dhcp4)"
    kea-dhcp4 -c "$folder/kea-dhcp4.conf" >>"$folder/kea-dhcp4.log" 2>&1 &
    echo $! >"$folder/kea-dhcp4.pid"
    ;;
  "reload-or-restart named.service")
    if runs "$(number named)"; then kill -HUP "$(number named)"
    else named -4 -u root -c "$folder/named.conf" -L "$folder/named.log"; fi
    ;;
  "show --property=Type --value kea-dhcp4*.service") echo simple ;;
  "is-active --quiet kea-dhcp4*.service") runs "$(number kea-dhcp4)" ;;
  "status "*"kea-dhcp4*.service") tail -n 5 "$folder/kea-dhcp4.log" ;;
esac
"""
# Where the daemons write and the system's own files would be: /run and /var are the test's.
PRIVATE = """
mount --bind {folder}/run /run
mount --bind {folder}/var /var
exec "$@"
"""
PLACES = (
    "run/kea",
    "run/lock/kea",
    "run/named",
    "var/cache/bind",
    "var/lib/kea",
    "var/log/nginx",
    "var/named",
    "var/tmp",
)
KEA = '<?include "{live}/current/kea/kea-dhcp4.json"?>\n'
NAMED = 'include "{live}/current/bind/named.conf";\n'


class KeaLab(Lab):
    """The files that the packages bring only include the published ones."""

    daemons = ("kea-dhcp4", "named", "nginx")

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, DAEMONS)
        for place in PLACES:
            (folder / place).mkdir(parents=True)
        (folder / "var" / "run").symlink_to("/run")
        (folder / "named.pid").symlink_to(folder / "run" / "named" / "named.pid")
        (folder / "kea-dhcp4.conf").write_text(KEA.format(live=self.stage.live))
        (folder / "named.conf").write_text(NAMED.format(live=self.stage.live))

    def way(self) -> tuple[str, ...]:
        """Words that lead to the head."""
        return (*super().way(), "sh", "-ec", PRIVATE.format(folder=self.folder), "sh")

    def ready(self, nodes: int) -> None:
        """Written, committed, generated: with so many machines, and with these servers."""
        self.stage.ready(nodes, CHOICE)

    def asked(self, *question: str, where: Callable[..., str] | None = None) -> str:
        """What BIND answers on the head, or to the machine where `where` says so."""
        return (where or self.inside)("dig", "@10.77.0.1", "+short", "+time=2", "+tries=3", *question).strip()

    def serials(self) -> list[int]:
        """Those of the zone of names and of the zone of addresses."""
        return [int(self.asked(zone, "SOA").split()[2]) for zone in ("mini.internal", "0.77.10.in-addr.arpa")]
