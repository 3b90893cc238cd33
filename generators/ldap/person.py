"""The first people of the directory: the administrators, with their numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from clusterdef.languages import CannotSay
from clusterdef.model import Admin, Cluster

Name = tuple[tuple[str, str], ...]
"""The name of an entry: attributes with their values, the innermost first."""


@dataclass(frozen=True, slots=True)
class Person:
    """A user, with what the directory says of one."""

    name: str
    uid: int
    full_name: str
    surname: str
    mail: str
    keys: tuple[str, ...]


def people(cluster: Cluster, names: Iterable[str], first: int) -> tuple[Person, ...]:
    """A person for each name, in order. Who has no number of their own gets the first that is free from `first` on."""
    known = {admin.name: admin for admin in cluster.admins}
    wanted = [known.get(name, Admin(name, ())) for name in dict.fromkeys(names)]
    taken: dict[int, str] = {}
    for admin in wanted:
        if admin.uid is not None and taken.setdefault(admin.uid, admin.name) != admin.name:
            raise CannotSay(admin.uid, "ldif", f"{taken[admin.uid]} and {admin.name} cannot both have this uid")
    return tuple(_person(admin, _number(admin, first, taken)) for admin in wanted)


def _number(admin: Admin, first: int, taken: dict[int, str]) -> int:
    number = admin.uid
    if number is None:
        number = next(free for free in range(first, first + len(taken) + 1) if free not in taken)
        taken[number] = admin.name
    return number


def _person(admin: Admin, uid: int) -> Person:
    words = admin.full_name.split() or [admin.name]
    return Person(admin.name, uid, admin.full_name or admin.name, words[-1], admin.mail, admin.keys)
