"""Which classes and parameters a machine has for Puppet: as nodes.pp and as data for an external node classifier.

Both say the same; a site installs one of them. Secrets are in neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from clusterdef.generators.once import once

from clusterdef.languages import Safe, as_puppet
from clusterdef.model import Cluster, Node

ENVIRONMENT = "puppet_agent.environment"
"""The branch that a machine follows. The server goes by what the classifier says, whatever the agent asks for."""

Classes = dict[str, dict[str, Any]]
Interface = tuple[tuple[str, ...], tuple[tuple[str, str, str], ...]]


def context_enc(subject: Node, cluster: Cluster) -> Mapping[str, Any]:
    """The document that the classifier hands out for one machine.

    Its name comes first: the reader looks there whether it is the right one. Puppet takes no notice of it. Where
    nobody says an environment there is none, and the one that the agent asks for holds.
    """
    told = {"classes": classes(subject, cluster), "parameters": parameters(subject, cluster)}
    environment = subject.parameters.get(ENVIRONMENT)
    said = {"environment": environment} if environment else {}
    return {"document": {"name": subject.certname, **said, **told}}


def context_nodes_pp(subject: Cluster, cluster: Cluster) -> Mapping[str, Any]:
    """Certificate name and the lines between the braces, for every machine that Puppet configures."""
    nodes = (node for node in cluster.nodes.values() if not node.device)
    return {"nodes": ((node.certname, Safe("\n".join(_lines(node, cluster)), "a manifest")) for node in nodes)}


def context_apply(subject: Cluster, cluster: Cluster) -> Mapping[str, Any]:
    """Which of the two a machine without a server goes by; where the server is somebody else's, the classifier."""
    return {"enc": by_documents(cluster)}


def context_classified(subject: Cluster, cluster: Cluster) -> Mapping[str, Any]:
    """Which of the two the server goes by."""
    return {"enc": by_documents(cluster)}


def by_documents(cluster: Cluster) -> bool:
    """True where there is a document for each machine, and not nodes.pp."""
    servers = cluster.providers("configuration")
    return not servers or servers[0].parameters.get("puppet_server.classify") != "nodes.pp"


def classes(node: Node, cluster: Cluster) -> Classes:
    """The machine's classes in the order of its modules, each with the parameters that have a value."""
    found: Classes = {}
    values = node.parameters
    for name in node.modules:
        declared, parameters = interfaces(cluster)[name]
        for its_class in declared:
            found.setdefault(its_class, {})
        for key, its_class, its_name in parameters:
            if key in values:
                found.setdefault(its_class, {})[its_name] = values[key]
    return found


@once
def interfaces(cluster: Cluster) -> Mapping[str, Interface]:
    """What each module's classes take: (parameter, class, name there). Secrets reach them another way."""
    return {
        module.name: (
            module.classes,
            tuple((one.key, *one.target) for one in module.parameters if one.target and not one.secret),
        )
        for module in cluster.modules.values()
    }


def parameters(node: Node, cluster: Cluster) -> dict[str, Any]:
    """What holds for the machine as a whole; every name begins with cd_, so that no fact is hidden by it."""
    return {
        "cd_cluster": cluster.name,
        "cd_node": node.name,
        "cd_roles": node.all_roles,
        "cd_groups": node.groups,
        "cd_rack": node.place.rack,
    }


def _lines(node: Node, cluster: Cluster) -> Iterator[str]:
    """The body of a node definition. A class without parameters is included, as a classifier's is."""
    for name, value in parameters(node, cluster).items():
        yield f"  ${name} = {as_puppet(value)}"
    for its_class, values in classes(node, cluster).items():
        if values:
            yield f"  class {{ '{its_class}':"
            for name, value in values.items():
                yield f"    {name} => {as_puppet(value)},"
            yield "  }"
        else:
            yield f"  include {its_class}"
