"""Numbers, vectors and matrices that a person gives, checked on the way in: finite, of the right shape, in range.

Rationals may be written as text, exactly: ``"1/3"``.

>>> number("rate", "1/4"), matrix("Lambda", [[2, 0], [0, "1/2"]]).tolist()
(0.25, [[2.0, 0.0], [0.0, 0.5]])
>>> number("rate", float("nan"))
Traceback (most recent call last):
    ...
symicl.errors.UserError: rate must be a finite number, not nan
"""

from __future__ import annotations

import re
from fractions import Fraction
from math import isfinite
from numbers import Integral, Real
from typing import Any

import numpy as np

from ..errors import UserError
from .algebra import Array
from .named import shown

RATIONAL = re.compile(r"\s*[+-]?\d{1,40}(\.\d{1,40}|/[1-9]\d{0,39})?\s*")
#: The longest prompt that is taken seriously; a longer one is a slip of the keyboard.
LENGTHS = 1_000_000_000
#: The most coordinates: several matrices of d² numbers are held.
SIZES = 1000
#: The largest number; the squares of larger ones would overflow.
LARGEST = 1e50
#: How far from symmetric and from semidefinite rounding may take a matrix, relative to its largest entry.
ROUNDING = 1e-9


def integer(key: str, value: Any, least: int = 1, most: int = LENGTHS) -> int:
    """An integer from ``least`` to ``most``."""
    if isinstance(value, bool) or not isinstance(value, Integral) or not least <= int(value) <= most:
        raise UserError(f"{key} must be an integer from {least} to {most}, not {shown(value)}")
    return int(value)


def number(key: str, value: Any) -> float:
    """A finite number."""
    if isinstance(value, str) and RATIONAL.fullmatch(value):
        value = Fraction(value)
    if isinstance(value, bool) or not isinstance(value, Real) or not _finite(value):
        raise UserError(f"{key} must be a finite number, not {shown(value)}")
    if abs(float(value)) > LARGEST:
        raise UserError(f"{key} must be at most {LARGEST:g} in size, not {shown(value)}")
    return float(value)


def _finite(value: Any) -> bool:
    try:
        return isfinite(value)
    except OverflowError:
        return False


def positive(key: str, value: Any) -> float:
    """A number above 0."""
    found = number(key, value)
    if found <= 0:
        raise UserError(f"{key} must be positive, not {shown(value)}")
    return found


def not_negative(key: str, value: Any) -> float:
    """A number of at least 0."""
    found = number(key, value)
    if found < 0:
        raise UserError(f"{key} must not be negative, not {shown(value)}")
    return found


def flag(key: str, value: Any) -> bool:
    """True or false."""
    if not isinstance(value, (bool, np.bool_)):
        raise UserError(f"{key} must be true or false, not {shown(value)}")
    return bool(value)


def vector(key: str, value: Any) -> Array:
    """A list of at least one number."""
    entries = _listed(value)
    if not entries or any(_is_list(entry) for entry in entries):
        raise UserError(f"{key} must be a list of numbers, not {shown(value)}")
    return np.array([number(f"{key}[{i}]", entry) for i, entry in enumerate(entries, 1)])


def matrix(key: str, value: Any, shape: tuple[int, int] | None = None) -> Array:
    """A list of rows of one length; the shape is checked where one is given."""
    if (
        isinstance(value, np.ndarray)
        and value.ndim == 2
        and value.dtype.kind == "f"
        and (np.abs(value) <= LARGEST).all()
    ):
        rows: list[Any] = list(value)  # no need to look at the entries one by one
    else:
        rows = [_listed(row) for row in _listed(value)]
    if not rows or not len(rows[0]) or len({len(row) for row in rows}) != 1:
        raise UserError(f"{key} must be a list of rows of one length, not {shown(value)}")
    if shape and (found := (len(rows), len(rows[0]))) != shape:
        raise UserError(f"{key} is {_times(found)}, it should be {_times(shape)}")
    if isinstance(rows[0], np.ndarray):
        return np.array(value, dtype=float)
    entries = [[number(f"{key}[{i}, {j}]", x) for j, x in enumerate(row, 1)] for i, row in enumerate(rows, 1)]
    return np.array(entries)


def covariance(key: str, value: Any, d: int | None = None) -> Array:
    """A symmetric positive semidefinite matrix; rounding is put up with, and taken out of the symmetry."""
    found = matrix(key, value, None if d is None else (d, d))
    if found.shape[0] != found.shape[1]:
        raise UserError(f"{key} is {_times(found.shape)}, a covariance is square")
    size = np.abs(found).max()
    if np.abs(found - found.T).max() > ROUNDING * size:
        i, j = np.unravel_index(np.abs(found - found.T).argmax(), found.shape)
        pair = f"[{i + 1}, {j + 1}] is {found[i, j]:g} and [{j + 1}, {i + 1}] is {found[j, i]:g}"
        raise UserError(f"{key} must be symmetric: its entry {pair}")
    found = (found + found.T) / 2
    if not is_definite(found + ROUNDING * size * np.eye(len(found))):
        least = float(np.linalg.eigvalsh(found)[0])
        raise UserError(f"{key} must be positive semidefinite: its least eigenvalue is {least:g}")
    return found


def is_definite(matrix: Array) -> bool:
    """Whether a symmetric matrix is positive definite: it is where Cholesky's decomposition goes through."""
    try:
        np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        return False
    return True


def weights(key: str, value: Any, count: int) -> Array:
    """``count`` probabilities that add up to 1; equal ones for ``None``."""
    if value is None:
        return np.full(count, 1 / count)
    found = vector(key, value)
    if len(found) != count or (found < 0).any() or abs(found.sum() - 1) > 1e-9:
        raise UserError(f"{key} must be {count} probabilities that add up to 1, not {shown(value)}")
    return found / found.sum()


def _listed(value: Any) -> list[Any]:
    if hasattr(value, "tolist"):
        value = value.tolist()
    return list(value) if isinstance(value, (list, tuple)) else []


def _is_list(value: Any) -> bool:
    return isinstance(value, (list, tuple))


def _times(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape))
