"""The value of an expression as an interval: exact where it is rational, rounded outwards from its first root on.

Letters have rational values or mpmath intervals; all that the expression can be at numbers in these intervals lies in
the interval that comes out (which may be wider, since each occurrence of a letter is taken for itself).

>>> from symicl import dimension, matrix, tr
>>> from sympy import sqrt
>>> A = matrix("A", dimension("d"))
>>> root = enclose(sqrt(tr(A @ A.T)), {A: [[1, 1], [0, 0]]})
>>> 2 in root**2, bool(root.delta < 1e-37)
(True, True)
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache, reduce
from operator import add, mul
from typing import Any

from mpmath import libmp
from mpmath.ctx_iv import MPIntervalContext
from sympy.core.intfunc import integer_nthroot

from ..errors import ShapeError, UserError
from .nodes import as_node
from .numeric import Evaluation

BITS = 128


def enclose(node: Any, values: dict[Any, Any], *, bits: int = BITS) -> Any:
    """An mpmath interval that holds the value of ``node``, or a list of rows of such; ``values`` as in ``evaluate``.

    A value is rational (also as a string such as "1/2") or an mpmath interval, not a float.  Rounding is outwards, to
    ``bits`` bits.  ``UserError`` for a missing or unusable value, for a division by what may be 0, for a root of what
    may be negative and for an inverse of what may be singular; ``ShapeError`` where two sizes disagree.
    """
    numbers = _numbers(bits)
    value = Evaluation(values, numbers).value(as_node(node))
    if isinstance(value, Grid):
        return [[entry.interval for entry in row] for row in value.rows]
    return numbers.scalar(value).interval


class Enclosed:
    """Arithmetic in which a number is a fraction, or an interval of ``bits`` bits where it is not known exactly."""

    def __init__(self, bits: int) -> None:
        if bits < 2:
            raise UserError(f"bits = {bits}: an interval needs at least 2")
        self.bits = bits
        self.context = MPIntervalContext()
        self.context.prec = bits

    def scalar(self, value: Any) -> Number:
        """A given number."""
        if isinstance(value, Number):
            return value
        if hasattr(value, "_mpi_"):
            return Number(self, self._finite(value))
        if isinstance(value, float):
            raise UserError(
                f"{value}: a float has been rounded already; give a rational such as '1/10', or an interval"
            )
        if hasattr(value, "p") and hasattr(value, "q"):
            return Number(self, Fraction(int(value.p), int(value.q)))
        try:
            return Number(self, Fraction(value))
        except (TypeError, ValueError, ZeroDivisionError) as error:
            raise UserError(f"{value!r}: neither a rational number nor an interval") from error

    def _finite(self, value: Any) -> Any:
        own = self.context.make_mpf(value._mpi_)
        if not (own.delta >= 0 and own.delta < self.context.inf):
            raise UserError(f"{value}: not a finite interval")
        return own

    def matrix(self, rows: Any) -> Grid:
        """A given matrix."""
        grid = [[self.scalar(entry) for entry in row] for row in rows]
        if not grid or len({len(row) for row in grid}) != 1:
            raise ShapeError(f"{rows!r}: the rows of a matrix have one length")
        return Grid(grid)

    def eye(self, size: int) -> Grid:
        """The identity."""
        return Grid([[Number(self, Fraction(i == j)) for j in range(size)] for i in range(size)])

    def zeros(self, rows: int, cols: int) -> Grid:
        """The zero matrix."""
        return Grid([[Number(self, Fraction(0))] * cols for _ in range(rows)])

    def trace(self, grid: Grid) -> Number:
        """The trace."""
        return reduce(add, (row[i] for i, row in enumerate(grid.rows)))

    def inverse(self, grid: Grid) -> Grid:
        """The inverse by Gauss-Jordan elimination; the pivot is the entry farthest from 0."""
        size = len(grid.rows)
        work = [left + right for left, right in zip(grid.rows, self.eye(size).rows, strict=True)]
        for k in range(size):
            best = max(range(k, size), key=lambda i: work[i][k].distance)
            if not work[best][k].distance:
                doubt = "is" if work[best][k].is_exact else "may be"
                raise UserError(f"a matrix to be inverted {doubt} singular at these numbers")
            work[k], work[best] = work[best], work[k]
            work[k] = [entry / work[k][k] for entry in work[k]]
            for i in range(size):
                if i != k:
                    factor = work[i][k]
                    work[i] = [a - factor * b for a, b in zip(work[i], work[k], strict=True)]
        return Grid([row[size:] for row in work])


@lru_cache(maxsize=16)
def _numbers(bits: int) -> Enclosed:
    return Enclosed(bits)


class Number:
    """A real number: a fraction where it is known exactly, otherwise an interval that holds it."""

    __slots__ = ("field", "value")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, field: Enclosed, value: Any) -> None:
        self.field, self.value = field, value

    @property
    def is_exact(self) -> bool:
        """Whether it is a fraction."""
        return isinstance(self.value, Fraction)

    @property
    def interval(self) -> Any:
        """An interval that holds it."""
        if not self.is_exact:
            return self.value
        above, below, bits = self.value.numerator, self.value.denominator, self.field.bits
        ends = [libmp.from_rational(above, below, bits, way) for way in (libmp.round_floor, libmp.round_ceiling)]
        return self.field.context.make_mpf(tuple(ends))

    @property
    def distance(self) -> Fraction:
        """A lower bound on its absolute value."""
        if self.is_exact:
            return abs(self.value)
        return Fraction(0) if 0 in self.value else min(map(abs, map(_exactly, self.value._mpi_)))

    def _with(self, other: Any, operation: Callable[[Any, Any], Any]) -> Any:
        if not isinstance(other, (Number, int)):
            return NotImplemented
        other = self.field.scalar(other)
        if self.is_exact and other.is_exact:
            return Number(self.field, operation(self.value, other.value))
        return Number(self.field, operation(self.interval, other.interval))

    def __eq__(self, other: object) -> Any:
        return self.value == other.value if isinstance(other, Number) else self.value == other

    def __add__(self, other: Any) -> Any:
        return self._with(other, add)

    def __mul__(self, other: Any) -> Any:
        return self._with(other, mul)

    __radd__, __rmul__ = __add__, __mul__

    def __sub__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: a - b)

    def __truediv__(self, other: Number) -> Any:
        if not other.distance:
            raise UserError(f"a division by {other}" + ("" if other.is_exact else ", which may be 0"))
        return self._with(other, lambda a, b: a / b)

    def __pow__(self, exponent: Any) -> Number:
        power = self.field.scalar(exponent).value
        if not isinstance(power, Fraction):
            raise UserError(f"{self} to the power {exponent}: an exponent is a rational number")
        if power < 0:
            return Number(self.field, Fraction(1)) / self**-power
        whole = Number(self.field, self.value**power.numerator)
        return whole if power.denominator == 1 else whole._root(power.denominator, self)

    def __rpow__(self, base: Any) -> Number:
        return self.field.scalar(base) ** self

    def _root(self, degree: int, base: Number) -> Number:
        """The root of a number that is certainly not negative; ``base`` is what it is a power of."""
        low, high = (self.value, self.value) if self.is_exact else map(_exactly, self.value._mpi_)
        if not base.is_nonnegative:
            raise UserError(f"a root of {base}" + ("" if base.is_exact else ", which may be negative"))
        if self.is_exact and (exact := _exact_root(low, degree)) is not None:
            return Number(self.field, exact)
        bits = self.field.bits
        bottom, top = _scaled_root(low, degree, bits), _scaled_root(high, degree, bits)
        make = libmp.from_man_exp
        ends = make(*bottom[:2], bits, libmp.round_floor), make(top[0] + top[2], top[1], bits, libmp.round_ceiling)
        return Number(self.field, self.field.context.make_mpf(ends))

    @property
    def is_nonnegative(self) -> bool:
        """Whether it is certainly at least 0."""
        return self.value >= 0 if self.is_exact else _exactly(self.value._mpi_[0]) >= 0

    def __int__(self) -> int:
        if not self.is_exact or self.value.denominator != 1:
            raise ShapeError(f"{self}: a size is a whole number")
        return int(self.value)

    def __str__(self) -> str:
        if self.is_exact:
            return str(self.value)
        return "[{}, {}]".format(*(libmp.to_str(end, 12) for end in self.value._mpi_))


def _exactly(end: Any) -> Fraction:
    """An end of an interval, which is a finite floating-point number."""
    sign, mantissa, exponent, _ = end
    return (-1) ** sign * Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def _exact_root(value: Fraction, degree: int) -> Fraction | None:
    (top, one), (bottom, two) = (integer_nthroot(part, degree) for part in (value.numerator, value.denominator))
    return Fraction(int(top), int(bottom)) if one and two else None


def _scaled_root(value: Fraction, degree: int, bits: int) -> tuple[int, int, int]:
    """m, e and s with m·2ᵉ ≤ value^(1/degree) ≤ (m + s)·2ᵉ, s being 0 or 1 and m of at least ``bits`` bits.

    >>> _scaled_root(Fraction(4), 2, 3), _scaled_root(Fraction(2), 2, 3)
    ((32, -4, 0), (45, -5, 1))
    """
    if not value:
        return 0, 0, 0
    size = value.numerator.bit_length() - value.denominator.bit_length()
    shift = max(0, bits + 2 - size // degree)
    whole, rest = divmod(value.numerator << degree * shift, value.denominator)
    root, exact = integer_nthroot(whole, degree)
    return int(root), -shift, int(bool(rest) or not exact)


class Grid:
    """A matrix of numbers, as rows."""

    __slots__ = ("rows",)

    def __init__(self, rows: list[list[Number]]) -> None:
        self.rows = rows

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.rows), len(self.rows[0])

    @property
    def T(self) -> Grid:
        """The transpose."""
        return Grid([list(column) for column in zip(*self.rows, strict=True)])

    def __add__(self, other: Grid) -> Grid:
        rows = zip(self.rows, other.rows, strict=True)
        return Grid([[a + b for a, b in zip(left, right, strict=True)] for left, right in rows])

    def __matmul__(self, other: Grid) -> Grid:
        columns = other.T.rows
        return Grid([[reduce(add, map(mul, row, column)) for column in columns] for row in self.rows])

    def __mul__(self, scalar: Any) -> Grid:
        return Grid([[entry * scalar for entry in row] for row in self.rows])

    __rmul__ = __mul__
