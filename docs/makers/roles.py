"""A page for each shipped role: what it is for, what it brings, what it says about its machine."""

from __future__ import annotations

from collections.abc import Iterator

from clusterdef.catalog import Definition
from clusterdef.schema import settings
from docs.makers.markdown import bullets, code, fenced, heading, page, sentence, table, value
from docs.makers.shelf import brought, choice_words, choices, examples, readme, shipped


def pages() -> dict[str, str]:
    """The roles' pages and the list of them."""
    found = {f"roles/{name}.md": _page(name, role) for name, role in shipped("role").items()}
    rows = [(f"[{name}]({name}.md)", sentence(role.data["description"])) for name, role in shipped("role").items()]
    index = page(
        "Roles", "roles/*/role.json", "A role says what a machine is for.", table(("role", "what it is for"), rows)
    )
    return found | {"roles/index.md": index}


def _page(name: str, role: Definition) -> str:
    return page(
        f"Role {name}",
        f"roles/{name}/",
        sentence(role.data["description"]),
        readme(role),
        heading(2, "What it consists of"),
        _contents(role),
        _section("Settings", table(("key", "value"), _settings(role))),
        _section("Services", table(("service", "from module", "what it is"), _provides(role))),
        _section("Parameters that it sets", table(("parameter", "value"), _parameters(role))),
        _section("Health", table(("check", "what it proves", "command"), _health(role))),
        *_examples(role),
    )


def _section(title: str, text: str) -> str:
    return f"{heading(2, title)}\n\n{text}" if text else ""


def _contents(role: Definition) -> str:
    """What it includes and brings; what its loss means."""
    data = role.data
    lines = [f"role {choice_words(choice, '')}" for choice in choices(role, "include")]
    lines += [f"module {choice_words(choice, '../modules/')}" for choice in choices(role, "modules")]
    if data.get("everywhere"):
        lines.append("on every node with an operating system, without naming it")
    if data.get("device"):
        lines.append("a device: no operating system, no modules")
    loss = f"Its loss: {data['runbook'][0].lower()}{data['runbook'][1:]}." if "runbook" in data else ""
    return f"{bullets(lines)}\n\n{loss}".strip()


def _settings(role: Definition) -> Iterator[tuple[str, str]]:
    for key in settings()["properties"]:
        if key in role.data and key != "parameters":
            yield f"[{key}](../settings.md)", value(role.data[key])


def _parameters(role: Definition) -> Iterator[tuple[str, str]]:
    for key, said in role.data.get("parameters", {}).items():
        module = key.split(".")[0]
        yield f"[{key}](../modules/{module}.md#parameters)", value(said)


def _provides(role: Definition) -> Iterator[tuple[str, str, str]]:
    for module in brought(role):
        for service, terms in shipped("module")[module].data.get("provides", {}).items():
            yield f"[{service}](../services.md)", f"[{module}](../modules/{module}.md)", terms.get("description", "")


def _health(role: Definition) -> Iterator[tuple[str, str, str]]:
    for name in role.data.get("health", ()):
        module, _, check = name.partition(".")
        rule = shipped("module")[module].data["checks"][check]
        yield (
            f"[{name}](../modules/{module}.md#checks)",
            rule.get("description", ""),
            code(rule.get("run") or rule["script"]),
        )


def _examples(role: Definition) -> Iterator[str]:
    files = examples(role)
    if files:
        yield heading(2, "Examples")
        yield "Parts of a site.yaml; they go over what stands there already."
        yield from (fenced(file.read_text("utf-8"), "yaml fragment") for file in files)
