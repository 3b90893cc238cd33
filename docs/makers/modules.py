"""A page for each shipped module: what can be set, what it offers and needs, its ports, its checks, its backup."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from clusterdef.catalog import Definition
from docs.makers.markdown import bullets, code, heading, listing, page, sentence, table, value
from docs.makers.shelf import readme, roles_with, shipped
from docs.makers.types import words

Json = Any


def pages() -> dict[str, str]:
    """The modules' pages and the list of them."""
    found = {f"modules/{name}.md": _page(name, module) for name, module in shipped("module").items()}
    rows = [(f"[{name}]({name}.md)", sentence(one.data["description"])) for name, one in shipped("module").items()]
    intro = "A module is one service, or one aspect of a machine; a machine gets it through a role."
    index = page("Modules", "puppet/modules/*/module.json", intro, table(("module", "what it does"), rows))
    return found | {"modules/index.md": index}


def _page(name: str, module: Definition) -> str:
    data = module.data
    return page(
        f"Module {name}",
        f"puppet/modules/{name}/",
        sentence(data["description"]),
        readme(module),
        heading(2, "Parameters"),
        table(("parameter", "type", "default", "meaning"), _parameters(name, data)) or "None.",
        *_inner(name, data),
        _section(
            "Services that it provides", table(("service", "port", "answers from", "what it is"), _provides(data))
        ),
        _section("Services that it needs", table(("service", "to", "what for"), _requires(data))),
        _section("Ports", table(("port", "number", "open for", "on"), _ports(data))),
        _section("Checks", table(("check", "what it proves", "where it runs", "command"), _checks(data))),
        _section("Backup", table(("path", "put back", "what is lost without it"), _backup(data))),
        _section("Good to know", bullets(_facts(name, data))),
    )


def _section(title: str, text: str) -> str:
    return f"{heading(2, title)}\n\n{text}" if text else ""


def _parameters(name: str, data: Mapping[str, Json]) -> Iterator[tuple[str, str, str, str]]:
    for key, rule in data.get("parameters", {}).items():
        yield f"`{name}.{key}`", words(rule, "../"), _default(name, key, rule), _meaning(rule)


def _default(module: str, name: str, rule: Mapping[str, Json]) -> str:
    if "default" in rule:
        return value(rule["default"])
    if rule.get("format") == "secret":
        node = ".NODE" if rule.get("secret", {}).get("per") == "node" else ""
        return f"secret `{module}.{name}{node}`"
    return "*none: the class decides*" if rule.get("optional") else "**required**"


def _meaning(rule: Mapping[str, Json]) -> str:
    said = [rule["description"]]
    if "example" in rule:
        said.append(f"for example {value(rule['example'])}")
    if rule.get("merge") == "append":
        said.append("the layers add up")
    if rule.get("format") == "secret":
        said.append(f"a secret of kind `{rule.get('secret', {}).get('kind', 'token')}`")
    return "; ".join(said)


def _inner(name: str, data: Mapping[str, Json]) -> Iterator[str]:
    """The keys of parameters that are lists of maps, or maps."""
    for key, rule in data.get("parameters", {}).items():
        for tail, part in (("", rule), ("[]", rule.get("items", {}))):
            if part.get("properties"):
                rows = [_key(part, inner, one) for inner, one in part["properties"].items()]
                yield heading(3, f"`{name}.{key}{tail}`")
                yield table(("key", "type", "default", "meaning"), rows)


def _key(part: Mapping[str, Json], key: str, rule: Mapping[str, Json]) -> tuple[str, str, str, str]:
    required = "**required**" if key in part.get("required", ()) else ""
    return (
        f"`{key}`",
        words(rule, "../"),
        value(rule["default"]) if "default" in rule else required,
        rule.get("description", ""),
    )


def _provides(data: Mapping[str, Json]) -> Iterator[tuple[str, str, str, str]]:
    for service, terms in data.get("provides", {}).items():
        number = code(terms["port"]) if "port" in terms else ""
        yield f"[{service}](../services.md)", number, terms.get("phase", "configure"), terms.get("description", "")


def _requires(data: Mapping[str, Json]) -> Iterator[tuple[str, str, str]]:
    for service, terms in data.get("requires", {}).items():
        optional = ", where somebody provides it" if terms.get("optional") else ""
        yield (
            f"[{service}](../services.md)",
            f"{terms.get('phase', 'configure')}{optional}",
            terms.get("description", ""),
        )


def _ports(data: Mapping[str, Json]) -> Iterator[tuple[str, str, str, str]]:
    for port in data.get("ports", ()):
        numbers = ", ".join(f"{kind} {_numbers(port[kind])}" for kind in ("tcp", "udp") if kind in port)
        yield port["name"], numbers, f"`{port['from']}`", port.get("on", "all")


def _numbers(said: Json) -> str:
    return ", ".join(str(number) for number in said) if isinstance(said, list) else str(said)


def _checks(data: Mapping[str, Json]) -> Iterator[tuple[str, str, str, str]]:
    for name, check in data.get("checks", {}).items():
        where = check.get("from", "itself") + (", as a user" if check.get("as") == "user" else "")
        yield f"`{name}`", check.get("description", ""), where, code(check.get("run") or check["script"])


def _backup(data: Mapping[str, Json]) -> Iterator[tuple[str, str, str]]:
    for item in data.get("backup", ()):
        dump = f" (the output of {code(item['dump'])})" if "dump" in item else ""
        yield code(item["path"]) + dump, item.get("restore", "before-configure"), item.get("description", "")


def _facts(name: str, data: Mapping[str, Json]) -> Iterator[str]:
    roles = [f"[{role}](../roles/{role}.md)" for role in roles_with(name)]
    if roles:
        yield f"comes with role {', '.join(roles)}"
    if data["classes"]:
        yield f"Puppet: {listing(data['classes'])}"
    if "source" in data:
        yield f"its Puppet code comes from {code(data['source'].get('git') or data['source'].get('forge'))}"
    if "os" in data:
        systems = [f"{family} {', '.join(releases)}" for family, releases in data["os"].items()]
        yield f"written for {', '.join(systems)}"
    for key, words_ in FACTS.items():
        if data.get(key):
            yield f"{words_} {listing(data[key])}"


FACTS = {
    "packages": "already installed with the machine:",
    "files_not_ours": "written by the software itself, not by us:",
    "conflicts": "cannot be on one machine with",
}
"""Lists of a module that are told in a line each."""
