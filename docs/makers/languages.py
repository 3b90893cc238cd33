"""The page of the languages that templates are written in, from the table that says values in them."""

from __future__ import annotations

from clusterdef.languages import LANGUAGES
from docs.makers.markdown import listing, page, table

INTRO = """
The second ending of a template's name says in which language its text is: `node.ks.j2` is a kickstart. Every
`{{ value }}` is said in that language, quoted or escaped as it needs; what the language cannot say stops the run. A
place other than the usual one is asked for by a filter: `{{ names | words }}`.

`words` is several words, `comment` what stands behind a comment sign. A part in another language stands between
`{% language sh %}` and `{% endlanguage %}`. The place of a secret is `{{ "users.root_password" | slot("crypt") }}`:
published text has its name, and it is filled when the file is handed out.
"""


def pages() -> dict[str, str]:
    """The page of languages."""
    rows = [(f"`{ending}`", one.name, listing(sorted(one.places))) for ending, one in sorted(LANGUAGES.items())]
    columns = ("ending", "language", "places besides the usual one")
    return {"languages.md": page("Languages of templates", "clusterdef/languages/", INTRO, table(columns, rows))}
