"""Derivatives of forms: differentials by the product rule, gradients read off them, second variations.

The differential of f in U along H is what is left of f(U + H) to first order: U becomes H at one place at a time, and
d(U⁻¹) = −U⁻¹ H U⁻¹, also for the inverse of a sum.  The gradient is the G with df = tr(Gᵀ H).
"""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import Any

from sympy import Symbol

from ..errors import ShapeError, UserError
from . import terms as ring
from .atoms import ATOMS, INVERSE, TRANSPOSE, Atom, Terms, Word, code_of, enter, transposed
from .forms import Form, total
from .inverses import inverse, word_form
from .roots import ROOTS
from .scalars import SYMBOLS, exponents, monomial, size_id
from .words import CYCLES, LETTERS_IN, letters_in


def gradient(made: Form, letter: Any) -> Form:
    """The gradient of a scalar form in a matrix letter U, or its derivative in a scalar symbol.

    The gradient has the shape of U; U is any matrix, except that the gradient in a symmetric letter is the symmetric
    one.  ``UserError`` where the letter occurs in a definition that is kept as a letter.

    >>> from symicl import dimension, matrix, tr
    >>> from symicl.engine.convert import form
    >>> A, U = matrix("A", dimension("d")), matrix("U", dimension("d"))
    >>> gradient(form(tr(A @ U @ A @ U.T)), U)
    A U A + A.T U A.T
    >>> gradient(form(tr(A @ U.inv())), U)
    - (U.T)^-1 A.T (U.T)^-1
    """
    if isinstance(letter, Symbol):
        return derivative(made, letter)
    if not made.is_scalar:
        raise ShapeError(f"gradient: shape {made.shape[0]}×{made.shape[1]}; only a scalar has a gradient here")
    rows, cols = map(size_id, letter.shape)
    if code_of(letter) is None:
        return Form({}, 1, rows, cols)
    moved = _direction(letter, "")
    change = differential(made, code_of(letter) or 0, word_form((moved,)))
    data: Terms = {}
    for (_, traces, packed), c in change.data.items():
        place = next(t for t in traces if LETTERS_IN[t] >> (moved >> 2) & 1)
        kept = list(traces)
        kept.remove(place)
        word = _beside(CYCLES[place], moved)
        data = ring.plus(data, ring.times({((), tuple(kept), packed): c}, ring.of_word(word)))
    found = Form.make(data, change.below, rows, cols, change.divisor)
    return (found + found.T) * Form({((), (), 0): 1}, 2) if letter.symmetric else found


def _beside(cycle: Word, moved: int) -> Word:
    """The word G with tr(cycle) = tr(Gᵀ H), where H occurs once."""
    i = next(i for i, c in enumerate(cycle) if c >> 2 == moved >> 2)
    rest = cycle[i + 1 :] + cycle[:i]
    return transposed(rest) if cycle[i] == moved else rest


def _direction(letter: Any, mark: Any) -> int:
    """A letter of the shape of ``letter``, known to the engine alone."""
    key = ("direction", letter, mark)
    code = code_of(key)
    if code is None:
        code = enter(key, letter.shape, Atom(letter, bool(letter.symmetric)))
    return code


def derivative(made: Form, symbol: Any) -> Form:
    """The derivative of a form in a scalar symbol; other symbols, letters and sizes stay."""
    unit = monomial(symbol)
    ((place, _),) = exponents(unit)
    _refuse_symbol(made, symbol)
    top = Form.make(_slope(made.data, place, unit), made.below, made.rows, made.cols, made.divisor)
    for root, base in ROOTS.items():
        slope = Form.make(_slope(made.data, root, 0), made.below, made.rows, made.cols, made.divisor)
        if slope and (inner := derivative(base, symbol)):
            # d(bʳ) = r bʳ db/b, and the table holds b^(1/12).
            top = top + slope * inner * base.reciprocal() * Form({((), (), 0): 1}, 12)
    if made.divisor:
        below = Form(made.divisor)
        top = top - made * derivative(below, symbol) * below.reciprocal()
    return top


def _slope(terms: Terms, place: int, unit: int) -> Terms:
    out: Terms = {}
    for (word, traces, packed), c in terms.items():
        exponent = dict(exponents(packed)).get(place, 0)
        if exponent:
            out[word, traces, packed - unit] = c * exponent
    return out


def _refuse_symbol(made: Form, symbol: Any) -> None:
    bits = made.bits()
    for n, atom in enumerate(ATOMS):
        if bits >> n & 1 and atom.form is not None and symbol in symbols_of(atom.form):
            raise UserError(f"{symbol} occurs inside {atom.letter or atom.form}: unfold it before differentiating")


def symbols_of(made: Form) -> set[Any]:
    """The scalar symbols of a form, those of sizes left out."""
    parts = (*made.data, *(made.divisor or {}))
    return {SYMBOLS[place] for _, _, packed in parts for place, _ in exponents(packed)}


def differential(made: Form, code: int, direction: Form) -> Form:
    """What a form changes by, to first order, when the letter moves by ``direction``."""
    parts = [Form({}, 1, made.rows, made.cols)]
    for (word, traces, packed), c in made.data.items():
        front = Form({((), (), packed): c}, made.below)
        whole = _open(word, made)
        for i, t in enumerate(traces):
            if (move := _moved(CYCLES[t], code, direction)) is not None:
                rest = Form({((), traces[:i] + traces[i + 1 :], 0): 1})
                parts.append(front * rest * move.trace() * whole)
        if (move := _moved(word, code, direction)) is not None:
            parts.append(front * Form({((), traces, 0): 1}) * move)
    for root, base in ROOTS.items():
        slope = Form.make(_slope(made.data, root, 0), made.below, made.rows, made.cols)
        if slope and (move := differential(base, code, direction)):
            # d(bʳ) = r bʳ db/b, and the table holds b^(1/12).
            parts.append(slope * move * base.reciprocal() * Form({((), (), 0): 1}, 12))
    top = total(parts)
    if made.divisor:
        below = Form(made.divisor)
        undivided = Form(made.data, made.below, made.rows, made.cols)
        return (top - undivided * differential(below, code, direction) * below.reciprocal()) * below.reciprocal()
    return top


def _open(word: Word, made: Form) -> Form:
    return Form({(word, (), 0): 1}, 1, made.rows, made.cols)


def _moved(word: Word, code: int, direction: Form) -> Form | None:
    """The differential of a product of letters, ``None`` where the letter does not occur."""
    parts = []
    for i, c in enumerate(word):
        change = _letter_moved(c, code, direction)
        if change is not None:
            sides = [word_form(part) for part in (word[:i],) if part]
            after = [word_form(part) for part in (word[i + 1 :],) if part]
            parts.append(reduce(Form.__mul__, [*sides, change, *after]))
    return reduce(add, parts) if parts else None


def _letter_moved(c: int, code: int, direction: Form) -> Form | None:
    atom = ATOMS[c >> 2]
    if c >> 2 == code >> 2:
        change = direction.T if TRANSPOSE[c] != c and c & 1 else direction
    elif code >> 2 not in atom.inside:
        return None
    elif not atom.hidden:
        raise UserError(f"{ATOMS[code >> 2].letter} occurs inside the definition {atom.letter}: unfold it first")
    else:
        change = differential(atom.form.T if c & 1 else atom.form, code, direction)
    if c & INVERSE:
        return -(word_form((c,)) * change * word_form((c,)))
    return change


def second_variation(made: Form, directions: dict[Any, Any]) -> Form:
    """d²/dt² at t = 0 when each letter (or scalar symbol) moves to letter + t · direction.

    Directions are forms of the shapes of the letters; they are kept fixed, also where they hold the letters.

    >>> from symicl import dimension, matrix, tr
    >>> from symicl.engine.convert import form
    >>> U, V = matrix("U", dimension("d")), matrix("V", dimension("d"))
    >>> second_variation(form(tr(U @ U.T)), {U: form(V)})
    2 tr(V V.T)
    """
    first = _variation(made, directions)
    second = _variation(first, directions)
    fresh = {_direction(z, "along"): v for z, v in directions.items() if not isinstance(z, Symbol)}
    scalars = {_along(z): v for z, v in directions.items() if isinstance(z, Symbol)}
    return replaced(second, fresh, scalars)


def _along(symbol: Any) -> Symbol:
    return Symbol(f"direction of {symbol.name}", real=True)


def _variation(made: Form, directions: dict[Any, Any]) -> Form:
    parts = [Form({}, 1, made.rows, made.cols)]
    for letter in directions:
        if isinstance(letter, Symbol):
            parts.append(derivative(made, letter) * Form({((), (), monomial(_along(letter))): 1}))
        elif code_of(letter) is not None:
            moved = word_form((_direction(letter, "along"),))
            parts.append(differential(made, code_of(letter) or 0, moved))
    return total(parts)


def replace(made: Form, values: dict[Any, Form]) -> Form:
    """Replace letters and scalar symbols by forms of the same shape.

    Letters inside the inverse of a sum are replaced too; ``UserError`` where one occurs in a definition.

    >>> from symicl import dimension, matrix, tr
    >>> from symicl.engine.convert import form
    >>> A, B = matrix("A", dimension("d")), matrix("B", dimension("d"))
    >>> replace(form(A @ A.T), {A: form(A + B)})
    A A.T + A B.T + B A.T + B B.T
    """
    for key, value in values.items():
        shape = (1, 1) if isinstance(key, Symbol) else key.shape
        if tuple(value.shape) != tuple(shape):
            raise ShapeError(f"{key} := {value}: shapes {shape[0]}×{shape[1]} and {value.shape[0]}×{value.shape[1]}")
    codes = {code_of(k): v for k, v in values.items() if not isinstance(k, Symbol) and code_of(k) is not None}
    return replaced(made, codes, {k: v for k, v in values.items() if isinstance(k, Symbol)})


def replaced(made: Form, codes: dict[Any, Form], symbols: dict[Any, Form]) -> Form:
    """As :func:`replace`, with letters given by their codes."""
    numbers = {code >> 2: value for code, value in codes.items()}
    places = {exponents(monomial(s))[0][0]: (monomial(s), value) for s, value in symbols.items()}
    top = _replaced(Form(made.data, made.below, made.rows, made.cols), numbers, places)
    return top * _replaced(Form(made.divisor), numbers, places).reciprocal() if made.divisor else top


def _replaced(made: Form, numbers: dict[int, Form], places: dict[int, tuple[int, Form]]) -> Form:
    parts = [Form({}, 1, made.rows, made.cols)]
    for (word, traces, packed), c in made.data.items():
        part = Form({((), (), 0): c}, made.below)
        for place, exponent in exponents(packed):
            if place in places:
                packed -= exponent * places[place][0]
                part = part * places[place][1] ** exponent
        kept = tuple(t for t in traces if not _touched(LETTERS_IN[t], numbers))
        part = part * Form({((), kept, packed): 1})
        for t in traces:
            if _touched(LETTERS_IN[t], numbers):
                part = part * reduce(Form.__mul__, [_value(c, numbers) for c in CYCLES[t]]).trace()
        if _touched(letters_in(word), numbers):
            part = part * reduce(Form.__mul__, [_value(c, numbers) for c in word])
        else:
            part = part * _open(word, made)
        parts.append(part)
    return total(parts)


def _touched(bits: int, numbers: dict[int, Form]) -> bool:
    return any(bits >> n & 1 and (n in numbers or atom.inside & numbers.keys()) for n, atom in enumerate(ATOMS))


def _value(c: int, numbers: dict[int, Form]) -> Form:
    number, atom = c >> 2, ATOMS[c >> 2]
    if number in numbers:
        value = numbers[number]
    elif not atom.inside & numbers.keys():
        return word_form((c,))
    elif atom.hidden:
        value = _replaced(atom.form, numbers, {})
    else:
        raise UserError(f"a letter to be replaced occurs inside the definition {atom.letter}: unfold it first")
    value = value.T if c & 1 else value
    return inverse(value) if c & INVERSE else value
