"""Denominators that are no monomials: 1/(N+1), 1/tr(Λ).

A form is a sum of terms over one common divisor D, a polynomial in the scalar symbols and in traces, which are taken
as independent generators.  It is unique: D has no common factor with all the numerators, integer coefficients
without common divisor, no monomial factor in the symbols (those are units, since exponents may be negative), and a
positive leading coefficient.  The greatest common divisor is SymPy's, of sparse polynomials over the integers.
"""

from __future__ import annotations

from functools import reduce
from typing import Any

from sympy import ZZ
from sympy.polys.rings import ring

from .atoms import Terms, Word
from .scalars import BITS, exponents
from .terms import content

Scalar = dict[tuple[tuple[int, ...], int], int]  # (traces, packed monomial) → coefficient


def cancel(terms: Terms, divisor: Terms) -> tuple[Terms, Terms | None, int, int]:
    """Cancel terms/divisor: the new terms and divisor (``None`` where it is 1), times the fraction of two integers.

    ``divisor`` is a scalar sum, not 0.
    """
    if not terms:
        return {}, None, 1, 1
    if len(divisor) == 1:
        ((_, traces, packed),) = divisor
        if not traces:
            return _shifted(terms, -packed), None, 1, divisor[(), (), packed]
    parts = _by_word(terms)
    bottom: Scalar = {(t, m): c for (_, t, m), c in divisor.items()}
    ring_, places, number_of = _ring([bottom, *parts.values()])
    low_parts = {word: _lowest(part, places) for word, part in parts.items()}
    low = _lowest(bottom, places)
    tops = {w: _element(ring_, p, places, number_of, low_parts[w]) for w, p in parts.items()}
    below = _element(ring_, bottom, places, number_of, low)
    common = reduce(lambda a, b: a if a == 1 else a.gcd(b), tops.values(), below)
    below = below.quo(common)
    shift = _packed(places, low)
    out: Terms = {}
    for word, top in tops.items():
        back = _packed(places, low_parts[word]) - shift
        for (t, m), c in _scalar(top.quo(common), places, number_of).items():
            out[word, t, m + back] = int(c)
    return _tidy(out, _scalar(below, places, number_of))


def primitive(terms: Terms) -> tuple[Terms, Terms]:
    """Split a sum into its scalar content (with the sign of the leading term) and what is left, which is primitive."""
    parts = _by_word(terms)
    ring_, places, number_of = _ring(list(parts.values()))
    low = _lowest({key: c for part in parts.values() for key, c in part.items()}, places)
    tops = {w: _element(ring_, p, places, number_of, low) for w, p in parts.items()}
    common = reduce(lambda a, b: a if a == 1 else a.gcd(b), tops.values())
    if terms[max(terms)] < 0:
        common = -common
    kept: Terms = {}
    for word, top in tops.items():
        for (t, m), c in _scalar(top.quo(common), places, number_of).items():
            kept[word, t, m] = c
    shift = _packed(places, low)
    outside: Terms = {((), t, m + shift): c for (t, m), c in _scalar(common, places, number_of).items()}
    return outside, kept


def _tidy(terms: Terms, below: Scalar) -> tuple[Terms, Terms | None, int, int]:
    places = sorted({p for _, m in below for p, _ in exponents(m)})
    shift = _packed(places, _lowest(below, places))
    lead = below[max(below)]
    divisor: Terms = {((), t, m - shift): int(c) for (t, m), c in below.items()}
    unit = content(divisor) * (1 if lead > 0 else -1)
    terms = _shifted(terms, -shift)
    if len(divisor) == 1 and ((), (), 0) in divisor:
        return terms, None, 1, divisor[(), (), 0]
    return terms, {key: c // unit for key, c in divisor.items()}, 1, unit


def _shifted(terms: Terms, packed: int) -> Terms:
    return {(w, t, m + packed): c for (w, t, m), c in terms.items()} if packed else terms


def _by_word(terms: Terms) -> dict[Word, Scalar]:
    parts: dict[Word, Scalar] = {}
    for (word, traces, packed), c in terms.items():
        parts.setdefault(word, {})[traces, packed] = c
    return parts


def _ring(scalars: list[Scalar]) -> tuple[Any, list[int], dict[int, int]]:
    """A polynomial ring with the symbols and traces that occur; the places of both among its generators."""
    places = sorted({p for part in scalars for _, m in part for p, _ in exponents(m)})
    cycles = sorted({t for part in scalars for traces, _ in part for t in traces})
    names = [f"s{p}" for p in places] + [f"t{t}" for t in cycles]
    made = ring(names or ["one"], ZZ)[0]
    return made, places, {t: len(places) + i for i, t in enumerate(cycles)}


def _lowest(part: Scalar, places: list[int]) -> list[int]:
    rows = [dict(exponents(m)) for _, m in part]
    return [min((row.get(p, 0) for row in rows), default=0) for p in places]


def _packed(places: list[int], exps: Any) -> int:
    return sum(e << (BITS * p) for p, e in zip(places, exps, strict=False))


def _element(made: Any, part: Scalar, places: list[int], number_of: dict[int, int], low: list[int]) -> Any:
    out = {}
    for (traces, packed), c in part.items():
        exps = dict(exponents(packed))
        row = [exps.get(p, 0) - shift for p, shift in zip(places, low, strict=True)]
        row += [0] * (made.ngens - len(row))
        for t in traces:
            row[number_of[t]] += 1
        out[tuple(row)] = ZZ(c)
    return made.from_dict(out)


def _scalar(element: Any, places: list[int], number_of: dict[int, int]) -> Scalar:
    out: Scalar = {}
    for exps, c in element.terms():
        traces = tuple(t for t, i in sorted(number_of.items()) for _ in range(exps[i]))
        out[traces, _packed(places, exps[: len(places)])] = int(c)
    return out
