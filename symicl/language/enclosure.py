"""The value of an expression as an interval that is certain to hold it: outward rounding, no tolerance.

>>> from symicl import dimension, positive_definite, tr
>>> from sympy import Rational
>>> L = positive_definite("Lambda", dimension("d"))
>>> root = enclose(tr(L) ** Rational(1, 2), {L: [[1, 0], [0, 1]]})
>>> root**2 - 2 < 1e-40, 0 in root**2 - 2
(True, True)
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import numpy as np
from mpmath.ctx_iv import MPIntervalContext
from sympy import Pow, Rational

from ..errors import UserError
from .nodes import as_node
from .numeric import Evaluation

#: a context of its own, so that nobody else's precision is changed
IV = MPIntervalContext()
IV.prec = 192


def interval(value: Any) -> Any:
    """The narrowest interval around a rational number; an interval stays as it is.

    >>> interval(Fraction(1, 3)) * 3 == 1, 1 in interval(Fraction(1, 3)) * 3
    (False, True)
    """
    if hasattr(value, "_mpi_"):
        return IV.make_mpf(value._mpi_)
    exact = Rational(value) if not isinstance(value, Fraction) else value
    return IV.mpf(int(exact.numerator)) / IV.mpf(int(exact.denominator))


class Enclosed:
    """Arithmetic of intervals, with NumPy's object arrays for matrices."""

    scalar = staticmethod(interval)

    @staticmethod
    def matrix(rows: Iterable[Iterable[Any]]) -> Any:
        return np.array([[interval(entry) for entry in row] for row in rows], dtype=object)

    @staticmethod
    def inverse(value: Any) -> Any:
        """By elimination; ``UserError`` where no pivot is certain to differ from zero."""
        size = value.shape[0]
        left, right = value.copy(), Enclosed.eye(size)
        for k in range(size):
            pivot = max(range(k, size), key=lambda i: _least(left[i, k]))
            if _least(left[pivot, k]) <= 0:
                raise UserError("a matrix to be inverted is not certain to have an inverse")
            left[[k, pivot]], right[[k, pivot]] = left[[pivot, k]], right[[pivot, k]]
            scale = left[k, k]
            left[k], right[k] = left[k] / scale, right[k] / scale
            for i in range(size):
                if i != k:
                    factor = left[i, k]
                    left[i], right[i] = left[i] - left[k] * factor, right[i] - right[k] * factor
        return right

    @staticmethod
    def eye(size: int) -> Any:
        return Enclosed.matrix([[int(i == j) for j in range(size)] for i in range(size)])

    @staticmethod
    def zeros(rows: int, cols: int) -> Any:
        return Enclosed.matrix([[0] * cols for _ in range(rows)])

    trace = staticmethod(lambda value: value.trace())


def _least(value: Any) -> Any:
    """The least absolute value in an interval."""
    low, high = value.a, value.b
    return low if low > 0 else -high if high < 0 else IV.mpf(0)


class Enclosing(Evaluation):
    """An evaluation in intervals; only powers need care."""

    def compute(self, node: Any) -> Any:
        if not isinstance(node, Pow):
            return super().compute(node)
        base, exponent = self.value(node.base), node.exp
        if exponent.is_Integer and exponent >= 0:
            return base ** int(exponent)
        if _least(base) <= 0 and exponent < 0:
            raise UserError(f"{node}: what is divided by is not certain to differ from zero")
        if exponent.is_Integer:
            return 1 / base ** int(-exponent)
        if not base >= 0:
            raise UserError(f"{node}: a root of what is not certain to be nonnegative")
        return base ** interval(exponent)


def enclose(node: Any, values: dict[Any, Any]) -> Any:
    """An interval, or an array of them, that holds the value of ``node`` for all values in the given intervals.

    ``values`` maps each free letter to a number (rational or an interval of mpmath's) or to a list of rows of such.
    ``UserError`` where something may be divided by zero, a root be taken of a negative number, or a value is missing.
    """
    return Enclosing(values, Enclosed).value(as_node(node))
