"""Pages of what is shipped besides roles and modules: the files that generators make, and the disk layouts."""

from __future__ import annotations

from collections.abc import Iterator

from clusterdef.catalog import Definition
from docs.makers.markdown import code, heading, listing, page, sentence, table
from docs.makers.shelf import shipped


def pages() -> dict[str, str]:
    """The page of generated files, and that of disk layouts."""
    return {"outputs.md": _outputs(), "layouts.md": _layouts()}


def _outputs() -> str:
    intro = (
        "What `clusterdef generate` writes below `generated/current`. The word in the first column is the one that"
        " summaries use. A site adds files of its own by a [generator](generator.md)."
    )
    sections = [_generator(name, one) for name, one in shipped("generator").items()]
    return page("Generated files", "generators/*/generator.json", intro, *sections)


def _generator(name: str, generator: Definition) -> str:
    rows = [
        (
            f"`{row['name']}`",
            code(row["path"]),
            f"each {row['for_each']}".replace("each site", "the site"),
            row.get("description", ""),
            _when(row),
        )
        for row in generator.data["outputs"]
    ]
    columns = ("word", "path", "one for", "what it is", "only where")
    return f"{heading(2, name)}\n\n{sentence(generator.data['description'])}\n\n{table(columns, rows)}"


def _when(row: dict[str, str]) -> str:
    return code(row["when"]) if "when" in row else ""


def _layouts() -> str:
    intro = (
        "How a system disk is divided. A role, a group or a node names a layout by `disk_layout`; the role's own is the"
        " default. A site's own stand in `layouts/NAME/layout.json`, [described here](layout.md)."
    )
    return page("Disk layouts", "kickstart/layouts/*/layout.json", intro, *map(_layout, shipped("layout").values()))


def _layout(layout: Definition) -> str:
    rows = list(_volumes(layout))
    used = [name for name, role in shipped("role").items() if role.data.get("disk_layout") == layout.name]
    by = f"Scheme {code(layout.data['scheme'])}. " + (
        f"Used by role {listing(used)}." if used else "No shipped role uses it."
    )
    parts = (
        heading(2, layout.name),
        sentence(layout.data["description"]),
        by,
        table(("mount", "size", "file system", "options"), rows),
    )
    return "\n\n".join(parts)


def _volumes(layout: Definition) -> Iterator[tuple[str, str, str, str]]:
    for volume in layout.data["volumes"]:
        most = f", at most {volume['max']}" if "max" in volume else ""
        size = f"{volume['size']} and what is left{most}" if volume.get("grow") else volume["size"]
        kind = "" if volume["mount"] == "swap" else volume.get("fs", "xfs")
        yield f"`{volume['mount']}`", size, kind, listing(volume.get("options", ()))
