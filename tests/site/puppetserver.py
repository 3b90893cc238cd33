"""A real puppetserver of its own: private directories, a free port of the loopback, no service of this machine.

What it is told comes from the shipped module, applied to those directories. Nothing here asserts about the product.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import time
import urllib.parse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from clusterdef.languages import as_puppet
from tests.conftest import find_program
from tests.puppet.module import HOME, PACKAGED

PACKAGE = Path("/etc/puppet/puppetserver")
JAR = "/usr/share/puppetserver/puppetserver.jar"
READY = 600
"""Seconds for a first start with a certificate authority to be made; a quiet machine needs forty."""

CONFIG = """\
jruby-puppet: {{
    ruby-load-path: [/usr/lib/puppetserver/ruby/vendor_ruby]
    gem-home: {folder}/gems
    gem-path: ["/usr/lib/puppetserver/vendored-jruby-gems"]
    server-conf-dir: {folder}/conf
    server-code-dir: {folder}/code
    server-var-dir: {folder}/var
    server-run-dir: {folder}/run
    server-log-dir: {folder}/log
}}
http-client: {{}}
profiler: {{}}
"""
MAIN = """\
[main]
certname = {name}
server = {name}
serverport = {port}
ssldir = {folder}/ssl
keylength = 2048
dns_alt_names = localhost,{name}
[server]
cadir = {folder}/ca
storeconfigs = false
"""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


class PuppetServer:
    """The server, its files below `folder`, which its own user may enter."""

    def __init__(self, folder: Path, name: str, tree: Path) -> None:
        self.folder = folder
        self.name = name
        self.tree = tree
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        for part in ("conf", "conf.d", "services.d", "code/environments", "var", "run", "log", "gems", "state", "ssl"):
            (folder / part).mkdir(parents=True)
        self._packaged()
        (folder / "conf" / "puppet.conf").write_text(MAIN.format(folder=folder, name=name, port=self.port))

    def _packaged(self) -> None:
        """What the package would have brought, with our directories."""
        for source in ("conf.d", "services.d"):
            for file in (PACKAGE / source).iterdir():
                shutil.copy(file, self.folder / source / file.name)
        for log in ("logback.xml", "request-logging.xml"):
            text = (PACKAGE / log).read_text().replace("/var/log/puppetserver", str(self.folder / "log"))
            (self.folder / log).write_text(text)
        rooms = {
            "puppetserver.conf": CONFIG.format(folder=self.folder),
            "global.conf": f"global: {{ logging-config: {self.folder}/logback.xml }}\n",
            "webserver.conf": f"webserver: {{ access-log-config: {self.folder}/request-logging.xml, client-auth: want, "
            f"ssl-host: 127.0.0.1, ssl-port: {self.port} }}\n",
        }
        for file_name, text in rooms.items():
            (self.folder / "conf.d" / file_name).write_text(text)

    def configure(self, **parameters: str | bool) -> str:
        """Apply the module to these directories; packages and services of this machine stay as they are."""
        layout = {
            "confdir": f"{self.folder}/conf",
            "config": f"{self.folder}/conf.d",
            "codedir": f"{self.folder}/code",
            "vardir": f"{self.folder}/var",
            "ruby": "/usr/bin/ruby",
        }
        said: dict[str, str | bool] = {
            "tree": str(self.tree),
            "flavour": "puppet",
            "eyaml": False,
            "defaults": f"{self.folder}/default",
            "state": f"{self.folder}/state",
            "flush": f"{self.folder}/flush",
            **parameters,
        }
        layouts = ", ".join(f"'{key}' => '{value}'" for key, value in layout.items())
        rows = "".join(f"{key} => {as_puppet(value)}, " for key, value in said.items())
        both = f"layouts => {{ 'vendor' => {{ {layouts} }}, 'distribution' => {{ {layouts} }} }}"
        tags = ",".join(f"puppet_server::{name}" for name in ("settings", "signing", "environment", "eyaml"))
        words = ("--detailed-exitcodes", "--tags", tags, "--modulepath", f"{HOME}:{PACKAGED}")
        done = self.puppet("apply", *words, "-e", f"class {{ 'puppet_server': {rows} {both} }}", home="apply")
        if done.returncode not in (0, 2):
            raise AssertionError(done.stdout + done.stderr)
        return done.stdout

    def puppet(self, *words: str, home: str = "conf") -> subprocess.CompletedProcess[str]:
        """Puppet with directories of its own below `home`."""
        places = {
            "confdir": self.folder / "conf" if home == "apply" else self.folder / home,
            "vardir": self.folder / home / "lib",
            "codedir": self.folder / "code",
        }
        options = [f"--{key}={value}" for key, value in places.items()]
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "LC_ALL": "C.UTF-8"}
        command = [find_program("puppet"), *words, *options, "--color=false"]
        return subprocess.run(command, capture_output=True, text=True, timeout=300, env=environment, cwd=self.folder)

    def start(self) -> None:
        """Start it as its own user, and wait until it is ready."""
        counter = self.folder / "run" / "restart"
        counter.write_text("0")
        user = ["setpriv", "--reuid", "puppet", "--regid", "puppet", "--clear-groups"]
        java = ["-Xms512m", "-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dlogappender=F1"]
        ruby = ["-Djruby.logger.class=com.puppetlabs.jruby_utils.jruby.Slf4jLogger", "-Djruby.lib=/usr/share/jruby/lib"]
        told = ["--config", f"{self.folder}/conf.d", "--bootstrap-config", f"{self.folder}/services.d"]
        shutil.chown(self.folder, "puppet", "puppet")
        for part in ("var", "run", "log", "gems", "ssl"):
            subprocess.run(["chown", "-R", "puppet:puppet", str(self.folder / part)], check=True)
        with (self.folder / "log" / "output").open("wb") as output:
            self.process = subprocess.Popen(
                [*user, "java", *java, *ruby, "-jar", JAR, *told, "--restart-file", str(counter)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self.folder,
                env={"HOME": str(self.folder), "PATH": "/usr/bin:/bin"},
                start_new_session=True,
            )
        self._counted(lambda: counter.read_text()[:1] == "1")

    def reload(self) -> None:
        """Let it read its settings anew, as `systemctl reload` does, and wait until it is ready again."""
        counter = self.folder / "run" / "restart"
        before = counter.read_text()
        assert self.process
        os.kill(self.process.pid, signal.SIGHUP)
        self._counted(lambda: counter.read_text() not in ("", before))

    def _counted(self, ready: Callable[[], bool]) -> None:
        """Wait until it has said in its file that it is up."""
        end = time.monotonic() + READY
        while not ready():
            if self.process is None or self.process.poll() is not None or time.monotonic() > end:
                raise AssertionError(f"puppetserver did not come up:\n{self.evidence()}")
            time.sleep(0.2)

    def stop(self) -> None:
        """End it."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait(10)

    def evidence(self) -> str:
        """The last words of its logs."""
        files = [self.folder / "log" / name for name in ("output", "puppetserver.log")]
        return "\n".join(file.read_text(errors="replace")[-4000:] for file in files if file.exists())

    def bootstrap(self, certname: str, attributes: str | None) -> subprocess.CompletedProcess[str]:
        """A machine with nothing but the file for its certificate asks for one."""
        home = f"agents/{certname}"
        (self.folder / home).mkdir(parents=True, exist_ok=True)
        if attributes:
            (self.folder / home / "csr_attributes.yaml").write_text(attributes)
        words = ("--certname", certname, "--server", "localhost", "--serverport", str(self.port), "--keylength", "2048")
        place = f"--ssldir={self.folder}/{home}/ssl"
        return self.puppet("ssl", "bootstrap", *words, place, "--waitforcert", "0", home=home)

    def ask(self, who: str, method: str, path: str, body: Any = None, form: bool = False) -> tuple[int, Any]:
        """A request with somebody's certificate: status, and the answer as data where it is some."""
        own = self.folder / "ssl" if who == self.name else self.folder / "agents" / who / "ssl"
        context = ssl.create_default_context(cafile=str(own / "certs" / "ca.pem"))
        context.load_cert_chain(own / "certs" / f"{who}.pem", own / "private_keys" / f"{who}.pem")
        connection = http.client.HTTPSConnection("localhost", self.port, context=context, timeout=300)
        text = urllib.parse.urlencode(body) if form else json.dumps(body) if body is not None else None
        kind = "application/x-www-form-urlencoded" if form else "application/json"
        try:
            connection.request(method, path, text, {"Content-Type": kind, "Accept": "application/json"})
            answer = connection.getresponse()
            said = answer.read().decode(errors="replace")
        finally:
            connection.close()
        try:
            return answer.status, json.loads(said)
        except ValueError:
            return answer.status, said

    def catalog(self, who: str, node: str, facts: dict[str, Any]) -> tuple[int, Any]:
        """The catalog of `node`, asked for by `who`."""
        told = {
            "name": node,
            "values": facts,
            "timestamp": "2026-01-01T00:00:00Z",
            "expiration": "2126-01-01T00:00:00Z",
        }
        body = {"facts_format": "application/json", "facts": urllib.parse.quote(json.dumps(told))}
        return self.ask(who, "POST", f"/puppet/v3/catalog/{node}?environment=production", body, form=True)
