"""Scalar monomials in N, d, u, … packed into one integer, and the sizes of matrices.

The monomial N² u⁻¹ is the integer 2·B^i − B^j, where i and j are the places of N and u in a table and B = 2²⁴: the
product of two monomials is then the sum of two integers, and the exponents are read off as balanced digits.

>>> from symicl import dimension, scalar
>>> N, u = dimension("N"), scalar("u")
>>> powers(2 * monomial(N) - monomial(u)) == {N: 2, u: -1}
True
"""

from __future__ import annotations

from typing import Any

from sympy import Expr, Integer, Poly, Symbol

from ..errors import UserError

BITS = 24
BASE = 1 << BITS
HALF = BASE >> 1
LIMIT = 100_000

SYMBOLS: list[Any] = []
_UNIT: dict[Any, int] = {}


def monomial(symbol: Any) -> int:
    """The packed monomial of one symbol; a new symbol takes the next place."""
    unit = _UNIT.get(symbol)
    if unit is None:
        unit = _UNIT[symbol] = 1 << (BITS * len(SYMBOLS))
        SYMBOLS.append(symbol)
    return unit


def exponents(packed: int) -> list[tuple[int, int]]:
    """The places and exponents of a packed monomial, zeros left out."""
    found, place = [], 0
    while packed:
        digit = ((packed + HALF) & (BASE - 1)) - HALF
        if digit:
            found.append((place, digit))
        packed = (packed - digit) >> BITS
        place += 1
    return found


def powers(packed: int) -> dict[Any, int]:
    """The symbols of a packed monomial with their exponents."""
    return {SYMBOLS[place]: exponent for place, exponent in exponents(packed)}


def raised(packed: int, exponent: int) -> int:
    """The power of a monomial; ``UserError`` where an exponent would not fit into its digit."""
    if any(abs(e * exponent) > LIMIT for _, e in exponents(packed)):
        raise UserError(f"the power {exponent} is too large: exponents stay below {LIMIT}")
    return packed * exponent


SIZES: list[Expr] = []
SIZE_TERMS: list[dict[int, int]] = []
_SIZE_ID: dict[Expr, int] = {}


def size_id(size: Expr) -> int:
    """The number of a size in the table of sizes; 1 has the number 0.

    ``UserError`` where the size is no polynomial with integer coefficients in symbols.
    """
    known = _SIZE_ID.get(size)
    if known is None:
        SIZE_TERMS.append(_size_terms(size))
        SIZES.append(size)
        known = _SIZE_ID[size] = len(SIZES) - 1
    return known


def _size_terms(size: Expr) -> dict[int, int]:
    if isinstance(size, Symbol):
        return {monomial(size): 1}
    if isinstance(size, Integer):
        return {0: int(size)}
    symbols = sorted(size.free_symbols, key=str)
    if not symbols or not size.is_polynomial(*symbols):
        raise UserError(f"the size {size} is no polynomial in symbols such as d and N")
    terms = {}
    for exps, coefficient in Poly(size, *symbols).terms():
        if not coefficient.is_Integer:
            raise UserError(f"the size {size} needs integer coefficients")
        terms[sum(monomial(s) * e for s, e in zip(symbols, exps, strict=True))] = int(coefficient)
    return terms


ONE = size_id(Integer(1))
