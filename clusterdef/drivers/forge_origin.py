"""Puppet code from the Forge, or from a folder of the archives that it hands out: OWNER-NAME-VERSION.tar.gz."""

from __future__ import annotations

import hashlib
import json
import tempfile
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from clusterdef.code_source import Source
from clusterdef.drivers.archives import LARGEST, unpack
from clusterdef.problem import Problem, Refused

SECONDS = 60.0
"""Without a sign of life from the other end."""


@dataclass(frozen=True, slots=True)
class ForgeOrigin:
    """`base` is the URL of the Forge's API, of a mirror of it, or `file://` and a folder."""

    base: str

    def fetch(self, source: Source, exact: str, into: Path) -> str:
        """See ports.origin. Archives are told apart by their SHA-256."""
        content = self._archive(source)
        found = hashlib.sha256(content).hexdigest()
        if exact and found != exact:
            raise Refused(_other(source))
        with tempfile.NamedTemporaryFile(prefix="clusterdef-forge-") as file:
            file.write(content)
            file.flush()
            unpack(Path(file.name), into, str(source), below=True)
        return found

    def _archive(self, source: Source) -> bytes:
        name = f"{source.place}-{source.version}"
        if not self.base:
            raise Refused(_nowhere(source))
        if self.base.startswith("file://"):
            return self._got(source, f"{self.base.rstrip('/')}/{name}.tar.gz")
        said = self._got(source, f"{self.base.rstrip('/')}/v3/releases/{name}")
        try:
            row = json.loads(said)
            url, sha256 = urljoin(f"{self.base.rstrip('/')}/", row["file_uri"]), row.get("file_sha256")
        except (ValueError, LookupError, TypeError) as error:
            raise Refused(_unreached(source, self.base, "it answers something else than a Forge does")) from error
        content = self._got(source, url)
        if sha256 and hashlib.sha256(content).hexdigest() != sha256:
            raise Refused(_unreached(source, url, "it did not arrive whole"))
        return content

    def _got(self, source: Source, url: str) -> bytes:
        # A Forge on the web must not name files of this machine.
        if urlsplit(url).scheme not in (("file",) if self.base.startswith("file://") else ("http", "https")):
            raise Refused(_unreached(source, url, "that is no URL of files or of the web"))
        try:
            with urllib.request.urlopen(url, timeout=SECONDS) as answer:
                content: bytes = answer.read(LARGEST)
        except urllib.error.HTTPError as error:
            error.close()
            raise Refused(_absent(source, url) if error.code == 404 else _unreached(source, url, str(error))) from error
        except (OSError, ValueError) as error:
            missing = isinstance(getattr(error, "reason", None), FileNotFoundError)
            raise Refused(_absent(source, url) if missing else _unreached(source, url, str(error))) from error
        return content


def _nowhere(source: Source) -> Problem:
    message = f"{source} is wanted from the Forge, and nobody says where that is"
    name = source.place.rpartition("-")[2]
    advice = (
        "in site.yaml, the URL of a Forge or a folder of its archives:   modules: {forge: file:///srv/mirrors/forge}",
        f"or take it from a repository:   modules: {{pins: {{{name}: {{git: URL, ref: TAG}}}}}}",
    )
    return Problem("module-unreached", message, advice=advice, subject=str(source))


def _absent(source: Source, url: str) -> Problem:
    return Problem("module-absent", f"there is no {source} at {url}", subject=str(source))


def _other(source: Source) -> Problem:
    message = f"{source} is another archive than the one that was locked"
    advice = ("somebody replaced it: find out who, or take another version and lock that",)
    return Problem("module-differs", message, advice=advice, subject=str(source))


def _unreached(source: Source, url: str, why: str) -> Problem:
    advice = (why, "a copy nearer by is named in site.yaml:   modules: {forge: file:///srv/mirrors/forge}")
    return Problem("module-unreached", f"{source} cannot be fetched from {url}", advice=advice, subject=str(source))
