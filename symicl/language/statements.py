"""Statements about expressions.  ``==`` compares how two expressions are written; ``Eq`` says that they are equal.

>>> from symicl import dimension, matrix
>>> A, B = matrix("A", dimension("d")), matrix("B", dimension("d"))
>>> Eq(A @ B, B @ A)
A B = B A
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sympy import sympify

from ..errors import ShapeError
from .expressions import is_matrix, show_shape


class Statement:
    """What can be proved."""

    def __str__(self) -> str:
        from .printing import text

        return text(self)

    __repr__ = __str__

    def _repr_latex_(self) -> str:
        from .printing import latex

        return f"${latex(self)}$"


@dataclass(frozen=True, repr=False)
class Relation(Statement):
    """Two sides of one shape; a number 0 stands for the zero matrix of the other side's shape."""

    lhs: Any
    rhs: Any

    def __post_init__(self) -> None:
        lhs, rhs = sympify(self.lhs), sympify(self.rhs)
        object.__setattr__(self, "lhs", lhs)
        object.__setattr__(self, "rhs", rhs)
        if is_matrix(lhs) and rhs == 0 and not is_matrix(rhs):
            from .expressions import zero

            object.__setattr__(self, "rhs", zero(*lhs.shape))
        elif show_shape(lhs) != show_shape(rhs):
            raise ShapeError(f"{lhs} and {rhs}: shapes {show_shape(lhs)} and {show_shape(rhs)} do not fit")


class Eq(Relation):
    """Both sides are equal, for all values of the free letters."""


class Ne(Relation):
    """Both sides differ."""


class Ge(Relation):
    """The left side is at least the right one; both are scalars."""


class Gt(Relation):
    """The left side is greater than the right one; both are scalars."""


class Lt(Relation):
    """The left side is less than the right one; both are scalars."""


class Le(Relation):
    """The left side is at most the right one; both are scalars."""


@dataclass(frozen=True, repr=False)
class Connective(Statement):
    """Statements joined by one word."""

    parts: tuple[Statement, ...]

    def __init__(self, *parts: Statement) -> None:
        object.__setattr__(self, "parts", tuple(parts))


class And(Connective):
    """All of them."""


class Or(Connective):
    """At least one of them."""


class Iff(Connective):
    """Two statements that hold for the same values."""
