"""Where the certificate authority keeps the hashes of tokens, as the rest sees it. A token itself is never kept."""

from __future__ import annotations

from typing import Protocol


class Tokens(Protocol):
    """The directory of hashes on the configuration server."""

    def arm(self, certname: str, line: str) -> None:
        """Let the machine get its certificate by what `line` says; a former token of it no longer counts.

        Raises Refused when the server cannot be reached, or does not sign by tokens.
        """
