"""What is handed out for a slot: the hash of a secret, or the secret itself, in the form that the slot asks for."""

from __future__ import annotations

from clusterdef.ports.secrets import Secrets, without_line_end
from clusterdef.problem import Problem, Refused
from clusterdef.secrets.hashed import Hashed, missing
from clusterdef.secrets.making import Random

ITSELF = frozenset({"plain", "quoted"})
"""Forms that hold the secret itself; how it is written there is the language's business."""


class Handed:
    """The secrets of one cluster, for slots."""

    def __init__(self, keeper: Secrets, cluster: str, random: Random) -> None:
        self._keeper = keeper
        self._hashed = Hashed(keeper, cluster, random)

    def __call__(self, name: str, kind: str) -> str:
        """The text for a slot of that name and kind.

        Raises Refused when there is no such secret, when it is no text, or when slots of that kind are filled by
        somebody else.
        """
        if kind == "crypt":
            return self._hashed.crypt(name)
        if kind not in ITSELF:
            raise Refused(Problem("secret-unusable", f"{name}: a {kind} is made for one installation only"))
        value = self._keeper.get(name)
        if not value:
            raise Refused(missing(name, self._keeper))
        try:
            return without_line_end(value).decode()
        except UnicodeDecodeError:
            advice = (f"give it as text:   clusterdef secret set {name}",)
            message = f"{name} is not text, and what it goes into is"
            raise Refused(Problem("secret-unusable", message, subject="secret", advice=advice)) from None
