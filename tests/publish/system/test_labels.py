"""The labels of a published tree, as libselinux understands the list that is shipped."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import find_program
from tests.house.package import ROOT
from tests.publish.system.lab import do

LIST = ROOT / "puppet" / "selinux" / "fcontexts.conf"
ROW = re.compile(r"fcontext -a -f a -t (\w+) -r '(\w+)' '(\S+)'")


@pytest.mark.parametrize(
    "path",
    [
        "/srv/clusterdef",
        "/srv/clusterdef/current",
        "/srv/clusterdef/12/dnsmasq/clusterdef.conf",
        "/srv/clusterdef/.new-candidate/kickstart/w1.cfg",
        "/srv/clusterdef/publications.log",
    ],
)
def test_every_file_of_the_tree_has_a_label_that_daemons_may_read(tmp_path: Path, path: str) -> None:
    contexts = tmp_path / "file_contexts"
    rows = [ROW.fullmatch(line) for line in LIST.read_text().splitlines()]
    assert all(rows)
    contexts.write_text("".join(f"{row[3]}\tsystem_u:object_r:{row[1]}:{row[2]}\n" for row in rows if row))
    assert do(find_program("matchpathcon"), "-n", "-N", "-f", str(contexts), path).strip().endswith(":usr_t:s0")


def test_what_is_beside_the_tree_is_not_labelled(tmp_path: Path) -> None:
    contexts = tmp_path / "file_contexts"
    contexts.write_text("/srv/clusterdef(/.*)?\tsystem_u:object_r:usr_t:s0\n")
    said = do("sh", "-c", 'matchpathcon -n -N -f "$1" /srv/clusterdef2 || true', "sh", str(contexts))
    assert "usr_t" not in said
