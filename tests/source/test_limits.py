"""Files made to hurt: each is refused with a clear code, in a process that may use little time and memory."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

LARGE = 31 * 1024 * 1024
MEMORY = 300  # MB that a refusal may take at its highest
SECONDS = 8  # of processor time, start of Python included; what these files are made for takes minutes
CHILD = """
import json, sys
from pathlib import Path
from clusterdef import source
from clusterdef.problem import Refused
try:
    getattr(source, "load_" + sys.argv[1])(Path(sys.argv[2]), "f")
    codes = []
except Refused as error:
    codes = sorted({problem.code for problem in error.problems})
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps({"codes": codes, "peak": int(peak.split()[1]) // 1024}))
"""


class Hostile(NamedTuple):
    """A file: `head`, then `body` again and again until it is `size` long; and what it is refused for."""

    name: str
    kind: str
    code: str
    body: bytes
    size: int = LARGE
    head: bytes = b""


def bomb() -> bytes:
    """A billion values in twelve lines."""
    lines = [b"a0: &a0 [" + b"x," * 10 + b"]"]
    lines += [b"a%d: &a%d [%s]" % (n, n, b",".join([b"*a%d" % (n - 1)] * 10)) for n in range(1, 12)]
    return b"\n".join(lines)


def chain() -> bytes:
    """Forty levels a line, each line inside the next one."""
    lines = [b"a0: &a0 " + b"[" * 40 + b"x" + b"]" * 40]
    lines += [b"a%d: &a%d %s*a%d%s" % (n, n, b"[" * 40, n - 1, b"]" * 40) for n in range(1, 500)]
    return b"\n".join(lines)


def staircase() -> bytes:
    return b"".join(b" " * depth + b"a:\n" for depth in range(2000))


JUNK = bytes(33 + (7 * number * number + number // 5) % 94 for number in range(65536)) + b": @\n"

FILES = [
    Hostile("brackets", "yaml", "too-deep", b"[", 200_000),
    Hostile("braces", "yaml", "too-deep", b"{", 200_000),
    Hostile("dashes", "yaml", "too-deep", b"- ", 200_000),
    Hostile("question-marks", "yaml", "too-deep", b"? ", 200_000),
    Hostile("staircase", "yaml", "too-deep", staircase(), 1),
    Hostile("junk", "yaml", "yaml-", JUNK),
    Hostile("open-quote", "yaml", "yaml-unclosed-quote", b"a b ", head=b'a: "'),
    Hostile("open-quote-lines", "yaml", "yaml-unclosed-quote", b"a\n", head=b"a: '"),
    Hostile("duplicates", "yaml", "too-many-problems", b"a: 1\n"),
    Hostile("duplicates-in-one-line", "yaml", "too-many-problems", b"a: 1, ", head=b"{"),
    Hostile("odd-keys", "yaml", "too-many-problems", b"[a]: 1\n"),
    Hostile("unknown-aliases", "yaml", "too-many-problems", b"- *a\n"),
    Hostile("directives", "yaml", "yaml-directive", b"%TAG !a! b\n"),
    Hostile("directives-behind", "yaml", "yaml-directive", b"%TAG !a! b\n", head=b"a: 1\n"),
    Hostile("documents", "yaml", "file-empty", b"---\n"),
    Hostile("bomb", "yaml", "yaml-too-many-aliases", bomb(), 1),
    Hostile("chain", "yaml", "too-deep", chain(), 1),
    Hostile("blank-lines", "yaml", "file-empty", b"\n"),
    Hostile("comments", "yaml", "file-empty", b"# x\n"),
    Hostile("zeros", "yaml", "file-binary", b"\0" * 4096),
    Hostile("wide-characters", "yaml", "yaml-reserved", "\U0001f600".encode() * 1024, head=b"a: @"),
    Hostile("brackets", "json", "too-deep", b"[", 200_000),
    Hostile("objects", "json", "too-deep", b'{"a":', 200_000),
    Hostile("junk", "json", "json-", JUNK),
    Hostile("open-quote", "json", "json-unclosed", b"a b ", head=b'["'),
    Hostile("escapes", "json", "json-unclosed", b"\\\\", head=b'["'),
    Hostile("duplicates", "json", "too-many-problems", b'"a":1,', head=b"{"),
    Hostile("blank-lines", "json", "file-empty", b"\n"),
    Hostile("junk", "csv", "csv-", JUNK),
    Hostile("open-quotes", "csv", "too-many-problems", b'"x,y,z and some more text to a line\n', head=b"a,b,c\n"),
    Hostile("one-line", "csv", "csv-too-long", b"1,", head=b"a,b\n"),
    Hostile("rows", "csv", "csv-too-long", b"1,2\n", head=b"a,b\n"),
]


def blocks(hostile: Hostile) -> Iterator[bytes]:
    """The file, a block at a time: the test itself should need no memory."""
    yield hostile.head
    block = hostile.body * max(1, min(hostile.size, 1 << 20) // len(hostile.body))
    for _ in range(max(1, hostile.size // len(block))):
        yield block


def restrain() -> None:
    """In the child: less address space and time than these files ask for."""
    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


@pytest.mark.parametrize("hostile", FILES, ids=lambda hostile: f"{hostile.kind}-{hostile.name}")
def test_refused_cheaply(hostile: Hostile, tmp_path: Path) -> None:
    file = tmp_path / "hostile"
    with file.open("wb") as out:
        out.writelines(blocks(hostile))
    child = subprocess.run(
        [sys.executable, "-c", CHILD, hostile.kind, str(file)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=120,
        preexec_fn=restrain,
        check=False,
    )
    file.unlink()
    assert child.returncode == 0, child.stderr
    result = json.loads(child.stdout)
    assert any(code.startswith(hostile.code) for code in result["codes"]), result
    assert result["peak"] <= MEMORY
