"""Public host keys come from a file called after the node, however it was made."""

from __future__ import annotations

from pathlib import Path

from clusterdef.resolve.host_keys import host_key_problems, host_keys
from tests.resolve.sites import cluster

ED = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
RSA = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQAB/+=="
SITE = "networks: {net: {subnet: 10.0.0.0/16}}\nnodes:\n  w[1-2]: {role: device, net: {net: 10.0.2.1+}}\n"


def test_a_node_has_the_keys_of_its_file(tmp_path: Path) -> None:
    folder = tmp_path / "ssh" / "hostkeys"
    folder.mkdir(parents=True)
    (folder / "w2.pub").write_text(f"# seen at the console\n{ED} root@w2\n{RSA}\n")
    nodes = cluster(tmp_path, SITE).nodes
    assert (nodes["w1"].host_keys, nodes["w2"].host_keys) == ((), (ED, RSA))


def test_what_a_scan_printed_is_read_and_a_comment_is_not() -> None:
    scanned = f"# w1:22 SSH-2.0-OpenSSH_9.2\n10.0.2.1 {ED}\nw1 {ED}\n# old: {RSA}\n"
    assert host_keys({"ssh/hostkeys/w1.pub": scanned}, "w1") == (ED,)


def test_only_the_folder_of_host_keys_is_looked_at() -> None:
    files = {"ssh/admin.pub": ED, "ssh/hostkeys/w1.pub": ED, "ssh/hostkeys/w9.pub": ED}
    [problem] = host_key_problems(files, ("w1", "w2"))
    assert (problem.code, problem.mark and problem.mark.file) == ("host-key-unused", "ssh/hostkeys/w9.pub")
