"""Catalogs by the Puppet (or OpenVox) that is installed here: one process of it for all machines."""

from __future__ import annotations

import json
import os
import selectors
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.resources import as_file, files
from pathlib import Path
from typing import IO

from clusterdef.ports.compiler import Asked, Code, Compiled, Fault
from clusterdef.problem import Problem, Refused

VENDOR = "/opt/puppetlabs/puppet/bin/ruby"
"""The interpreter that packages of Puppet and OpenVox bring; a distribution's Puppet runs by the distribution's."""

PATIENCE = 180.0
"""Seconds for one catalog, the start of the program included. A heavy one takes a tenth of a second, and ten thousand
machines in one manifest take ten to be read."""

KNOWS = "exit Gem.find_files('puppet.rb').any? || $LOAD_PATH.any? { |one| File.exist?(File.join(one, 'puppet.rb')) }"
ENVIRONMENTS, MODULES, LIVE = "environments", "modules", "live"
LAST_LINES = 5


class PuppetCompiler:
    """`rubies` are the interpreters to try: the first that knows Puppet counts. `patience` is for one catalog."""

    def __init__(self, rubies: Sequence[str] = (VENDOR, "ruby"), patience: float = PATIENCE) -> None:
        self.rubies = rubies
        self.patience = patience

    def compiled(self, code: Code, asked: Sequence[Asked]) -> Iterator[Compiled]:
        """See ports.compiler."""
        ruby = self._ruby()
        with tempfile.TemporaryDirectory(prefix="clusterdef-puppet-") as folder, tempfile.TemporaryFile() as said:
            home = Path(folder).resolve()
            _lay_out(home, code, {one.environment for one in asked})
            with _started(ruby, home, _rows(code, asked), said) as process:
                assert process.stdout
                lines = _lines(process.stdout, self.patience)
                for one in asked:
                    yield _read(self._next(lines, one, process, said), home, code)

    def _next(
        self, lines: Iterator[bytes | None], one: Asked, process: subprocess.Popen[bytes], said: IO[bytes]
    ) -> bytes:
        """The next answer. Raises Refused when there is none, or none in time."""
        line = next(lines, b"")
        if line is None:
            raise _slow(one, self.patience)
        if not line:
            process.wait()
            raise _broken(one, said)
        return line

    def _ruby(self) -> str:
        """An interpreter that knows Puppet. Raises Refused where there is none."""
        for name in self.rubies:
            ruby = shutil.which(name)
            if ruby and subprocess.run([ruby, "-e", KNOWS], capture_output=True, timeout=60).returncode == 0:
                return ruby
        raise _absent()


def _lay_out(home: Path, code: Code, environments: set[str]) -> None:
    """The environment as the server has it: files of the published tree, and the modules that are carried with it."""
    live = home / LIVE
    (live / "manifests").mkdir(parents=True)
    for path, content in code.files.items():
        file = live / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    modules = live / MODULES
    modules.mkdir(exist_ok=True)
    for name, folder in code.modules.items():
        (modules / name).symlink_to(folder.resolve())
    (home / "code" / ENVIRONMENTS).mkdir(parents=True)
    for name in environments:
        (home / "code" / ENVIRONMENTS / name).symlink_to(live)


def _rows(code: Code, asked: Iterable[Asked]) -> str:
    """What the process reads."""
    names = ("certname", "environment", "classes", "parameters", "facts", "extensions")
    return json.dumps([{"server": code.server, **{name: getattr(one, name) for name in names}} for one in asked])


@contextmanager
def _started(ruby: str, home: Path, work: str, said: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """The process, with its work; it ends with the block. What it says besides goes to `said`."""
    script = files(__package__).joinpath("puppet_compiler.rb")
    places = (f"--confdir={home}/conf", f"--vardir={home}/var", f"--codedir={home}/code")
    with as_file(script) as file, tempfile.TemporaryFile() as given:
        given.write(work.encode())
        given.seek(0)
        words = [ruby, "-EUTF-8:UTF-8", str(file), *places]
        process = subprocess.Popen(
            words, stdin=given, stdout=subprocess.PIPE, stderr=said, cwd=home, start_new_session=True
        )
        try:
            yield process
        finally:
            # With what a function of a module may have started.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            if process.stdout:
                process.stdout.close()


def _lines(stream: IO[bytes], patience: float) -> Iterator[bytes | None]:
    """Lines as they come; None when there is none for so long."""
    rest = b""
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        while True:
            whole, end, left = rest.partition(b"\n")
            if end:
                rest = left
                yield whole
            elif not selector.select(patience):
                yield None
            elif more := os.read(stream.fileno(), 1 << 16):
                rest += more
            else:
                return


def _read(line: bytes, home: Path, code: Code) -> Compiled:
    said = json.loads(line)
    faults = tuple(
        Fault(one["message"], one["class"], one["parameter"], tuple(_places(one["places"], home, code)))
        for one in said["faults"]
    )
    return Compiled(said["certname"], said["resources"], faults)


def _places(rows: Iterable[tuple[str, int]], home: Path, code: Code) -> Iterator[tuple[Path, int]]:
    """Where code lies that an error speaks of: in a module's own folder, or at a path of the environment."""
    live = home / LIVE
    for name, line in rows:
        file = Path(name)
        for environment in (live, *(home / "code" / ENVIRONMENTS).iterdir()):
            if file.is_relative_to(environment):
                file = file.relative_to(environment)
        if file.parts[0] == MODULES and file.parts[1] in code.modules:
            file = code.modules[file.parts[1]].joinpath(*file.parts[2:])
        yield file, line


def _absent() -> Refused:
    advice = (
        "install the release that the configuration server has: the package openvox-agent or puppet-agent",
        "or check on the configuration server itself",
    )
    return Refused(
        Problem("compiler-absent", "there is no Puppet here to compile with", advice=advice, subject="puppet")
    )


def _slow(one: Asked, patience: float) -> Refused:
    message = f"the catalog of {one.certname} was not compiled within {patience:.0f} seconds"
    advice = ("look for a function that waits for something, or compile it by hand: puppet catalog compile",)
    return Refused(Problem("compiler-slow", message, advice=advice, subject=one.certname))


def _broken(one: Asked, said: IO[bytes]) -> Refused:
    said.seek(0)
    lines = [line for line in said.read().decode(errors="replace").splitlines() if line.strip()]
    message = f"Puppet ended before the catalog of {one.certname} was compiled"
    return Refused(Problem("compiler-broken", message, advice=tuple(lines[-LAST_LINES:]), subject=one.certname))
