"""The whole small site: machines as an installer leaves them, a definition that the head publishes, real agents.

Tests get it converged as the fixture `site`, made once for all of them:

    site.machines["worker01"]        a machine, see machine.py; `run` runs a command there
    site.clusterdef("publish")       clusterdef as root on the head types it, beside the definition
    site.change(old, new)            another definition: edited, committed, generated and published
    site.agent("worker01")           one run of the agent there, which tests call after a change
    site.together("int1", "nfs")     the same on several machines, two at a time
    site.install("worker01")         a machine with an empty disk and what the installer leaves; it has no token yet
    site.alone("worker01")           the head hands it one, and its first run goes on by itself until it was good

A test leaves the site as it found it. What failed shows `site.evidence("worker01")`.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from clusterdef.site import load
from tests.outputs.system.test_hiera import SAYS, stubs, write
from tests.puppet.module import HOME, modules
from tests.site.lan import Lan, lan
from tests.site.machine import Machine, machine, stop
from tests.site.rehearsal import DEBIAN, NETWORKS, ROOT, Rehearsal, plugged, rehearsal, reword

ORDER = ("puppet", "head", "ldap", "proxy", "nfs", "int1", "worker01", "worker02")
"""Whoever serves, before whoever asks."""
OLDER = ("{role: proxy, ", "{role: proxy, os: debian12, ")
"""Where the site is on a newer release, a machine stays as it is: the newer server serves its agent too."""
ELSEWHERE = frozenset({"cvmfs"})
"""Modules whose programs no package brings here: classes that do nothing stand in for theirs."""

# This kernel has neither half of NFS. A directory that the server and its clients share stands in for the protocol, and
# a program says that the server is there: exports, homes, maps and automount are the modules' own.
EXPORTS, IMPORTS = "/export", "/var/lib/imports"
SERVE = """\
[Service]
ExecStartPre=/usr/sbin/exportfs -r
ExecStart=/usr/bin/python3 /usr/local/sbin/answer-nfs
"""
MOUNT = f"""\
#!/bin/sh
there={IMPORTS}${{1#*:{EXPORTS}}}
[ -d "$there" ] || {{ echo "mount.nfs: mounting $1 failed, access denied by server"; exit 32; }}
exec mount --bind "$there" "$2"
"""

DEFINITION = "/root/site"
BOOTSTRAP = ("env", "-C", DEFINITION, "clusterdef", "bootstrap")
TREE = "/srv/clusterdef/current"
EXTENSIONS = """\
mkdir -p /var/cache/puppet/lib
for folder in /usr/share/puppet/modules/*/lib; do cp -r "$folder/." /var/cache/puppet/lib; done
"""
ADMIN = "/root/.ssh/id_ed25519"
LOG, TRACE = "/var/log/puppetserver/puppetserver.log", "^[[:space:]]+at |^/usr/"
LIMIT = 400.0
"""Seconds for a run of an agent; the longest takes forty on a quiet machine."""

SHOWN = tuple(dict.fromkeys(path for path in (ROOT, Path(sys.prefix), Path(sys.base_prefix)) if path != Path("/usr")))
"""What the head has of this machine: clusterdef as it is installed here, and its Python."""
CLUSTERDEF = f"""#!/bin/sh
exec '{sys.executable}' -m clusterdef "$@"
"""
JAVA = "[Service]\nEnvironment='JAVA_TOOL_OPTIONS=-XX:+UseSerialGC -XX:TieredStopAtLevel=1'\n"
PATIENCE = "[Service]\nTimeoutStopSec=12\n"
"""Within a machine that is no machine nobody tells systemd that the last process of a service has gone."""
IDENTITY = "[user]\n\tname = First Administrator\n\temail = admin@example.org\n[safe]\n\tdirectory = *\n"
SSH = "Host *\n  StrictHostKeyChecking accept-new\n"

AGENT = (
    *("puppet", "agent", "--onetime", "--no-daemonize", "--no-splay", "--verbose", "--detailed-exitcodes"),
    *("--color=false", "--waitforcert", "5", "--maxwaitforcert", "20", "--waitforlock", "5", "--maxwaitforlock", "120"),
)
FIRST = ("sh", f"{TREE}/puppet/apply.sh")
FIRST_RUN = "clusterdef-first-run"
"""What a machine has from its installer until a run was good: a service, and its program."""
TRIES = 3


@dataclass(frozen=True, slots=True)
class Run:
    """One run of Puppet: its exit code (0: as it was, 2: changed, others: failed), what it said, and its seconds."""

    node: str
    code: int
    text: str
    seconds: float


@dataclass(slots=True)
class Ground:
    """The machines, and every run in the order in which they ended."""

    definition: Rehearsal
    machines: dict[str, Machine]
    runs: list[Run] = field(default_factory=list)

    @property
    def head(self) -> Machine:
        """The machine with the definition."""
        return self.machines["head"]

    @property
    def server(self) -> Machine:
        """The machine with the configuration server."""
        return self.machines["puppet"]

    def clusterdef(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """A command on the head, as root types it in the definition's folder."""
        return self.head.run("env", "-C", DEFINITION, "clusterdef", *words, check=check, limit=300)

    def change(self, old: str, new: str) -> str:
        """Another text in site.yaml, committed, generated and published; what publish said. Where it fails, the
        evidence, and the text is what it was."""
        file = self.head.root / DEFINITION.lstrip("/") / "site.yaml"
        text = file.read_text("utf-8")
        assert text.count(old) == 1, old
        self._write(text.replace(old, new), f"{old} is now {new}")
        done = self.clusterdef("publish", "--yes", check=False)
        if done.returncode:
            self._write(text, f"{new} is {old} again")
        assert not done.returncode, f"{done.stdout}{done.stderr}\n{self.evidence(*ORDER[:5])}"
        return done.stdout

    def _write(self, text: str, message: str) -> None:
        (self.head.root / DEFINITION.lstrip("/") / "site.yaml").write_text(text, "utf-8")
        self.commit(message)
        self.clusterdef("generate")

    def commit(self, message: str) -> None:
        """What the definition is now, in git."""
        self.head.run("git", "-C", DEFINITION, "add", "--all")
        self.head.run("git", "-C", DEFINITION, "commit", "--quiet", "-m", message)

    def agent(self, name: str, *more: str) -> Run:
        """One run of the agent on that machine."""
        return self._timed(name, (*AGENT, *more))

    def together(self, *names: str) -> list[Run]:
        """A run on each of these machines, two at a time: as many as there are processors."""
        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(self.agent, names))

    def first(self, name: str) -> Run:
        """A run without a server, from the published tree: how the server itself begins."""
        return self._timed(name, FIRST)

    def converge(self) -> None:
        """From machines that were just installed to a site; AssertionError with the evidence when one does not.

        The head and the server begin without a server; then the head hands the others their tokens, each when it is
        its turn. The server signs its own certificate.
        """
        with ThreadPoolExecutor(2) as pool:
            for run in pool.map(self._begin, ORDER[:2]):
                self._good(run)
            for run in pool.map(self._joined, ORDER):
                self._good(run)

    def _begin(self, name: str) -> Run:
        return self._timed(name, BOOTSTRAP) if name == "head" else self.first(name)

    def _joined(self, name: str) -> Run:
        return self.agent(name) if name == "puppet" else self.alone(name)

    def _good(self, run: Run) -> None:
        assert run.code in (0, 2), f"{run.node} ended with {run.code}\n{run.text}\n{self.evidence(run.node)}"

    def _timed(self, name: str, command: Sequence[str]) -> Run:
        began = time.monotonic()
        done = self.machines[name].run(*command, check=False, limit=LIMIT)
        run = Run(name, done.returncode, done.stdout + done.stderr, time.monotonic() - began)
        self.runs.append(run)
        return run

    def alone(self, name: str) -> Run:
        """The head hands the machine its token. It asks every minute, and here at once, until a run was good."""
        self.clusterdef("token", "hand", name)
        for _ in range(TRIES):
            run = self._timed(name, ("systemctl", "restart", "--wait", FIRST_RUN))
            if run.code == 0:
                break
        return run

    def install(self, name: str, ours: bool = True) -> None:
        """Throw the machine's disk away, and start it as the installer leaves it; as another's does, if not `ours`."""
        one = self.machines[name]
        one.stop()
        one.prepare()
        installed(one, self.definition)
        if not ours:
            (one.root / f"etc/systemd/system/multi-user.target.wants/{FIRST_RUN}.service").unlink()
            (one.root / f"etc/systemd/system/{FIRST_RUN}.service").unlink()
        one.boot()

    def evidence(self, *names: str) -> str:
        """What the server and these machines wrote lately."""
        server = self.server.run("sh", "-c", f"grep -vE '{TRACE}' {LOG} | tail -n 60", check=False).stdout
        journals = (f"== journal of {name}\n{self.machines[name].journal()}" for name in names)
        return "\n".join((f"== log of the configuration server\n{server}", *journals))

    def logged(self, words: str) -> bool:
        """True when the configuration server has written that."""
        return self.server.run("grep", "-qF", "--", words, LOG, check=False).returncode == 0

    def table(self) -> str:
        """Every run, with its seconds."""
        rows = (f"  {run.node:<10} {run.code:>3} {run.seconds:>7.1f} s" for run in self.runs)
        return "\n".join(("  node      code    time", *rows))


def installed(one: Machine, site: Rehearsal) -> None:
    """What its installer leaves on a machine: the script it runs at its end is the generated one."""
    late = (site.tree / "preseed" / f"{one.name}.late.sh").read_text("utf-8")
    # Cables are the test's to lay: nobody else may give this machine its addresses.
    one.write("/root/clusterdef-late", late.replace("systemctl enable systemd-networkd.service", ":"), 0o700)
    one.write("/etc/apt/sources.list", "")
    # Packages of the installation that the shared root has without what they enable.
    for command in (("sh", "/root/clusterdef-late"), ("ssh-keygen", "-A"), ("systemctl", "--quiet", "enable", "ssh")):
        _there(one, *command)
    _plugged_in(one)
    # A file system that the layout of workers makes when they are installed.
    (one.root / "scratch").mkdir()
    # Names before the head serves them, small keys, and Java that is ready soon.
    one.write("/etc/hosts", (site.tree / "hosts" / "hosts").read_bytes())
    with (one.root / "etc/puppet/puppet.conf").open("a", encoding="utf-8") as file:
        file.write("[main]\nkeylength = 2048\n")
    one.write("/etc/systemd/system/puppetserver.service.d/test.conf", JAVA)
    for name in ("squid", FIRST_RUN):
        one.write(f"/etc/systemd/system/{name}.service.d/test.conf", PATIENCE)
    one.write("/etc/systemd/system/nfs-server.service", SERVE)
    one.write("/usr/local/sbin/answer-nfs", Path(__file__).with_name("answer_nfs.py").read_bytes())
    for kind in ("nfs", "nfs4"):
        one.write(f"/sbin/mount.{kind}", MOUNT, 0o755)


def _plugged_in(one: Machine) -> None:
    """Extensions of the agent, which its first run would fetch one by one: it still asks for each whether it is new."""
    _there(one, "sh", "-c", EXTENSIONS)
    for module in modules():
        if (module.folder / "lib").is_dir():
            shutil.copytree(module.folder / "lib", one.root / "var/cache/puppet/lib", dirs_exist_ok=True)


def _there(one: Machine, *command: str) -> None:
    """A command with the file system of a machine that does not run yet."""
    done = subprocess.run(["chroot", one.root, *command], capture_output=True, text=True, timeout=60)
    if done.returncode:
        raise RuntimeError(f"{one.name}: {' '.join(command)} ended with {done.returncode}\n{done.stderr}")


def _headed(head: Machine, site: Rehearsal) -> None:
    """What an administrator brings to the head: clusterdef, the definition in git, and a key for the others."""
    head.write("/usr/local/bin/clusterdef", CLUSTERDEF, 0o755)
    head.write("/root/.gitconfig", IDENTITY)
    head.write("/root/.ssh/config", SSH)
    head.write(ADMIN, (site.folder / "admin").read_bytes(), 0o600)
    skip = shutil.ignore_patterns("generated", "admin")
    shutil.copytree(site.folder, head.root / DEFINITION.lstrip("/"), ignore=skip)
    head.write(f"{DEFINITION}/.gitignore", "generated/\nsecrets/\n")


def _own(folder: Path) -> None:
    """What this definition has of its own: an administrator whose key is at hand, and modules that stand in."""
    keygen = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "atlasadmin", "-f", str(folder / "admin")]
    subprocess.run(keygen, check=True, timeout=60)
    (folder / "admin.pub").replace(folder / "ssh" / "atlasadmin.pub")
    if DEBIAN != "12":
        reword(folder / "site.yaml", OLDER)
    cluster = load(folder / "site.yaml").cluster
    assert cluster
    for name in ELSEWHERE:
        place = folder / "modules" / name
        place.mkdir(parents=True)
        shutil.copy(HOME / name / "module.json", place)
        for its_class, text in stubs(cluster.modules[name]).items():
            path = "/".join(its_class.split("::")[1:]) or "init"
            write(place / "manifests" / f"{path}.pp", text.replace(SAYS, ""))


@contextmanager
def ground(place: Path) -> Iterator[Ground]:
    """The site, every machine started and the definition published; nobody has run Puppet yet."""
    definition = rehearsal(place / "definition", _own)
    with ExitStack() as stack:
        network = stack.enter_context(lan(tuple(NETWORKS)))
        found = {name: _started(stack, network, name, number, definition, place) for number, name in enumerate(ORDER)}
        site = Ground(definition, found)
        site.head.run("git", "-C", DEFINITION, "init", "--quiet")
        site.commit("the small site")
        site.clusterdef("generate")
        site.clusterdef("publish", "--yes")
        try:
            yield site
        finally:
            stop(found.values())


def _started(stack: ExitStack, network: Lan, name: str, number: int, definition: Rehearsal, place: Path) -> Machine:
    one = stack.enter_context(machine(name, definition.base(name), place / name))
    (place / "exports").mkdir(exist_ok=True)
    one.shared[EXPORTS if name == "nfs" else IMPORTS] = place / "exports"
    plugged(network, one, number)
    installed(one, definition)
    if name == "head":
        one.shown = SHOWN
        _headed(one, definition)
    one.boot()
    return one
