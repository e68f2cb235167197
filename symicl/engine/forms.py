"""The normal form of a matrix or scalar expression: a sum of coefficient × product of traces × word of letters.

>>> from symicl import dimension, matrix, tr
>>> from symicl.engine.convert import form
>>> A, B = matrix("A", dimension("d")), matrix("B", dimension("d"))
>>> form(tr(A @ B.T)) == form(tr(B @ A.T))
True
>>> form((A + B) @ (A - B))
A A - A B + B A - B B
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import reduce
from math import gcd, lcm
from operator import add, mul
from typing import Any, NamedTuple

from ..errors import ShapeError, UserError
from . import terms as ring
from .atoms import ATOMS, Terms, Word
from .divisors import cancel
from .roots import ROOTS, by_whole_powers
from .scalars import ONE, SIZES, powers
from .words import CYCLES

UNIT: Terms = {((), (), 0): 1}


class Term(NamedTuple):
    """One term: coefficient × monomial × product of traces × word, over the divisor of its form."""

    coefficient: Fraction
    monomial: dict[Any, int]
    traces: tuple[Word, ...]
    word: Word


class Form:
    """An immutable normal form: ``data`` over the integer ``below`` and, where it is needed, over ``divisor``.

    ``data`` maps (open word, numbers of traces, packed monomial) to an integer; the greatest common divisor of
    these integers and ``below`` is 1.  ``rows`` and ``cols`` are numbers in the table of sizes.  A form may hold a
    *pending* sum, kept in arrays, which becomes ``data`` when it is first asked for.
    """

    __slots__ = ("_data", "_hash", "_pending", "below", "cols", "divisor", "rows")

    def __init__(
        self, data: Terms | None, below: int = 1, rows: int = ONE, cols: int = ONE, divisor: Terms | None = None
    ) -> None:
        self._data, self.below, self.rows, self.cols, self.divisor = data, below, rows, cols, divisor
        self._pending: Any = None
        self._hash: int | None = None

    @classmethod
    def make(cls, data: Terms, below: int = 1, rows: int = ONE, cols: int = ONE, divisor: Terms | None = None) -> Form:
        """The form data/(below · divisor) in lowest terms; ``data`` holds no zeros."""
        if divisor is not None:
            data, divisor, up, down = cancel(data, divisor)
            below *= down
            if up != 1:
                data = {key: c * up for key, c in data.items()}
        if below < 0:
            data, below = {key: -c for key, c in data.items()}, -below
        if below != 1:
            common = gcd(below, *data.values())
            if common != 1:
                data, below = {key: c // common for key, c in data.items()}, below // common
        return cls(data, below, rows, cols, divisor)

    @classmethod
    def pending(cls, sum_of_rows: Any, below: int, rows: int, cols: int) -> Form:
        """A form whose terms are made by ``sum_of_rows.data()``, which counts them by ``len``, when first needed."""
        made = cls(None, below, rows, cols)
        made._pending = sum_of_rows
        return made

    @property
    def data(self) -> Terms:
        """The terms over the integer ``below``."""
        if self._data is None:
            self._data = self._pending.data()
            self._pending = None
        return self._data

    # -- looking at it

    @property
    def shape(self) -> tuple[Any, Any]:
        """(rows, columns), as in the language."""
        return SIZES[self.rows], SIZES[self.cols]

    @property
    def is_scalar(self) -> bool:
        """Whether the shape is 1×1."""
        return self.rows == ONE and self.cols == ONE

    @property
    def is_zero(self) -> bool:
        """Whether there is no term."""
        return not len(self)

    def __len__(self) -> int:
        return len(self._pending) if self._data is None else len(self._data)

    def __bool__(self) -> bool:
        return len(self) > 0

    def terms(self) -> Iterator[Term]:
        """The terms; words hold the codes of ``atoms``, and ``divisor`` is left out."""
        for (word, traces, packed), c in self.data.items():
            yield Term(Fraction(c, self.below), powers(packed), tuple(CYCLES[t] for t in traces), word)

    def coefficient(self, traces: tuple[int, ...] = (), word: Word = ()) -> Form:
        """The coefficient (a scalar form without traces) of one product of traces and one word."""
        found: Terms = {((), (), m): c for (w, t, m), c in self.data.items() if w == word and t == traces}
        return Form.make(found, self.below, divisor=self.divisor)

    def bits(self) -> int:
        """The numbers of all letters that occur, as bits; letters within composite letters are not looked for."""
        return ring.bits(self.data) | ring.bits(self.divisor or {})

    def letters(self) -> set[Any]:
        """The matrix letters that occur, as in the language; the inverse of a sum counts with the sum's letters."""
        found: set[Any] = set()
        bits = self.bits()
        for number, atom in enumerate(ATOMS):
            if bits >> number & 1:
                found |= atom.form.letters() if atom.hidden else {atom.letter}
        return found

    def _key(self) -> tuple[Any, ...]:
        return self.below, self.rows, self.cols, self.divisor

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Form):
            return NotImplemented
        return self is other or (self._key() == other._key() and self.data == other.data)

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash((self.below, self.rows, self.cols, frozenset(self.data.items())))
        return self._hash

    # -- calculating with it

    def _other(self, other: Any) -> Form:
        if isinstance(other, Form):
            return other
        if isinstance(other, int):
            return Form({((), (), 0): other} if other else {})
        if isinstance(other, Fraction):
            return Form({((), (), 0): other.numerator} if other else {}, other.denominator)
        from .convert import form  # the door to the language knows this class; only mixed sums come by here

        return form(other)

    def __add__(self, other: Any) -> Form:
        other = self._other(other)
        if (self.rows, self.cols) != (other.rows, other.cols):
            raise ShapeError(f"a form of shape {_shown(self)} and one of shape {_shown(other)} cannot be added")
        a, b = self.below, other.below
        left, right, divisor = self.data, other.data, self.divisor
        if self.divisor != other.divisor:
            if other.divisor:
                left = ring.times(other.divisor, left)
            if self.divisor:
                right = ring.times(self.divisor, right)
            divisor = ring.times(self.divisor or UNIT, other.divisor or UNIT)
        common = gcd(a, b)
        data = ring.plus(left, right, b // common, a // common)
        return Form.make(data, a // common * b, self.rows, self.cols, divisor)

    __radd__ = __add__

    def __neg__(self) -> Form:
        data = {key: -c for key, c in self.data.items()}
        return Form(data, self.below, self.rows, self.cols, self.divisor)

    def __sub__(self, other: Any) -> Form:
        return self + -self._other(other)

    def __rsub__(self, other: Any) -> Form:
        return -self + other

    def __mul__(self, other: Any) -> Form:
        other = self._other(other)
        rows, cols = self.rows, other.cols
        if self.is_scalar or other.is_scalar:
            rows, cols = (other.rows, other.cols) if self.is_scalar else (self.rows, self.cols)
        elif self.cols != other.rows:
            raise ShapeError(f"forms of shape {_shown(self)} and {_shown(other)} cannot be multiplied")
        divisor = None
        if self.divisor or other.divisor:
            divisor = ring.times(self.divisor or UNIT, other.divisor or UNIT)
        data = ring.times(self.data, other.data)
        return settled(Form.make(data, self.below * other.below, rows, cols, divisor))

    __matmul__ = __mul__

    def __rmul__(self, other: Any) -> Form:
        return self._other(other) * self

    __rmatmul__ = __rmul__

    def __truediv__(self, other: Any) -> Form:
        return self * self._other(other).reciprocal()

    def __pow__(self, exponent: int) -> Form:
        if self.rows != self.cols:
            raise ShapeError(f"a form of shape {_shown(self)} has no powers")
        if exponent < 0:
            from .inverses import inverse

            return inverse(self) ** -exponent
        if exponent == 0:
            return Form(dict(UNIT), 1, self.rows, self.cols)
        if not self.is_scalar:
            return self if exponent == 1 else self ** (exponent - 1) * self
        divisor = ring.power(self.divisor, exponent) if self.divisor else None
        return settled(Form.make(ring.power(self.data, exponent), self.below**exponent, divisor=divisor))

    def reciprocal(self) -> Form:
        """1/self for a scalar that is not 0."""
        if not self.is_scalar:
            raise UserError(f"a form of shape {_shown(self)} divides nothing; multiply by its inverse")
        if self.is_zero:
            raise UserError("1/0: the form to be divided by is zero")
        top = {key: c * self.below for key, c in (self.divisor or UNIT).items()}
        return settled(Form.make(top, divisor=self.data))

    @property
    def T(self) -> Form:
        """The transpose."""
        if self.is_scalar:
            return self
        return Form(ring.transpose(self.data), self.below, self.cols, self.rows, self.divisor)

    def trace(self) -> Form:
        """The trace of a square form; of a scalar, itself."""
        if self.rows != self.cols:
            raise ShapeError(f"a form of shape {_shown(self)} has no trace")
        if self.is_scalar:
            return self
        return Form.make(ring.trace(self.data, self.rows), self.below, divisor=self.divisor)

    # -- showing it

    def to_sympy(self) -> Any:
        """The expression in the language, terms with fewer traces first."""
        from .authored import authored

        return authored(self)

    def __repr__(self) -> str:
        from ..language.printing import text

        return text(self.to_sympy())

    def _repr_latex_(self) -> str:
        from ..language.printing import latex

        return f"${latex(self.to_sympy())}$"


def total(forms: Iterable[Form]) -> Form:
    """The sum of at least one form; ``ShapeError`` where their shapes differ."""
    parts = list(forms)
    first = parts[0]
    if any(p.divisor or p.rows != first.rows or p.cols != first.cols for p in parts):
        return reduce(add, parts)
    below = lcm(*[p.below for p in parts])
    data: Terms = {}
    for part in parts:
        scale = below // part.below
        for key, c in part.data.items():
            data[key] = data.get(key, 0) + scale * c
    return Form.make(ring.without_zeros(data), below, first.rows, first.cols)


def settled(made: Form) -> Form:
    """Bring the exponents of roots into 0 … 11, with r¹² = its base; a form without roots comes back as it is."""
    if not ROOTS or made.is_zero:
        return made
    groups = by_whole_powers(made.data)
    if list(groups) == [()]:
        return made
    parts = [
        reduce(mul, [ROOTS[p] ** k for p, k in whole], Form(data, made.below, made.rows, made.cols, made.divisor))
        for whole, data in groups.items()
    ]
    return total(parts)


def _shown(made: Form) -> str:
    rows, cols = made.shape
    return f"{rows}×{cols}"
