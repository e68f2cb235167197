"""Laws and layers by name: plain data such as ``{"name": "student", "nu": 12}`` read, checked, and written again.

A law is one frozen dataclass in one table; its fields are its parameters.  What a person of Python brings along, an
object of a class that stands in no table, is taken as it is and can be simulated, but not written down.

>>> from symicl.simulate.laws import NOISES
>>> NOISES.read("noise", {"name": "student", "nu": 12})
Student(nu=12.0)
>>> NOISES.write("noise", NOISES.read("noise", "laplace"))
'laplace'
>>> NOISES.read("noise", "lapalce")
Traceback (most recent call last):
    ...
symicl.errors.UserError: noise: unknown law 'lapalce': did you mean 'laplace'? There are gaussian, laplace,
uniform, rademacher, student
>>> print(NOISES.listing().splitlines()[-1])
student nu: Student's t law with nu degrees of freedom, scaled to variance 1; nu is above 2.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from typing import Any

import numpy as np

from ..errors import UserError
from ..names import meant


class Table:
    """The laws of one kind by name; ``noun`` is what a message calls one of them.

    Each class has a ``name``; ``method`` is what an object of one's own must have to pass as a law.
    """

    def __init__(self, noun: str, method: str, classes: Iterable[type]) -> None:
        self.noun, self.method = noun, method
        self.classes: dict[str, Any] = {each.name: each for each in classes}

    def __iter__(self) -> Any:
        return iter(self.classes)

    def read(self, key: str, value: Any) -> Any:
        """The law that plain data speaks of; ``UserError`` names ``key`` and what is wrong with it."""
        if isinstance(value, str):
            value = {"name": value}
        if not isinstance(value, Mapping):
            if hasattr(value, self.method) and not isinstance(value, type):
                return value
            raise UserError(f"{key}: {shown(value)} is no {self.noun}: give its name or a table with a name in it")
        if "name" not in value:
            raise UserError(f"{key}: the key name is missing; there are {', '.join(self.classes)}")
        made = self._class(key, value["name"])
        given = {name: entry for name, entry in value.items() if name != "name"}
        self._refuse_keys(key, made, given)
        try:
            return made(**{field: given[name] for field, name in outward(made).items() if name in given})
        except UserError as error:
            raise UserError(f"{key}: {made.name}: {error}") from None

    def listing(self) -> str:
        """A line for each law: its name, its parameters, those that may be left out in brackets, and what it is."""
        return "\n".join(f"{_signature(each)}: {_first_line(each)}" for each in self.classes.values())

    def _class(self, key: str, name: Any) -> Any:
        if name in self.classes if isinstance(name, str) else False:
            return self.classes[name]
        raise UserError(f"{key}: unknown {self.noun} {shown(name)}: {nearest(name, self.classes)}")

    def _refuse_keys(self, key: str, made: Any, given: Mapping[str, Any]) -> None:
        known = {outward(made)[field.name]: field for field in fields(made) if field.init}
        for name in given:
            if name not in known:
                listed = f"its parameters are {', '.join(known)}" if known else "it has no parameters"
                raise UserError(f"{key}: {made.name}: unknown parameter {shown(name)}: {listed}")
        needed = [n for n, f in known.items() if _is_needed(f)]
        for name in needed:
            if name not in given:
                raise UserError(f"{key}: {made.name}: the parameter {name} is missing; needed are {', '.join(needed)}")

    def write(self, key: str, law: Any) -> Any:
        """The plain data from which ``read`` makes this law again."""
        if type(law) is not self.classes.get(str(getattr(law, "name", ""))):
            raise UserError(f"{key}: {type(law).__name__} is a {self.noun} of your own, which no file can hold")
        given = {outward(law)[f.name]: plain(getattr(law, f.name)) for f in fields(law) if f.init}
        given = {name: entry for name, entry in given.items() if entry is not None}
        return {"name": law.name, **given} if given else law.name


def _signature(made: Any) -> str:
    named = [(outward(made)[f.name], f) for f in fields(made) if f.init]
    shown = [name if _is_needed(field) else f"[{name}]" for name, field in named]
    return " ".join([made.name, *shown])


def _is_needed(field: Any) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _first_line(made: Any) -> str:
    return made.__doc__.split("\n\n")[0].replace("``", "").replace("\n    ", " ")


def outward(law: Any) -> dict[str, str]:
    """The fields of a law, each with the name by which it is given: its own, unless the class renames it."""
    renamed = getattr(law, "outward", {})
    return {field.name: renamed.get(field.name, field.name) for field in fields(law) if field.init}


def plain(value: Any) -> Any:
    """Arrays as lists, all else as it is."""
    return value.tolist() if isinstance(value, np.ndarray) else value


def shown(value: Any) -> str:
    """What a person wrote, for a message: on one line, and not longer than a line."""
    text = repr(plain(value))
    return text if len(text) <= 60 else f"{text[:59]}…"


def nearest(name: Any, known: Iterable[str]) -> str:
    """The nearest known name, and all of them."""
    known = list(known)
    near = meant(str(name), known)
    hint = f"did you mean {near!r}? " if near else ""
    return f"{hint}{'T' if near else 't'}here are {', '.join(known)}"
