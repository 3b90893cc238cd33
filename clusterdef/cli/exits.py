"""Exit codes, as the manual lists them."""

from __future__ import annotations

from collections.abc import Iterable

from clusterdef.problem import Problem

FINE = 0
"""It did what was asked."""
DEFINITION = 1
"""The definition has errors; nothing was written."""
USAGE = 2
"""The command line was not understood, or names something that is not there."""
WORLD = 3
"""The machine said no: disk full, no permission, somebody else is writing, a tree that was tampered with."""
CONSENT = 4
"""It would do something that needs consent, and was not given it."""
BUG = 70
"""A fault of clusterdef itself."""
INTERRUPTED = 130
"""Ctrl-C."""

ASKED = frozenset(
    (
        "unknown-node",
        "unknown-check",
        "enc-nothing",
        "certificate-nothing",
        "certificate-nobody",
        "recover-nothing",
        "retrofit-nothing",
        "unknown-key",
        "unknown-definition",
        "nodeset-unclear",
        "no-site",
        "nothing-yet",
        "unknown-secret",
        "secret-name",
        "secret-missing",
        "secret-unusable",
        "secret-given",
        "tree-no-generation",
        "module-exists",
        "module-name",
        "puppet-folder",
        "puppet-class",
    )
)
"""Codes of problems that lie in what was asked, when they have no place in a file."""

MACHINE = (
    "tree-",
    "secrets-",
    "git-",
    "init-",
    "write-",
    "publish-",
    "token-",
    "recover-",
    "job-",
    "server-",
    "authority-",
    "compiler-",
    "accept-",
    "bootstrap-",
    *("module-unreached", "module-unfetched", "module-changed", "module-differs", "module-archive"),
)
"""Beginnings of the codes of problems that lie in the machine, not in the definition."""


def of(problems: Iterable[Problem]) -> int:
    """The exit code for problems that end a command: whose fault they are."""
    codes = {problem.code for problem in problems}
    if codes <= ASKED:
        return USAGE
    return WORLD if all(code.startswith(MACHINE) for code in codes) else DEFINITION
