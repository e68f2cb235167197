"""Fractional powers of positive scalars: all powers of one base b are powers of one symbol, b^(1/12).

Exponents of that symbol are kept in 0 … 11, whole powers of b being multiplied out: b^(3/4) b^(1/2) = b b^(1/4).
Beside a divisor that holds such a symbol this is not unique: equal forms may then differ.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from .atoms import Terms
from .scalars import BITS, exponents, monomial

ROOT_INDEX = 12
ROOTS: dict[int, Any] = {}  # the place of a root in the table of symbols → its base, a scalar form

Whole = tuple[tuple[int, int], ...]  # (place of a root, whole power of its base)


class Root(NamedTuple):
    """The symbol that stands for base^(1/12)."""

    base: Any


def root(base: Any) -> int:
    """The packed monomial of the twelfth root of a positive scalar form."""
    packed = monomial(Root(base))
    ROOTS[exponents(packed)[0][0]] = base
    return packed


def by_whole_powers(data: Terms) -> dict[Whole, Terms]:
    """The terms with all exponents of roots in 0 … 11, by the whole powers of bases that were taken out."""
    groups: dict[Whole, Terms] = {}
    for (word, traces, packed), c in data.items():
        whole = tuple((p, e // ROOT_INDEX) for p, e in exponents(packed) if p in ROOTS and not 0 <= e < ROOT_INDEX)
        back = sum(k * ROOT_INDEX << (BITS * p) for p, k in whole)
        groups.setdefault(whole, {})[word, traces, packed - back] = c
    return groups
