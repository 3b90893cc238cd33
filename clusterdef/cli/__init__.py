"""The command line: argv, the environment, printing, exit codes; nothing else prints or exits."""

from __future__ import annotations

from clusterdef.cli.root import main

__all__ = ["main"]
