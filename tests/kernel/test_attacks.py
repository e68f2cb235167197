"""Attempts to make a false theorem through the public API.  Each must fail."""

import copy

import pytest
import sympy

from symicl import (
    Block,
    Defined,
    E,
    Eq,
    Gaussian,
    Ge,
    Gt,
    Iff,
    Ne,
    Or,
    ProofError,
    ShapeError,
    UserError,
    corner,
    dimension,
    grad,
    identity,
    matrix,
    named,
    positive_definite,
    scalar,
    second_variation,
    symmetric,
    tr,
    vector,
    zero,
)
from symicl.kernel import theorem as kernel
from symicl.language.letters import Letter

d, N = dimension("d"), dimension("N")
Λ = positive_definite("Lambda", d)
A, B, U = matrix("A", d), matrix("B", d), matrix("U", d)
u = scalar("u")
X = Gaussian("X", d, N, Λ)
false = Eq(A, B)


def test_forging():
    true = kernel.identity(Eq(A, A))
    with pytest.raises(ProofError):
        kernel.Theorem(None, statement=false)
    with pytest.raises(ProofError):
        true.statement = false
    with pytest.raises((ProofError, AttributeError)):
        del true.statement
    with pytest.raises((ProofError, TypeError)):
        copy.copy(true).statement = false
    with pytest.raises((AttributeError, TypeError)):
        true.statement.lhs = B


def test_a_mutable_argument_is_not_kept():
    opened = [Defined("D", A)]
    theorem = kernel.identity(Eq(opened[0], A), open=opened)
    opened.append(B)
    assert theorem.arguments[1] == (Defined("D", A),)


def test_one_name_for_two_letters():
    with pytest.raises(ProofError, match="two different letters"):
        kernel.identity(Eq(tr(matrix("A", d) @ symmetric("A", d)), tr(symmetric("A", d) @ matrix("A", d))))
    with pytest.raises(ProofError):
        kernel.expectation(Eq(E(X @ X.T), N * Λ), [Gaussian("X", d, N)])


def test_sizes_that_do_not_exist():
    for size in (0, -1, sympy.Symbol("m"), sympy.Rational(1, 2)):
        with pytest.raises(ShapeError):
            matrix("A", size)
        with pytest.raises(ShapeError):
            Gaussian("G", d, size)


def test_a_letter_of_a_kind_of_its_own():
    class Liar(Letter):
        symmetric = True
        positive = True

    lie = Liar("L", d, d)
    for attack in (lambda: kernel.identity(Eq(lie, lie)), lambda: kernel.nonnegative(tr(lie))):
        with pytest.raises(ProofError):
            attack()


def test_a_false_claim_in_a_definition():
    for claim in ("symmetric", "positive definite", "invertible"):
        lie = Defined("D", A @ U, claim)
        with pytest.raises(ProofError):
            kernel.identity(Eq(lie @ lie.inv(), identity(d)))
    with pytest.raises(ProofError):
        kernel.flip(
            kernel.identity(Eq(Defined("D", A @ U, "symmetric"), A @ U), open=[Defined("D", A @ U, "symmetric")])
        )


def test_a_definition_that_means_nothing():
    nothing = Defined("D", A.inv())
    with pytest.raises(ProofError, match="meaningful"):
        kernel.identity(Eq(nothing, nothing))


def test_a_zero_divided_away():
    with pytest.raises(ProofError, match="division by zero"):
        kernel.combine(Eq(A, B), [(kernel.identity(Eq(0 * tr(A) + tr(A @ B), tr(B @ A))), 1 / (tr(A) - tr(A.T)), A)])
    zero = kernel.assume(Eq(u * tr(A), 0))
    divided = kernel.combine(Eq(tr(A), 0), [(zero, 1 / u, 1)])
    assert Ne(u, 0) in divided.assumptions
    with pytest.raises(ProofError, match="divides by zero"):
        kernel.replace(tr(A) / u, kernel.assume(Eq(u, 0)))
    assert Ne(u, 0) in kernel.replace(tr(A) / u, kernel.assume(Eq(tr(A), 0))).assumptions


def test_a_square_of_something_that_is_not_real():
    with pytest.raises(ProofError):
        kernel.nonnegative(sympy.Symbol("z") ** 2)
    assert kernel.nonnegative(u**2).statement == Ge(u**2, 0)


def test_a_definite_product_that_is_not():
    Σ = positive_definite("Sigma", d)
    with pytest.raises(ProofError):
        kernel.positive(tr(Λ @ Σ @ Λ @ A))
    with pytest.raises(ProofError):
        kernel.vanishes(tr(symmetric("M", d) @ U @ Λ @ U.T))
    with pytest.raises(ProofError):
        kernel.vanishes(-tr(Λ @ U @ Λ @ U.T))


def test_a_random_letter_that_is_free_elsewhere():
    """E[X] = 0 says nothing of a free X."""
    mean = kernel.expectation(Eq(E(X), 0), [X])
    with pytest.raises(ProofError):
        kernel.combine(Eq(X, 0), [(mean, 1, 1)])


def test_an_assumption_on_a_random_letter_inside_an_expectation():
    fixed = matrix("B", d, N)
    with pytest.raises(ProofError, match="assumptions"):
        kernel.replace(E(X @ X.T), kernel.assume(Eq(X, fixed)))


def test_a_value_put_in_before_differentiating():
    f = named("f", u * tr(A))
    with pytest.raises(ProofError, match="assumptions"):
        kernel.replace(grad(f, u), kernel.assume(Eq(u, 0)))
    with pytest.raises(ProofError):
        kernel.derivative(Eq(grad(tr(A), N), 0))


def test_assumptions_are_not_forgotten():
    zero = kernel.assume(Eq(u, 0))
    step = kernel.replace(u * A, zero)
    assert kernel.chain(step, kernel.identity(Eq(step.statement.rhs, 0 * A))).assumptions == {Eq(u, 0)}
    other = kernel.assume(Eq(tr(A), 0))
    branch = kernel.cases(Eq(u, 0), other, other)
    assert branch.assumptions == {Eq(tr(A), 0)}
    both = kernel.both(zero, other)
    assert kernel.part(both, 0).assumptions == {Eq(u, 0), Eq(tr(A), 0)}


def test_cases_that_are_not_all():
    a, b = kernel.assume(Eq(u, 0)), kernel.assume(Eq(u, 1))
    alternatives = kernel.assume(Or(Eq(u, 0), Eq(u, 1)))
    with pytest.raises(ProofError):
        kernel.choose(alternatives, a)
    with pytest.raises(ProofError):
        kernel.choose(alternatives, a, b)
    with pytest.raises(ProofError):
        kernel.choose(a, a)


def test_an_equivalence_used_the_wrong_way():
    with pytest.raises(ProofError):
        kernel.modus(kernel.assume(Iff(Eq(u, 0), Eq(tr(A), 0))), kernel.assume(Eq(u, 1)))


def test_a_root_without_a_sign():
    fourth = kernel.assume(Eq(u**4, tr(Λ)))
    for sign in (kernel.assume(Gt(tr(A), 0)), kernel.assume(Eq(u, 0))):
        with pytest.raises(ProofError):
            kernel.root(fourth, sign)
    with pytest.raises(ProofError):
        kernel.root(kernel.assume(Eq(u**4, tr(A))), kernel.assume(Gt(u, 0)))


def test_transposing_a_word_that_is_not_square():
    with pytest.raises(ShapeError):
        Eq(X @ X.T, X.T @ X)
    with pytest.raises(ProofError):
        kernel.identity(Eq(X @ X.T @ A, A @ X @ X.T))


def test_a_chain_that_does_not_join():
    one, two = kernel.identity(Eq(A, A)), kernel.identity(Eq(B, B))
    with pytest.raises(ProofError, match="join"):
        kernel.chain(one, two)


def test_a_captured_letter():
    from symicl import substitute

    with pytest.raises(UserError):
        substitute(E(tr(X @ X.T @ A)), {A: X @ X.T})
    with pytest.raises(UserError):
        substitute(E(tr(X @ X.T @ A)), {X: X})


def refused(*attempts):
    for attempt in attempts:
        with pytest.raises((ProofError, ShapeError, UserError)):
            attempt()


def test_a_root_that_hides_what_moves():
    """A definition under a root depends on the letters of its body."""
    D = Defined("D", U @ U.T, "symmetric")
    root = tr(D @ D) ** sympy.Rational(1, 4)
    refused(
        lambda: kernel.derivative(Eq(grad(u * root, U), 0)),
        lambda: kernel.derivative(Eq(second_variation(u * root, {U: A}), 0)),
    )
    x = Gaussian("x", d, 1, Λ)
    Dx = Defined("D", x @ x.T, "symmetric")
    hidden = tr(Dx @ Dx) ** sympy.Rational(1, 4)
    refused(lambda: kernel.expectation(Eq(E(hidden * tr(A @ Dx)), hidden * tr(A @ Λ)), [x]))


def test_a_root_that_is_not_real():
    refused(
        lambda: kernel.nonnegative((tr(A) ** sympy.Rational(1, 2) + 1) ** 2),
        lambda: kernel.identity(Eq(sympy.Pow(-8, sympy.Rational(1, 3)), -2)),
        lambda: kernel.identity(Eq(sympy.sqrt(u**2), u)),
    )


def test_the_last_entry_of_a_matrix_that_is_no_number():
    p, q, v = vector("p", d), vector("q", d), scalar("v")
    refused(
        lambda: kernel.blocks(Eq(corner(A @ B), corner(A) * corner(B))),
        lambda: kernel.blocks(Eq(corner(p) * corner(q.T), corner(p @ q.T))),
        lambda: kernel.blocks(Eq(tr(Block([[A, p], [q.T, u]])), tr(Block([[A, p], [q.T, v]])))),
    )
    assert kernel.blocks(Eq(tr(Block([[A, p], [q.T, u]])), tr(A) + u))


def test_nodes_that_no_constructor_would_make():
    from sympy.core.basic import Basic
    from sympy.core.symbol import Str

    from symicl.language.expressions import Product
    from symicl.language.mean import Derivative

    nothing = Basic.__new__(Letter, Str("Z"), sympy.Integer(0), sympy.Integer(0), Str("positive definite"))
    oblong = Basic.__new__(Letter, Str("Z"), d, N, Str("symmetric"))
    unfit = Basic.__new__(Product, A, X.T)
    refused(
        lambda: kernel.positive(tr(nothing)),
        lambda: kernel.identity(Eq(oblong, oblong)),
        lambda: kernel.identity(Eq(unfit, unfit)),
        lambda: kernel.derivative(Eq(Basic.__new__(Derivative, tr(A), A), tr(A))),
        lambda: kernel.expectation(Eq(E(Basic.__new__(Gaussian, Str("G"), d, sympy.Integer(1), -Λ)), zero(d, 1))),
    )


def test_numbers_that_are_none():
    z, n = sympy.Symbol("z"), sympy.Symbol("n", commutative=False)
    refused(
        lambda: kernel.identity(Eq(0.1 * u + 0.2 * u, 0.3 * u)),
        lambda: kernel.identity(Eq(sympy.oo * u, sympy.oo * u)),
        lambda: kernel.identity(Eq(sympy.I * u, u * sympy.I)),
        lambda: kernel.identity(Eq(z, z)),
        lambda: kernel.identity(Eq(n * u, u * n)),
        lambda: kernel.identity(Eq(sympy.Function("f")(u), sympy.Function("f")(u))),
    )


def test_an_object_that_says_it_is_a_theorem_or_an_equal():
    class Fake:
        statement = false
        assumptions = frozenset()
        axioms = frozenset()

    class Yes(type(tr(A))):
        def __eq__(self, other):
            return True

        def __hash__(self):
            return hash(tr(A))

    yes = Yes(A)
    refused(
        lambda: kernel.turn(Fake()),
        lambda: kernel.chain(Fake(), Fake()),
        lambda: kernel.identity(Eq(yes, tr(B))),
        lambda: kernel.assume(Eq(yes, tr(B))),
        lambda: type("Other", (kernel.Theorem,), {}),
    )


def test_a_name_for_two_things_in_statement_and_assumption():
    general, even = matrix("M", d), symmetric("M", d)
    known = kernel.combine(Eq(tr(B), 0), [(kernel.assume(Eq(B, zero(d, d))), 1, 1)])
    refused(lambda: kernel.both(kernel.assume(Eq(general, A)), kernel.assume(Eq(even, A))))
    one, two = named("f", tr(A)), named("f", tr(B))
    refused(lambda: kernel.identity(Eq(one + two, two + one)), lambda: kernel.both(known, kernel.assume(Eq(one, two))))


def test_cases_of_something_that_is_no_equation():
    zero_ = kernel.assume(Eq(u, 0))
    refused(lambda: kernel.cases(Gt(u, 0), zero_, zero_), lambda: kernel.cases(Ne(u, 0), zero_, zero_))
