"""From the normal form back to the language, in the order in which a person would write it.

The order depends on the names of letters alone, never on what was computed before.
"""

from __future__ import annotations

from math import gcd
from typing import Any

from sympy import Integer, Pow, Rational, S

from ..language.expressions import add, identity, inverse, product, tr, transpose, zero
from .atoms import ATOMS, COMPOSITE, INVERSE, ROWS, Word, transposed
from .forms import Form
from .roots import ROOT_INDEX, Root
from .scalars import ONE, SYMBOLS, exponents
from .words import CYCLES, commute

Coefficients = dict[tuple[tuple[int, ...], Word], dict[int, int]]


def authored(made: Form) -> Any:
    """The expression of a form: fewer traces first, higher powers of the scalars first, then by name."""
    grouped: Coefficients = {}
    for (word, traces, packed), c in made.data.items():
        grouped.setdefault((traces, word), {})[packed] = c
    if not grouped:
        return zero(*made.shape)
    below = authored(Form(made.divisor)) if made.divisor else S.One
    ordered = sorted(grouped, key=lambda key: _place(key[0], key[1], grouped[key]))
    if made.is_scalar:
        return add(*[_scalar(key[0], grouped[key], made.below) for key in ordered]) / below
    parts = [
        product(_scalar(key[0], grouped[key], made.below) / below, *(_factors(key[1]) or [identity(made.shape[0])]))
        for key in ordered
    ]
    return add(*parts)


def _scalar(traces: tuple[int, ...], coefficients: dict[int, int], below: int) -> Any:
    head = _factored(coefficients, below)
    for t in sorted(traces, key=lambda t: named(CYCLES[t])):
        head = head * trace_of(CYCLES[t])
    return head


def _factored(coefficients: dict[int, int], below: int) -> Any:
    """A sum of monomials with what they share in front: u² (1 + 1/N), not u² + u²/N."""
    terms = {m: dict(exponents(m)) for m in coefficients}
    shared = _shared([*terms.values()])
    number = gcd(*coefficients.values())
    rest = [
        c // number * _power({place: e - shared.get(place, 0) for place, e in terms[m].items()})
        for m, c in sorted(coefficients.items())
    ]
    return Rational(number, below) * _power(shared) * add(*rest)


def _shared(terms: list[dict[int, int]]) -> dict[int, int]:
    """The exponents nearest to zero, of the symbols that occur in every term with one sign."""
    places = set(terms[0]).intersection(*terms[1:])
    found = {place: [term[place] for term in terms] for place in places}
    return {place: min(es, key=abs) for place, es in found.items() if min(es) > 0 or max(es) < 0}


def _power(powers: dict[int, int]) -> Any:
    out = S.One
    for place, exponent in sorted(powers.items()):
        symbol = SYMBOLS[place]
        if isinstance(symbol, Root):
            out = out * Pow(symbol.base.to_sympy(), Rational(exponent, ROOT_INDEX))
        else:
            out = out * Pow(symbol, Integer(exponent))
    return out


def _place(traces: tuple[int, ...], word: Word, coefficients: dict[int, int]) -> tuple[Any, ...]:
    degree = max(_degree(m) for m in coefficients)
    turned = sum(c & 1 for c in word) + sum(c & 1 for t in traces for c in CYCLES[t])
    return len(traces), -degree, turned, _names(in_order(word)), sorted(named(CYCLES[t]) for t in traces)


def _degree(packed: int) -> int:
    """The degree in the scalars that are no sizes."""
    found = [(SYMBOLS[place], e) for place, e in exponents(packed)]
    return sum(e for s, e in found if not isinstance(s, Root) and not (s.is_integer and s.is_positive))


# -- words


def _name(code: int) -> tuple[int, int, str]:
    atom = ATOMS[code >> 2]
    return code & 1, code & INVERSE, atom.letter.name if atom.letter is not None else str(atom.form)


def _names(word: Word) -> list[tuple[int, int, str]]:
    return [_name(c) for c in word]


def in_order(word: Word) -> Word:
    """The word with letters that commute sorted by name."""
    if not any(c >> 2 in COMPOSITE for c in word):
        return word
    rest, out = list(word), []
    while rest:
        movable = [i for i, c in enumerate(rest) if all(commute(c, b) for b in rest[:i])]
        out.append(rest.pop(min(movable, key=lambda i: _name(rest[i]))))
    return tuple(out)


def written_cycle(cycle: Word) -> Word:
    """The way to write a cyclic word: from its inner size 1 where it has one, else the first by name."""
    turns = [v[i:] + v[:i] for v in (cycle, transposed(cycle)) for i in range(len(v))]
    scalars = [v for v in turns if ROWS[v[0]] == ONE]
    return min(map(in_order, scalars or turns), key=_names)


def named(cycle: Word) -> tuple[int, list[tuple[int, int, str]]]:
    """A key for sorting traces: short ones first, then by name."""
    return len(cycle), _names(written_cycle(cycle))


def trace_of(cycle: Word) -> Any:
    """The trace of a cyclic word in the language."""
    return tr(product(*_factors(written_cycle(cycle))))


def _factors(word: Word) -> list[Any]:
    return [letter_of(c) for c in in_order(word)]


def letter_of(code: int) -> Any:
    """One letter of a word in the language: plain, transposed, inverted."""
    atom = ATOMS[code >> 2]
    base = atom.letter if atom.letter is not None else atom.form.to_sympy()
    if code & 1:
        base = transpose(base)
    return inverse(base) if code & INVERSE else base
