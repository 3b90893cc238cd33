"""What the readers of our files make of them, as plain trees: strings, lists and dicts. Nothing here asserts."""

from __future__ import annotations

import base64
import configparser
import copy
import csv
import json
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any
from xml.etree import ElementTree

import html5lib
import yaml
from markdown_it import MarkdownIt
from pykickstart.base import BaseHandler
from pykickstart.parser import KickstartParser
from pykickstart.version import makeVersion

from tests.hostile.shell_reader import BEGINNINGS, Tree, script

Reader = Callable[[str], Tree]


UNORDERED = "in any order"


def unordered(items: list[Tree]) -> Tree:
    """Siblings whose order follows their text: the order itself is nothing that anybody reads."""
    return [UNORDERED, *items]


@cache
def _handler() -> BaseHandler:
    """The installer's commands; to make them takes longer than to read a file."""
    return makeVersion("RHEL9")


def kickstart(text: str) -> Tree:
    """Commands, packages and scripts as the installer's parser has them."""
    # What reads the options of a command remembers nothing, so all share it.
    shared = {id(command.op): command.op for command in _handler().commands.values() if hasattr(command, "op")}
    handler = copy.deepcopy(_handler(), shared)
    parser = KickstartParser(handler, missingIncludeIsFatal=False)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", message="A network device with the name")
        parser.readKickstartFromString(text)
    packages = handler.packages
    return {
        "commands": {name: _plain(command) for name, command in sorted(handler.commands.items())},
        "packages": [packages.packageList, packages.excludedList, [group.name for group in packages.groupList]],
        "scripts": [[one.type, one.interp, str(one.inChroot), *script(one.script)] for one in handler.scripts],
    }


HIDDEN = {"handler", "op", "writePriority", "currentCmd", "currentLine", "lineno", "seenLines"}


def _plain(thing: Any) -> Tree:
    """What a parser's object holds."""
    if isinstance(thing, list | tuple):
        return [_plain(item) for item in thing]
    if isinstance(thing, type) or not hasattr(thing, "__dict__"):
        return thing if isinstance(thing, str) else repr(thing)
    return {key: _plain(value) for key, value in sorted(vars(thing).items()) if key not in HIDDEN}


COMMANDS = {"runcmd", "bootcmd", "early-commands", "late-commands", "error-commands"}
"""Keys of cloud-init and autoinstall below which every text is a script."""
FILE = "content"
"""Their key for what a file holds, which is a script when it begins like one."""


def yaml_document(text: str) -> Tree:
    """YAML as libyaml reads it; scripts in it as sh reads them."""
    return _document(yaml.load(text, yaml.CSafeLoader), False)


def _document(data: Any, commands: bool) -> Tree:
    if isinstance(data, dict):
        return {str(key): _member(key, value) for key, value in data.items()}
    if isinstance(data, list):
        # A list within the list of commands is a program with its arguments: no shell looks at them.
        return [_script(item) if commands and isinstance(item, str) else _document(item, False) for item in data]
    if isinstance(data, str):
        return data
    return repr(data)


def _member(key: Any, value: Any) -> Tree:
    script_in_file = key == FILE and isinstance(value, str) and value.startswith(BEGINNINGS)
    return _script(value) if script_in_file else _document(value, key in COMMANDS)


def _script(text: str) -> Tree:
    return ["script", *script(text)]


def xml(text: str) -> Tree:
    """Elements, attributes and text; where things stand in a picture follows from how long their text is."""
    return _element(ElementTree.fromstring(text))


PLACES = {"x", "y", "x1", "x2", "y1", "y2", "dx", "dy", "d", "width", "height", "points", "viewBox", "transform"}


def _element(element: Any) -> Tree:
    attributes = {key: value for key, value in element.attrib.items() if key not in PLACES}
    inner = [part for child in element for part in (_element(child), child.tail) if part and not _blank(part)]
    text = element.text or ""
    return [str(element.tag), attributes, _commands(text) if "\n  echo " in text else text, unordered(inner)]


def _commands(text: str) -> Tree:
    """What is to be typed: the commands are their authors', what they say when they fail is text."""
    return [script(line) if line.startswith("  echo ") else line for line in text.split("\n")]


def _blank(part: Tree) -> bool:
    return isinstance(part, str) and "\n" in part and not part.strip(" \n")


def picture(text: str) -> Tree:
    """A drawing: what stands in a line is filled up with blanks and put in order, by how it looks."""
    return _shown(xml(text))


def _shown(element: Tree) -> Tree:
    tag, attributes, text, (mark, *inner) = element
    parts = [_shown(part) if isinstance(part, list) else [SHOWN, part] for part in inner]
    return [tag, {key: [SHOWN, value] for key, value in attributes.items()}, [SHOWN, text], [mark, *parts]]


SHOWN = "blanks and order aside"
"""What a text is marked with whose words alone count."""
SQUEEZED = "letters and digits alone"
"""What a tree is marked with in which names are made of text: they keep its letters and digits."""


def squeezed(reader: Reader) -> Reader:
    """A reader of files in which a text becomes a part of a name."""
    return lambda text: [SQUEEZED, reader(text)]


def html(text: str) -> Tree:
    """A page, read strictly; in tables and lists the order follows the text."""
    return _element(html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text))


def markdown(text: str) -> Tree:
    """Blocks with the text in them."""
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    return unordered([[token.type, _inline(token.children)] for token in tokens])


def _inline(children: Any) -> Tree:
    """Plain text as one; markup by its name."""
    text = ("text", "text_special")
    return "".join(child.content if child.type in text else f"\0{child.type}\0" for child in children or ())


def records(text: str) -> Tree:
    """The rows of a CSV file, none of whose cells a spreadsheet would take for a formula."""
    rows = list(csv.reader(text.splitlines(keepends=True), strict=True))
    for cell in (cell for row in rows for cell in row):
        if cell.startswith(("=", "+", "-", "@", "\t", "\r")) and not re.fullmatch(r"[+-]?[0-9.,]+|-+", cell):
            raise ValueError(f"a formula: {cell}")
    return unordered(list(rows))


def lines_of(split: Callable[[str], Tree], comment: str = "#") -> Reader:
    """Files of lines, with comments behind a sign; a byte that ends a line for some reader ends it here."""

    def read(text: str) -> Tree:
        return [
            ["comment", line] if line.lstrip().startswith(comment) else split(line)
            for line in re.split("\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", text)
        ]

    return read


def words(line: str) -> Tree:
    """A line as its words."""
    return line.split()


def syslinux_line(line: str) -> Tree:
    """A line of a menu: its command, and the rest for text."""
    first = line.strip().split(" ", 1)[0].upper()
    found = re.match(r"\s*((?:MENU\s+)?\S+)\s?(.*)", line)
    return [found[1], found[2]] if found and first in ("MENU", "SAY") else line.split()


TITLES = {"item": 2, "menu": 1, "echo": 1}
"""Commands of iPXE that show the rest of their line, and the words before it."""


def ipxe_line(line: str) -> Tree:
    """A command of a script; its rest as one where it is shown."""
    parts = line.split(" ")
    return line.split(" ", TITLES[parts[0]]) if parts[0] in TITLES and parts[1:2] != ["--gap"] else parts


def dnsmasq_line(line: str) -> Tree:
    """`option=a,b,c`; `#` begins a comment, a quote a text in which commas are no commas (dnsmasq(8))."""
    line, _, comment = line.partition(" #")
    option, sign, rest = line.partition("=")
    if set(rest) & set('"\\#'):
        raise ValueError(f"quotes: {line}")
    return [option, sign, rest.split(","), ["comment", comment]]


SCRIPTS = ("preseed/late_command", "preseed/early_command", "partman/early_command", "preseed/run")


def seed_line(line: str) -> Tree:
    """Owner, question, type and the answer as it stands (debconf-set-selections(1)); commands as sh reads them."""
    parts = re.fullmatch(r"(\S+)\s+(\S+)\s+(\S+)(?:\s(.*))?", line)
    if parts is None:
        return line.split()
    answer = parts[4] or ""
    return [*parts.groups()[:3], ["script", *script(answer)] if parts[2] in SCRIPTS else answer]


def seed(text: str) -> Tree:
    """Answers for debconf; a backslash at the end of a line takes the next one in."""
    return lines_of(seed_line)(text.replace("\\\n", ""))


def nodegroups(text: str) -> Tree:
    """What ClusterShell's reader has: `NAME: NODES`."""
    parser = configparser.RawConfigParser(delimiters=(":",), comment_prefixes=("#",), strict=True)
    parser.read_string(text if text.lstrip().startswith("[") else f"[all of it]\n{text}")
    return {section: dict(parser.items(section)) for section in parser.sections()}


PUPPET = re.compile(
    r"""(?P<space>\s+)|(?P<comment>\#[^\n]*)|'(?P<text>(?:[^'\\]|\\.)*)'|(?P<double>")|(?P<word>[A-Za-z0-9_:.+-]+)|(?P<sign>.)""",
    re.VERBOSE | re.DOTALL,
)


def manifest(text: str) -> Tree:
    """Tokens of the Puppet language: in single quotes only `\\'` and `\\\\` mean something else."""
    return list(_tokens(text))


def _tokens(text: str) -> Iterator[Tree]:
    for found in PUPPET.finditer(text):
        kind = found.lastgroup
        if kind == "text":
            yield ["text", re.sub(r"\\([\\'])", r"\1", found[kind])]
        elif kind == "double" or (kind == "sign" and found[0] == "'"):
            raise ValueError(f"a quote that looks into its text, or is not closed: {text[found.start() :][:60]}")
        elif kind != "space":
            yield [str(kind), found[0]]


def ldif(text: str) -> Tree:
    """Entries, attribute by attribute (RFC 2849): a line that begins with a blank goes on, `::` is base64."""
    lines = text.replace("\n ", "").split("\n")
    return [["comment", line] if line.startswith("#") else _attribute(line) for line in lines]


def _attribute(line: str) -> Tree:
    name, sign, value = re.fullmatch("([^:]*)(::|:<|:|)(.*)", line, re.DOTALL).groups()  # type: ignore[union-attr]
    if sign == "::":
        return [name, base64.b64decode(value.strip(), validate=True).decode()]
    if not value.isascii() or "\r" in value:
        raise ValueError(f"not as RFC 2849 has it: {line}")
    return [name, value.removeprefix(" ")]


def tokens_of(comments: str) -> Reader:
    """Files of words, signs and texts in double quotes, with comments to the end of the line."""
    pattern = re.compile(
        rf"""(?P<space>\s+)|(?P<comment>(?:{comments})[^\n]*)|"(?P<text>(?:[^"\\\n]|\\.)*)"|(?P<word>[\w.:/@+*!-]+)|(?P<sign>.)"""
    )

    def read(text: str) -> Tree:
        found = [[one.lastgroup, one[one.lastgroup or 0]] for one in pattern.finditer(text)]
        if ["sign", '"'] in found:
            raise ValueError("a quote that is not closed")
        return [one for one in found if one[0] != "space"]

    return read


def json_with_comments(text: str) -> Tree:
    """JSON of Kea: whole lines may be comments."""
    return json.loads("\n".join("" if line.lstrip().startswith(("#", "//")) else line for line in text.split("\n")))


NONE: Mapping[str, str] = {}
"""Languages that nobody can read back, and why: `binary`, or what stands in them holds no text of a site."""

READERS: Mapping[str, Reader] = {
    "sh": script,
    "ks": kickstart,
    "json": json.loads,
    "enc": lambda text: [json.loads(text), yaml_document(text)],
    "pp": manifest,
    "yaml": yaml_document,
    "xml": xml,
    "html": html,
    "md": markdown,
    "csv": records,
    "syslinux": lines_of(syslinux_line),
    "grubcfg": script,
    "ipxescript": lines_of(ipxe_line),
    "dnsmasqconf": lines_of(dnsmasq_line),
    "hostsfile": lines_of(words),
    "knownhosts": lines_of(words),
    "authorizedkeys": lines_of(words),
    "sshconfig": lines_of(words),
    "seed": seed,
    "nodegroups": nodegroups,
    "ldif": ldif,
    "nft": tokens_of("#"),
    "radvdconf": tokens_of("#"),
    "zone": tokens_of(";"),
    "namedconf": tokens_of("#|//"),
    "keajson": json_with_comments,
    "txt": lines_of(str),
}
"""By language: the second ending of an output's template."""

OF_OUTPUT: Mapping[str, Reader] = {
    "cabling": picture,
    "ansible": squeezed(yaml_document),
    "clustershell": squeezed(yaml_document),
    "clustershell-local": squeezed(nodegroups),
}
"""By output, where its language alone does not say how it is read."""
