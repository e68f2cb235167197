"""Statements about expressions.  ``==`` compares how two expressions are written; ``Eq`` says that they are equal.

>>> from symicl import dimension, matrix
>>> A, B = matrix("A", dimension("d")), matrix("B", dimension("d"))
>>> Eq(A @ B, B @ A)
A B = B A
"""

from __future__ import annotations

from typing import Any

from ..errors import ShapeError, UserError
from .expressions import is_matrix, shape_of, show_shape, zero
from .nodes import as_node


class Statement(tuple[Any, ...]):
    """What can be proved.  It is a tuple of its parts, of which nothing can be changed."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and tuple.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((type(self).__name__, tuple.__hash__(self)))

    def __reduce__(self) -> Any:
        return type(self), tuple(self)

    def __str__(self) -> str:
        from .printing import text

        return text(self)

    __repr__ = __str__

    def _repr_latex_(self) -> str:
        from .printing import latex

        return f"${latex(self)}$"


class Relation(Statement):
    """Two sides of one shape; a number 0 stands for the zero matrix of the other side's shape."""

    __slots__ = ()

    def __new__(cls, lhs: Any, rhs: Any) -> Any:
        lhs, rhs = as_node(lhs), as_node(rhs)
        if is_matrix(lhs) and rhs == 0 and not is_matrix(rhs):
            rhs = zero(*lhs.shape)
        if shape_of(lhs) != shape_of(rhs):
            raise ShapeError(f"{lhs} and {rhs}: shapes {show_shape(lhs)} and {show_shape(rhs)} do not fit")
        return tuple.__new__(cls, (lhs, rhs))

    @property
    def lhs(self) -> Any:
        """The left side."""
        return self[0]

    @property
    def rhs(self) -> Any:
        """The right side."""
        return self[1]


class Order(Relation):
    """A relation between two scalars."""

    __slots__ = ()

    def __new__(cls, lhs: Any, rhs: Any) -> Any:
        if is_matrix(as_node(lhs)):
            raise ShapeError(f"{lhs}: shape {show_shape(lhs)}; only scalars are greater or less than others")
        return Relation.__new__(cls, lhs, rhs)


class Eq(Relation):
    """Both sides are equal, for all values of the free letters."""

    __slots__ = ()


class Ne(Relation):
    """Both sides differ."""

    __slots__ = ()


class Ge(Order):
    """The left side is at least the right one; both are scalars."""

    __slots__ = ()


class Gt(Order):
    """The left side is greater than the right one; both are scalars."""

    __slots__ = ()


class Lt(Order):
    """The left side is less than the right one; both are scalars."""

    __slots__ = ()


class Le(Order):
    """The left side is at most the right one; both are scalars."""

    __slots__ = ()


class Connective(Statement):
    """Statements joined by one word."""

    __slots__ = ()

    def __new__(cls, *parts: Statement) -> Any:
        for part in parts:
            if not isinstance(part, Statement):
                raise UserError(f"{part!r}: only statements are joined by {cls.__name__}")
        if len(parts) < 2 or (cls.__name__ == "Iff" and len(parts) != 2):
            raise UserError(f"{cls.__name__} joins two statements{' or more' if cls.__name__ != 'Iff' else ''}")
        return tuple.__new__(cls, parts)

    @property
    def parts(self) -> tuple[Statement, ...]:
        """The statements."""
        return tuple(self)


class And(Connective):
    """All of them."""

    __slots__ = ()


class Or(Connective):
    """At least one of them."""

    __slots__ = ()


class Iff(Connective):
    """Two statements that hold for the same values."""

    __slots__ = ()
