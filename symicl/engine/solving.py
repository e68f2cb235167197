"""Solving a linear equation for a matrix letter or a scalar symbol: Σ P U Q + R = 0 gives U = −P⁻¹ R Q⁻¹."""

from __future__ import annotations

from typing import Any

from sympy import Symbol

from ..errors import UserError
from .atoms import ATOMS, INVERSE, TRANSPOSE, Terms, Word, code_of
from .calculus import derivative
from .forms import Form
from .inverses import identity, inverse, word_form
from .scalars import monomial
from .words import CYCLES

# A term c · P U Q as ((c, P), U, Q).
Part = tuple[tuple[Form, Word], int, Word]


def solve_linear(made: Form, unknown: Any) -> Form:
    """The value of ``unknown`` for which the form is zero.

    For a matrix letter U every term with U must read c · P U Q (or every one c · P Uᵀ Q) with one Q for all of them,
    or one P, of letters known to be invertible; where several P differ, their sum is inverted as a whole.  Scalar
    factors in front of U are divided by.  That they are not zero, and that a sum of P is invertible, is for whoever
    proves the result.  ``UserError`` where the equation is not of that shape.

    >>> from symicl import dimension, matrix, positive_definite
    >>> from symicl.engine.convert import form
    >>> d = dimension("d")
    >>> L, B, U = positive_definite("Lambda", d), matrix("B", d), matrix("U", d)
    >>> solve_linear(form(2 * L @ U @ L - B), U)
    1/2 Lambda^-1 B Lambda^-1
    """
    if isinstance(unknown, Symbol):
        return _solve_scalar(made, unknown)
    code = code_of(unknown)
    if code is None or not made.bits() >> (code >> 2) & 1:
        raise UserError(f"solve_linear: {unknown} does not occur in {made}")
    with_it, rest = _split(made, code, unknown)
    found = {c for _, c, _ in with_it}
    if len(found) > 1:
        raise UserError(f"solve_linear: {unknown} occurs plain and transposed in {made}; one of them can be solved")
    left, right = _sides(with_it, made, unknown)
    value = -(inverse(left) * rest * inverse(right))
    return value if found == {code} else value.T


def _solve_scalar(made: Form, unknown: Symbol) -> Form:
    slope = derivative(made, unknown)
    if not slope or derivative(slope, unknown):
        raise UserError(f"solve_linear: {made} is not linear in {unknown}")
    if not made.is_scalar:
        raise UserError(f"solve_linear: {made} is a matrix; a scalar unknown needs a scalar equation")
    rest = made - slope * Form({((), (), monomial(unknown)): 1})
    return -(rest * slope.reciprocal())


def _split(made: Form, code: int, unknown: Any) -> tuple[list[Part], Form]:
    """The terms c · P U Q as ((c, P), U, Q), and all others."""
    own = {code, TRANSPOSE[code]}
    with_it: list[Part] = []
    rest: Terms = {}
    for (word, traces, packed), c in made.data.items():
        places = [i for i, letter in enumerate(word) if letter >> 2 == code >> 2]
        inside = any(code >> 2 in ATOMS[letter >> 2].inside for letter in word)
        within = any(letter >> 2 == code >> 2 for t in traces for letter in CYCLES[t])
        if within or inside or len(places) > 1 or any(word[i] not in own for i in places):
            raise UserError(f"solve_linear: {made} is not linear in {unknown}: terms must read c · P {unknown} Q")
        if places:
            front = Form({((), traces, packed): c}, made.below, divisor=made.divisor)
            with_it.append(((front, word[: places[0]]), word[places[0]], word[places[0] + 1 :]))
        else:
            rest[word, traces, packed] = c
    return with_it, Form.make(rest, made.below, made.rows, made.cols, made.divisor)


def _sides(with_it: list[Part], made: Form, unknown: Any) -> tuple[Form, Form]:
    """P and Q, the sum of all coefficients in one of them."""
    lefts, rights = {p for (_, p), _, _ in with_it}, {q for _, _, q in with_it}
    if len(lefts) > 1 and len(rights) > 1:
        raise UserError(f"solve_linear: in {made} the terms with {unknown} share no factor on either side")
    for word in lefts | rights:
        for letter in word:
            atom = ATOMS[letter >> 2]
            if not (atom.hidden or letter & INVERSE or atom.letter.invertible):
                raise UserError(f"solve_linear: {atom.letter} stands beside {unknown} and may have no inverse")
    total_left = Form({}, 1, made.rows, made.rows)
    total_right = Form({}, 1, made.cols, made.cols)
    for (front, p), _, q in with_it:
        if len(rights) == 1:
            total_left = total_left + front * _word(p, made.rows)
            total_right = _word(q, made.cols)
        else:
            total_right = total_right + front * _word(q, made.cols)
            total_left = _word(p, made.rows)
    return total_left, total_right


def _word(word: Word, size: int) -> Form:
    return word_form(word) if word else identity(size)
