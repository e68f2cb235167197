"""Polynomials in independent standard normals z_0, z_1, …, with exact means.

A monomial is a Python int, one byte an exponent (z_k has its exponent in byte k), so that multiplying monomials is
adding ints.  A polynomial holds int coefficients over one common denominator.

>>> z = variable(0)
>>> mean(z * z * z * z)
Fraction(3, 1)
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache
from math import factorial, gcd, lcm, prod

from ...errors import UserError

HIGHEST = 255


class Polynomial:
    """Σ terms[m]·m / denominator; ``degree`` bounds the total degree.  ``UserError`` beyond degree 255."""

    __slots__ = ("degree", "denominator", "terms")

    def __init__(self, terms: dict[int, int], denominator: int = 1, degree: int = 0) -> None:
        if degree > HIGHEST:
            raise UserError(f"a polynomial of degree {degree}: the exact judge goes up to {HIGHEST}")
        self.terms, self.denominator, self.degree = terms, denominator, degree

    def __mul__(self, other: Polynomial) -> Polynomial:
        out: dict[int, int] = {}
        get = out.get
        for left, a in self.terms.items():
            for right, b in other.terms.items():
                out[left + right] = get(left + right, 0) + a * b
        return Polynomial(out, self.denominator * other.denominator, self.degree + other.degree)

    def __add__(self, other: Polynomial) -> Polynomial:
        return combination([(Fraction(1), self), (Fraction(1), other)])

    def __sub__(self, other: Polynomial) -> Polynomial:
        return combination([(Fraction(1), self), (Fraction(-1), other)])

    def at(self, values: list[Fraction]) -> Fraction:
        """The value where z_k is ``values[k]``."""
        total = sum(
            (a * prod((values[k] ** e for k, e in enumerate(exponents(m))), start=Fraction(1)))
            for m, a in self.terms.items()
        )
        return Fraction(total) / self.denominator


def variable(k: int) -> Polynomial:
    """The standard normal z_k."""
    return Polynomial({1 << 8 * k: 1}, degree=1)


def constant(value: Fraction | int) -> Polynomial:
    """A rational number as a polynomial."""
    return Polynomial({0: Fraction(value).numerator}, Fraction(value).denominator)


def combination(pairs: Iterable[tuple[Fraction, Polynomial]]) -> Polynomial:
    """Σ c·P over the pairs (c, P); the denominator is kept as small as it can be.

    >>> combination([(Fraction(1, 2), variable(0)), (Fraction(1, 3), variable(0))]).at([Fraction(6)])
    Fraction(5, 1)
    """
    kept = [(Fraction(c), P) for c, P in pairs if c]
    bottom = lcm(*(c.denominator * P.denominator for c, P in kept))
    out: dict[int, int] = {}
    for c, P in kept:
        factor = c.numerator * (bottom // (c.denominator * P.denominator))
        for m, a in P.terms.items():
            out[m] = out.get(m, 0) + factor * a
    out = {m: a for m, a in out.items() if a}
    common = gcd(bottom, *out.values())
    terms = {m: a // common for m, a in out.items()}
    return Polynomial(terms, bottom // common, max((P.degree for _, P in kept), default=0))


def exponents(monomial: int) -> bytes:
    """The exponents of a monomial, that of z_0 first."""
    return monomial.to_bytes((monomial.bit_length() + 7) // 8, "little")


@lru_cache(maxsize=1 << 16)
def moment_of(monomial: int) -> int:
    """The mean of a monomial: Π (e−1)!! over its exponents e, and 0 where one of them is odd."""
    powers = exponents(monomial)
    return 0 if any(e % 2 for e in powers) else prod(prod(range(1, e, 2)) for e in powers)


def mean(P: Polynomial) -> Fraction:
    """E P, monomial by monomial."""
    return Fraction(sum(a * moment_of(m) for m, a in P.terms.items()), P.denominator)


@lru_cache(maxsize=1 << 16)
def hermite_expansion(monomial: int) -> tuple[tuple[int, int], ...]:
    """A monomial in products of Hermite polynomials: zᵉ = Σ_j e!/(2ʲ j! (e−2j)!) He_{e−2j}, in each variable.

    >>> hermite_expansion(3)  # z³ = He₃ + 3 He₁
    ((3, 1), (1, 3))
    """
    out = [(0, 1)]
    for k, e in enumerate(exponents(monomial)):
        if e:
            one = [(e - 2 * j, factorial(e) // (2**j * factorial(j) * factorial(e - 2 * j))) for j in range(e // 2 + 1)]
            out = [(m + (power << 8 * k), a * b) for m, a in out for power, b in one]
    return tuple(out)


@lru_cache(maxsize=1 << 16)
def square_norm(monomial: int) -> int:
    """E of the squared product of Hermite polynomials with these degrees: Π e!."""
    return prod(map(factorial, exponents(monomial)))


def hermite(P: Polynomial) -> dict[int, int]:
    """The coefficients of ``P`` (times its denominator) in products of Hermite polynomials."""
    out: dict[int, int] = {}
    for m, a in P.terms.items():
        for h, b in hermite_expansion(m):
            out[h] = out.get(h, 0) + a * b
    return out


class Expanded:
    """A polynomial in the Hermite basis, ready for many means of products."""

    __slots__ = ("coefficients", "denominator")

    def __init__(self, P: Polynomial) -> None:
        self.coefficients, self.denominator = hermite(P), P.denominator

    def dot(self, other: Expanded) -> Fraction:
        """E PQ: products of Hermite polynomials are orthogonal, so this takes one pass, not one over all pairs.

        >>> Expanded(variable(0) * variable(0)).dot(Expanded(variable(0) * variable(0)))
        Fraction(3, 1)
        """
        few, many = sorted((self.coefficients, other.coefficients), key=len)
        total = sum(a * many[h] * square_norm(h) for h, a in few.items() if h in many)
        return Fraction(total, self.denominator * other.denominator)
