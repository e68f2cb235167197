"""Matrices of rationals as lists of rows: the little that exact instances need.

>>> product([[1, 2], [0, 1]], transpose([[1, 2], [0, 1]]))
[[5, 2], [2, 1]]
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import reduce
from typing import Any

from ...errors import ShapeError, UserError

Vector = list[Fraction]
Matrix = list[list[Fraction]]


def show_shape(rows: Sequence[Sequence[Any]]) -> str:
    """The shape of a list of rows, as "r×c"."""
    return f"{len(rows)}×{len(rows[0]) if rows else 0}"


def identity(size: int) -> Matrix:
    """I of shape size×size.

    >>> identity(2) == [[1, 0], [0, 1]]
    True
    """
    return [[Fraction(i == j) for j in range(size)] for i in range(size)]


def transpose(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """The transpose: r×c to c×r."""
    return [list(column) for column in zip(*rows, strict=True)]


def product(*factors: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """The product of one or more matrices over any ring.  ``ShapeError`` where two neighbours do not fit."""
    return reduce(_times, (list(map(list, factor)) for factor in factors))


def _times(left: list[list[Any]], right: list[list[Any]]) -> list[list[Any]]:
    if len(left[0]) != len(right):
        raise ShapeError(f"a matrix of shape {show_shape(left)} times one of shape {show_shape(right)}")
    columns = transpose(right)
    return [[_dot(row, column) for column in columns] for row in left]


def _dot(row: list[Any], column: list[Any]) -> Any:
    return reduce(lambda a, b: a + b, (a * b for a, b in zip(row, column, strict=True)))


def combine(*terms: tuple[Any, Sequence[Sequence[Any]]]) -> list[list[Any]]:
    """Σ c·A over the pairs (c, A), all of one shape; ``ShapeError`` where shapes differ.

    >>> combine((2, [[1, 0]]), (-1, [[0, 3]]))
    [[2, -3]]
    """
    shapes = {show_shape(rows) for _, rows in terms}
    if len(shapes) > 1:
        raise ShapeError(f"a sum of matrices of shapes {' and '.join(sorted(shapes))}")
    height, width = len(terms[0][1]), len(terms[0][1][0])
    return [[sum(c * rows[i][j] for c, rows in terms) for j in range(width)] for i in range(height)]


def trace(rows: Sequence[Sequence[Any]]) -> Any:
    """The trace of a square matrix; ``ShapeError`` for any other.

    >>> trace([[1, 2], [3, 4]])
    5
    """
    if len(rows) != len(rows[0]):
        raise ShapeError(f"the trace of a matrix of shape {show_shape(rows)}")
    return sum(rows[i][i] for i in range(len(rows)))


def inverse(rows: Sequence[Sequence[Fraction]]) -> Matrix:
    """The inverse by Gauss-Jordan elimination over the rationals; ``UserError`` for a singular matrix.

    >>> inverse([[2, 1], [1, 1]]) == [[1, -1], [-1, 2]]
    True
    """
    size = len(rows)
    work = [[Fraction(entry) for entry in row] + unit for row, unit in zip(rows, identity(size), strict=True)]
    for k in range(size):
        pivot = next((i for i in range(k, size) if work[i][k]), None)
        if pivot is None:
            raise UserError(f"a singular matrix has no inverse: {show_rows(rows)}")
        work[k], work[pivot] = work[pivot], work[k]
        work[k] = [entry / work[k][k] for entry in work[k]]
        for i in range(size):
            if i != k and work[i][k]:
                work[i] = [a - work[i][k] * b for a, b in zip(work[i], work[k], strict=True)]
    return [row[size:] for row in work]


def show_rows(rows: Sequence[Sequence[Any]]) -> str:
    """A matrix on one line.

    >>> show_rows([[Fraction(1, 2), Fraction(0)]])
    '[[1/2, 0]]'
    """
    return "[" + ", ".join("[" + ", ".join(map(str, row)) + "]" for row in rows) + "]"
