"""A machine's firmware, as far as it asks for something to boot: a program of its own, run where the machine is.

`python firmware.py DEVICE MAC QUESTION...` asks by DHCP, RFC 2131 or RFC 8415, with the options of RFC 4578 and RFC
5970, and prints what it was told as a list in JSON. A question is `4:7` (version of IP, architecture) or `4:7:ipxe`.
"""

from __future__ import annotations

import contextlib
import json
import socket
import sys

WAIT, TIMES = 3.0, 5
"""Seconds until it asks again, and how often it does."""

HTTP = (15, 16)
OWN = "10.30.0.21"
"""The machine's address, where another server gives it one."""


def v4(device: str, mac: bytes, arch: int, ipxe: bool) -> dict[str, str]:
    """Address, server, file and class of the first offer that has a file."""
    kind = b"HTTPClient" if arch in HTTP else b"PXEClient"
    options = {
        53: b"\1",
        55: bytes((1, 3, 43, 60, 66, 67)),
        57: (1472).to_bytes(2, "big"),
        60: kind + f":Arch:{arch:05}:UNDI:003016".encode(),
        93: arch.to_bytes(2, "big"),
        94: b"\1\3\x10",
        97: b"\0" + mac.rjust(16, b"\1"),
        **({77: b"iPXE", 175: b"\xb1\4\0\0\0\0"} if ipxe else {}),
    }
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device.encode())
        line.bind(("", 68))
        answer = _answer(line, message(mac, options), ("255.255.255.255", 67))
        found = dict(_options(answer[240:]))
        menu = dict(_options(found.get(43, b""))).get(9)
        if not answer[16:20].strip(b"\0"):
            # Somebody else has the addresses: ask on the port that PXE has for that, for the first item of the menu.
            item = {43: b"\x47\4" + menu[:2] + b"\0\0\xff"} if menu else {}
            more = {**options, 53: b"\3", **item}
            answer = _answer(line, message(mac, more, socket.inet_aton(OWN)), (socket.inet_ntoa(found[54]), 4011))
            found = dict(_options(answer[240:]))
    file = answer[108:236].rstrip(b"\0") or found.get(67, b"").rstrip(b"\0")
    return {
        "address": socket.inet_ntoa(answer[16:20]),
        "server": socket.inet_ntoa(answer[20:24]),
        "file": file.decode(),
        "class": found.get(60, b"").decode(),
    }


def _answer(line: socket.socket, question: bytes, to: tuple[str | int, ...]) -> bytes:
    line.settimeout(WAIT)
    for _ in range(TIMES):
        line.sendto(question, to)
        with contextlib.suppress(TimeoutError):
            return line.recv(2000)
    raise TimeoutError(f"{to}: no answer")


def message(mac: bytes, options: dict[int, bytes], own: bytes = bytes(4)) -> bytes:
    """A DHCP message of the machine, by broadcast both ways; `own` is an address that it has already."""
    body = b"".join(bytes((code, len(value))) + value for code, value in options.items())
    head = b"\1\1\6\0" + b"here" + b"\0\0\x80\0" + own + bytes(12) + mac.ljust(16, b"\0") + bytes(192)
    return head + b"\x63\x82\x53\x63" + body + b"\xff"


def _options(text: bytes) -> list[tuple[int, bytes]]:
    found = []
    while text and text[0] != 255:
        if text[0] == 0:
            text = text[1:]
            continue
        found.append((text[0], text[2 : 2 + text[1]]))
        text = text[2 + text[1] :]
    return found


def v6(device: str, mac: bytes, arch: int, ipxe: bool) -> dict[str, str]:
    """The URL to boot from, without asking for an address."""
    options = {
        1: b"\0\3\0\1" + mac,
        6: b"\0\x3b\0\x10",
        8: b"\0\0",
        61: arch.to_bytes(2, "big"),
        **({15: b"\0\4iPXE"} if ipxe else {}),
    }
    body = b"".join(code.to_bytes(2, "big") + len(value).to_bytes(2, "big") + value for code, value in options.items())
    index = socket.if_nametoindex(device)
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device.encode())
        line.bind(("::", 546))
        answer = _answer(line, b"\x0babc" + body, ("ff02::1:2", 547, 0, index))[4:]
    found: dict[int, bytes] = {}
    while answer:
        code, size = int.from_bytes(answer[:2], "big"), int.from_bytes(answer[2:4], "big")
        found[code] = answer[4 : 4 + size]
        answer = answer[4 + size :]
    return {"file": found.get(59, b"").decode()}


def main(device: str, mac: bytes, questions: list[str]) -> list[dict[str, str]]:
    """Ask one after the other."""
    told = []
    for question in questions:
        version, arch, *more = question.split(":")
        ask = v6 if version == "6" else v4
        told.append(ask(device, mac, int(arch), bool(more)))
    return told


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], bytes.fromhex(sys.argv[2].replace(":", "")), sys.argv[3:])))
