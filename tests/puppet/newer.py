"""The next Puppet: release 8 with its Ruby, as Debian 13 has them, beside the one that is installed here.

Its packages are unpacked into a root of their own, kept in the checkout's cache. Nothing here asserts.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from tests.debian import Recipe, root
from tests.house.package import ROOT

MARKS = (pytest.mark.system, pytest.mark.xdist_group("newer"))
"""Of all tests that ask for it: they run in one process, where the root is waited for once."""
PARAM = pytest.param("newer", marks=MARKS)
MODULES = ("augeas-core", "concat", "inifile", "stdlib")
PACKAGES = (
    *("puppet-agent", "ruby-rspec", "ruby-rspec-puppet"),
    *(f"puppet-module-puppetlabs-{name}" for name in MODULES),
)
UNPACKED = (
    # Unpacked is enough, and a third of the time; this is what installing would have left besides.
    'for one in bin sbin lib lib64; do [ -e "$1/$one" ] || ln -s "usr/$one" "$1/$one"; done',
    'cd "$1/usr/share/puppet/modules.available"; for one in puppetlabs-*; do '
    'ln -s "../modules.available/$one" "../modules/$(echo "${one#*-}" | tr - _)"; done',
    'echo "root:x:0:0:root:/root:/bin/sh" >"$1/etc/passwd"; echo "root:x:0:" >"$1/etc/group"',
)
PROGRAM = """\
#!/bin/sh
# Ruby of another root, which sees some of our files where they lie.
exec unshare --mount --propagation private sh -c '
  set -eu
  root=$1; here=$2; shift 2
  while [ "$1" != -- ]; do mkdir -p "$root$1"; mount --rbind "$1" "$root$1"; shift; done
  shift
  exec chroot "$root" /usr/bin/ruby -C "$here" "$@"' sh '{root}' "$PWD" {shown} -- "$@"
"""


def ruby(folder: Path) -> str:
    """The interpreter: a program below `folder`, which runs anywhere in the checkout or among temporary files."""
    shown = ("/dev", "/proc", str(ROOT), tempfile.gettempdir(), str(folder))
    program = folder / "ruby"
    words = " ".join(f"'{path}'" for path in dict.fromkeys(shown))
    there = root(Recipe("13", PACKAGES, UNPACKED), "puppet", 1)
    program.write_text(PROGRAM.format(root=there, shown=words))
    program.chmod(0o755)
    return str(program)
