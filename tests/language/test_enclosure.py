"""Enclosures hold the true value, are narrow, and are refused where they would mean nothing."""

from fractions import Fraction
from itertools import chain

import mpmath
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from mpmath.ctx_iv import MPIntervalContext
from sympy import Matrix, Rational, S

from symicl import (
    E,
    Gaussian,
    ShapeError,
    UserError,
    derive,
    dimension,
    evaluate,
    identity,
    matrix,
    positive_definite,
    scalar,
    tr,
    vector,
)
from symicl.language.enclosure import Grid, _exactly, _numbers, _scaled_root, enclose
from symicl.language.letters import letters_of

d, N, u = dimension("d"), dimension("N"), scalar("u")
A, B, x, Λ = matrix("A", d), matrix("B", d), vector("x", d), positive_definite("Lambda", d)
X = Gaussian("X", d, N, Λ)
iv = MPIntervalContext()
iv.prec = 90


def ends(interval):
    return tuple(map(_exactly, interval._mpi_))


def holds(interval, value):
    low, high = ends(interval)
    return low <= Fraction(int(value.p), int(value.q)) <= high


def fat(value, width):
    """An interval around a fraction, with it somewhere inside."""
    return iv.mpf(
        (
            (iv.mpf(value.numerator) / value.denominator - width).a,
            (iv.mpf(value.numerator) / value.denominator + width / 3).b,
        )
    )


rationals = st.fractions(-4, 4, max_denominator=9)
square = st.lists(st.lists(rationals, min_size=2, max_size=2), min_size=2, max_size=2)
scalars = st.recursive(
    st.sampled_from([u, tr(A), tr(A @ B.T), N, S(2), S(-1) / 3, x.T @ A @ x]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda p: p[0] + p[1]),
        st.tuples(inner, inner).map(lambda p: p[0] * p[1]),
        st.tuples(inner, st.sampled_from([-2, -1, 2, 3, 5])).map(lambda p: p[0] ** p[1] if p[0] != 0 else p[0]),
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(scalars, square, square, rationals, st.integers(1, 9), st.sampled_from([0, 1e-30, 1e-3]))
def test_the_exact_value_lies_inside(expression, a, b, c, n, width):
    exact = {A: a, B: b, u: c, N: n, x: [c, Fraction(1, 3)]}
    value = evaluate(expression, exact)
    assume(value.is_Rational)
    rational = enclose(expression, exact)
    assert holds(rational, value) and rational.delta <= abs(rational) * 2**-120
    given_as = {A: [[fat(e, width) for e in row] for row in a], B: b, u: fat(c, width), N: n, x: exact[x]}
    try:
        assert holds(enclose(expression, given_as), value)
    except UserError as error:
        assert "may be 0" in str(error)


@settings(max_examples=80, deadline=None)
@given(square, square, st.sampled_from([0, 1e-30, 1e-6]))
def test_matrices_and_inverses(a, b, width):
    assume(Matrix(a).det() != 0)
    node = 2 * A.inv() @ B - tr(B) * A.T + identity(d)
    value = evaluate(node, {A: a, B: b})
    for values in ({A: a, B: b}, {A: [[fat(e, width) for e in row] for row in a], B: b}):
        rows = enclose(node, values)
        assert all(holds(rows[i][j], value[i, j]) for i in range(2) for j in range(2))


@settings(max_examples=100, deadline=None)
@given(
    st.fractions(0, 10**30, max_denominator=10**25), st.integers(1, 5), st.integers(2, 7), st.sampled_from([53, 128])
)
def test_a_root_lies_between_ends_whose_powers_say_so(base, p, q, bits):
    """low^q ≤ base^p ≤ high^q in fractions, and no more than a few units between them."""
    power = Rational(p, q)
    low, high = ends(enclose(u**power, {u: base}, bits=bits))
    p, q = int(power.p), int(power.q)
    assert low >= 0 and low**q <= base**p <= high**q and high - low <= high * Fraction(4, 2**bits)
    low, high = ends(enclose(u**power, {u: fat(base, 0)}, bits=bits))
    assert low**q <= base**p <= high**q


def test_scaled_roots_of_all_sizes():
    for value in (Fraction(1, 3**200), Fraction(7), Fraction(3**200), Fraction(2**70)):
        m, e, s = _scaled_root(value, 3, 40)
        unit = Fraction(2) ** e
        assert (m * unit) ** 3 <= value <= ((m + s) * unit) ** 3 and m.bit_length() >= 40


def test_what_is_rational_stays_so():
    point = enclose(u ** Rational(1, 4), {u: "16/81"})
    assert holds(point, Rational(2, 3)) and point.delta < 1e-37
    assert ends(enclose(u ** Rational(-1, 2), {u: 16})) == (Fraction(1, 4), Fraction(1, 4))
    assert ends(enclose(u ** Rational(1, 2), {u: 0})) == (0, 0)


@pytest.mark.parametrize("Lambda", [[[3]], [[2, 1], [1, 3]], [["1/7", 0], [0, 5]]], ids=str)
def test_the_balanced_point_against_many_digits(Lambda):
    """u = (Σ 1/γ²)^¼ in 120 digits of mpmath, the matrices by its own linear algebra."""
    chapter, n = derive("optimum"), 5
    with mpmath.workdps(120):
        L = mpmath.matrix([[mpmath.mpf(Fraction(e).numerator) / Fraction(e).denominator for e in r] for r in Lambda])
        size, trace = len(Lambda), sum(L[i, i] for i in range(len(Lambda)))
        G = (L * (n + 1) / n + trace / n * mpmath.eye(size)) ** -1
        root = mpmath.root(sum(G[i, j] ** 2 for i in range(size) for j in range(size)), 4)
        least = (trace - sum((L * L * G)[i, i] for i in range(size))) / 2
        for name, true in (("u", root), ("U", G / root), ("loss", least), ("Gamma_inverse", G)):
            formula = chapter.formulas[name]
            by_name = {"Lambda": Lambda, "N": n}
            values = {letter: by_name[letter.name] for letter in letters_of(formula) if letter.name in by_name}
            found = enclose(formula, values)
            pairs = zip(chain(*found), list(true), strict=True) if isinstance(found, list) else [(found, true)]
            for interval, number in pairs:
                low, high = (mpmath.mpf(end) for end in interval._mpi_)
                assert low - 1e-100 <= number <= high + 1e-100 and high - low <= abs(number) * mpmath.mpf(2) ** -120


def test_precision_is_asked_for_and_stays_with_the_caller():
    wide, narrow = (enclose(u ** Rational(1, 2), {u: 2}, bits=bits) for bits in (20, 300))
    assert narrow in wide and wide.delta > 2**-22 and narrow.delta < 2**-297
    before = mpmath.iv.prec
    enclose(u, {u: 1}, bits=500)
    assert mpmath.iv.prec == before


@pytest.mark.parametrize(
    "node, values, text",
    [
        (1 / u, {u: 0}, "division by 0"),
        (1 / u, {u: iv.mpf((-1, 1))}, "may be 0"),
        (u ** Rational(1, 2), {u: -2}, "a root of -2"),
        (u ** Rational(2, 3), {u: -8}, "a root of -8"),
        (u ** Rational(1, 4), {u: iv.mpf((-1, 1))}, "may be negative"),
        (A.inv(), {A: [[1, 2], [2, 4]]}, "is singular"),
        (A.inv(), {A: [[iv.mpf((0, 2)), 2], [2, 4]]}, "may be singular"),
        (2**u, {u: iv.mpf((0, 2))}, "an exponent is a rational number"),
        (u, {u: 0.5}, "rounded already"),
        (u, {u: float("nan")}, "rounded already"),
        (u, {u: "a half"}, "neither a rational number nor an interval"),
        (u, {u: None}, "neither a rational number nor an interval"),
        (u, {u: iv.inf}, "not a finite interval"),
        (u, {u: iv.nan}, "not a finite interval"),
        (u, {u: iv.make_mpf((iv.mpf(2)._mpi_[0], iv.one._mpi_[0]))}, "not a finite interval"),
        (u, {}, "no value is given"),
        (E(X @ X.T), {}, "worked out"),
        (tr(A @ B), {A: [[1]], B: [[1, 2], [3, 4]]}, "in one place"),
        (tr(A), {A: [[1, 2], [3]]}, "rows of a matrix"),
        (tr(identity(d)), {d: "1/2", A: [[1]]}, "in one place"),
    ],
)
def test_where_it_would_mean_nothing_it_is_refused_in_one_line(node, values, text):
    with pytest.raises(UserError, match=text) as error:
        enclose(node, values)
    assert "\n" not in str(error.value)


def test_text_is_not_read_as_an_expression_and_bits_are_checked():
    with pytest.raises(UserError, match="a text"):
        enclose("1 + 1", {})
    with pytest.raises(UserError, match="at least 2"):
        enclose(u, {u: 1}, bits=1)


def test_sizes_are_whole_numbers():
    with pytest.raises(ShapeError):
        enclose(A @ identity(d), {d: "1/2", A: [[1]]})
    assert isinstance(_numbers(64).eye(2), Grid)
