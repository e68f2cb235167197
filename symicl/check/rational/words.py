"""The exact mean of a word of matrices such as S A S, or X y wᵀ, over one random prompt.

The mean of each entry is worked out in components, from the same polynomials as the forward pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import reduce
from typing import Any

from ...errors import ShapeError, UserError
from .forward import Prompt, prompt
from .instances import Instance
from .matrices import Matrix, identity, product, show_shape, transpose
from .polynomials import Expanded, Polynomial, combination, constant

RANDOM = ("X", "XT", "S", "x", "xT", "w", "wT", "y", "yT")
GIVEN = ("Lambda", "C", "CT", "U", "UT", "A", "AT", "B", "BT", "p", "pT", "q", "qT", "I")
LONGEST = 24
Factor = str | tuple[str, Sequence[Any]] | Sequence[Sequence[Any]]


def moment(instance: Instance, factors: Sequence[Factor]) -> Matrix:
    """E of a product of matrices, entry by entry, for one random prompt.

    A factor is a name among ``RANDOM`` (X d×N; S = XXᵀ/N; x = x_q and w d×1; y N×1; a T transposes) or ``GIVEN``
    (from the instance; I is d×d), or a list of rows of rationals, or ``("tr", factors)``, which multiplies by a trace.
    ``UserError`` for any other name and for a word of degree above 24, ``ShapeError`` where two neighbours do not fit.

    >>> from random import Random
    >>> from symicl.check.rational.instances import random_instance
    >>> instance = random_instance(Random(0), 2, 3)
    >>> moment(instance, ["S"]) == instance.Lambda
    True
    """
    drawn = prompt(instance)
    matrices = [_factor(instance, drawn, factor) for factor in factors]
    if (degree := sum(max(entry.degree for row in rows for entry in row) for rows in matrices)) > LONGEST:
        raise UserError(f"a word of degree {degree} in Gaussian variables: the exact judge goes up to {LONGEST}")
    matrices += [_one_by_one(constant(1))] * (2 - len(matrices))
    middle = len(matrices) // 2
    left, right = _word(matrices[:middle]), _word(matrices[middle:])
    return _mean_of_product(left, right)


def _mean_of_product(left: list[list[Polynomial]], right: list[list[Polynomial]]) -> Matrix:
    """E[LR] by one inner product an entry, so that the product itself is never multiplied out."""
    if _scalar(left) or _scalar(right):
        left, right = (left, right) if _scalar(left) else (right, left)
        one = Expanded(left[0][0])
        return [[one.dot(Expanded(entry)) for entry in row] for row in right]
    if len(left[0]) != len(right):
        raise ShapeError(f"a matrix of shape {show_shape(left)} times one of shape {show_shape(right)}")
    rows = [[Expanded(entry) for entry in row] for row in left]
    columns = [[Expanded(entry) for entry in column] for column in transpose(right)]
    return [[sum(map(Expanded.dot, row, column), start=Fraction(0)) for column in columns] for row in rows]


def _word(matrices: list[list[list[Polynomial]]]) -> list[list[Polynomial]]:
    return reduce(_times, matrices, _one_by_one(constant(1)))


def _times(left: list[list[Polynomial]], right: list[list[Polynomial]]) -> list[list[Polynomial]]:
    """A product, in which a 1×1 matrix is a scalar factor."""
    if _scalar(left):
        return [[left[0][0] * entry for entry in row] for row in right]
    if _scalar(right):
        return [[entry * right[0][0] for entry in row] for row in left]
    return product(left, right)


def _scalar(rows: list[list[Polynomial]]) -> bool:
    return len(rows) == 1 and len(rows[0]) == 1


def _one_by_one(entry: Polynomial) -> list[list[Polynomial]]:
    return [[entry]]


def _factor(instance: Instance, drawn: Prompt, factor: Factor) -> list[list[Polynomial]]:
    """One factor as a matrix of polynomials."""
    if isinstance(factor, tuple) and factor[0] == "tr":
        inner = _word([_factor(instance, drawn, part) for part in factor[1]])
        if len(inner) != len(inner[0]):
            raise ShapeError(f"the trace of a matrix of shape {show_shape(inner)}")
        return _one_by_one(reduce(Polynomial.__add__, (row[i] for i, row in enumerate(inner))))
    if not isinstance(factor, str):
        return [[constant(Fraction(entry)) for entry in row] for row in factor]
    if factor == "S":
        X = transpose(drawn.x[:-1])
        return product([[combination([(Fraction(1, instance.N), entry)]) for entry in row] for row in X], transpose(X))
    name = factor.removesuffix("T")
    rows = _named(instance, drawn, name) if factor in RANDOM + GIVEN else None
    if rows is None:
        raise UserError(f"no factor is called {factor!r}; there are {', '.join(RANDOM + GIVEN)}")
    return rows if factor == name else transpose(rows)


def _named(instance: Instance, drawn: Prompt, name: str) -> list[list[Polynomial]]:
    match name:
        case "X":
            return transpose(drawn.x[:-1])
        case "x" | "w" | "y":
            return [[entry] for entry in {"x": drawn.x[-1], "w": drawn.w, "y": drawn.y}[name]]
        case "p" | "q":
            return [[constant(entry)] for entry in getattr(instance, name)]
        case "I":
            return [[constant(entry) for entry in row] for row in identity(instance.d)]
    return [[constant(entry) for entry in row] for row in getattr(instance, name)]
