"""The certificate authority of the configuration server, as the rest sees it: look, and clean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

SIGNED, REQUESTED, REVOKED = "signed", "requested", "revoked"
"""What the authority has of a name: a certificate that holds, a request that waits, a certificate that is void."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the authority has of a name. `fingerprint` is that of the certificate, or of the request."""

    state: str
    fingerprint: str = ""


class Certificates(Protocol):
    """The authority. Every method ends in a bounded time.

    Raises Refused when the authority cannot be reached, or says no.
    """

    def look(self, certname: str) -> Standing | None:
        """What it has of this name; None when nothing. Nothing is changed."""

    def clean(self, certname: str) -> Sequence[Standing]:
        """Revoke and forget the certificate of this name, and forget requests for one, until there is neither.

        What was there, in the order in which it went; nothing when there was nothing.
        """
