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
from symicl.kernel import facts
from symicl.kernel import theorem as kernel
from symicl.language.letters import Letter, random_matrix

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
    with pytest.raises(ProofError, match=r"meaningful|invertible"):
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


def test_a_sum_that_is_taken_for_a_product():
    refused(lambda: kernel.vanishes(tr(U @ U.T) + 1), lambda: kernel.vanishes(tr(U @ U.T) + u**2))


def test_what_commutes_with_a_matrix_and_not_with_its_transpose():
    D = Defined("D", A)
    refused(
        lambda: kernel.identity(Eq(A.T @ D, D @ A.T)),
        lambda: kernel.identity(Eq(D.T @ A, A @ D.T)),
        lambda: kernel.identity(Eq(tr(A.T @ D @ B), tr(D @ A.T @ B))),
    )
    assert kernel.identity(Eq(A @ D, D @ A)) and kernel.identity(Eq(A.T @ D.T, D.T @ A.T))


def test_a_sign_that_a_value_does_not_have():
    w = sympy.Symbol("w", nonnegative=True)
    plain = kernel.identity(Eq(w * tr(A), tr(A) * w))
    refused(lambda: kernel.instantiate(plain, [(w, u)]), lambda: kernel.instantiate(plain, [(w, -tr(Λ))]))
    assert kernel.instantiate(plain, [(w, u**2)])


def test_randomness_that_is_hidden():
    """In a derivative, in a quotient inside a quotient, in a named scalar, in a covariance."""
    g = grad(tr(U @ X @ X.T), U)
    f = named("f", tr(X @ X.T))
    deep = 1 / (1 + 1 / (1 + tr(X @ X.T)))
    refused(
        lambda: kernel.expectation(Eq(E(g, over=[X]), g), [X]),
        lambda: kernel.expectation(Eq(E(g, over=[X]), g)),
        lambda: kernel.expectation(Eq(E(deep), deep), [X]),
        lambda: kernel.expectation(Eq(E(deep * tr(X @ X.T)), deep * N * tr(Λ)), [X]),
        lambda: kernel.expectation(Eq(E(1 / (1 + f), over=[X]), 1 / (1 + f)), [X]),
        lambda: kernel.expectation(Eq(E(1 / (1 + f), over=[X]), 1 / (1 + f))),
        lambda: Gaussian("Y", d, N, Defined("C", X @ X.T + identity(d), "positive definite")),
    )


def test_blocks_whose_sizes_do_not_fit():
    p, q = vector("p", d), vector("q", d)
    refused(
        lambda: kernel.blocks(Eq(corner(Block([[0, p.T]]) @ Block([[q], [0]])), 0)),
        lambda: kernel.blocks(Eq(tr(Block([[A, p], [q.T, u]]) + Block([[u, q.T], [p, A]])), tr(A) + u)),
    )


def test_a_derivative_that_is_taken_for_a_constant():
    G = grad(tr(U @ U.T), U)
    refused(
        lambda: kernel.derivative(Eq(grad(tr(G.T @ B), U), zero(d, d))),
        lambda: kernel.derivative(Eq(second_variation(tr(G @ G.T), {U: A}), 0)),
    )


def test_moving_what_cannot_move():
    S, V = symmetric("S", d), matrix("V", d)
    refused(
        lambda: kernel.derivative(Eq(second_variation(tr(S @ A) * tr(S @ B), {S: V}), 2 * tr(V @ A) * tr(V @ B))),
        lambda: kernel.derivative(Eq(second_variation(tr(U @ U.T), {U.T: V}), 0)),
        lambda: kernel.derivative(Eq(second_variation(tr(A) ** 2, {tr(A): 1}), 0)),
        lambda: kernel.derivative(Eq(second_variation(N**2 * u, {N: 1}), 2 * u)),
    )


def test_sizes_that_are_none_for_the_identity_and_zero():
    refused(lambda: identity(0), lambda: identity(u), lambda: zero(0, d), lambda: identity(sympy.Rational(1, 2)))


def test_shapes_are_not_compared_as_text():
    one = dimension("1")
    refused(
        lambda: Eq(identity(one), 1),
        lambda: kernel.instantiate(
            kernel.identity(Eq(u * tr(A), tr(A) * u)), [(u, matrix("P", one)), (A, matrix("Q", one))]
        ),
    )


def test_a_statement_cannot_be_made_again():
    true = kernel.identity(Eq(A, A))
    true.statement.__init__(A, B)
    assert true.statement == Eq(A, A)
    refused(lambda: Ge(A, B), lambda: kernel.assume(Gt(A, A)))


@pytest.mark.parametrize(
    "name",
    [
        "tr(A)",
        "0 = 1 or u",
        "-1",
        "0",
        "1 + 1",
        "A.T",
        "u v",
        "u^2",
        "A^T",
        "I",
        "tr",
        "u\u200b",
        "\ud800",
        "u\n",
        "а",
        r"\input{x}",
        "",
    ],
)
def test_a_name_that_reads_like_a_formula(name):
    refused(
        lambda: kernel.positive(scalar(name, positive=True)),
        lambda: kernel.positive(tr(positive_definite(name, d))),
        lambda: kernel.identity(Eq(Defined(name, A), A), open=[Defined(name, A)]),
    )


def test_two_names_that_look_alike():
    latin, greek = scalar("A"), scalar("\u0391")
    refused(lambda: kernel.identity(Eq(latin + greek, greek + latin)))


def test_a_quotient_of_long_numbers_stays_exact():
    long = sympy.Integer(10) ** 17
    one, other = sympy.Pow(long, -1, evaluate=False), sympy.Pow(long + 1, -1, evaluate=False)
    f = named("f", (long + 1) * scalar("c", positive=True))
    refused(
        lambda: kernel.identity(Eq(one, other)),
        lambda: kernel.identity(Eq(1 / f, 1 / (long * scalar("c", positive=True))), open=[f]),
    )
    assert kernel.identity(Eq(one, sympy.Rational(1, long)))


def test_statements_that_no_constructor_would_make():
    unfit = tuple.__new__(Eq, (identity(d), sympy.Integer(1)))
    one_sided = tuple.__new__(Iff, (Eq(u, u),))
    mixed = tuple.__new__(Or, (Eq(u, u), u))
    refused(
        lambda: kernel.identity(unfit),
        lambda: kernel.assume(one_sided),
        lambda: kernel.assume(mixed),
        lambda: kernel.assume(tuple.__new__(Ge, (A, B))),
        lambda: kernel.identity(tuple.__new__(Eq, (u,))),
    )


def test_memories_cannot_be_poisoned():
    from symicl.language.rewrite import exchange

    class Yes(type(tr(A))):
        def __eq__(self, other):
            return True

        def __hash__(self):
            return hash(tr(B))

    class Definite(Letter):
        positive = True

        def __eq__(self, other):
            return True

        def __hash__(self):
            return hash(A)

    facts.definite(Definite("Q", d, d, "positive definite"))
    refused(lambda: kernel.positive(tr(A)))
    exchange(Yes(A), tr(A @ U), tr(U @ A))
    known = kernel.identity(Eq(tr(A @ U), tr(U @ A)))
    assert kernel.replace(tr(B), known).statement == Eq(tr(B), tr(B))


def test_a_statement_about_a_quotient_says_what_is_not_zero():
    assert Ne(u, 0) in kernel.nonnegative((1 + 1 / u) ** 2).assumptions
    refused(lambda: kernel.nonnegative(tr(A.inv() @ A.inv().T)))


def test_no_text_is_an_expression():
    for attempt in (lambda: Eq("1", "1"), lambda: tr("A"), lambda: A @ "B", lambda: identity("__import__('os')")):
        refused(attempt)


def test_a_condition_on_what_is_averaged_over():
    """E[f/f] = 1 needs f ≠ 0 wherever x may be, and not at one x."""
    x = Gaussian("x", d, 1, Λ)
    f = named("f", tr(x @ x.T @ A))
    refused(
        lambda: kernel.identity(Eq(E(f / sympy.Mul(f, 1), over=[x]) * u, u * E(sympy.Mul(f, 1 / (f + 1)), over=[x]))),
        lambda: kernel.assume(Eq(E(1 / (f + 1), over=[x]), 0)),
        lambda: kernel.replace(E(u / (1 + f), over=[x]), kernel.identity(Eq(u * tr(A), tr(A) * u))),
    )


def test_letters_that_look_alike():
    for one, other in (("v", "ν"), ("Λ", "Lambda"), ("o", "ο"), ("K", "Κ")):
        a, b = scalar(one), scalar(other)
        refused(lambda a=a, b=b: kernel.identity(Eq(a + b, b + a)))
    assert kernel.identity(Eq(scalar("α") + scalar("a"), scalar("a") + scalar("α")))


def test_what_is_differentiated_stands_in_brackets():
    U_ = matrix("U", d)
    shown = str(Eq(grad(tr(U_ @ A) + tr(A), U_) @ B, A.T @ B))
    assert shown == "(grad_U (tr(U A) + tr(A))) B = A.T B"
    assert str(sympy.Mul(u, -2, evaluate=False)) != "u -2"
    assert str(Eq(grad(u * u + u, u), 2 * u + 1)).startswith("d(")


def test_a_probability_says_what_it_is_over():
    from symicl import tail

    x, y = Gaussian("x", d, 1, Λ), Gaussian("y", d, 1, Λ)
    assert str(tail(x.T @ y, 1)) == "P(|x.T y| ≥ 1)" and str(tail(x.T @ y, 1, over=[x])) == "P_x(|x.T y| ≥ 1)"
    refused(lambda: tail(x.T @ y, 1, over=[]), lambda: second_variation(u**2 * identity(d), {u: 1}))


def test_the_sign_of_a_mean_is_that_of_what_is_averaged():
    d = dimension("d")
    x, a, u = Gaussian("x", d), vector("a", d), scalar("u")
    square = E((u * (a.T @ x)) ** 2)
    assert "order of expectation" in kernel.nonnegative(square).axioms
    assert kernel.positive(E(1 + (a.T @ x) ** 2)).statement.rhs == 0
    for wrong in (E(a.T @ x), -square, E((a.T @ x) ** 3), E(u * (a.T @ x) ** 2)):
        with pytest.raises(ProofError, match="nothing says"):
            kernel.nonnegative(wrong)
    with pytest.raises(ProofError, match="nothing says"):
        kernel.positive(square)


k, m = sympy.Symbol("k", integer=True, nonnegative=True), dimension("m")


def test_an_inverse_that_need_not_exist():
    """XXᵀ is invertible where X is Gaussian and its shape says that it is wide enough; and so is nothing else."""
    plain, tall = matrix("Y", d, d + m), Gaussian("Z", d + m, d)
    for node in (X @ X.T, plain @ plain.T, tall @ tall.T, tall.T @ tall, X.T @ X, A @ A.T):
        with pytest.raises(ProofError, match="nothing says"):
            kernel.cancel(node)
        with pytest.raises(ProofError, match="nothing says"):
            kernel.identity(Eq(node.inv(), node.inv()))
    wide = Gaussian("Z", d, d + k)
    with pytest.raises(ProofError, match="nothing says"):
        kernel.cancel(wide @ matrix("H", d + k) @ wide.T)
    with pytest.raises(ProofError, match="nothing says"):
        kernel.cancel(u * wide @ wide.T)
    for node in (wide @ wide.T, 2 * wide @ wide.T, Λ + A @ A.T):
        theorem = kernel.cancel(node)
        assert theorem.statement == Eq(node @ node.inv(), identity(d))
        assert ("full rank" in theorem.axioms) == (node != Λ + A @ A.T)


def test_what_is_almost_sure_is_not_sure():
    """That XXᵀ is invertible almost surely does not make it one of the invertible, or definite, matrices."""
    wide, C = Gaussian("Z", d, d + m + 1), matrix("C", d, invertible=True)
    gram = wide @ wide.T
    sure = kernel.identity(Eq(C @ C.inv() @ A, A))
    with pytest.raises(ProofError, match="invertible"):
        kernel.instantiate(sure, [(C, gram)])
    with pytest.raises(ProofError, match="nothing says"):
        kernel.positive(tr(gram))
    with pytest.raises(ProofError, match="nothing says"):
        kernel.nonnegative(tr(gram.inv()))
    with pytest.raises(ProofError, match="its definition is not"):
        kernel.identity(
            Eq(Defined("G", gram, "positive definite"), gram), open=[Defined("G", gram, "positive definite")]
        )


def test_the_axiom_of_full_rank_is_never_lost():
    """What is concluded by multiplying with the inverse stands on the axiom, though the inverse is gone."""
    wide = Gaussian("Z", d, d + k)
    gram = wide @ wide.T
    known = kernel.assume(Eq(gram @ A, 0))
    gone = kernel.combine(Eq(A, 0), [(known, gram.inv(), 1), (kernel.flip(kernel.cancel(gram)), -1, A)])
    assert gone.statement == Eq(A, 0) and "full rank" in gone.axioms
    bare = kernel.combine(Eq(gram @ A @ gram.inv(), 0), [(known, 1, gram.inv())])
    assert "full rank" in bare.axioms


@pytest.mark.parametrize("spare, power", [(0, 1), (1, 1), (2, 2), (3, 2), (4, 3)])
def test_a_mean_that_is_infinite(spare, power):
    """E (ZZᵀ)⁻ᵏ is finite where Z has at least 2k more columns than rows, and not before."""
    for extra, good in ((spare, False), (2 * power, True)):
        Z = Gaussian("Z", d, d + extra)
        inverse = (Z @ Z.T).inv()
        node = E(tr(A @ inverse**power))
        if good:
            kernel.identity(Eq(2 * node, node + node))
        else:
            with pytest.raises(ProofError, match=r"infinite|inside an average"):
                kernel.identity(Eq(2 * node, node + node))


def test_an_infinite_mean_inside_another():
    """The inverse is sealed up in a mean over another letter; the outer mean is infinite all the same."""
    Z, w = Gaussian("Z", d, d + 2), Gaussian("w", d)
    inverse = (Z @ Z.T).inv()
    inner = E(w @ w.T @ A @ inverse @ inverse @ w @ w.T, over=[w])
    with pytest.raises(ProofError, match="infinite"):
        kernel.identity(Eq(E(tr(inner), over=[Z]), E(tr(inner), over=[Z])))


def test_an_infinite_mean_of_a_scalar_that_is_sealed_up():
    """E_Z E_w wᵀ(ZZᵀ)⁻²w is infinite, however it is written; with columns enough it may be spoken of."""
    w = Gaussian("w", d)
    for extra, good in ((2, False), (3, False), (4, True)):
        Z = Gaussian("Z", d, d + extra)
        inverse = (Z @ Z.T).inv()
        for inner in (E(w.T @ inverse @ inverse @ w, over=[w]), E(w.T @ inverse @ w, over=[w]) ** 2):
            outer = E(inner, over=[Z])
            if good:
                kernel.identity(Eq(outer + outer, 2 * outer))
            else:
                with pytest.raises(ProofError, match="infinite"):
                    kernel.identity(Eq(outer + outer, 2 * outer))
        quotient = E(1 / (1 + tr(inverse @ inverse.T)), over=[Z])
        with pytest.raises(ProofError):
            kernel.identity(Eq(quotient + quotient, 2 * quotient))


def test_an_infinite_mean_is_not_spoken_of():
    """Nor does it have a sign, nor is it put in for a letter: with E tr (ZZᵀ)⁻² = ∞, 1/(1 + it) is not positive."""
    w = sympy.Symbol("w", nonnegative=True)
    sign = kernel.positive(1 / (1 + w))
    for extra, good in ((3, False), (4, True)):
        Z = Gaussian("Z", d, d + extra)
        inverse = (Z @ Z.T).inv()
        mean, matrices = E(tr(inverse @ inverse), over=[Z]), E(inverse @ inverse, over=[Z])
        for rule, *arguments in (
            (kernel.positive, 1 / (1 + mean)),
            (kernel.instantiate, sign, [(w, mean)]),
            (kernel.inside, matrices, 1, 1),
            (kernel.assume, Eq(mean, 1)),
            (kernel.replace, mean, kernel.identity(Eq(tr(A), tr(A.T)))),
            (kernel.cite, "Cauchy–Schwarz", [matrices, A]),
        ):
            if good:
                assert "full rank" in rule(*arguments).axioms
            else:
                with pytest.raises(ProofError, match="infinite"):
                    rule(*arguments)


def test_a_hypothesis_that_holds_for_one_outcome():
    """That aᵀx = 0 for one x, or aᵀx ≥ 0, does not make aᵀx vanish almost surely."""
    x, a, t = Gaussian("x", d, 1, Λ), vector("a", d), scalar("t", positive=True)
    z = a.T @ x
    mean, level = kernel.expectation(Eq(E(z), 0), [x]), kernel.positive(t)
    zero_ = kernel.descend(kernel.assume(Eq(z, 0)), kernel.nonnegative(sympy.Integer(0)))
    for sign in (zero_, kernel.assume(Ge(z, 0))):
        with pytest.raises(ProofError, match="averaged over"):
            kernel.cite("Markov", [z, 0, t], mean, sign, level)
    known = kernel.assume(Eq(E(z**2), u))
    assert kernel.cite("Markov", [z**2, u, t], known, kernel.nonnegative(z**2), level).assumptions == {Eq(E(z**2), u)}


def test_columns_that_do_not_span():
    """With a covariance that may be singular GGᵀ need not be invertible; nor with a factor that is random."""
    singular = Letter("C", d, d, "positive semidefinite")
    Z, w = Gaussian("Z", d, d + k, singular), Gaussian("w", d)
    with pytest.raises(ProofError, match="nothing says"):
        kernel.cancel(Z @ Z.T)
    good = Gaussian("Z", d, d + k)
    with pytest.raises(ProofError, match="nothing says"):
        kernel.cancel((1 + (w.T @ w) ** 2) * good @ good.T)
    with pytest.raises(ProofError, match="inverted inside an average"):
        kernel.cite("inverse Wishart", [Gaussian("Z", d, d + 1 + m, singular), A])


def test_the_wick_step_does_not_reach_into_an_inverse():
    Z = Gaussian("Z", d, d + m + 1)
    node = E(tr((Z @ Z.T).inv() @ Z @ Z.T @ A))
    with pytest.raises(ProofError, match="does not reach"):
        kernel.expectation(Eq(node, tr(A)), [Z])


def test_the_inverse_wishart_lemma_asks_for_its_conditions():
    good = Gaussian("Z", d, d + 1 + m, Λ)
    found = kernel.cite("inverse Wishart", [good, A])
    assert found.statement.rhs == tr(A @ Λ.inv()) / m and {"full rank", "lemma: inverse Wishart"} <= found.axioms
    for wrong in (Gaussian("Z", d, d + 1 + k, Λ), Gaussian("Z", d, d + m, Λ), X):
        with pytest.raises(ProofError, match="columns"):
            kernel.cite("inverse Wishart", [wrong, A])
    with pytest.raises(ProofError, match="Gaussian"):
        kernel.cite("inverse Wishart", [matrix("Z", d, d + 1 + m), A])
    with pytest.raises(ProofError, match="not random"):
        kernel.cite("inverse Wishart", [good, good @ good.T])
    with pytest.raises(ProofError, match="shape"):
        kernel.cite("inverse Wishart", [good, matrix("H", d, N)])
    unknown = random_matrix("K", d, "positive definite")
    with pytest.raises(ProofError, match="not random"):
        kernel.cite("inverse Wishart", [good, unknown])
    with pytest.raises(ProofError, match="covariance is random"):
        kernel.cite("inverse Wishart", [Gaussian("Z", d, d + 1 + m, unknown), A])


def test_the_sign_of_a_named_scalar_is_that_of_its_body():
    a, t = vector("a", d), scalar("t", positive=True)
    waste = named("W", E((u * (a.T @ Gaussian("x", d))) ** 2))
    assert kernel.nonnegative(waste).axioms >= {"definition", "order of expectation"}
    assert kernel.positive(named("k", t + u**2) / t).assumptions == frozenset()
    assert kernel.nonnegative(0) and kernel.positive(1)
    for wrong in (-waste, named("k", u), named("k", u**2 - t), named("k", u) * waste, named("k", -waste)):
        refused(lambda wrong=wrong: kernel.nonnegative(wrong))
    refused(
        lambda: kernel.positive(waste),
        lambda: kernel.positive(named("k", u**2)),
        lambda: kernel.nonnegative(named("k", 1 / u)),
        lambda: kernel.nonnegative(-1),
    )
    assert Ne(named("k", u**2), 0) in kernel.identity(Eq(u / named("k", u**2), u / named("k", u**2))).assumptions


def test_what_a_lemma_about_order_needs():
    a, b, c = scalar("a"), scalar("b"), scalar("c", positive=True)
    signs = [kernel.assume(Ge(a, 0)), kernel.assume(Ge(b, 0))]
    total = kernel.assume(Eq(a + b, 0))
    both = kernel.cite("sums of nonnegative numbers", [a, b], *signs, total)
    assert kernel.part(both, 1).statement == Eq(b, 0) and len(both.assumptions) == 3
    assert kernel.cite("products of nonnegative numbers", [a, b], *signs).statement == Ge(a * b, 0)
    more = kernel.cite("products keep strict order", [a, b, c], kernel.assume(Gt(a, b)), kernel.positive(c))
    assert more.statement == Gt(a * c, b * c)
    refused(
        lambda: kernel.cite("sums of nonnegative numbers", [a, b], signs[0], total),
        lambda: kernel.cite("sums of nonnegative numbers", [a, b], signs[0], signs[0], total),
        lambda: kernel.cite("sums of nonnegative numbers", [a, -b], signs[0], signs[1], kernel.assume(Eq(a - b, 0))),
        lambda: kernel.cite("sums of nonnegative numbers", [a, b], *signs, kernel.assume(Eq(a - b, 0))),
        lambda: kernel.cite("products of nonnegative numbers", [a, -b], *signs),
        lambda: kernel.cite("products keep strict order", [a, b, c], kernel.assume(Ge(a, b)), kernel.positive(c)),
        lambda: kernel.cite("products keep strict order", [a, b, u**2], kernel.assume(Gt(a, b)), signs[0]),
        lambda: kernel.cite("products keep strict order", [a, b, -c], kernel.assume(Gt(a, b)), kernel.positive(c)),
    )


def test_a_part_that_is_not_there():
    both = kernel.both(kernel.assume(Eq(u, 0)), kernel.assume(Ge(u, 0)))
    assert kernel.part(both, 1).statement == Ge(u, 0)
    refused(lambda: kernel.part(both, 2), lambda: kernel.part(both, -1))


def test_an_infinite_mean_of_an_inverse_that_holds_another():
    """(s I + a aᵀ)⁻¹ with s = 1/(1 + tr (ZZᵀ)⁻²) has a trace of at least (d − 1)(1 + tr (ZZᵀ)⁻²)."""
    Z, a = Gaussian("Z", d, d + 2), vector("a", d)
    inverse = (Z @ Z.T).inv()
    nearly = (1 / (1 + tr(inverse @ inverse)) * identity(d) + a @ a.T).inv()
    for node in (nearly, grad(tr(U @ inverse @ inverse), U)):
        mean = E(tr(node @ A), over=[Z])
        with pytest.raises(ProofError, match="hidden in it"):
            kernel.identity(Eq(mean, E(tr(A @ node), over=[Z])))
