"""A failing case made as small as it goes: one place, the shortest text, and the site that holds nothing else of it."""

from __future__ import annotations

from collections.abc import Mapping

from tests.hostile.ground import Place, written
from tests.hostile.trial import tried
from tests.properties.made import folder

Values = Mapping[Place, str]


def smallest(values: Values) -> str:
    """What a person needs to see the failure again: the file with the text in it, and where."""
    place = next((one for one in values if _fails({one: values[one]})), None)
    if place is None:
        return "it takes several texts at once: " + ascii({str(one): text for one, text in values.items()})
    text = _shortest(place, values[place])
    with folder() as here:
        written({place: text}, here)
        content = (here / place.file).read_text("utf-8")
    return f"{place}: {text!a}\n--- {place.file} (all else as in tests/hostile/ground)\n{content}"


def _fails(values: Values) -> bool:
    try:
        return bool(tried(values).wrong)
    except Exception:
        return True


def _shortest(place: Place, text: str) -> str:
    """The text without every piece that it takes no part in, larger pieces first."""
    size = len(text) // 2
    while size:
        for start in range(0, len(text), size):
            shorter = text[:start] + text[start + size :]
            if shorter and place.takes(shorter) and _fails({place: shorter}):
                text = shorter
                break
        else:
            size //= 2
    return text
