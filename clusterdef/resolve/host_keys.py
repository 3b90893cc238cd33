"""Public host keys: by which a machine's ssh server is known, and the files that belong to no machine."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from clusterdef.inputs import HOST_KEYS
from clusterdef.problem import Mark, Problem, Severity, did_you_mean

_KEY = re.compile(r"^(?:[^#\n]* )?((?:ssh|ecdsa|sk-ssh|sk-ecdsa)-\S+ AAAA[A-Za-z0-9+/]+={0,3})(?:\s|$)", re.MULTILINE)


def host_keys(files: Mapping[str, str], name: str) -> tuple[str, ...]:
    """The keys in a node's file, type and key each, in its order; what ssh-keyscan(1) prints is read as well."""
    text = files.get(f"{HOST_KEYS}/{name}.pub", "")
    return tuple(dict.fromkeys(_KEY.findall(text))) if text else ()


def host_key_problems(files: Mapping[str, str], names: Collection[str]) -> Iterator[Problem]:
    """Files in the folder of host keys that are called after no node."""
    for file in files:
        folder, _, called = file.rpartition("/")
        name = called.removesuffix(".pub")
        if folder == HOST_KEYS and name not in names:
            advice = did_you_mean(name, names) or "call it after its node, or take it away"
            message = f"{file} is the host key of no node: there is no {name}"
            mark = Mark(file, 1, 1, 1, files[file].partition("\n")[0])
            yield Problem("host-key-unused", message, mark, severity=Severity.WARNING, advice=(advice,))
