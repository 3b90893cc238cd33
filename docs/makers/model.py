"""The page of what a template may use: the resolved cluster, from the docstrings and types of the model."""

from __future__ import annotations

import ast
import dataclasses
import inspect
from collections.abc import Iterator

from clusterdef import model
from docs.makers.markdown import code, heading, page, table

INTRO = """
What templates, `when` and `path` of a [generator](generator.md) see: `cluster` always, and `node`, `network` or `role`
where there is a file for each. Sizes are bytes, addresses are address objects (they print as text), names are lower
case. A name that is not here stops the template, with its file and line.
"""


def pages() -> dict[str, str]:
    """The page of the model."""
    found = [one for _, one in inspect.getmembers(model, inspect.isclass) if dataclasses.is_dataclass(one)]
    ordered = sorted(
        found, key=lambda one: (FIRST.index(one.__name__) if one.__name__ in FIRST else len(FIRST), one.__name__)
    )
    return {"model.md": page("What templates see", "clusterdef/model/", INTRO, *map(_section, ordered))}


FIRST = ("Cluster", "Node", "Network", "Interface")
"""What templates use most stands first."""


def _section(kind: type) -> str:
    parts = [heading(2, kind.__name__), inspect.cleandoc(kind.__doc__ or ""), table(("name", "type"), _fields(kind))]
    parts.append(table(("worked out", "type", "what it is"), _worked_out(kind)))
    return "\n\n".join(part for part in parts if part)


def _fields(kind: type) -> Iterator[tuple[str, str]]:
    for field in dataclasses.fields(kind):
        if not field.name.startswith("_"):
            yield f"`{field.name}`", code(field.type)


def _worked_out(kind: type) -> Iterator[tuple[str, str, str]]:
    """Properties and methods, with their sentence."""
    tree = ast.parse(inspect.cleandoc(inspect.getsource(kind))).body[0]
    assert isinstance(tree, ast.ClassDef)
    for function in tree.body:
        if isinstance(function, ast.FunctionDef) and not function.name.startswith("_"):
            is_property = any(isinstance(one, ast.Name) and one.id == "property" for one in function.decorator_list)
            arguments = ", ".join(one.arg for one in function.args.args[1:])
            name = function.name if is_property else f"{function.name}({arguments})"
            returns = code(ast.unparse(function.returns)) if function.returns else ""
            yield code(name), returns, " ".join((ast.get_docstring(function) or "").split())
