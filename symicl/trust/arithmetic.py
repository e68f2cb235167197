"""Numbers of the third way and dense matrices of them: rationals, roots to 60 digits, polynomials in normals.

>>> from fractions import Fraction
>>> root(Fraction(16), Fraction(1, 4)) == 2
True
>>> same(root(Fraction(2), Fraction(1, 2)) ** 2, Fraction(2))
True
"""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from typing import Any

from mpmath.ctx_mp import MPContext

from ..check.rational.polynomials import Polynomial, constant, exponents

Matrix = tuple[tuple[Any, ...], ...]

_digits = MPContext()
_digits.dps = 60
REAL: Any = _digits.mpf
#: Two roots that agree to this share of their size are taken for equal; between the two nothing is said.
EQUAL, DIFFERENT = REAL(10) ** -45, REAL(10) ** -25


class Undefined(Exception):
    """An expression has no value at these numbers: a division by zero, a root of a negative number."""


def plus(a: Any, b: Any) -> Any:
    """a + b for any two kinds of numbers."""
    a, b = _alike(a, b)
    return a + b


def times(a: Any, b: Any) -> Any:
    """a·b for any two kinds of numbers."""
    if a == 0 or b == 0:
        return Fraction(0)
    a, b = _alike(a, b)
    return a * b


def _alike(a: Any, b: Any) -> tuple[Any, Any]:
    if type(a) is type(b):
        return a, b
    kinds = {type(a), type(b)}
    if Polynomial in kinds and REAL in kinds:
        raise Undefined("a root beside random numbers")
    if Polynomial in kinds:
        return _polynomial(a), _polynomial(b)
    return _real(a), _real(b)


def _polynomial(a: Any) -> Polynomial:
    return a if isinstance(a, Polynomial) else constant(a)


def _real(a: Any) -> Any:
    return a if isinstance(a, REAL) else REAL(a.numerator) / REAL(a.denominator)


def settled(a: Any) -> Any:
    """A polynomial without variables as the number that it is."""
    if isinstance(a, Polynomial) and not any(a.terms.get(m) for m in a.terms if m):
        return Fraction(a.terms.get(0, 0), a.denominator)
    return a


def power(a: Any, exponent: Fraction) -> Any:
    """a to a rational power; ``Undefined`` where that is no real number."""
    if exponent.denominator != 1:
        return root(a, exponent)
    if exponent >= 0:
        return reduce(times, [a] * int(exponent), Fraction(1))
    if isinstance(a, Polynomial) or a == 0:
        raise Undefined("a division by zero or by something random")
    return 1 / power(a, -exponent)


def root(a: Any, exponent: Fraction) -> Any:
    """a to a power that is not whole."""
    if isinstance(a, Polynomial) or a < 0 or (a == 0 and exponent < 0):
        raise Undefined("a root of something negative or random")
    return _digits.power(_real(a), _real(exponent))


def same(a: Any, b: Any) -> bool:
    """Whether two numbers are equal; roots are compared to 60 digits, ``Undefined`` where that does not decide."""
    if isinstance(a, Polynomial) or isinstance(b, Polynomial):
        return settled(plus(a, times(Fraction(-1), b))) == 0
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a == b
    a, b = _real(a), _real(b)
    gap = abs(a - b) / max(abs(a), abs(b), REAL(1))
    if EQUAL < gap < DIFFERENT:
        raise Undefined("two roots too near to each other")
    return bool(gap <= EQUAL)


def mean(a: Any, variables: frozenset[int]) -> Any:
    """The mean over some of the standard normals z_k that a polynomial is made of."""
    if not isinstance(a, Polynomial):
        return a
    out: dict[int, int] = {}
    for monomial, c in a.terms.items():
        rest = monomial
        for k, e in enumerate(exponents(monomial)):
            if e and k in variables:
                c = 0 if e % 2 else c * _double_factorial(e - 1)
                rest -= e << 8 * k
        if c:
            out[rest] = out.get(rest, 0) + c
    return settled(Polynomial(out, a.denominator, a.degree))


def coefficient(a: Any, order: int) -> Any:
    """The coefficient of that power of z_0."""
    if not isinstance(a, Polynomial):
        return Fraction(0)
    rest = {m - order: c for m, c in a.terms.items() if m & 255 == order}
    return settled(Polynomial(rest, a.denominator, a.degree))


def _double_factorial(n: int) -> int:
    return reduce(lambda a, b: a * b, range(n, 0, -2), 1)


# -- dense matrices, as tuples of rows


def product(left: Matrix, right: Matrix) -> Matrix:
    """The product of two matrices."""
    columns = tuple(zip(*right, strict=True))
    return tuple(tuple(reduce(plus, map(times, row, column)) for column in columns) for row in left)


def total(left: Matrix, right: Matrix) -> Matrix:
    """The sum of two matrices."""
    return tuple(tuple(map(plus, a, b)) for a, b in zip(left, right, strict=True))


def scaled(c: Any, rows: Matrix) -> Matrix:
    """A number times a matrix."""
    return tuple(tuple(times(c, entry) for entry in row) for row in rows)


def transpose(rows: Matrix) -> Matrix:
    """The transpose."""
    return tuple(zip(*rows, strict=True))


def identity(size: int) -> Matrix:
    """The identity."""
    return tuple(tuple(Fraction(i == j) for j in range(size)) for i in range(size))


def trace(rows: Matrix) -> Any:
    """The trace."""
    return reduce(plus, (row[i] for i, row in enumerate(rows)))


def inverse(rows: Matrix) -> Matrix:
    """The inverse by elimination; ``Undefined`` for a singular matrix, or a random one."""
    size = len(rows)
    if any(isinstance(entry, Polynomial) for row in rows for entry in row):
        raise Undefined("the inverse of a random matrix")
    work = [list(row + unit) for row, unit in zip(rows, identity(size), strict=True)]
    for k in range(size):
        pivot = max(range(k, size), key=lambda i: abs(work[i][k]))
        if same(work[pivot][k], Fraction(0)):
            raise Undefined("a singular matrix")
        work[k], work[pivot] = work[pivot], work[k]
        work[k] = [times(1 / work[k][k], entry) for entry in work[k]]
        for i in range(size):
            if i != k:
                factor = times(Fraction(-1), work[i][k])
                work[i] = [plus(a, times(factor, b)) for a, b in zip(work[i], work[k], strict=True)]
    return tuple(tuple(row[size:]) for row in work)
