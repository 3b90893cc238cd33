"""The certificate authority of a Puppet server, over its HTTP API (puppet-ca/v1/certificate_status)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from clusterdef.drivers.configuration_server import ConfigurationServer
from clusterdef.ports.certificates import SIGNED, Standing
from clusterdef.problem import Problem, Refused

PATH = "/puppet-ca/v1/certificate_status/"
OK, NOTHING_TO_SAY, NOT_FOUND = 200, 204, 404
TURNS = 5
"""How often a name is cleaned at most: somebody may send request after request."""


@dataclass(frozen=True, slots=True)
class PuppetCa:
    """The authority on a configuration server."""

    server: ConfigurationServer

    def look(self, certname: str) -> Standing | None:
        """See ports.certificates."""
        status, answer = self.server.ask("GET", PATH + certname)
        if status == NOT_FOUND:
            return None
        self._well(status, answer, (OK,))
        try:
            said = json.loads(answer)
            return Standing(str(said["state"]), str(said.get("fingerprint", "")))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Refused(self._strange(status, answer)) from error

    def clean(self, certname: str) -> Sequence[Standing]:
        """See ports.certificates."""
        gone: list[Standing] = []
        for _ in range(TURNS):
            found = self.look(certname)
            if found is None:
                return gone
            # Forgetting alone would leave the certificate good in the hands of whoever has its key.
            if found.state == SIGNED:
                body = b'{"desired_state": "revoked"}'
                self._well(*self.server.ask("PUT", PATH + certname, body), (OK, NOTHING_TO_SAY))
            self._well(*self.server.ask("DELETE", PATH + certname), (OK, NOTHING_TO_SAY, NOT_FOUND))
            gone.append(found)
        raise Refused(self._stays(certname))

    def _well(self, status: int, answer: bytes, good: Sequence[int]) -> None:
        if status not in good:
            raise Refused(self._strange(status, answer))

    def _strange(self, status: int, answer: bytes) -> Problem:
        said = answer.decode(errors="replace").strip()[:200]
        message = f"the certificate authority on {self.server.name} answers {status}"
        advice = (said, "its rules (auth.conf) must let the server's own certificate look, revoke and remove")
        return Problem("authority-answer", message, advice=tuple(filter(None, advice)), subject=self.server.name)

    def _stays(self, certname: str) -> Problem:
        message = f"requests for {certname} come faster than they can be removed"
        advice = ("find out who sends them: the server's access log has the address", "then run again")
        return Problem("authority-busy", message, advice=advice, subject=self.server.name)
