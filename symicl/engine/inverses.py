"""Inverses of forms: products turn round, a sum becomes one letter that is found again by its own normal form."""

from __future__ import annotations

from functools import reduce

from ..errors import ShapeError, UserError
from . import terms as ring
from .atoms import ATOMS, COLS, INVERSE, ROWS, Atom, Word, code_of, enter, inside
from .divisors import primitive
from .forms import UNIT, Form


def inverse(made: Form) -> Form:
    """The inverse of a square form.

    A product of square letters is inverted letter by letter.  Of anything else the scalar content is inverted, and
    what is left becomes one letter, so that (2A + 2B)⁻¹ = ½ (A + B)⁻¹ and ((A + B)⁻¹)ᵀ = (Aᵀ + Bᵀ)⁻¹ hold.  Whether
    the inverse exists is not looked at here.  ``ShapeError`` for a form that is not square, ``UserError`` for zero.

    >>> from symicl import dimension, matrix
    >>> from symicl.engine.convert import form
    >>> A, B = matrix("A", dimension("d")), matrix("B", dimension("d"))
    >>> inverse(form(2*A @ B))
    1/2 B^-1 A^-1
    >>> inverse(form(2*A + 2*B))
    1/2 (A + B)^-1
    """
    if made.rows != made.cols:
        raise ShapeError(f"inverse: shape {made.shape[0]}×{made.shape[1]} is not square, so there is no inverse")
    if made.is_zero:
        raise UserError("inverse: the zero matrix has no inverse")
    if made.is_scalar:
        return made.reciprocal()
    words = {word for word, _, _ in made.data}
    if len(words) == 1 and all(ROWS[c] == COLS[c] for c in next(iter(words))):
        word = next(iter(words))
        scalar = Form({((), t, m): c for (_, t, m), c in made.data.items()}, made.below, divisor=made.divisor)
        return reduce(Form.__mul__, map(inverse_letter, reversed(word)), identity(made.rows)) * scalar.reciprocal()
    outside, kept = primitive(made.data)
    front = Form(outside, made.below, divisor=made.divisor).reciprocal()
    return front * word_form((_hidden(Form(kept, 1, made.rows, made.cols)) ^ INVERSE,))


def inverse_letter(code: int) -> Form:
    """The inverse of one letter; the inverse of the inverse of a sum is the sum."""
    atom = ATOMS[code >> 2]
    if atom.hidden and code & INVERSE:
        return atom.form.T if code & 1 else atom.form
    return word_form((code ^ INVERSE,))


def word_form(word: Word) -> Form:
    """A product of letters as a form."""
    return Form(ring.of_word(word), 1, ROWS[word[0]], COLS[word[-1]])


def identity(size: int) -> Form:
    """The identity matrix; ``size`` is a number in the table of sizes."""
    return Form(dict(UNIT), 1, size, size)


def _hidden(body: Form) -> int:
    for turned in (0, 1):
        key = ("sum", frozenset((body.T if turned else body).data.items()), body.rows)
        if (code := code_of(key)) is not None:
            return code ^ turned
    within = frozenset().union(*(inside(4 * n) for n in range(len(ATOMS)) if body.bits() >> n & 1))
    depth = 1 + max((ATOMS[n].depth for n in within), default=0)
    atom = Atom(None, body == body.T, body.data, depth, hidden=True, form=body, inside=within)
    return enter(("sum", frozenset(body.data.items()), body.rows), body.shape, atom)
