"""Is a statement true?  Decided by numbers at exact points, apart from whoever is being judged.

A statement is false where one point refutes it.  An equation that holds at every point is called true: two different
formulas of such sizes do not agree at random numbers of several sizes (J. T. Schwartz, J. ACM 27 (1980) 701).  Of an
inequality, an equivalence, or a statement whose assumptions no point fulfils, points can only say that it is not
refuted: undecided.

>>> from symicl import Eq, Ge, dimension, matrix, tr
>>> A, B = (matrix(name, dimension("d")) for name in "AB")
>>> truth(Eq(tr(A @ B), tr(B.T @ A.T))).verdict, truth(Ge(tr(A @ A.T), 0)).verdict
('true', 'undecided')
>>> truth(Eq(A @ B, A @ B.T))
Truth(verdict='false', witness='d = 2, N = 1, M = 2')
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ..language.expressions import is_matrix
from ..language.statements import And, Eq, Flow, Ge, Gt, Iff, Le, Lt, Ne, Or, Statement
from . import arithmetic as ring
from .arithmetic import Undefined
from .points import GENERIC, MORE, SPECIAL
from .values import Point


@dataclass(frozen=True)
class Truth:
    """``verdict`` is "true", "false" or "undecided"; ``witness`` names the point that refutes it."""

    verdict: str
    witness: str = ""


def truth(statement: Statement, given: Collection[Statement] = ()) -> Truth:
    """What the points say of a statement under assumptions."""
    spoken = 0
    for point in _points(statement, given):
        if not all(holds(assumed, point) for assumed in given):
            continue
        held = holds(statement, point)
        if held is False:
            return Truth("false", str(point))
        spoken += held is True
    return Truth("true" if spoken and _is_equation(statement) else "undecided")


def _points(statement: Statement, given: Collection[Statement]) -> Iterator[Point]:
    """Generic points first; the special ones where assumptions or the kind of statement ask for them."""
    yield from GENERIC
    if given or not _is_equation(statement):
        yield from SPECIAL
    if not _is_equation(statement):
        yield from MORE


def _is_equation(statement: Statement) -> bool:
    if isinstance(statement, And):
        return all(map(_is_equation, statement.parts))
    return isinstance(statement, Eq)


def holds(statement: Statement, point: Point) -> bool | None:
    """Whether a statement holds at a point; None where it has no value there."""
    if isinstance(statement, (And, Or, Iff)):
        parts = [holds(part, point) for part in statement.parts]
        return _joined(statement, parts)
    if isinstance(statement, Flow):
        return None  # where a flow goes is known to no point
    try:
        left, right = point.value(statement.lhs), point.value(statement.rhs)  # type: ignore[attr-defined]
        return _related(statement, left, right)
    except Undefined:
        return None


def _joined(statement: Statement, parts: list[bool | None]) -> bool | None:
    decisive = isinstance(statement, Or)
    if not isinstance(statement, Iff) and decisive in parts:
        return decisive
    if None in parts:
        return None
    return parts[0] == parts[1] if isinstance(statement, Iff) else not decisive


def _related(statement: Any, left: Any, right: Any) -> bool:
    if is_matrix(statement.lhs):
        equal = all(ring.same(a, b) for rows in zip(left, right, strict=True) for a, b in zip(*rows, strict=True))
        return equal == isinstance(statement, Eq)
    gap, equal = ring.plus(left, ring.times(Fraction(-1), right)), ring.same(left, right)
    match statement:
        case Eq():
            return equal
        case Ne():
            return not equal
        case Ge():
            return equal or bool(gap > 0)
        case Gt():
            return not equal and bool(gap > 0)
        case Lt():
            return not equal and bool(gap < 0)
        case Le():
            return equal or bool(gap < 0)
    raise Undefined(f"{statement}: a statement of kind {type(statement).__name__}")
