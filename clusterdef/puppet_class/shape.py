"""The shape of a Puppet type: the JSON Schema that lets the same values through, or the nearest one and a note."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import chain
from typing import Any

from clusterdef.puppet_class import stdlib, union
from clusterdef.puppet_class.puppet_type import Members, Regexp, Type
from clusterdef.puppet_class.regexp import Untranslatable, translated

Schema = dict[str, Any]
DEEPEST = 16
"""Aliases inside each other."""

NULL: Schema = {"type": "null"}
ANYTHING = frozenset(("Any", "Data", "RichData", "Scalar", "ScalarData", "NotUndef"))


class Shapes:
    """Makes schemas of types; `notes` are the words said about types that could not be kept as they are."""

    def __init__(self, aliases: Mapping[str, Type]) -> None:
        self.notes: list[str] = []
        self._aliases = aliases
        self._open: list[str] = []

    def of(self, type_: Type) -> Schema:
        """The schema of a type; an empty one where anything goes."""
        if type_.name in ANYTHING and not type_.types():
            return {}
        maker = MAKERS.get(type_.name)
        if maker:
            return maker(self, type_)
        return self._alias(type_) if type_.name in self._aliases else self._known(type_)

    def _alias(self, type_: Type) -> Schema:
        if type_.name in self._open or len(self._open) > DEEPEST:
            self.notes.append(f"{type_.name} is made of itself")
            return {}
        self._open.append(type_.name)
        try:
            return self.of(self._aliases[type_.name])
        finally:
            self._open.pop()

    def _known(self, type_: Type) -> Schema:
        found = stdlib.schema(type_.name)
        if found is None:
            self.notes.append(f"the type {type_.name} is not known here: taken as text")
            return {"type": "string"}
        return found

    def _string(self, type_: Type) -> Schema:
        low, high = type_.bounds()
        return {"type": "string", **_given(minLength=low or None, maxLength=high)}

    def _number(self, type_: Type) -> Schema:
        low, high = type_.bounds()
        return {"type": "integer" if type_.name == "Integer" else "number", **_given(minimum=low, maximum=high)}

    def _boolean(self, type_: Type) -> Schema:
        return {"type": "boolean", **({"enum": [type_.arguments[0]]} if type_.arguments else {})}

    def _enum(self, type_: Type) -> Schema:
        if not type_.strings():
            return {"type": "string"}
        if True in type_.arguments:
            self.notes.append("its Enum takes upper and lower case alike: only the spelling shown may be written")
        return {"type": "string", "enum": list(dict.fromkeys(type_.strings()))}

    def _pattern(self, type_: Type) -> Schema:
        sources = [one.source if isinstance(one, Regexp) else one for one in type_.arguments]
        try:
            found = [translated(source) for source in sources if isinstance(source, str)]
        except Untranslatable as error:
            self.notes.append(f"the pattern /{error}/ has no equal here: any text is let through")
            return {"type": "string"}
        return {"type": "string", **({"pattern": _either(found)} if found else {})}

    def _array(self, type_: Type) -> Schema:
        low, high = type_.bounds()
        items = self.of(type_.types()[0]) if type_.types() else {}
        return {"type": "array", **({"items": items} if items else {}), **_given(minItems=low or None, maxItems=high)}

    def _tuple(self, type_: Type) -> Schema:
        types = type_.types()
        low, high = type_.bounds()
        items = union.of([self.of(one) for one in types])
        shape = {"type": "array", **({"items": items} if items else {})}
        return {
            **shape,
            **_given(
                minItems=len(types) if low is None else low or None,
                maxItems=high or (len(types) if low is None else None),
            ),
        }

    def _hash(self, type_: Type) -> Schema:
        low, high = type_.bounds()
        keys, values = [*(self.of(one) for one in type_.types()[:2]), {}, {}][:2]
        names = {word: keys[word] for word in ("pattern", "enum", "minLength", "maxLength") if word in keys}
        shape: Schema = {"type": "object", **({"propertyNames": names} if names else {})}
        return {
            **shape,
            **({"additionalProperties": values} if values else {}),
            **_given(minProperties=low or None, maxProperties=high),
        }

    def _struct(self, type_: Type) -> Schema:
        pairs = list(chain.from_iterable(one.pairs for one in type_.arguments if isinstance(one, Members)))
        shape: Schema = {"type": "object", "properties": {}, "additionalProperties": False}
        required = []
        for key, value in pairs:
            name = key if isinstance(key, str) else "".join(key.strings())
            shape["properties"][name] = self.of(value)
            if not _may_miss(key, value):
                required.append(name)
        return {**shape, **({"required": required} if required else {})}

    def _optional(self, type_: Type) -> Schema:
        return union.of([self._inner(type_), NULL])

    def _inner(self, type_: Type) -> Schema:
        """What stands in the brackets; `Optional['yes']` is short for a word that may be missing."""
        if type_.types():
            return self.of(type_.types()[0])
        return {"type": "string", **({"enum": list(type_.strings())} if type_.strings() else {})}

    def _variant(self, type_: Type) -> Schema:
        found = [self.of(one) for one in type_.types()]
        secret = any(one.get("format") == "secret" for one in found)
        return {**union.of(found), **({"format": "secret"} if secret else {})}

    def _sensitive(self, type_: Type) -> Schema:
        inner = self._inner(type_)
        if "string" not in union.types(inner):
            self.notes.append("it is Sensitive and no text: only the name of a secret can be given")
        return {"type": ["string", "null"] if "null" in union.types(inner) else "string", "format": "secret"}

    def _undef(self, type_: Type) -> Schema:
        return dict(NULL)

    def _collection(self, type_: Type) -> Schema:
        return {"type": ["array", "object"]}


Maker = Callable[[Shapes, Type], Schema]
MAKERS: Mapping[str, Maker] = {
    "String": Shapes._string,
    "Integer": Shapes._number,
    "Float": Shapes._number,
    "Numeric": Shapes._number,
    "Boolean": Shapes._boolean,
    "Enum": Shapes._enum,
    "Pattern": Shapes._pattern,
    "Array": Shapes._array,
    "Tuple": Shapes._tuple,
    "Hash": Shapes._hash,
    "Struct": Shapes._struct,
    "Optional": Shapes._optional,
    "NotUndef": Shapes._inner,
    "Variant": Shapes._variant,
    "Sensitive": Shapes._sensitive,
    "Undef": Shapes._undef,
    "Collection": Shapes._collection,
}
"""Puppet's own types -> who makes their schema."""


def _given(**limits: float | None) -> Schema:
    return {word: limit for word, limit in limits.items() if limit is not None}


def _either(patterns: list[str]) -> str:
    return patterns[0] if len(patterns) == 1 else "|".join(f"(?:{pattern})" for pattern in patterns)


def _may_miss(key: str | Type, value: Type) -> bool:
    """A member may be left out when its key is Optional, or its value may be undef and the key does not insist."""
    if isinstance(key, Type):
        return key.name == "Optional"
    return value.name in ("Optional", "Any", "Undef") or (value.name == "Variant" and Type("Undef") in value.types())
