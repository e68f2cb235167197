"""The steps of a chapter by number: ``square.2`` is the second line of the result ``square``.

>>> from symicl import derive
>>> [place.key for place in places(derive("optimum"))][:4]
['square.1', 'square.2', 'square.3', 'minimum.1']
>>> print(find(derive("optimum"), "minimum.4").line)
u U - Gamma^-1 = 0
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sympy import Symbol
from sympy.matrices.expressions import Identity

from ..errors import UserError
from ..formulas.answers import Letters
from ..language.expressions import shape_of
from ..language.functions import Applied
from ..language.letters import Letter
from ..language.mean import DefinedScalar
from ..language.nodes import as_node
from ..language.rewrite import parts_of
from ..language.statements import Statement
from ..proof.chapter import Calculation, Chapter, Result, Step


@dataclass(frozen=True)
class Place:
    """A step where it stands: its key, its result, its calculation, and the line before it."""

    key: str
    result: Result
    calculation: Calculation
    index: int

    @property
    def step(self) -> Step:
        """The step."""
        return self.calculation.steps[self.index]

    @property
    def line(self) -> Any:
        """What the step arrives at."""
        return self.step.line

    @property
    def before(self) -> Any:
        """The line that it starts from."""
        return self.calculation.steps[self.index - 1].line if self.index else self.calculation.start


def places(chapter: Chapter) -> tuple[Place, ...]:
    """All steps of a chapter, in order."""
    found = []
    for result in chapter.results:
        number = 0
        for calculation in result.calculations:
            for index in range(len(calculation.steps)):
                number += 1
                found.append(Place(f"{result.key}.{number}", result, calculation, index))
    return tuple(found)


def find(chapter: Chapter, key: str) -> Place:
    """The step of that key; ``UserError`` names those that there are."""
    for place in places(chapter):
        if place.key == key:
            return place
    known = ", ".join(f"{r.key}.1 …" for r in chapter.results if any(c.steps for c in r.calculations))
    raise UserError(f"{chapter.id} has no step {key!r}; its steps are {known}")


def expressions(node: Any) -> Iterator[Any]:
    """The expressions that a statement is made of; an expression itself."""
    if isinstance(node, Statement):
        for part in node:
            yield from expressions(part)
    elif node is not None:
        yield node


def letters_for(chapter: Chapter, place: Place) -> Letters:
    """The letters of a chapter; where two share a name, the one that is nearest to the step."""
    near = [place.line, place.before, place.calculation.start, *place.result.statements]
    near += [s.line for s in place.calculation.steps]
    far = [d.letter for d in chapter.definitions]
    far += [line for p in places(chapter) for line in (p.line, p.before)]
    far += [statement for result in chapter.results for statement in result.statements]
    found: dict[str, Any] = {}
    functions: set[str] = set()
    for node in [e for n in (*near, *place.step.theorem.assumptions, *far) for e in expressions(n)]:
        for letter in sorted(_letters(node), key=str):
            found.setdefault(letter.name, letter)
        functions |= _functions(node)
    return Letters(found.values(), functions, _identity(near))


@lru_cache(maxsize=16384)
def _letters(node: Any) -> frozenset[Any]:
    """The letters of an expression, those within definitions and the sizes too."""
    met: set[Any] = set()
    todo = [node]
    while todo:
        for inner in nodes(todo.pop()):
            if inner in met or not isinstance(inner, (Letter, Symbol, DefinedScalar)):
                continue
            met.add(inner)
            met |= {s for size in shape_of(inner) for s in getattr(size, "free_symbols", ())}
            todo += [cov for cov in (getattr(inner, "covariance", None),) if cov is not None]
    return frozenset(met)


@lru_cache(maxsize=16384)
def _functions(node: Any) -> frozenset[str]:
    return frozenset(inner.name for inner in nodes(node) if isinstance(inner, Applied))


def nodes(node: Any) -> Iterator[Any]:
    """An expression and everything below it."""
    node = as_node(node)
    yield node
    for part in parts_of(node):
        yield from nodes(part)


def _identity(near: list[Any]) -> Any:
    """The size of the identity matrix that the step has, if it has one."""
    for node in [e for n in near for e in expressions(n)]:
        for inner in nodes(node):
            if isinstance(inner, Identity):
                return inner.shape[0]
    return None


__all__ = ["Place", "expressions", "find", "letters_for", "nodes", "places"]
