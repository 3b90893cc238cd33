"""Listens on ports, or knocks at them: a program of its own, run where the machine is.

`python knocking.py listen` takes a list of [protocol, address, port] as JSON, says `ready`, and answers every knock
with the address it came from. `python knocking.py knock` takes such a list too, and prints for each what it was
answered, or null. A knock at 255.255.255.255 is one of a machine that asks for an address, from port 68.
"""

from __future__ import annotations

import errno
import json
import selectors
import socket
import sys
import time

WAIT = 4.0
"""Seconds until a knock that nothing came back for counts as unanswered; TCP asks again after one and after three."""
AT_ONCE = 200
EVERYBODY = "255.255.255.255"
KIND = {"tcp": socket.SOCK_STREAM, "udp": socket.SOCK_DGRAM}


def _socket(protocol: str, address: str) -> socket.socket:
    made = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, KIND[protocol])
    made.setblocking(False)
    return made


def listen(rows: list[list[str]]) -> None:
    """Answer until the end."""
    ears = selectors.DefaultSelector()
    for protocol, address, port in rows:
        ear = _socket(protocol, address)
        ear.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        ear.bind((address, int(port)))
        if protocol == "tcp":
            ear.listen(64)
        ears.register(ear, selectors.EVENT_READ, protocol)
    print("ready", flush=True)
    while True:
        for key, _ in ears.select():
            ear = key.fileobj
            assert isinstance(ear, socket.socket)
            if key.data == "udp":
                _, origin = ear.recvfrom(100)
                ear.sendto(origin[0].encode(), origin)
            else:
                visitor, origin = ear.accept()
                visitor.sendall(origin[0].encode())
                visitor.close()


def knock(rows: list[list[str]]) -> list[str | None]:
    """What every door answers."""
    found: list[str | None] = []
    for start in range(0, len(rows), AT_ONCE):
        found += _round(rows[start : start + AT_ONCE])
    return found


def _round(rows: list[list[str]]) -> list[str | None]:
    found: dict[int, str | None] = {}
    doors = selectors.DefaultSelector()
    for number, (protocol, address, port) in enumerate(rows):
        door = _socket(protocol, address)
        try:
            _open(door, protocol, (address, int(port)))
        except OSError:
            continue
        doors.register(door, selectors.EVENT_READ, number)
    end = time.monotonic() + WAIT
    while doors.get_map() and time.monotonic() < end:
        for key, _ in doors.select(end - time.monotonic()):
            door = key.fileobj
            assert isinstance(door, socket.socket)
            try:
                found[key.data] = door.recv(100).decode() or None
            except OSError:
                found[key.data] = None
            doors.unregister(door)
            door.close()
    return [found.get(number) for number in range(len(rows))]


def _open(door: socket.socket, protocol: str, there: tuple[str, int]) -> None:
    if there[0] == EVERYBODY:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        door.bind(("", 68))
        door.sendto(b"?", there)
        return
    answer = door.connect_ex(there)
    if answer not in (0, errno.EINPROGRESS):
        raise OSError(answer, "not even begun")
    if protocol == "udp":
        door.send(b"?")


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    if sys.argv[1] == "listen":
        listen(asked)
    else:
        print(json.dumps(knock(asked)))
