"""The language: shapes are compared when an expression is built, nothing is reordered, and SymPy can read it."""

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from symicl import (
    Block,
    Defined,
    E,
    Eq,
    Gaussian,
    Ne,
    ShapeError,
    UserError,
    corner,
    dimension,
    evaluate,
    grad,
    identity,
    inverse,
    lambdify,
    latex,
    matrix,
    multiply_out,
    named,
    positive_definite,
    product,
    scalar,
    substitute,
    symmetric,
    text,
    tr,
    transpose,
    unfold,
    vector,
    zero,
)
from symicl.language.letters import letters_of

d, N = dimension("d"), dimension("N")
Λ = positive_definite("Lambda", d)
A, U, X, x = matrix("A", d), matrix("U", d), Gaussian("X", d, N, Λ), vector("x", d)
u = scalar("u")


@pytest.mark.parametrize(
    "build, shapes",
    [
        (lambda: A @ X.T, ("d×d", "N×d")),
        (lambda: A * X.T, ("d×d", "N×d")),
        (lambda: A + X, ("d×d", "d×N")),
        (lambda: A - x, ("d×d", "d×1")),
        (lambda: A + 1, ("d×d", "1×1")),
        (lambda: Eq(A, X), ("d×d", "d×N")),
        (lambda: substitute(A, {A: x}), ("d×d", "d×1")),
        (lambda: Gaussian("G", N, 1, Λ), ("d×d", "N×N")),
        (lambda: Block([[A, x], [X, x]]), ("d×d", "d×N")),
        (lambda: Block([[A, X.T]]), ("d×d", "N×d")),
    ],
)
def test_a_shape_error_names_both_shapes(build, shapes):
    with pytest.raises(ShapeError) as error:
        build()
    assert all(shape in str(error.value) for shape in shapes)


@pytest.mark.parametrize(
    "build", [lambda: tr(X), lambda: X.inv(), lambda: X**2, lambda: grad(A, U), lambda: symmetric("S", d).T @ X.T]
)
def test_what_needs_a_square_or_a_scalar_says_so(build):
    with pytest.raises(ShapeError):
        build()


@pytest.mark.parametrize(
    "build",
    [
        lambda: A**u,
        lambda: A / U,
        lambda: zero(d, d).inv(),
        lambda: substitute(E(X @ X.T @ A), {A: X @ X.T}),
        lambda: substitute(X, {X: X}),
        lambda: E(A, over=[A]),
        lambda: named("L", A),
        lambda: Defined("G", u),
        lambda: Gaussian("G", d, 1, symmetric("M", d)),
    ],
)
def test_wrong_use_is_one_clear_error(build):
    with pytest.raises(UserError):
        build()


def test_letters_with_other_facts_or_shapes_are_other_letters():
    family = [
        matrix("A", d),
        symmetric("A", d),
        positive_definite("A", d),
        matrix("A", N),
        matrix("A", d, N),
        Gaussian("A", d, d),
        Defined("A", Λ),
        Defined("A", U),
    ]
    assert len(set(family)) == len(family)


def test_nothing_is_reordered():
    assert text(U @ A + A @ U - Λ) == "U A + A U - Lambda"
    assert text(A @ A.T @ U) == "A A.T U"


def test_a_one_by_one_product_is_a_scalar():
    y = vector("y", d)
    assert isinstance(x.T @ A @ y, sympy.Expr) and (x.T @ A @ y) ** 2 + 1
    assert (x.T @ A @ y) * Λ == product(x.T @ A @ y, Λ)


def test_transpose_and_inverse_go_to_the_letters():
    assert transpose(A @ Λ @ U) == U.T @ Λ @ A.T
    assert inverse(2 * A @ Λ) == product(sympy.Rational(1, 2), Λ.inv(), A.inv())
    assert A.T.T == A and A.inv().inv() == A and identity(d) == identity(d).T
    assert (A.T).inv() == (A.inv()).T


def test_zero_and_identity():
    assert A @ zero(d, d) == zero(d, d) and A + zero(d, d) == A and A @ identity(d) == A
    assert tr(identity(N)) == N and tr(zero(d, d)) == 0 and zero(1, 1) == 0


def test_sympy_reads_it():
    expression = u**2 * tr(A @ U.T) / 2
    assert isinstance(A @ U, sympy.MatrixExpr) and isinstance(expression, sympy.Expr)
    assert "operatorname{tr}" in sympy.latex(expression)
    assert sympy.latex(E(X @ X.T)) == latex(E(X @ X.T))
    assert A._repr_latex_() == "$A$" and Eq(A, U)._repr_latex_() == "$A = U$" and Ne(u, 0)._repr_latex_()


def test_blocks_multiply_by_hand():
    p, q = vector("p", d), vector("q", d)
    left, right = Block([[A, p], [q.T, u]]), Block([[U, q], [p.T, 1]])
    assert multiply_out(left @ right).grid == ((A @ U + p @ p.T, A @ q + p), (q.T @ U + u * p.T, q.T @ q + u))
    assert corner(left @ right).body == left @ right


def test_definitions_unfold():
    D = Defined("D", A @ U)
    assert unfold(D @ D) == A @ U @ A @ U and letters_of(D) == {D, A, U, d}


def test_values_exact_and_floating():
    expression = tr(A @ U.T) * Λ + u * identity(d)
    at = {A: [[1, 2], [3, 4]], U: [[0, 1], [1, 0]], Λ: [[2, 1], [1, 3]], u: "1/3"}
    assert evaluate(expression, at) == sympy.Matrix([["31/3", 5], [5, "46/3"]])
    arrays = [np.array(at[A]), np.array(at[U]), np.array(at[Λ]), 1 / 3]
    assert np.allclose(lambdify(expression, A, U, Λ, u)(*arrays), [[31 / 3, 5], [5, 46 / 3]])
    assert np.allclose(expression.lambdify(A, U, Λ, u)(*arrays), [[31 / 3, 5], [5, 46 / 3]])


@pytest.mark.parametrize(
    "at", [{A: [[1, 2], [3, 4]], U: [[1]]}, {A: [[1, 2], [3, 4]], d: 3}, {A: [[1, 2], [3, 4]]}, {A: [[1, 2]], U: [[1]]}]
)
def test_values_that_do_not_fit_are_refused(at):
    with pytest.raises(UserError):
        evaluate(A @ U, at)


def test_an_expectation_has_no_value_until_it_is_worked_out():
    with pytest.raises(UserError, match="worked out"):
        evaluate(E(X @ X.T), {X: [[1]]})


small = st.integers(-3, 3)
square = st.lists(st.lists(small, min_size=2, max_size=2), min_size=2, max_size=2)


@settings(max_examples=40, deadline=None)
@given(square, square, small)
def test_operators_agree_with_numpy(a, b, c):
    at = {A: a, U: b, u: c}
    a, b = np.array(a, dtype=float), np.array(b, dtype=float)
    value = evaluate(u * (A @ U.T) - 2 * A + tr(A @ U) * U, at, exact=False)
    assert np.allclose(value, c * (a @ b.T) - 2 * a + np.trace(a @ b) * b)


@pytest.mark.parametrize(
    "node, shown",
    [
        (Λ @ Λ @ U, r"\Lambda^{2} U"),
        ((Λ.inv() @ Λ.inv()), r"\Lambda^{-2}"),
        (u**2 * tr(A) / 2, r"\frac{1}{2} u^{2} \operatorname{tr}(A)"),
        (tr(Λ) / N * identity(d), r"\frac{1}{N} \operatorname{tr}(\Lambda) I_{d}"),
        (1 + 1 / N, r"1 + \frac{1}{N}"),
        (
            tr(Λ) / 2 - tr(A @ A @ U) / 2,
            r"\frac{1}{2} \operatorname{tr}(\Lambda) - \frac{1}{2} \operatorname{tr}(A^{2} U)",
        ),
        (E(X @ X.T), r"\operatorname{E}\left[X X^{\mathsf T}\right]"),
        (vector("x_q", d), "x_{q}"),
        (A.T, r"A^{\mathsf T}"),
        ((A + U) @ A, "(A + U) A"),
    ],
)
def test_latex_as_a_person_writes_it(node, shown):
    assert latex(node) == shown


def test_the_kinds_of_nodes_are_one_closed_set():
    """What counts as genuine is what can be taken apart and put together, and SymPy's names and tuples in it."""
    from sympy import Tuple
    from sympy.core.symbol import Str

    from symicl.language import kinds, nodes

    assert kinds.KINDS | {Tuple, Str} == nodes._OWN
    assert {kind.__name__ for kind in kinds.KINDS - kinds.NUMBERS} == set(kinds._MAKERS) - {"Number"}
