"""How clusterdef is packed: top-level directories become rooms of the package `clusterdef`.

`PACKAGE_DIR` is the one place that knows which directory is which room; the tests read it from here.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent.resolve()

PACKAGE_DIR = {
    "clusterdef": "clusterdef",
    "clusterdef.generators": "generators",
    "clusterdef.roles": "roles",
    "clusterdef.schemas": "schemas",
    "clusterdef.kickstart": "kickstart",
    "clusterdef.puppet": "puppet",
}

# What a room may hold beside Python. A file that no glob names stays out of the wheel, and a test says so.
SUFFIXES = """
    cfg conf css csv efi epp erb html ini ipxe j2 js json ks md patch pp rb sh svg toml txt xml yaml yml
"""
DATA = ["**/py.typed", "**/Puppetfile", "modules/*/files/*", *(f"**/*.{suffix}" for suffix in SUFFIXES.split())]

RUNTIME = [
    "click>=8.1,<9",
    "ClusterShell>=1.9.2,<2",
    "Jinja2>=3.1.4,<4",
    "jsonschema>=4.21,<5",
    "jsonschema-rs>=0.30,<1",
    "libpass>=1.9,<2",
    "PyYAML>=6.0.1,<7",
    "tzdata>=2024.1",
]

# These compile against system headers or bring their own licence, so only who needs them gets them.
EXTRAS = {
    "ldap": ["python-ldap>=3.4,<4"],
    "libvirt": ["libvirt-python>=9"],
    "ipmi": ["pyghmi>=1.5.60"],
}

TEST = [
    "ansible-core>=2.17",
    "build>=1.2",
    "html5lib>=1.1",
    "hypothesis>=6.100",
    "import-linter>=2.3",
    "markdown-it-py>=3",
    "mypy>=1.11",
    "pykickstart>=3.52",
    "pytest>=8.2",
    "pytest-xdist>=3.6",
    "ruff>=0.9",
    "setuptools>=77",
    "types-jsonschema",
    "types-PyYAML",
    "types-html5lib",
]


def packages() -> list[str]:
    """Every package, with the nested ones of each mapped directory."""
    found = {room: find_packages(str(ROOT / directory)) for room, directory in PACKAGE_DIR.items()}
    return [*PACKAGE_DIR, *(f"{room}.{name}" for room, names in found.items() for name in names)]


def version() -> str:
    """The version that clusterdef/__init__.py states, read without importing it."""
    text = (ROOT / "clusterdef" / "__init__.py").read_text("utf-8")
    found = re.search(r'^__version__ = "([^"]+)"$', text, re.MULTILINE)
    if found is None:
        raise SystemExit("clusterdef/__init__.py does not state __version__")
    return found[1]


def readme() -> str:
    """The README, which leads the package's page."""
    path = ROOT / "README.md"
    return path.read_text("utf-8") if path.exists() else ""


class FreshBuild(build_py):
    """Collects the package anew: what an earlier build left would bring deleted roles back."""

    def run(self) -> None:
        """Empty the place first; an editable install has none."""
        if not self.editable_mode:
            shutil.rmtree(Path(self.build_lib) / "clusterdef", ignore_errors=True)
        super().run()


if __name__ == "__main__":
    setup(
        name="clusterdef",
        version=version(),
        description="Describe a scientific cluster once; deploy it, and recover it, from that description",
        long_description=readme(),
        long_description_content_type="text/markdown",
        author="the clusterdef developers",
        license="MIT",
        license_files=["LICENSE"],
        python_requires=">=3.11",
        packages=packages(),
        package_dir=PACKAGE_DIR,
        package_data=dict.fromkeys(PACKAGE_DIR, DATA),
        include_package_data=False,
        zip_safe=False,
        install_requires=RUNTIME,
        extras_require={
            **EXTRAS,
            "all": [requirement for extra in EXTRAS.values() for requirement in extra],
            "test": TEST,
            "dev": TEST,
        },
        cmdclass={"build_py": FreshBuild},
        entry_points={"console_scripts": ["clusterdef = clusterdef.cli:main"]},
    )
