"""The script that joins a machine to its configuration server: one that was just installed, or one that had a life
before. It is run on the machine as root; nothing here runs it."""

from __future__ import annotations

from collections.abc import Sequence

from clusterdef.languages import LANGUAGES
from clusterdef.model import Node

HEAD = """\
#!/bin/sh
# Joins {name} to its configuration server. Made by clusterdef; it may hold a token, which counts once.
set -eu
umask 077
PATH=$PATH:/opt/puppetlabs/bin
name={certname}
server={server}
"""
ATTRIBUTES = """\
cat >"$(puppet config print confdir)/csr_attributes.yaml" <<'END-OF-ATTRIBUTES'
{text}END-OF-ATTRIBUTES
"""
SETTINGS = """\
puppet config set --section main server "$server"
puppet config set --section main certname "$name"
"""
KEYS = """\
# Keys of a former life would be held against it. Run a second time, this keeps those of the new one.
life={life}
mark=$(puppet config print ssldir)/.clusterdef
if [ "$(cat "$mark" 2>/dev/null)" != "$life" ]; then
  puppet ssl clean --localca >/dev/null
  mkdir -p "${{mark%/*}}"
  echo "$life" >"$mark"
fi
puppet agent --enable
"""
RUN = """\
code=0
puppet agent --test --waitforcert 30 || code=$?
# 2: it changed what was to be changed.
[ "$code" -ne 2 ] || code=0
exit "$code"
"""
RUN_NO_OP = """\
code=0
puppet agent --test --waitforcert 30 --noop || code=$?
case $code in
  0 | 2) ;;
  4 | 6) echo "not everything can be told before it is done; clusterdef retrofit says what could not" >&2 ;;
  *) exit "$code" ;;
esac
"""
AGAIN = """\
is=$(puppet config print certname)
[ "$is" = "$name" ] || { echo "this machine is $is, not $name: nothing was done" >&2; exit 1; }
"""
EXISTING = """\
case $(hostname -f 2>/dev/null || hostname) in
  "$name" | "${name%%.*}") ;;
  *) echo "this machine is $(hostname), not $name: nothing was done" >&2; exit 1 ;;
esac
"""
AGENT = """\
if ! command -v puppet >/dev/null; then
  # A package may start its service at once; it must not before it knows that it may change nothing.
  systemctl mask puppet.service
  {install}
  systemctl unmask puppet.service
fi
systemctl disable --now puppet.service
"""
NO_OP = """\
# Whatever it is told, it changes nothing, until a run is told otherwise.
puppet config set --section agent noop true
puppet config set --section agent report true
"""
INSTALL = {
    "el": "dnf --assumeyes install {packages}",
    "debian": "DEBIAN_FRONTEND=noninteractive apt-get --yes install {packages}",
    "ubuntu": "DEBIAN_FRONTEND=noninteractive apt-get --yes install {packages}",
}
BY_YOU = 'echo "install the configuration agent first, then run this again" >&2; exit 1'


def again(node: Node, server: str, attributes: str, life: int) -> str:
    """For a machine that was installed anew, and knows its name. `attributes` is its csr_attributes.yaml, empty where
    a person signs; `life` a number that no former life of it had."""
    return "".join((_head(node, server), AGAIN, _attributes(attributes), SETTINGS, KEYS.format(life=life), RUN))


def existing(node: Node, server: str, attributes: str, life: int, agent: Sequence[str]) -> str:
    """For a machine that runs already, which is left as it is but for the agent: `agent` are its packages, which are
    installed where it has none."""
    packages = str(LANGUAGES["sh"].say_in("words", agent)) if agent else ""
    row = INSTALL.get(node.os.family if node.os else "", "") if packages else ""
    install = AGENT.format(install=row.format(packages=packages) if row else BY_YOU)
    # In no-op before anything else: a run that somebody starts meanwhile changes nothing.
    parts = (EXISTING, install, NO_OP, _attributes(attributes), SETTINGS, KEYS.format(life=life))
    return "".join((_head(node, server), *parts, RUN_NO_OP))


def _head(node: Node, server: str) -> str:
    said = LANGUAGES["sh"].say
    return HEAD.format(name=node.name, certname=said(node.certname), server=said(server))


def _attributes(text: str) -> str:
    return ATTRIBUTES.format(text=text) if text else ""
