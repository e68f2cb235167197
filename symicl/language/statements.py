"""Statements about expressions.  ``==`` compares how two expressions are written; ``Eq`` says that they are equal.

>>> from symicl import dimension, matrix
>>> A, B = matrix("A", dimension("d")), matrix("B", dimension("d"))
>>> Eq(A @ B, B @ A)
A B = B A
"""

from __future__ import annotations

from typing import Any

from sympy import Symbol

from ..errors import ShapeError, UserError
from .expressions import is_matrix, shape_of, show_shape, zero
from .letters import Letter, letters_of
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

    @property
    def sides(self) -> tuple[Any, ...]:
        """The expressions that it is about; none where it joins other statements."""
        return tuple(self)

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


class Flow(Statement):
    """Where a gradient flow is: its parts are a loss, a time, and then pairs (letter, where it starts).

    It says: the time t is at least 0, and there is a curve on [0, t] that is differentiable, begins where the letters
    start, moves by minus the gradient of the loss in these letters at every time, and ends at the letters' values.
    The loss is a function of the letters, which are plain real scalars and plain matrices of which nothing is known;
    where they start does not depend on them or on the time.

    >>> from symicl import dimension, matrix, scalar, tr
    >>> U, A, t = matrix("U", dimension("d")), matrix("A", dimension("d")), scalar("t")
    >>> Flow(tr(U @ U.T) / 2, t, U, A)
    flow(1/2 tr(U U.T), t, A) = U
    """

    __slots__ = ()

    def __new__(cls, loss: Any, time: Any, *pairs: Any) -> Any:
        loss, time, *places = map(as_node, (loss, time, *pairs))
        letters, starts = places[::2], places[1::2]
        if is_matrix(loss):
            raise ShapeError(f"{loss}: shape {show_shape(loss)}; only a scalar has a gradient flow")
        if not letters or len(letters) != len(starts):
            raise UserError(f"the flow of {loss}: each letter that moves is followed by where it starts")
        for letter in (time, *letters):
            _refuse_restricted(letter, is_time=letter is time)
        moved = {time, *letters}
        if len(moved) != len(letters) + 1 or time in letters_of(loss):
            raise UserError(
                f"the flow of {loss}: the letters and {time} must differ, and the loss must not hold {time}"
            )
        for letter, start in zip(letters, starts, strict=True):
            if shape_of(letter) != shape_of(start):
                raise ShapeError(f"{letter} starts at {start}: shapes {show_shape(letter)} and {show_shape(start)}")
            if letters_of(start) & moved:
                raise UserError(f"{letter} starts at {start}, which must not depend on what moves, nor on {time}")
        return tuple.__new__(cls, (loss, time, *places))

    @property
    def loss(self) -> Any:
        """What falls."""
        return self[0]

    @property
    def time(self) -> Any:
        """The time that has passed since the start."""
        return self[1]

    @property
    def starts(self) -> dict[Any, Any]:
        """Where each letter that moves starts."""
        return dict(zip(self[2::2], self[3::2], strict=True))


def _refuse_restricted(letter: Any, *, is_time: bool) -> None:
    """What is known of a letter, such as that it is positive, need not stay true on the way."""
    plain = type(letter) is Letter and not letter.facts
    real = type(letter) is Symbol and letter == Symbol(letter.name, real=True)
    if not (real or (plain and not is_time)):
        raise UserError(
            f"{letter}: what moves is a real scalar or a matrix of which nothing is known; time is a scalar"
        )


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

    @property
    def sides(self) -> tuple[Any, ...]:
        return ()


class And(Connective):
    """All of them."""

    __slots__ = ()


class Or(Connective):
    """At least one of them."""

    __slots__ = ()


class Iff(Connective):
    """Two statements that hold for the same values."""

    __slots__ = ()
