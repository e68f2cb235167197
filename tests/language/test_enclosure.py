"""Enclosures hold the value, are narrow, and are refused where nothing is certain."""

from fractions import Fraction

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational

from symicl import Defined, UserError, dimension, evaluate, identity, matrix, positive_definite, scalar, tr
from symicl.language.enclosure import IV, enclose, interval

d, N, u = dimension("d"), dimension("N"), scalar("u")
A, Λ = matrix("A", d), positive_definite("Lambda", d)
Γ = Defined("Gamma", (1 + 1 / N) * Λ + tr(Λ) / N * identity(d), "positive definite")
EXPRESSIONS = [
    tr(A @ A.T @ Λ) / 3 - u**2,
    tr(Γ.inv() @ Γ.inv()) ** 2 / N,
    (A + 2 * A.T) @ Λ.inv() @ A - identity(d),
    u**3 * tr(Λ) ** -2,
]
entries = st.fractions(min_value=-5, max_value=5, max_denominator=9)


def positive(a, b, c):
    return [[1 + a * a, a * b], [a * b, 1 + b * b + c * c]]


@settings(max_examples=40, deadline=None)
@given(st.lists(entries, min_size=8, max_size=8), st.sampled_from(EXPRESSIONS), st.integers(1, 9))
def test_the_exact_value_lies_inside(numbers, expression, n):
    a, b, c, x, *four = numbers
    values = {A: [four[:2], four[2:]], Λ: positive(a, b, c), N: n, u: x}
    exact, found = evaluate(expression, values), enclose(expression, values)
    pairs = [(exact, found)] if not hasattr(found, "shape") else zip(exact.flat(), found.flat, strict=True)
    for value, held in pairs:
        assert 0 in held - interval(Fraction(int(value.p), int(value.q)))
        assert held.delta < 1e-40 * (1 + abs(float(value)))


def test_a_root_against_another_precision():
    with mpmath.workdps(60):
        wanted = mpmath.mpf(7) ** (mpmath.mpf(1) / 4)
        held = enclose(tr(Λ) ** Rational(1, 4), {Λ: [[5, 0], [0, 2]]})
        low, high = (mpmath.mp.make_mpf(end) for end in held._mpi_)
        assert low <= wanted <= high and high - low < mpmath.mpf(10) ** -50


def test_intervals_go_in_and_contain_every_point_inside():
    held = enclose(tr(A @ A), {A: [[IV.mpf([1, 2]), 0], [0, IV.mpf([-1, 1])]]})
    assert all(interval(x * x + y * y) in held for x in (1, Fraction(3, 2), 2) for y in (-1, 0, 1))


@pytest.mark.parametrize(
    "expression, values",
    [
        (1 / u, {u: IV.mpf([-1, 1])}),
        (u ** Rational(1, 2), {u: -2}),
        (u ** Rational(-1, 2), {u: IV.mpf([0, 1])}),
        (matrix("B", d, invertible=True).inv(), {matrix("B", d, invertible=True): [[1, 2], [2, 4]]}),
        (tr(A), {}),
    ],
)
def test_what_is_not_certain_is_refused(expression, values):
    with pytest.raises(UserError):
        enclose(expression, values)
