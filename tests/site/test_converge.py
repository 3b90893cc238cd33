"""Every machine of the small site becomes what its definition says, by the modules' own code; then nothing changes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.puppet.module import modules
from tests.site.authority import Authority
from tests.site.machine import Machine
from tests.site.rehearsal import apply, machines, rehearsal

pytestmark = pytest.mark.site

ORDER = ("head", "ldap", "proxy", "nfs", "int1", "worker01", "worker02")
"""As the machines come up: whoever serves, before whoever asks. The configuration server has a test of its own."""

ELSEWHERE = frozenset({"cvmfs", "libvirt", "nfs"})
"""Modules whose programs no package brings here: their catalogs are tested, see tests/puppet."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Machine]]:
    place = tmp_path_factory.mktemp("site")
    authority = Authority.made(place / "authority")
    with machines(ORDER, rehearsal(place / "definition"), place, CODED - ELSEWHERE, authority.certify) as found:
        yield found


CODED = frozenset(one for module in modules() for one in module.definition["classes"])


@pytest.mark.parametrize("name", ORDER)
def test_a_machine_becomes_what_it_is_and_stays_so(site: dict[str, Machine], name: str) -> None:
    code, text = apply(site[name])
    assert code in (0, 2), text
    code, text = apply(site[name])
    assert code == 0, text
