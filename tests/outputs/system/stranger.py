"""A machine on a network where nothing of ours may answer: a program of its own, run where the machine is.

`python -m tests.outputs.system.stranger DEVICE MAC` asks for an address, insists on one that it had somewhere else (a
server that thinks itself in charge says no), asks by IPv6, waits, and prints how many answers came, whatever they say.
"""

from __future__ import annotations

import contextlib
import select
import socket
import sys
import time

from tests.outputs.system.firmware import message

WAIT = 6.0
"""Seconds; an answer takes a few thousandths of one."""


def main(device: str, mac: bytes) -> int:
    """Ask in every way; the number of answers."""
    plain = {55: bytes((1, 3, 6)), 60: b"PXEClient:Arch:00007:UNDI:003016", 93: b"\0\7", 94: b"\1\3\x10"}
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line,
        socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as six,
    ):
        line.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        for one, own in ((line, ("", 68)), (six, ("::", 546))):
            one.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device.encode())
            one.bind(own)
        line.sendto(message(mac, {53: b"\1", **plain}), ("255.255.255.255", 67))
        line.sendto(message(mac, {53: b"\3", 50: socket.inet_aton("10.30.0.21"), **plain}), ("255.255.255.255", 67))
        identity = b"\0\1\0\x0a\0\3\0\1" + mac
        wish = b"\0\3\0\x0c" + bytes(12) + b"\0\x08\0\2\0\0\0\x06\0\2\0\x3b"
        index = socket.if_nametoindex(device)
        six.sendto(b"\1abc" + identity + wish, ("ff02::1:2", 547, 0, index))
        return _answers([line, six])


def _answers(lines: list[socket.socket]) -> int:
    found, end = 0, time.monotonic() + WAIT
    while (left := end - time.monotonic()) > 0:
        for one in select.select(lines, [], [], left)[0]:
            with contextlib.suppress(OSError):
                one.recv(2000)
                found += 1
    return found


if __name__ == "__main__":
    print(main(sys.argv[1], bytes.fromhex(sys.argv[2].replace(":", ""))))
