"""The one template environment: every value is said in the language of the place it stands in.

A template's second ending names its language (`node.ks.j2`); `{% language sh %}…{% endlanguage %}` changes it for a
part of the text. A value that the language cannot say stops the template, with its file and line. What the languages
are is not known here.
"""

from __future__ import annotations

import linecache
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from jinja2 import (
    BaseLoader,
    Environment,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    Undefined,
    pass_context,
    pass_eval_context,
)
from jinja2 import nodes as syntax
from jinja2.ext import Extension
from jinja2.loaders import split_template_path
from jinja2.nodes import EvalContext
from jinja2.parser import Parser
from jinja2.runtime import Context

from clusterdef.generator import Generator
from clusterdef.languages import ANY, LANGUAGES, PLACES, CannotSay, Safe, as_json, slot
from clusterdef.problem import Mark, did_you_mean, listing

Variables = Mapping[str, Any]
Rooms = Mapping[str, tuple[Path, ...]]
T = TypeVar("T")
A = TypeVar("A")

EXPECTED = (TemplateError, CannotSay, TypeError, ValueError, ArithmeticError, LookupError, AttributeError)
"""What a wrong template raises, whoever wrote it."""


class Failed(Exception):
    """A template that could not be filled: what is wrong, where, and through which templates it got there."""

    def __init__(self, message: str, mark: Mark | None = None, through: tuple[Mark, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.mark = mark
        self.through = through


MANY = "__values"
"""The variable that holds many values for another one; no template names it."""


def rooms(generators: Iterable[Generator], site: Path | None, libraries: Iterable[Path] = ()) -> Rooms:
    """Where templates are looked for, by the room that their names begin with (`GENERATOR/FILE`).

    In order: the site's `templates/` (given as `site`), where it may replace a single file; the generator's own
    directory; a library, a directory that lends its files to the room of the same name.
    """
    found: dict[str, tuple[Path, ...]] = {generator.name: (generator.directory,) for generator in generators}
    for library in libraries:
        found[library.name] = (*found.get(library.name, ()), library)
    return {name: ((site / name, *folders) if site else folders) for name, folders in found.items()}


class Render:
    """Fills templates. `shown` turns a template's file into the name a person knows it by."""

    def __init__(self, rooms: Rooms, shown: Callable[[Path], str] = str) -> None:
        self._environment = _Environment(rooms)
        self._shown = shown

    def template(self, name: str) -> Callable[[Variables], str]:
        """A function that fills the template of that name; raises Failed, here when it cannot even be read."""
        return self._filler(self._guarded(self._environment.get_template, name))

    def path(self, source: str) -> Callable[[Variables], str]:
        """A function that fills `source`, a path in which every value is the name of one file or directory."""
        return self._filler(self._guarded(self._environment.from_string, source))

    def condition(self, source: str) -> Callable[[Variables], bool]:
        """A function that says whether the expression `source` is true; an undefined name raises Failed."""
        self._guarded(self._environment.look_at_expression, source)
        fill = cache(lambda: self.path(f"{{% if {source} %}}true{{% endif %}}"))
        return lambda variables: bool(fill()(variables))

    def conditions(self, source: str, name: str) -> Callable[[Variables, Sequence[object]], list[bool]]:
        """Like `condition`, of many values for the variable `name` at once, as a call takes longer than an answer. Its
        expression is one that `condition` took. Where one of the values raises Failed, all of them do."""
        fill = self.path(f"{{% for {name} in {MANY} %}}{{% if {source} %}}1{{% else %}}0{{% endif %}}{{% endfor %}}")
        return lambda variables, values: [answer == "1" for answer in fill({**variables, MANY: values})]

    def _filler(self, template: Template) -> Callable[[Variables], str]:
        def fill(variables: Variables) -> str:
            return self._environment.fill(template, variables)

        return lambda variables: self._guarded(fill, variables)

    def _guarded(self, act: Callable[[A], T], argument: A) -> T:
        """What `act` makes of `argument`; everything that a template can do wrong becomes Failed."""
        try:
            return act(argument)
        except TemplateSyntaxError as error:
            raise Failed(error.message or "syntax error", self._mark(error.filename, error.lineno)) from error
        except EXPECTED as error:
            marks = [mark for place in _places(error.__traceback__) if (mark := self._mark(*place))]
            raise Failed(_message(error), marks[-1] if marks else None, tuple(reversed(marks[:-1]))) from error

    def _mark(self, file: str | None, line: int) -> Mark | None:
        if file is None or not Path(file).is_file():
            return None
        text = linecache.getline(file, line).rstrip("\n")
        return Mark(self._shown(Path(file)), line, len(text) - len(text.lstrip()) + 1, max(1, len(text.strip())), text)


def _message(error: Exception) -> str:
    if isinstance(error, TemplateNotFound):
        return f"there is no template {error.name}"
    if isinstance(error, TemplateError | CannotSay):
        return str(error)
    return f"{type(error).__name__}: {error}"


def _places(trace: TracebackType | None) -> Iterator[tuple[str | None, int]]:
    """File and line of every template that the traceback went through, the outermost first."""
    for frame, line in traceback.walk_tb(trace):
        template = frame.f_globals.get("__jinja_template__")
        if isinstance(template, Template):
            yield template.filename, template.get_corresponding_lineno(line)


class _Environment(Environment):
    """Jinja with typed escaping, without stat calls, and with includes that are looked up beside their template."""

    def __init__(self, rooms: Rooms) -> None:
        super().__init__(
            loader=_Loader(rooms),
            undefined=StrictUndefined,
            finalize=_say,
            extensions=[_LanguageBlock],
            autoescape=False,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,
            cache_size=-1,
        )
        self.context_class = _TypedContext
        self.filters.update({place: _place(place) for place in PLACES}, json=as_json, slot=slot, any=_any)

        self.globals["shared"] = self._shared
        self.globals["filled"] = self._text
        self._given = dict(self.globals)
        self._known: dict[tuple[object, str | None], Template] = {}
        self._once = lru_cache(maxsize=512)(self._filled)

    def join_path(self, template: str, parent: str) -> str:
        """`snippets/x.ks.j2` is looked for in the room of the including template, `/room/x.ks.j2` in that room."""
        return template[1:] if template.startswith("/") else f"{parent.split('/')[0]}/{template}"

    def get_template(self, name: Any, parent: str | None = None, globals: Any = None) -> Template:  # noqa: A002
        """The template, read once."""
        known = self._known.get((name, parent))
        if known is None:
            known = self._known[name, parent] = super().get_template(name, parent, globals)
        return known

    def look_at_expression(self, source: str) -> None:
        """Raises TemplateSyntaxError for what is no expression, or more than one."""
        parser = Parser(self, source, state="variable")
        parser.parse_expression()
        if not parser.stream.eos:
            parser.fail("chunk after expression", parser.stream.current.lineno)

    def fill(self, template: Template, variables: Variables) -> str:
        """The template's text. Its context is made here, because the engine's own way takes as long as the text."""
        context = _TypedContext(self, {**self._given, **variables}, template.name, template.blocks)
        return "".join(template.root_render_func(context))

    @pass_context
    def _shared(self, context: Context, name: str, /, **values: object) -> Safe:
        """`{{ shared("snippets/x.ks.j2", disks=disks) }}`: an include that sees these values and nothing else, so that
        machines for which they are equal share its text. The values must be hashable."""
        return self._once(name, context.name, tuple(values.items()))

    @pass_context
    def _text(self, context: Context, name: str, /, **values: object) -> str:
        """`{{ filled("late.sh.j2", disks=disks) | document }}`: the text of a template as a value, which the language
        of the place says like any other; so a script stands in a document of another language."""
        return f"{self._once(name, context.name, tuple(values.items()))}\n"

    def _filled(self, name: str, parent: str | None, values: tuple[tuple[str, object], ...]) -> Safe:
        template = self.get_template(name, parent)
        return Safe(self.fill(template, dict(values)).removesuffix("\n"), ANY)


class _Loader(BaseLoader):
    """Finds `room/file` in the directories of that room."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, None]:
        room, *parts = split_template_path(template)
        for folder in self._rooms.get(room, ()):
            file = folder.joinpath(*parts)
            if parts and file.is_file():
                return file.read_text("utf-8"), str(file), None
        raise TemplateNotFound(template)


class _TypedContext(Context):
    """A template's variables, and the language that its name promises."""

    def __init__(self, environment: Environment, parent: Any, name: str | None, *rest: Any, **named: Any) -> None:
        super().__init__(environment, parent, name, *rest, **named)
        setattr(self.eval_ctx, "language", _language(name))  # noqa: B010  (a slot the engine leaves to extensions)


@cache
def _language(name: str | None) -> str:
    """The language of a template by its second ending; that of paths for a template without a name."""
    if name is None:
        return "path"
    ending = name.removesuffix(".j2").rpartition(".")[2]
    if ending not in LANGUAGES or not name.endswith(".j2"):
        raise TemplateError(f"the name of template {name} promises no language that is known; {_known(ending)}")
    return ending


def _known(language: str) -> str:
    return did_you_mean(language, LANGUAGES) or f"known are {listing(LANGUAGES, 20)}"


@pass_eval_context
def _say(context: EvalContext, value: object) -> str:
    """The text of one `{{ value }}`."""
    try:
        return LANGUAGES[context.language].say(value)  # type: ignore[attr-defined]
    except CannotSay:
        _complain_if_undefined(value)
        raise


def _place(name: str) -> Callable[[EvalContext, object], Safe]:
    """The filter that says a value in a place of the language other than the usual one."""

    @pass_eval_context
    def place(context: EvalContext, value: object) -> Safe:
        _complain_if_undefined(value)
        return LANGUAGES[context.language].say_in(name, value)  # type: ignore[attr-defined]

    return place


def _any(values: Iterable[object]) -> bool:
    """Whether there is one at all; no more than the first is looked for."""
    return any(True for _ in values)


def _complain_if_undefined(value: object) -> None:
    if isinstance(value, Undefined):
        str(value)


class _LanguageBlock(Extension):
    """`{% language sh %}…{% endlanguage %}`: what stands between is written in another language."""

    tags = {"language"}  # noqa: RUF012  (the engine reads it so)

    def parse(self, parser: Parser) -> syntax.Node:
        line = next(parser.stream).lineno
        name = parser.stream.expect("name").value
        if name not in LANGUAGES:
            parser.fail(f"there is no language {name}; {_known(name)}", line)
        body = parser.parse_statements(("name:endlanguage",), drop_needle=True)
        options = [syntax.Keyword("language", syntax.Const(name))]
        return syntax.ScopedEvalContextModifier(options, body, lineno=line)
