"""Files of a site with bytes in them that do not belong there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random

from clusterdef.problem import Problem, Refused, as_line, as_text
from clusterdef.verbs.check import check
from tests.hostile.ground import FILES, HOME, SITE
from tests.properties.made import folder
from tests.properties.mutations import NASTY

MORE_FILES = ("ssh/ada.pub", "ssh/hostkeys/one.pub", "scripts/banner.sh", "roles/plain/role.json")


@cache
def _contents() -> dict[str, bytes]:
    return {name: (HOME / name).read_bytes() for name in sorted({*FILES.values(), *MORE_FILES})}


def broken(random: Random) -> tuple[str, bytes]:
    """A file of the ground, and what it holds now."""
    name = random.choice((SITE, SITE, *_contents()))
    content = _contents()[name]
    for _ in range(random.randint(1, 3)):
        content = _changed(content, random)
    return name, content


def _changed(content: bytes, random: Random) -> bytes:
    here, there = sorted(random.randint(0, len(content)) for _ in range(2))
    there = min(there, here + 40)
    match random.randrange(7):
        case 0:
            return content[:here] + random.randbytes(random.randint(1, 8)) + content[here:]
        case 1:
            return content[:here] + content[there:]
        case 2:
            return content[:here]
        case 3:
            return content[:here] + content[here:there] * random.randint(2, 50) + content[there:]
        case 4:
            return content[:here] + bytes([random.randrange(256)]) + content[here + 1 :]
        case 5:
            return content[:here] + random.choice(NASTY).encode("utf-8", "surrogatepass") + content[there:]
    piece = random.choice(
        (b"[", b"{", b"- ", b"? ", b'"', b"&a ", b"*a ", b"\\u", b"<<: ", b"!!", b"\xef\xbb\xbf", b"\xff\xfe")
    )
    return content[:here] + piece * random.choice((1, 2, 100, 3000)) + content[here:]


def complaints(name: str, content: bytes) -> Iterator[str]:
    """What is wrong with how a broken file is answered; anything but Refused is raised as it is."""
    with folder() as here:
        shutil.copytree(HOME, here, dirs_exist_ok=True)
        (here / name).write_bytes(content)
        for problem in _problems(here / SITE):
            if not problem.message or not (problem.mark or problem.subject):
                yield f"a problem without words or without a place: {problem}"
            shown = [as_line(problem), *as_text(problem).split("\n")]
            if not all(line.isprintable() for line in shown):
                yield f"a message that no terminal should get: {shown!a}"


def _problems(file: Path) -> list[Problem]:
    try:
        return check(file).problems
    except Refused as refused:
        return list(refused.problems)
