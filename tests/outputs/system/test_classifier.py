"""The program that Puppet asks, by every shell it may meet: the document whole, or a line and a failure."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.outputs.clusters import made, small

NAME = "worker01.mytier3.internal"
OTHER = "head.mytier3.internal"
NOBODY = 65534
SHELLS = ("dash", "bash", "bash --posix", "busybox sh")
BAD_NAMES = (
    "",
    "-n",
    "../enc/x",
    "..",
    "a..b",
    "WORKER01.mytier3.internal",
    "a b",
    "a;id",
    "a\nb",
    "$(id)",
    "*",
    "é",
    "a/b",
    ".hidden",
    "_x",
)


class Classifier:
    """A tree as it is published, and a shell."""

    def __init__(self, folder: Path, shell: list[str]) -> None:
        self.shell = shell
        self.root = folder
        self.enc = folder / "43" / "enc"
        self.enc.mkdir(parents=True)
        for path, text in made(small(), "classify").items():
            if path.startswith("enc/"):
                (folder / "43" / path).write_text(text)
        (folder / "current").symlink_to("43")
        (self.enc / "classifier").chmod(0o755)

    def document(self, name: str = NAME) -> Path:
        return self.enc / f"{name}.json"

    def ask(self, *names: str, user: int | None = None) -> subprocess.CompletedProcess[str]:
        program = str(self.root / "current" / "enc" / "classifier")
        return subprocess.run(
            [*self.shell, program, *names],
            capture_output=True,
            text=True,
            timeout=60,
            cwd="/",
            user=user,
            env={"LANG": "en_US.UTF-8"},
        )

    def refusal(self, *names: str, user: int | None = None) -> str:
        """What is said when nothing is handed out."""
        done = self.ask(*names, user=user)
        assert done.returncode != 0
        assert done.stdout == ""
        assert done.stderr.count("\n") == 1, done.stderr
        assert done.stderr.startswith("classifier: ")
        return done.stderr


@pytest.fixture(params=SHELLS)
def classifier(request: pytest.FixtureRequest, program: Callable[[str], str]) -> Iterator[Classifier]:
    """In a directory that other users may enter too."""
    name, *words = request.param.split()
    with TemporaryDirectory(prefix="clusterdef-") as folder:
        Path(folder).chmod(0o755)
        yield Classifier(Path(folder), [program(name), *words])


def test_a_document_is_handed_out_as_it_is(classifier: Classifier) -> None:
    done = classifier.ask(NAME)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == classifier.document().read_text()
    assert json.loads(done.stdout)["name"] == NAME


@pytest.mark.parametrize("name", BAD_NAMES)
def test_what_is_no_certificate_name_is_not_looked_for(classifier: Classifier, name: str) -> None:
    assert "no certificate name" in classifier.refusal(name)


def test_one_name_is_wanted(classifier: Classifier) -> None:
    classifier.refusal()
    classifier.refusal(NAME, OTHER)


def test_a_document_that_is_missing_empty_or_another_ones_is_refused(classifier: Classifier) -> None:
    assert "not known" in classifier.refusal("stranger.example.org")
    assert "not known" in classifier.refusal("a" * 300)
    document = classifier.document()
    shutil.copyfile(classifier.document(OTHER), document)
    assert "not its own" in classifier.refusal(NAME)
    for text in ("{}\n", "[]", "--- {}\n", f'"name":"{NAME}",', f'{{"x":1}}\n{{"name":"{NAME}",', "\0" * 100):
        document.write_text(text)
        assert "not its own" in classifier.refusal(NAME)
    document.write_text("")
    assert "empty" in classifier.refusal(NAME)
    document.unlink()
    document.symlink_to("nowhere")
    assert "not known" in classifier.refusal(NAME)
    document.unlink()
    document.mkdir()
    assert "no file" in classifier.refusal(NAME)
    document.rmdir()
    os.mkfifo(document)
    assert "no file" in classifier.refusal(NAME)


def test_a_document_that_the_server_may_not_read_is_refused(classifier: Classifier) -> None:
    assert classifier.ask(NAME, user=NOBODY).returncode == 0
    classifier.document().chmod(0o600)
    assert "cannot be read" in classifier.refusal(NAME, user=NOBODY)


def test_a_tree_that_gets_nothing_new_is_told_of_and_still_answers(classifier: Classifier) -> None:
    (classifier.root / "stale").write_text("")
    done = classifier.ask(NAME)
    assert done.returncode == 0
    assert done.stdout == classifier.document().read_text()
    assert done.stderr == f"classifier: {NAME}: this is old, new files do not arrive\n"


def test_a_long_document_arrives_whole(classifier: Classifier) -> None:
    document = classifier.document()
    document.write_text(document.read_text().replace('"classes":{', f'"classes":{{"big":{{"a":"{"x" * 2_000_000}"}},'))
    assert classifier.ask(NAME).stdout == document.read_text()


def test_output_that_cannot_be_written_is_a_failure(classifier: Classifier) -> None:
    with open("/dev/full", "w") as full:
        command = [*classifier.shell, str(classifier.enc / "classifier"), NAME]
        assert subprocess.run(command, stdout=full, stderr=subprocess.DEVNULL, timeout=60).returncode != 0
