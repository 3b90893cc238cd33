"""What only Puppet's Hiera may say: secrets, each as a slot that is filled on its way, and as Sensitive for Puppet.

What else a machine's classes take is the business of classification.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clusterdef.generators.once import once

from clusterdef.languages import SEALED, Safe, slot
from clusterdef.model import Cluster, Node

HASHED = "password"
"""The kind of secret that people type; machines get no more than its hash."""

Declared = tuple[tuple[str, str], ...]


def context_hiera_node(subject: Node, cluster: Cluster) -> Mapping[str, Any]:
    """Slots by the names that Puppet looks them up by."""
    kinds = _kinds(cluster)
    forms = {form: sealed for sealed, form in SEALED.items()} if cluster.eyaml else {}
    found: dict[str, Safe] = {}
    for module in subject.modules:
        for key, target in declared(cluster)[module]:
            if key in subject.parameters:
                name = subject.parameters[key]
                form = "crypt" if kinds.get(name) == HASHED else "quoted"
                found[target] = slot(name, forms.get(form, form))
    return {"secrets": found}


@once
def declared(cluster: Cluster) -> Mapping[str, Declared]:
    """For each module the secrets that its classes take: the parameter's key, and `class::name`."""
    return {
        module.name: tuple((one.key, "::".join(one.target)) for one in module.parameters if one.secret and one.target)
        for module in cluster.modules.values()
    }


@once
def _kinds(cluster: Cluster) -> Mapping[str, str]:
    return {secret.name: secret.kind for secret in cluster.secrets}
