"""`clusterdef module lock`, `fetch`, `verify`: what is locked is what is carried, and nothing else ever is."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from clusterdef import code_lock, fetched
from clusterdef.cli import exits, main
from clusterdef.code_source import Source
from clusterdef.site import load
from clusterdef.verbs.lock import unfetched
from clusterdef.version_range import fits
from tests.golden.golden import EXAMPLE
from tests.sources.lab import Places, git, module, site

Told = tuple[int, str, str]


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path)


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Callable[..., Told]:
    def run(*words: object) -> Told:
        code = main([str(word) for word in words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def by_git(places: Places, version: str = "v1.0.0", libraries: str = "packaged", **more: object) -> Path:
    mirrors = {"https://git.example.org/": f"file://{places.folder}/git/"}
    source = {"git": "https://git.example.org/motd.git", "ref": version}
    return site(places.folder, source, {"libraries": libraries, "mirrors": mirrors, **more})


def carried(tmp_path: Path, file: Path, name: str) -> str:
    tree = tmp_path / "tree"
    assert main(["generate", str(file), "-o", str(tree)]) == 0
    return (tree / "current" / "puppet" / "modules" / name / "manifests" / "init.pp").read_text()


def test_from_the_lock_to_the_tree(places: Places, tell: Callable[..., Told], tmp_path: Path) -> None:
    commit = places.repository("motd", "1.0.0")
    file = by_git(places)
    code, said, _ = tell("check", file)
    assert (code, "it is not locked yet" in said, "clusterdef module lock" in said) == (0, True, True)
    code, _, said = tell("module", "verify", "--site", file)
    assert (code, "it is not locked yet" in said) == (exits.DEFINITION, True)
    code, said, _ = tell("module", "lock", "--site", file)
    assert code == 0
    assert f"motd  v1.0.0 {commit[:10]}" in said
    assert "new  (module motd)" in said
    assert f":commit => '{commit}'\n" in (file.parent / code_lock.PUPPETFILE).read_text()
    assert tell("module", "verify", "--site", file)[0] == 0
    assert "# 1.0.0" in carried(tmp_path, file, "motd")
    assert not (tmp_path / "tree" / "current" / "puppet" / "modules" / "motd" / "spec").exists()


def test_what_is_not_locked_is_not_published(places: Places, tell: Callable[..., Told], tmp_path: Path) -> None:
    file = by_git(places)
    assert tell("generate", file, "-o", tmp_path / "tree")[0] == 0
    code, _, said = tell("publish", file, "-o", tmp_path / "tree", "--dry-run")
    assert (code, "error  module motd takes its Puppet code from" in said) == (exits.DEFINITION, True)


def test_another_machine_gets_exactly_that(places: Places, tell: Callable[..., Told], tmp_path: Path) -> None:
    places.repository("motd", "1.0.0")
    file = by_git(places, "main")
    assert tell("module", "lock", "--site", file)[0] == 0
    places.repository("motd", "2.0.0")
    store = file.parent / fetched.HOME
    shutil.rmtree(store)
    (store / "motd-of-a-former-lock").mkdir(parents=True)
    code, said, _ = tell("check", file)
    assert (code, "not fetched on this machine" in said) == (exits.DEFINITION, True)
    code, said, _ = tell("module", "fetch", "--site", file)
    assert (code, "1 module, 1 fetched, 0 as before" in said) == (0, True)
    assert not (store / "motd-of-a-former-lock").exists()
    assert "# 1.0.0" in carried(tmp_path, file, "motd")
    code, said, _ = tell("module", "lock", "--site", file)
    assert (code, "changed" in said) == (0, True)
    assert "# 2.0.0" in carried(tmp_path, file, "motd")
    assert [path.name for path in store.iterdir() if path.is_dir()] == [store_name(file)]


def store_name(file: Path) -> str:
    return f"motd-{code_lock.read(file.parent).modules['motd'].content[: fetched.SHORT]}"


def test_what_somebody_changed_here_is_not_carried(places: Places, tell: Callable[..., Told], tmp_path: Path) -> None:
    places.repository("motd", "1.0.0")
    file = by_git(places)
    tell("module", "lock", "--site", file)
    changed = file.parent / fetched.HOME / store_name(file) / "manifests" / "init.pp"
    changed.write_text("class motd { exec { '/bin/evil': } }\n")
    code, _, said = tell("generate", file, "-o", tmp_path / "tree")
    assert (code != 0, "is not what was locked" in said, "clusterdef module fetch" in said) == (True, True, True)
    code, said, _ = tell("module", "verify", "--site", file)
    assert (code, "changed" in said) == (exits.WORLD, True)
    assert tell("module", "fetch", "--site", file)[0] == 0
    assert "# 1.0.0" in carried(tmp_path, file, "motd")


def test_locking_again_mends_what_somebody_changed_here(
    places: Places, tell: Callable[..., Told], tmp_path: Path
) -> None:
    places.repository("motd", "1.0.0")
    file = by_git(places)
    tell("module", "lock", "--site", file)
    changed = file.parent / fetched.HOME / store_name(file) / "manifests" / "init.pp"
    changed.write_text("class motd { exec { '/bin/evil': } }\n")
    code, said, _ = tell("module", "lock", "--site", file)
    assert (code, "nothing changed: the lock stands" in said) == (0, True)
    assert "# 1.0.0" in carried(tmp_path, file, "motd")


def test_a_folder_that_changed_after_it_was_locked_is_refused(places: Places, tell: Callable[..., Told]) -> None:
    file = site(places.folder, {"folder": "code/motd"}, {"libraries": "packaged"})
    module(file.parent / "code" / "motd", "motd", "1.0.0")
    assert tell("module", "lock", "--site", file)[0] == 0
    shutil.rmtree(file.parent / fetched.HOME)
    module(file.parent / "code" / "motd", "motd", "1.0.1")
    code, _, said = tell("module", "fetch", "--site", file)
    assert (code != 0, "is not the code that was locked for module motd" in said) == (True, True), said
    assert tell("module", "verify", "--site", file)[0] == exits.WORLD


def test_what_is_no_module_is_not_locked(places: Places, tell: Callable[..., Told]) -> None:
    file = site(places.folder, {"folder": "code/motd"}, {"libraries": "packaged"})
    module(file.parent / "code" / "motd" / "deeper", "motd", "1.0.0")
    code, _, said = tell("module", "lock", "--site", file)
    assert (code != 0, "is no Puppet module: it has neither manifests nor lib" in said) == (True, True), said
    assert not (file.parent / code_lock.NAME).exists()


def test_an_archive_that_was_replaced_is_refused(places: Places, tell: Callable[..., Told]) -> None:
    places.archive("motd", "1.0.0")
    said_of = {"libraries": "packaged", "forge": f"file://{places.folder}/forge"}
    file = site(places.folder, {"forge": "example/motd", "version": "1.0.0"}, said_of)
    assert tell("module", "lock", "--site", file)[0] == 0
    shutil.rmtree(file.parent / fetched.HOME)
    places.archive("motd", "1.0.0", text="and something else")
    code, _, said = tell("module", "fetch", "--site", file)
    assert (code != 0, "another archive than the one that was locked" in said) == (True, True)
    assert tell("module", "verify", "--site", file)[0] == exits.WORLD


def test_a_folder_of_the_site(places: Places, tell: Callable[..., Told], tmp_path: Path) -> None:
    file = site(places.folder, {"folder": "code/motd"}, {"libraries": "packaged"})
    module(file.parent / "code" / "motd", "motd", "1.0.0")
    assert tell("module", "lock", "--site", file)[0] == 0
    module(file.parent / "code" / "motd", "motd", "1.0.1")
    assert "# 1.0.0" in carried(tmp_path, file, "motd")
    assert tell("module", "lock", "--site", file, "motd")[0] == 0
    assert "# 1.0.1" in carried(tmp_path, file, "motd")


def test_what_a_module_needs_comes_along(places: Places, tell: Callable[..., Told]) -> None:
    places.repository("motd", "1.0.0", {"example/words": ">= 1.0.0 < 2.0.0"})
    places.archive("words", "1.2.0", {"example-letters": "1.x"})
    places.archive("letters", "1.0.0")
    pins = {
        name: {"forge": f"example-{name}", "version": version}
        for name, version in (("words", "1.2.0"), ("letters", "1.0.0"))
    }
    file = by_git(places, pins=pins, forge=f"file://{places.folder}/forge")
    code, said, _ = tell("module", "lock", "--site", file)
    assert code == 0
    assert [line.split()[0] for line in said.splitlines()[:3]] == ["letters", "motd", "words"]
    assert "(words)" in said.splitlines()[0]


def test_a_pin_of_the_site_is_meant_instead_of_the_shipped_one(places: Places, tell: Callable[..., Told]) -> None:
    places.repository("motd", "1.0.0", {"puppetlabs/stdlib": ">= 1.0.0"})
    commit = places.repository("stdlib", "1.0.0")
    file = by_git(places, pins={"stdlib": {"git": "https://git.example.org/stdlib.git", "ref": "main"}})
    assert tell("module", "lock", "--site", file)[0] == 0
    assert code_lock.read(file.parent).modules["stdlib"].exact == commit


@pytest.mark.parametrize(
    "system, fetches", [("{family: el, release: 9.6,", True), ("{family: debian, release: 12,", False)]
)
def test_libraries_are_fetched_where_the_server_has_no_packages_of_them(
    tmp_path: Path, system: str, fetches: bool
) -> None:
    shutil.copytree(EXAMPLE.parent, tmp_path / "site")
    file = tmp_path / "site" / EXAMPLE.name
    text = file.read_text()
    assert text.count("{family: el, release: 9.6,") == 1
    file.write_text(text.replace("{family: el, release: 9.6,", system))
    loaded = load(file)
    assert loaded.cluster
    assert bool(unfetched(loaded, loaded.cluster)) is fetches


def test_a_link_in_a_folder_is_not_followed(places: Places, tell: Callable[..., Told]) -> None:
    file = site(places.folder, {"folder": "code/motd"}, {"libraries": "packaged"})
    (module(file.parent / "code" / "motd", "motd", "1.0.0") / "files").mkdir()
    (file.parent / "code" / "motd" / "files" / "words").symlink_to("/etc/hostname")
    code, _, said = tell("module", "lock", "--site", file)
    assert (code != 0, "link" in said) == (True, True), said
    assert not (file.parent / code_lock.NAME).exists()


def test_a_module_that_nobody_names_is_told(places: Places, tell: Callable[..., Told]) -> None:
    places.repository("motd", "1.0.0", {"example/words": ">= 1.0.0"})
    file = by_git(places)
    code, _, said = tell("module", "lock", "--site", file)
    assert (code, "motd needs Puppet module words (>= 1.0.0)" in said, "pins: {words:" in said) == (1, True, True)
    assert not (file.parent / code_lock.NAME).exists()


def test_a_version_that_does_not_fit_is_told(places: Places, tell: Callable[..., Told]) -> None:
    places.repository("motd", "1.0.0", {"example/words": ">= 1.0.0 < 2.0.0"})
    places.archive("words", "2.1.0")
    pins = {"words": {"forge": "example-words", "version": "2.1.0"}}
    file = by_git(places, pins=pins, forge=f"file://{places.folder}/forge")
    code, _, said = tell("module", "lock", "--site", file)
    assert (code, "motd needs words >= 1.0.0 < 2.0.0" in said) == (1, True)


def test_a_definition_that_moved_on_is_told(places: Places, tell: Callable[..., Told]) -> None:
    places.repository("motd", "1.0.0")
    file = by_git(places)
    tell("module", "lock", "--site", file)
    own = file.parent / "modules" / "motd" / "module.json"
    own.write_text(own.read_text().replace("v1.0.0", "v2.0.0"))
    code, said, _ = tell("check", file)
    assert (code, "v2.0.0, and the lock has https://git.example.org/motd.git v1.0.0 of it" in said) == (0, True)


def test_one_module_alone(places: Places, tell: Callable[..., Told]) -> None:
    places.repository("motd", "1.0.0", {"example/words": ">= 1.0.0"})
    places.repository("words", "1.0.0")
    pins = {"words": {"git": "https://git.example.org/words.git", "ref": "main"}}
    file = by_git(places, "main", pins=pins)
    tell("module", "lock", "--site", file)
    before = code_lock.read(file.parent).modules
    places.repository("motd", "1.1.0", {"example/words": ">= 1.0.0"})
    places.repository("words", "1.1.0")
    assert tell("module", "lock", "--site", file, "words")[0] == 0
    after = code_lock.read(file.parent).modules
    assert (before["motd"] == after["motd"], before["words"] == after["words"]) == (True, False)
    code, _, said = tell("module", "lock", "--site", file, "word")
    assert (code, "did you mean words?" in said) == (exits.USAGE, True)
    # What the definition takes from elsewhere now does not stay as it was.
    own = file.parent / "modules" / "motd" / "module.json"
    own.write_text(own.read_text().replace('"main"', '"v1.0.0"'))
    assert tell("module", "lock", "--site", file, "words")[0] == 0
    assert code_lock.read(file.parent).modules["motd"].source.version == "v1.0.0"


def test_git_takes_no_notice_of_what_was_fetched(places: Places, tell: Callable[..., Told]) -> None:
    places.repository("motd", "1.0.0")
    file = by_git(places)
    assert tell("module", "lock", "--site", file)[0] == 0
    git(file.parent, "init", "--quiet")
    seen = git(file.parent, "status", "--porcelain", "--untracked-files=all").splitlines()
    assert [line for line in seen if str(fetched.HOME) in line] == []
    assert f"?? {code_lock.NAME}" in seen


def test_a_line_that_moves_from_one_file_to_the_next_is_another_content(tmp_path: Path) -> None:
    digests = set()
    for texts in (("a\n", "b\n"), ("a\nb\n", ""), ("", "a\nb\n")):
        folder = tmp_path / str(len(digests)) / "manifests"
        folder.mkdir(parents=True)
        for name, text in zip(("init.pp", "more.pp"), texts, strict=True):
            (folder / name).write_text(text)
        digests.add(fetched.digest("motd", folder.parent))
    assert len(digests) == 3


def test_a_lock_that_was_changed_by_hand_is_told(places: Places, tell: Callable[..., Told]) -> None:
    places.repository("motd", "1.0.0")
    file = by_git(places)
    (file.parent / code_lock.NAME).write_text('{"lock": 2}')
    code, said, err = tell("check", file)
    assert (code, "its format is 2, this clusterdef reads 1" in said + err) == (1, True)


def test_a_site_without_others_modules_needs_no_lock(tell: Callable[..., Told], tmp_path: Path) -> None:
    code, said, _ = tell("module", "verify", "--site", EXAMPLE)
    needs = "nothing is locked; the configuration server needs Puppet modules augeas_core, inifile, stdlib: "
    assert (code, said.startswith(needs + "clusterdef module lock")) == (0, True), said
    folder = tmp_path / "site"
    shutil.copytree(EXAMPLE.parent, folder)
    own = folder / EXAMPLE.name
    own.write_text(own.read_text() + "\nmodules: {libraries: packaged}\n")
    for word, wanted in (("verify", "has to be"), ("lock", "has to be"), ("fetch", "nothing to fetch")):
        code, said, _ = tell("module", word, "--site", own)
        assert (code, "nothing is locked" in said, wanted in said, "as locked" in said) == (0, True, True, False), said
    assert not (folder / code_lock.NAME).exists()


def test_what_the_lock_lacks_is_told_beside_what_it_has(places: Places, tell: Callable[..., Told]) -> None:
    places.repository("motd", "1.0.0")
    file = by_git(places)
    assert tell("module", "lock", "--site", file)[0] == 0
    text = file.read_text()
    assert text.count('"packaged"') == 1
    file.write_text(text.replace('"packaged"', '"fetched"'))
    code, said, _ = tell("module", "verify", "--site", file)
    assert (code, "1 module, all as locked\nthe configuration server needs Puppet modules" in said) == (0, True), said


def test_the_puppetfile_names_each_exactly() -> None:
    sources = {
        "a": Source("git", "https://git.example.org/a.git", "main"),
        "b": Source("forge", "example-b", "1.2.3"),
        "c": Source("folder", "code/c"),
    }
    lock = code_lock.Lock({name: code_lock.Locked(source, "0f" * 20, "") for name, source in sources.items()})
    lines = [line for line in lock.puppetfile().splitlines() if line and not line.startswith("#")]
    assert lines == [
        "mod 'a',",
        "  :git => 'https://git.example.org/a.git',",
        f"  :commit => '{'0f' * 20}'",
        "mod 'example-b', '1.2.3'",
        "mod 'c', :local => true",
    ]


def test_the_lock_is_the_same_for_the_same_modules(places: Places, tell: Callable[..., Told]) -> None:
    places.repository("motd", "1.0.0")
    file = by_git(places)
    tell("module", "lock", "--site", file)
    first = (file.parent / code_lock.NAME).read_bytes()
    tell("module", "lock", "--site", file)
    assert (file.parent / code_lock.NAME).read_bytes() == first
    assert json.loads(first)["lock"] == 1


@pytest.mark.parametrize(
    ("version", "wanted", "well"),
    [
        ("8.5.0", ">= 4.13.1 < 9.0.0", True),
        ("9.0.0", ">= 4.13.1 < 9.0.0", False),
        ("4.13.0", ">= 4.13.1 < 9.0.0", False),
        ("4.13.1", ">=4.13.1", True),
        ("5.2.9", "5.x", True),
        ("6.0.0", "5.x", False),
        ("5.2.9", "5.2.x", True),
        ("1.2.3", "1.2.3", True),
        ("1.2.4", "= 1.2.3", False),
        ("v1.2.4", "> 1.2.3 <= 1.2.4", True),
        ("main", ">= 4.13.1", True),
        ("1.0.0", "", True),
    ],
)
def test_ranges(version: str, wanted: str, well: bool) -> None:
    assert fits(version, wanted) is well
