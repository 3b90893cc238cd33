"""The hashes that published text has in place of a secret: the keeper's secret and salt, hashed once."""

from __future__ import annotations

from collections.abc import Callable

from clusterdef.ports.secrets import Secrets
from clusterdef.problem import Problem, Refused
from clusterdef.secrets.hashes import ldap_crypt, ldap_ssha, sha512
from clusterdef.secrets.life import salt_of
from clusterdef.secrets.making import Random


class Hashed:
    """Hashes of one cluster's secrets; the same every time, because salts are kept."""

    def __init__(self, keeper: Secrets, cluster: str, random: Random) -> None:
        self.keeper = keeper
        self.cluster = cluster
        self.random = random
        self._known: dict[tuple[str, str], str] = {}

    def crypt(self, name: str) -> str:
        """sha512-crypt, for a shadow file or a kickstart. Raises Refused when there is no such secret."""
        return self._hash("crypt", sha512, name)

    def ldap(self, name: str) -> str:
        """`{CRYPT}` and sha512-crypt, for a directory. Raises Refused when there is no such secret."""
        return self._hash("ldap", ldap_crypt, name)

    def ldap_ssha(self, name: str) -> str:
        """`{SSHA}`, for a directory without crypt. Raises Refused when there is no such secret."""
        return self._hash("ssha", ldap_ssha, name)

    def _hash(self, form: str, maker: Callable[[bytes, bytes], str], name: str) -> str:
        if (form, name) not in self._known:
            secret = self.keeper.get(name)
            if not secret:
                raise Refused(missing(name, self.keeper))
            self._known[form, name] = maker(secret, salt_of(name, self.keeper, self.cluster, self.random))
        return self._known[form, name]


def missing(name: str, keeper: Secrets) -> Problem:
    """What to say of a secret that is not there."""
    advice = ("see what is missing:   clusterdef secret missing",)
    return Problem("secret-missing", f"there is no {name} in {keeper.place}", subject="secret", advice=advice)
