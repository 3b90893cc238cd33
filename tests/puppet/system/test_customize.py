"""What frontier-squid would run at its start, run: by a shell and awk, with functions that tell of their calls."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.puppet.module import HOME
from tests.puppet.system.tools import places, run

TELLING = """
function setoption(name, value) { print "set", name, "=", value }
function setoptionparameter(name, number, value) { print "part", name, number, "=", value }
function insertline(before, line) { print "insert", line }
"""
GIVEN = (
    "{ 'clients' => ['10.10.0.0/16', '2001:db8::/32'], 'monitors' => ['192.0.2.0/24'], 'destinations' => "
    "['.example.org', 'a.example.edu'], 'store' => '/var/cache/squid', 'disk' => 40960, 'memory' => 256 }"
)


def test_the_script_says_what_it_was_told(program: Callable[[str], str], tmp_path: Path) -> None:
    template = HOME / "frontier_squid" / "templates" / "customize.sh.epp"
    made = run([program("puppet"), "epp", "render", *places(tmp_path), "--values", GIVEN, str(template)], tmp_path)
    assert made.returncode == 0, made.stderr
    (tmp_path / "customize.sh").write_text(made.stdout)
    (tmp_path / "customhelps.awk").write_text(TELLING)
    (tmp_path / "awk").symlink_to(program("gawk"))
    command = ["env", f"PATH={tmp_path}:/usr/bin:/bin", "bash", str(tmp_path / "customize.sh")]
    done = run(command, tmp_path, "http_port 3128\n")
    assert done.stdout.splitlines() == [
        "set acl NET_LOCAL src = 10.10.0.0/16 2001:db8::/32",
        "set acl HOST_MONITOR src = 127.0.0.1/32 192.0.2.0/24",
        "set cache_mem = 256 MB",
        "part cache_dir 2 = /var/cache/squid",
        "part cache_dir 3 = 40960",
        "insert acl SITE_DEST dstdomain .example.org a.example.edu",
        "insert http_access deny !SITE_DEST",
        "http_port 3128",
    ]
    assert done.stderr == ""
