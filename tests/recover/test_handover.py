"""Who hands out tokens, in memory and in a directory: both keep the same contract."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

import pytest

from clusterdef.drivers.handover import HandoverDirectory
from clusterdef.drivers.shell import Shell
from clusterdef.ports.handover import Handover
from clusterdef.problem import Refused
from tests.recover.server import FakeHandover

ONE, OTHER = "10.10.2.7", "fd00:10::2:7"


class Head(Protocol):
    """A head whose web server would look here."""

    port: Handover

    def asked(self, address: str) -> str:
        """What a machine with this address would get."""

    def close(self) -> None:
        """It hands out no tokens."""


class Fake:
    def __init__(self) -> None:
        self.fake = FakeHandover()
        self.port: Handover = self.fake

    def asked(self, address: str) -> str:
        return self.fake.given.get(address, "")

    def close(self) -> None:
        self.fake.open = False


class Real:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(mode=0o750)
        self.port: Handover = HandoverDirectory("head", folder, Shell())

    def asked(self, address: str) -> str:
        file = self.folder / address
        return file.read_text().strip() if file.exists() else ""

    def close(self) -> None:
        self.folder.rmdir()


class Contract:
    """What both keep."""

    def test_each_address_gets_its_own_until_it_is_taken(self, head: Head) -> None:
        head.port.give({ONE: "first", OTHER: "second"}, 60)
        assert (head.asked(ONE), head.asked(OTHER)) == ("first", "second")
        head.port.give({ONE: "third"}, 15)
        assert (head.asked(ONE), head.asked(OTHER)) == ("third", "second"), "others are as they were"
        head.port.take([ONE])
        head.port.take([ONE])
        assert (head.asked(ONE), head.asked(OTHER)) == ("", "second")

    def test_where_there_is_none_it_is_said(self, head: Head) -> None:
        assert head.port.there()
        head.port.ready()
        head.close()
        assert not head.port.there()
        for attempt in (head.port.ready, lambda: head.port.give({ONE: "first"}, 60)):
            with pytest.raises(Refused, match="hands out no tokens"):
                attempt()
        head.port.take([ONE])


class TestFake(Contract):
    @pytest.fixture
    def head(self) -> Head:
        return Fake()


class TestReal(Contract):
    @pytest.fixture
    def head(self, tmp_path: Path) -> Head:
        return Real(tmp_path / "handout")

    def test_what_is_over_goes_and_what_is_not_stays(self, tmp_path: Path) -> None:
        head = Real(tmp_path / "handout")
        head.port.give({ONE: "long"}, 120)
        head.port.give({OTHER: "short"}, 1)
        os.utime(head.folder / OTHER, (0, 0))
        head.port.give({}, 1)
        assert (head.asked(ONE), head.asked(OTHER)) == ("long", "")
        assert (head.folder / ONE).stat().st_mode & 0o777 == 0o640
