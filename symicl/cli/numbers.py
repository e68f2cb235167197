"""The numbers and matrices of an input file: exact, bounded, and checked.

A JSON integer and a string are exact, a JSON number with a point or an exponent is not: it stands for a measured
value, although it is read as the decimal fraction that is written.
"""

from __future__ import annotations

import re
from fractions import Fraction
from math import lcm
from typing import Any, NamedTuple

from ..errors import UserError

DIGITS = 300
EXPONENT = 300
EXACT_UP_TO = 40
DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE]([+-]?[0-9]+))?")
RATIO = re.compile(r"([+-]?[0-9]+)\s*/\s*([0-9]+)")
Rows = list[list[Fraction]]


class Literal(NamedTuple):
    """A number as it stands in the file, and whether it is an exact one."""

    text: str
    exact: bool


def number(literal: Any, place: str) -> Fraction:
    """The value of a literal or a string; ``UserError`` names the place and says what would be right."""
    if isinstance(literal, Literal):
        return _parsed(literal.text, literal.text, place)
    if isinstance(literal, str):
        return _parsed(literal.strip(), f'"{literal}"', place)
    raise UserError(f'{place} must be a number such as 2, 0.5 or "1/3", not {show(literal)}')


def _parsed(text: str, shown: str, place: str) -> Fraction:
    if len(text) > DIGITS:
        raise UserError(f"{place} is a number of {len(text)} characters; at most {DIGITS} are read")
    if found := RATIO.fullmatch(text):
        if int(found[2]) == 0:
            raise UserError(f"{place} is {shown}, a division by zero")
        return Fraction(int(found[1]), int(found[2]))
    found = DECIMAL.fullmatch(text)
    if not found:
        raise UserError(f'{place} must be a finite number such as 2, 0.5 or "1/3", not {shown}')
    exponent = found[1] or "0"
    if len(exponent.lstrip("+-0")) > 3 or abs(int(exponent)) > EXPONENT:
        raise UserError(f"{place} is {shown}; exponents go from -{EXPONENT} to {EXPONENT}")
    return Fraction(text)


def show(value: Any, limit: int = 40) -> str:
    """A piece of the input, cut to a readable length."""
    match value:
        case Literal():
            shown = value.text
        case None | True | False:
            shown = {None: "null", True: "true", False: "false"}[value]
        case list():
            shown = "a list"
        case dict():
            shown = "an object"
        case str():
            shown = f'"{value}"'
        case _:
            shown = str(value)
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def is_exact(value: Any) -> bool:
    """Whether a value of the file holds exact numbers only."""
    if isinstance(value, list):
        return all(map(is_exact, value))
    return not isinstance(value, Literal) or value.exact


def vector(value: Any, place: str) -> list[Fraction]:
    """A flat list of numbers; a list of rows of one number each is read as the same."""
    if not isinstance(value, list) or not value:
        raise UserError(f"{place} must be a flat list of numbers such as [1, 0], not {show(value)}")
    flat = [entry[0] if isinstance(entry, list) and len(entry) == 1 else entry for entry in value]
    if any(isinstance(entry, list) for entry in flat):
        raise UserError(f"{place} must be a flat list of numbers such as [1, 0], not a list of rows")
    return [number(entry, f"{place}, entry {i},") for i, entry in enumerate(flat, 1)]


def matrix(value: Any, place: str) -> Rows:
    """A list of rows of one length."""
    if not isinstance(value, list) or not value or not all(isinstance(row, list) and row for row in value):
        raise UserError(f"{place} must be a list of rows such as [[1, 0], [0, 1]], not {_shape_of(value)}")
    for i, row in enumerate(value, 1):
        if len(row) != len(value[0]):
            raise UserError(
                f"{place}: row {i} has {len(row)} entries, but row 1 has {len(value[0])}; all rows need the same number"
            )
    return [
        [number(entry, f"{place}, row {i}, column {j},") for j, entry in enumerate(row, 1)]
        for i, row in enumerate(value, 1)
    ]


def _shape_of(value: Any) -> str:
    if not isinstance(value, list):
        return show(value)
    if not value:
        return "an empty list"
    return "a list with an empty row" if all(isinstance(row, list) for row in value) else "a flat list"


def positive_definite(rows: Rows, place: str, exact: bool) -> Rows:
    """The matrix, once it is known to be square, symmetric and positive definite.

    Measured numbers may differ from their mirror images by rounding; then the mean of both is taken.
    """
    mean, size = symmetric(rows, place, exact), len(rows)
    order = first_bad_minor(mean) if exact or size <= EXACT_UP_TO else _float_bad_minor(mean)
    if order:
        raise UserError(f"{place} must be positive definite, but its leading {order}×{order} minor is not positive")
    return mean


def symmetric(rows: Rows, place: str, exact: bool) -> Rows:
    """The matrix, once it is known to be square and symmetric; of measured numbers, the mean with its mirror image."""
    size = len(rows)
    if any(len(row) != size for row in rows):
        raise UserError(f"{place} is {size}×{len(rows[0])}, but it must be square")
    for i in range(size):
        for j in range(i):
            _same(rows[i][j], rows[j][i], exact, f"{place} must be symmetric: row {i + 1}, column {j + 1}")
    return rows if exact else [[(rows[i][j] + rows[j][i]) / 2 for j in range(size)] for i in range(size)]


def positive_semidefinite(rows: Rows, place: str, exact: bool) -> Rows:
    """The matrix, once it is known to be square, symmetric and positive semidefinite (measured: up to rounding)."""
    mean = symmetric(rows, place, exact)
    if not is_semidefinite(mean, Fraction(0) if exact else Fraction(1, 10**9)):
        raise UserError(f"{place} must be positive semidefinite, but it has a direction of negative variance")
    return mean


def is_semidefinite(rows: Rows, slack: Fraction = Fraction(0)) -> bool:
    """Whether a symmetric matrix is positive semidefinite, by elimination; ``slack`` is relative to its trace.

    >>> is_semidefinite([[Fraction(1), Fraction(1)], [Fraction(1), Fraction(1)]])
    True
    >>> is_semidefinite([[Fraction(0), Fraction(1)], [Fraction(1), Fraction(3)]])
    False
    """
    work, least = [list(row) for row in rows], slack * sum(abs(rows[i][i]) for i in range(len(rows)))
    while work:
        k = max(range(len(work)), key=lambda i: work[i][i])
        pivot = work[k][k]
        if pivot <= least:
            return all(abs(entry) <= least for row in work for entry in row)
        left = [i for i in range(len(work)) if i != k]
        work = [[work[i][j] - work[i][k] * work[k][j] / pivot for j in left] for i in left]
    return True


def _same(left: Fraction, right: Fraction, exact: bool, place: str) -> None:
    if left != right and (exact or abs(left - right) > Fraction(1, 10**9) * max(abs(left), abs(right))):
        one, other = (show(Literal(str(entry), True)) for entry in (left, right))
        raise UserError(f"{place} holds {one}, but its mirror image holds {other}")


def first_bad_minor(rows: Rows) -> int:
    """The order of the first leading minor that is not positive, or 0: elimination over the integers (Bareiss).

    >>> first_bad_minor([[Fraction(2), Fraction(1)], [Fraction(1), Fraction(1, 2)]])
    2
    """
    scale = lcm(*(entry.denominator for row in rows for entry in row))
    work = [[int(entry * scale) for entry in row] for row in rows]
    before = 1
    for k in range(len(work)):
        pivot = work[k][k]
        if pivot <= 0:
            return k + 1
        for i in range(k + 1, len(work)):
            left = work[i][k]
            work[i] = [(pivot * a - left * b) // before for a, b in zip(work[i], work[k], strict=True)]
        before = pivot
    return 0


def _float_bad_minor(rows: Rows) -> int:
    import numpy as np

    try:
        np.linalg.cholesky(np.array([[float(entry) for entry in row] for row in rows]))
    except (np.linalg.LinAlgError, OverflowError):
        return len(rows)
    return 0


def positive_integer(value: Any, place: str) -> Fraction:
    """A number of things: 1, 2, 3, …"""
    try:
        found = number(value, place)
    except UserError:
        found = Fraction(0)
    if found.denominator != 1 or found < 1:
        raise UserError(f"{place} must be a positive integer such as 4, not {show(value)}")
    return found
