"""Templates and expressions that a site or a package brings: that they can be read at all.

Filling them is `generate`'s.
"""

from __future__ import annotations

from collections.abc import Iterator

from clusterdef.catalog import BUILT_IN, SITE, Definition
from clusterdef.problem import Problem
from clusterdef.render import Failed, Render
from clusterdef.site import TEMPLATES, Site

Place = tuple[str | int, ...]


def template_problems(site: Site) -> Iterator[Problem]:
    """What cannot be read: the rows of generators that are not shipped, and templates that replace shipped ones."""
    foreign = [one for one in site.inputs.catalog.generators.values() if one.shelf != BUILT_IN]
    folder = site.folder / TEMPLATES
    replacing = sorted(folder.rglob("*.j2")) if folder.is_dir() else []
    if not foreign and not replacing:
        return
    render = site.render()
    for definition in foreign:
        for number, row in enumerate(definition.data["outputs"]):
            if row["for_each"] == "part" and definition.shelf == SITE:
                yield _without_parts(definition, number)
            for key in ("when", "link_for", "path", "template"):
                if key in row:
                    yield from _of_row(render, definition, key, row[key], ("outputs", number, key))
    for file in replacing:
        yield from _replacing(render, str(file.relative_to(folder)))


def _without_parts(definition: Definition, number: int) -> Problem:
    """Parts are named by Python, which a generator in a site's folder has none of."""
    advice = ("make it for each node, network or role, and leave out by `when` what needs none",)
    mark = definition.document.mark("outputs", number, "for_each")
    return Problem("template", f"{definition.name}: a site's own generator has no parts", mark, advice=advice)


def _of_row(render: Render, definition: Definition, key: str, text: str, path: Place) -> Iterator[Problem]:
    try:
        if key == "template":
            render.template(f"{definition.name}/{text}")
        elif key == "path":
            render.path(text)
        else:
            render.condition(text)
    except Failed as failed:
        advice = (f"it is the {key} of generator {definition.name} ({definition.document.file})",)
        mark = failed.mark or definition.document.mark(*path)
        yield Problem("template", f"{definition.name}: {failed.message.rstrip('.')}", mark, advice=advice)


def _replacing(render: Render, name: str) -> Iterator[Problem]:
    try:
        render.template(name)
    except Failed as failed:
        advice = (f"{TEMPLATES}/{name} replaces the shipped one; `clusterdef catalog` shows where that is",)
        yield Problem(
            "template",
            f"{name}: {failed.message.rstrip('.')}",
            failed.mark,
            advice=advice,
            subject=f"{TEMPLATES}/{name}",
        )
