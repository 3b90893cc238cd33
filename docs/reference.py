"""Make the reference pages: `python -m docs.reference` writes docs/reference from schemas, definitions and code."""

from __future__ import annotations

from pathlib import Path

from docs.makers import commands, languages, model, modules, outputs, problems, roles, schemas, services, types

FOLDER = Path(__file__).parent / "reference"
MAKERS = (
    schemas.pages,
    types.types_page,
    roles.pages,
    modules.pages,
    services.pages,
    outputs.pages,
    commands.pages,
    languages.pages,
    model.pages,
    problems.pages,
)


def pages() -> dict[str, str]:
    """Every page of the reference, by its path below docs/reference."""
    return {name: text for make in MAKERS for name, text in make().items()}


def write(folder: Path = FOLDER) -> None:
    """Write the pages, and remove those that nothing makes any more."""
    made = pages()
    for name, text in made.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists() or file.read_text("utf-8") != text:
            file.write_text(text, "utf-8")
    for file in folder.rglob("*.md"):
        if str(file.relative_to(folder)) not in made:
            file.unlink()


if __name__ == "__main__":
    write()
