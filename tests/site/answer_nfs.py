"""Answers on the port of NFS that a server is there, and can do nothing else: automount asks that before it mounts.

A machine of the test site runs it, by itself; see ground.py for what is mounted then.
"""

from __future__ import annotations

import socketserver
import struct

LAST = 0x80000000
"""Set in the length of a record's last fragment (RFC 5531, 11); the callers that we have send one."""


class Answer(socketserver.StreamRequestHandler):
    """To every call on a connection: accepted, and done (RFC 5531, 9). Procedure 0 has no more to say."""

    def handle(self) -> None:
        while len(head := self.rfile.read(4)) == 4:
            call = self.rfile.read(struct.unpack(">I", head)[0] & ~LAST)
            reply = call[:4] + struct.pack(">5I", 1, 0, 0, 0, 0)
            self.wfile.write(struct.pack(">I", LAST | len(reply)) + reply)


class Server(socketserver.ThreadingTCPServer):
    """Starts again at once on the port that it had."""

    allow_reuse_address = True
    daemon_threads = True


if __name__ == "__main__":
    with Server(("", 2049), Answer) as server:
        server.serve_forever()
