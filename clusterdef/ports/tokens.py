"""Where the certificate authority keeps the hashes of tokens, as the rest sees it. A token itself is never kept."""

from __future__ import annotations

from typing import Protocol


class Tokens(Protocol):
    """The directory of hashes on the configuration server.

    Every method raises Refused when the server cannot be reached, or does not sign by tokens.
    """

    def armed(self, certname: str) -> bool:
        """Whether a token of the machine waits to be used."""

    def arm(self, certname: str, line: str) -> None:
        """Let the machine get its certificate by what `line` says; a former token of it no longer counts."""

    def disarm(self, certname: str) -> None:
        """Let no token of the machine count any more; nothing happens when there is none."""
