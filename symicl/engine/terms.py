"""Sums of terms as dictionaries: (open word, numbers of traces, packed monomial) → integer.

Whoever adds leaves no zeros behind; a scalar sum has the empty word in every key.
"""

from __future__ import annotations

from math import gcd

from .atoms import Terms, Word, transposed
from .scalars import SIZE_TERMS, raised
from .words import LETTERS_IN, closed, letters_in, merged, normal, put


def without_zeros(terms: Terms) -> Terms:
    """The terms whose coefficient is not 0."""
    return {key: c for key, c in terms.items() if c} if 0 in terms.values() else terms


def plus(left: Terms, right: Terms, a: int = 1, b: int = 1) -> Terms:
    """a · left + b · right."""
    out = {key: a * c for key, c in left.items()} if a != 1 else dict(left)
    for key, c in right.items():
        out[key] = out.get(key, 0) + b * c
    return without_zeros(out)


def times(left: Terms, right: Terms) -> Terms:
    """The product, in this order; one side may be scalar."""
    out: Terms = {}
    get = out.get
    for (w, t, m), a in left.items():
        for (v, s, n), b in right.items():
            traces = tuple(sorted(t + s)) if t and s else t or s
            if not w or not v:
                key = (w or v, traces, m + n)
                out[key] = get(key, 0) + a * b
                continue
            word, more, sizes = normal(w + v)
            if sizes:
                put(out, word, merged(traces, more), m + n, a * b, sizes)
                continue
            key = (word, merged(traces, more), m + n)
            out[key] = get(key, 0) + a * b
    return without_zeros(out)


def square(terms: Terms) -> Terms:
    """The square of a scalar sum: each pair of terms once."""
    out: Terms = {}
    get = out.get
    items = [(t, m, c) for (_, t, m), c in terms.items()]
    for i, (t, m, a) in enumerate(items):
        key: tuple[tuple[int, ...], tuple[int, ...], int] = ((), tuple(sorted(t + t)), 2 * m)
        out[key] = get(key, 0) + a * a
        for s, n, b in items[i + 1 :]:
            key = ((), tuple(sorted(t + s)), m + n)
            out[key] = get(key, 0) + 2 * a * b
    return without_zeros(out)


def power(terms: Terms, exponent: int) -> Terms:
    """A power of a scalar sum, exponent ≥ 1."""
    if exponent == 1:
        return terms
    if len(terms) == 1:
        (((_, t, m), c),) = terms.items()
        return {((), tuple(sorted(t * exponent)), raised(m, exponent)): c**exponent}
    half = square(power(terms, exponent // 2))
    return times(half, terms) if exponent % 2 else half


def of_word(word: Word, c: int = 1) -> Terms:
    """c times a product of letters whose shapes fit."""
    out: Terms = {}
    new, more, sizes = normal(word)
    put(out, new, more, 0, c, sizes)
    return out


def trace(terms: Terms, size: int) -> Terms:
    """The trace; ``size`` is the number of the size of the matrix, which tr(I) needs."""
    out: Terms = {}
    for (word, traces, packed), c in terms.items():
        if word:
            more, sizes = closed(word)
            put(out, (), merged(traces, more), packed, c, sizes)
        else:
            put(out, (), traces, packed, c, (size,))
    return without_zeros(out)


def transpose(terms: Terms) -> Terms:
    """The transpose of every word, in normal form."""
    out: Terms = {}
    for (word, traces, packed), c in terms.items():
        turned, more, sizes = normal(transposed(word))
        put(out, turned, merged(traces, more), packed, c, sizes)
    return without_zeros(out)


def bits(terms: Terms) -> int:
    """The numbers of all letters that occur, as bits."""
    found = 0
    for word, traces, _ in terms:
        found |= letters_in(word)
        for t in traces:
            found |= LETTERS_IN[t]
    return found


def content(terms: Terms) -> int:
    """The greatest common divisor of the coefficients."""
    return gcd(*terms.values())


def size_terms(size: int) -> Terms:
    """tr(I_n) as a scalar sum, from the number of n in the table of sizes."""
    return {((), (), packed): c for packed, c in SIZE_TERMS[size].items() if c}
