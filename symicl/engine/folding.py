"""Rewriting a form with a defined letter: terms that add up to a multiple of its body become one term.

The search is greedy.  The leading word of the body is looked for in every word; each place proposes a term with the
letter in it, whose body, multiplied out there, is subtracted; the proposal that removes most terms is taken, until
none shortens the form.  Whatever it finds is right, since the letter is worth its body; that it finds the shortest
form is not said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from functools import reduce
from typing import Any

from ..errors import UserError
from .atoms import ATOMS, Key, Word, transposed
from .convert import letter_code
from .forms import Form
from .inverses import word_form
from .words import CYCLES

DIVIDED = 200  # longer forms are not divided


def fold(made: Form, letter: Any) -> Form:
    """The form with ``letter`` (a ``Defined``) put in for its body wherever that shortens it.

    ``UserError`` where the letter is no definition, its body is a scalar multiple of the identity, or the body or
    the form has a denominator that is no monomial.

    >>> from symicl import Defined, dimension, identity, matrix, positive_definite, tr
    >>> from symicl.engine.convert import form
    >>> d, N = dimension("d"), dimension("N")
    >>> L, U = positive_definite("Lambda", d), matrix("U", d)
    >>> G = Defined("Gamma", (1 + 1/N) * L + tr(L)/N * identity(d))
    >>> fold(form((1 + 1/N) * tr(L @ L @ U @ L @ U.T) + tr(L) * tr(L @ U @ L @ U.T)/N), G)
    tr(Gamma Lambda U Lambda U.T)
    """
    if not hasattr(letter, "body"):
        raise UserError(f"fold: {letter} is no definition; only a Defined letter stands for something")
    code = letter_code(letter)
    body = ATOMS[code >> 2].form
    if body.divisor or made.divisor:
        raise UserError(f"fold: {letter} or the form has a denominator that is no monomial; multiply by it first")
    words = [key for key in body.data if key[0]]
    if not words:
        raise UserError(f"fold: the body of {letter} holds no word of letters to look for")
    # The longest word with the simplest scalar in front is the one to look for.
    lead = max(words, key=lambda k: (len(k[0]), -len(k[1]), -abs(k[2])))
    greedy = made
    while (found := _best(greedy, code, body, lead)) is not None:
        ratio, folded, there = found
        greedy = greedy + (folded - there) * ratio
    # Division by the body finds powers of the letter, where no single step makes the form shorter.
    first = max(words, key=lambda k: (len(k[0]), k[2], k[1]))
    return min(greedy, _divided(made, code, body, first), key=len) if len(made) <= DIVIDED else greedy


def _divided(made: Form, code: int, body: Form, lead: Key) -> Form:
    """Divide by the body: its leading term is taken out of the leading term of the form, again and again.

    Monomials are compared as packed integers, an order that products keep.  Where the division does not end, what
    it has come to after a number of steps is longer than the form.
    """
    shortest = made
    for _ in range(2 * len(made) + 8):
        found = [key for key in made.data if next(_proposals(key, made, code, body, lead, False), None) is not None]
        if not found:
            break
        key = max(found, key=lambda k: (_count(k, lead[0]), k[2], k))
        folded, there = next(_proposals(key, made, code, body, lead, False))
        if key not in there.data:
            break
        ratio = Fraction(made.data[key] * there.below, made.below * there.data[key])
        made = made + (folded - there) * ratio
        shortest = min(shortest, made, key=len)
    return shortest


def _count(key: Key, pattern: Word) -> int:
    """How often the pattern stands in the words of a term."""
    word, traces, _ = key
    closed = [right for t in traces for right in set(_closed_places(CYCLES[t], pattern)) if right]
    return sum(1 for _ in _open_places(word, pattern)) + len(closed)


def _best(made: Form, code: int, body: Form, lead: Key) -> tuple[Fraction, Form, Form] | None:
    """The proposal that shortens the form most: multiplier, term with the letter, the same multiplied out."""
    best, most = None, 0
    tried: set[Form] = set()
    for key in made.data:
        for folded, there in _proposals(key, made, code, body, lead):
            if folded in tried:
                continue
            tried.add(folded)
            ratio, saved = _saving(made, folded, there)
            if saved > most:
                best, most = (ratio, folded, there), saved
    return best


def _saving(made: Form, folded: Form, there: Form) -> tuple[Fraction, int]:
    """The multiple of ``there`` to take away, and by how many terms that shortens the form."""
    ratios = Counter(
        Fraction(made.data[key] * there.below, made.below * c) for key, c in there.data.items() if key in made.data
    )
    if not ratios:
        return Fraction(0), 0
    ratio, gone = ratios.most_common(1)[0]
    new = sum(key not in made.data for part in (there, folded) for key in part.data)
    return ratio, gone - new


def _proposals(
    key: Key, made: Form, code: int, body: Form, lead: Key, alone: bool = True
) -> Iterator[tuple[Form, Form]]:
    """For each place of the leading word in a term: the term with the letter there, and the same multiplied out.

    ``alone`` says whether a trace of nothing but the pattern counts.
    """
    word, traces, packed = key
    pattern, lead_traces, lead_packed = lead
    if (rest := _without(traces, lead_traces)) is None:
        return
    middle = word_form((code,))
    for left, right in _open_places(word, pattern):
        front = Form({((), rest, packed - lead_packed): 1})
        yield front * _joined(left, middle, right), front * _joined(left, body, right)
    whole = Form({(word, (), 0): 1}, 1, made.rows, made.cols)
    for i, t in enumerate(rest):
        front = Form({((), rest[:i] + rest[i + 1 :], packed - lead_packed): 1})
        for right in _closed_places(CYCLES[t], pattern):
            if not (right or alone):
                continue
            folded, there = (_joined((), part, right).trace() for part in (middle, body))
            yield front * folded * whole, front * there * whole


def _joined(left: Word, middle: Form, right: Word) -> Form:
    sides = [word_form(part) if part else None for part in (left, right)]
    return reduce(Form.__mul__, [part for part in (sides[0], middle, sides[1]) if part is not None])


def _without(traces: tuple[int, ...], part: tuple[int, ...]) -> tuple[int, ...] | None:
    rest = list(traces)
    for t in part:
        if t not in rest:
            return None
        rest.remove(t)
    return tuple(rest)


def _open_places(word: Word, pattern: Word) -> Iterator[tuple[Word, Word]]:
    n = len(pattern)
    for i in range(len(word) - n + 1):
        if word[i : i + n] == pattern:
            yield word[:i], word[i + n :]


def _closed_places(cycle: Word, pattern: Word) -> Iterator[Word]:
    """What follows the pattern in a cyclic word, read in either direction."""
    for turned in {cycle, transposed(cycle)}:
        for i in range(len(turned)):
            around = turned[i:] + turned[:i]
            if around[: len(pattern)] == pattern:
                yield around[len(pattern) :]
