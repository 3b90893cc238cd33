"""Places that Puppet code is fetched from, on this machine: bare repositories, a folder of archives. No assertions."""

from __future__ import annotations

import json
import os
import subprocess
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.golden.golden import EXAMPLE

ENVIRONMENT = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}
NAME = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.org", "-c", "init.defaultBranch=main")


def module(folder: Path, name: str, version: str, needs: Mapping[str, str] | None = None, text: str = "") -> Path:
    """A small module in a folder."""
    rows = [{"name": one, "version_requirement": wanted} for one, wanted in (needs or {}).items()]
    (folder / "manifests").mkdir(parents=True, exist_ok=True)
    (folder / "spec").mkdir(exist_ok=True)
    (folder / "manifests" / "init.pp").write_text(f"class {name} {{\n  # {version} {text}\n}}\n")
    (folder / "spec" / "spec_helper.rb").write_text("# for its authors\n")
    metadata = {"name": f"example-{name}", "version": version, "author": "example", "license": "MIT", "summary": name}
    (folder / "metadata.json").write_text(json.dumps({**metadata, "source": "", "dependencies": rows}))
    return folder


def git(where: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", *NAME, *words], cwd=where, env=ENVIRONMENT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@dataclass(frozen=True, slots=True)
class Places:
    """`git` holds bare repositories, `forge` archives, `work` what they are made of."""

    folder: Path

    def repository(self, name: str, version: str, needs: Mapping[str, str] | None = None, text: str = "") -> str:
        """A version of a module in its repository, tagged; the commit. The repository is made by the first one."""
        bare, work = self.folder / "git" / f"{name}.git", self.folder / "work" / name
        if not work.exists():
            work.mkdir(parents=True)
            bare.parent.mkdir(exist_ok=True)
            git(work, "init", "--quiet")
            git(self.folder, "init", "--quiet", "--bare", str(bare))
            git(work, "remote", "add", "origin", str(bare))
        module(work, name, version, needs, text)
        git(work, "add", "--all")
        git(work, "commit", "--quiet", "--message", version)
        git(work, "tag", "--force", f"v{version}")
        git(work, "push", "--quiet", "--force", "--tags", "origin", "HEAD:main")
        return git(work, "rev-parse", "HEAD")

    def archive(self, name: str, version: str, needs: Mapping[str, str] | None = None, text: str = "") -> Path:
        """A version of a module as a Forge hands it out."""
        slug = f"example-{name}-{version}"
        folder = module(self.folder / "work" / slug, name, version, needs, text)
        file = self.folder / "forge" / f"{slug}.tar.gz"
        file.parent.mkdir(exist_ok=True)
        with tarfile.open(file, "w:gz") as opened:
            opened.add(folder, slug)
        return file


def site(folder: Path, source: Mapping[str, str], modules: Mapping[str, object]) -> Path:
    """The example with a module of its own, `motd`, on the directory's machine, and what it says of other's modules."""
    own = folder / "site"
    own.mkdir(parents=True)
    for name in EXAMPLE.parent.iterdir():
        if name.name != "generated":
            (own / name.name).symlink_to(name) if name.is_dir() else (own / name.name).write_bytes(name.read_bytes())
    (own / "modules" / "motd").mkdir(parents=True)
    (own / "roles" / "hello").mkdir(parents=True)
    said = {"description": "message of the day", "classes": ["motd"], "source": dict(source), "parameters": {}}
    (own / "modules" / "motd" / "module.json").write_text(json.dumps(said, indent=1))
    (own / "roles" / "hello" / "role.json").write_text('{"description": "says hello", "modules": ["motd"]}')
    text = (own / "site.yaml").read_text().replace("{role: ldap,", "{role: [ldap, hello],")
    (own / "site.yaml").write_text(f"{text}\nmodules: {json.dumps(modules)}\n")
    return own / "site.yaml"
