"""Inferences along a gradient flow: what they prove, and attempts to prove what is false with them."""

import pytest

from symicl import (
    Defined,
    Eq,
    Gaussian,
    Ge,
    Gt,
    Ne,
    ProofError,
    ShapeError,
    SymiclError,
    UserError,
    dimension,
    grad,
    identity,
    matrix,
    named,
    positive_definite,
    scalar,
    symmetric,
    tr,
)
from symicl.kernel import theorem as kernel
from symicl.kernel.flowing import fall
from symicl.language.functions import apply
from symicl.language.rewrite import substitute
from symicl.language.statements import Flow
from symicl.trust.truth import truth

d = dimension("d")
x, y, t, a = (scalar(name) for name in "xyta")
k = scalar("k", positive=True)
U, A = matrix("U", d), matrix("A", d)
#: x falls as exp(−kt) from a
DOWN = Flow(k * x**2 / 2, t, x, a)


def slope(flow, node):
    """−dF/dt, worked out by the kernel."""
    return kernel.derivative(Eq(fall(flow, node), _product_rule(flow, node)))


def _product_rule(flow, node):
    """The same by hand, for the scalar flows of this file."""
    from sympy import diff

    return sum(diff(node, letter) * diff(flow.loss, letter) for letter in flow.starts)


def falling(flow, node, rate):
    """−dF/dt ≥ rate · F, for the flows of this file where both sides are equal."""
    return kernel.add_up(Ge(fall(flow, node), rate * node), [(slope(flow, node), 1)])


def test_exponential_decay_is_what_the_equation_says():
    found = kernel.decays(DOWN, x**2, 2 * k, falling(DOWN, x**2, 2 * k))
    assert found.statement == Ge(a**2 * apply("exp", -2 * k * t), x**2)
    assert found.assumptions == {DOWN}
    assert "flow: Grönwall" in found.axioms


def test_a_matrix_flow_keeps_what_it_keeps():
    flow = Flow(tr(A.T @ U), t, U, identity(d), x, k)
    still = kernel.derivative(Eq(fall(flow, x), 0))
    assert kernel.conserved(flow, x, still).statement == Eq(x, k)


def test_what_is_named_has_its_value_at_the_start():
    size = named("s", x**2)
    found = kernel.falls(DOWN, size, kernel.add_up(Ge(fall(DOWN, size), 0), [(_square(size), 1)]))
    assert found.statement == Ge(a**2, size) and "definition" in found.axioms


def _square(node):
    value = kernel.derivative(Eq(fall(DOWN, node), 2 * k * x**2))
    return kernel.descend(value, kernel.nonnegative(2 * k * x**2))


def test_a_rate_that_is_not_the_one_that_is_proved():
    known = falling(DOWN, x**2, 2 * k)
    for rate in (3 * k, -2 * k, k, 2 * k + 1):
        with pytest.raises(ProofError, match="is needed"):
            kernel.decays(DOWN, x**2, rate, known)
    with pytest.raises(ProofError, match="is needed"):
        kernel.decays(DOWN, x, 2 * k, known)
    with pytest.raises(ProofError, match="is needed"):
        kernel.decays(Flow(k * x**2, t, x, a), x**2, 2 * k, known)


def test_a_rate_that_changes_on_the_way():
    loss = x**3 * y
    flow = Flow(loss, t, x, a, y, a)
    known = falling(flow, x, 3 * x * y)
    with pytest.raises(ProofError, match="must not depend"):
        kernel.decays(flow, x, 3 * x * y, known)
    with pytest.raises(ProofError, match="need not hold"):
        kernel.decays(DOWN, x**2, 2 * k * t, kernel.assume(Ge(fall(DOWN, x**2), 2 * k * t * x**2)))


@pytest.mark.parametrize("passing", [Eq(x, 1), Gt(x, 0), Ne(x, 0), Gt(t, 1), Eq(t, 0), Flow(x, t, x, a)], ids=str)
def test_what_holds_at_one_time_only(passing):
    """x = 1 now does not make the speed what it is at x = 1 for ever."""
    held = kernel.assume(passing)
    pair = kernel.both(slope(DOWN, x**2), held)
    still = kernel.part(pair, 0)
    assert passing in still.assumptions
    known = kernel.add_up(Ge(fall(DOWN, x**2), 2 * k * x**2), [(still, 1)])
    with pytest.raises(ProofError, match="need not hold at every time"):
        kernel.decays(DOWN, x**2, 2 * k, known)


def test_a_speed_that_vanishes_at_one_time_only():
    stop = kernel.assume(Eq(fall(DOWN, x), 0))
    with pytest.raises(ProofError, match="need not hold at every time"):
        kernel.conserved(DOWN, x, stop)
    with pytest.raises(ProofError, match="need not hold at every time"):
        kernel.falls(DOWN, x, kernel.assume(Ge(fall(DOWN, x), 0)))
    with pytest.raises(ProofError, match="need not hold at every time"):
        kernel.keeps_sign(DOWN, x, kernel.assume(Ne(x, 0)), kernel.assume(Gt(a, 0)))


def test_an_assumption_about_what_stands_still_is_kept():
    small = kernel.both(falling(DOWN, x**2, 2 * k), kernel.assume(Gt(a, 5)))
    found = kernel.decays(DOWN, x**2, 2 * k, kernel.part(small, 0))
    assert found.assumptions == {DOWN, Gt(a, 5)}


def test_a_sign_at_the_start_that_is_not_the_one_that_is_needed():
    flow = Flow(k * x**2 / 2, t, x, k)
    nowhere = kernel.cut(kernel.assume(Ne(x, 0)), kernel.assume(Ne(x, 0)))
    with pytest.raises(ProofError):
        kernel.keeps_sign(flow, x, nowhere, kernel.positive(k))
    away = kernel.nonzero(kernel.positive(x**2 + 1))
    assert kernel.keeps_sign(flow, x**2 + 1, away, kernel.positive(k**2 + 1)).statement == Gt(x**2 + 1, 0)
    for other in (kernel.positive(k), kernel.positive(k**2 + 2), kernel.nonnegative(k**2)):
        with pytest.raises(ProofError, match="at the start"):
            kernel.keeps_sign(flow, x**2 + 1, away, other)
    with pytest.raises(ProofError, match="is needed"):
        kernel.keeps_sign(flow, x, away, kernel.positive(k))


@pytest.mark.parametrize(
    "node",
    [1 / x, apply("exp", x), x + t, apply("relu", x), grad(x**2, x)],
    ids=str,
)
def test_what_is_no_polynomial_is_not_followed(node):
    """Not even where its speed is known: it need not be smooth, or have a value, on the way."""
    for claim in (Eq(fall(DOWN, node), 0), Ge(fall(DOWN, node), 0)):
        inference = kernel.conserved if isinstance(claim, Eq) else kernel.falls
        with pytest.raises(ProofError, match="polynomial"):
            inference(DOWN, node, kernel.assume(claim))


def test_what_moves_inside_a_covariance_is_not_followed():
    S = Defined("S", U @ U.T + identity(d), "positive definite")
    X = Gaussian("X", d, 1, S)
    flow = Flow(tr(U @ U.T), t, U, A)
    node = tr(X @ X.T @ A)
    with pytest.raises(ProofError, match="polynomial"):
        kernel.conserved(flow, node, kernel.assume(Eq(fall(flow, node), 0)))


@pytest.mark.parametrize(
    "parts",
    [
        (x, t),
        (x, t, x),
        (x, t, scalar("p", positive=True), a),
        (x, t, d, a),
        (tr(U), t, symmetric("S", d), A),
        (tr(U), t, positive_definite("S", d), A),
        (tr(U), t, Gaussian("X", d), matrix("a", d, 1)),
        (tr(U), t, Defined("D", A + A.T), A),
        (x, t, x + 1, a),
        (x, k, x, a),
        (x, t, t, a),
        (x * t, t, x, a),
        (x, t, x, a, x, a),
        (x, t, x, x + a),
        (x, t, x, y, y, a),
        (x, t, x, t),
        (x, A, x, a),
    ],
    ids=str,
)
def test_flows_that_are_none(parts):
    with pytest.raises(UserError):
        Flow(*parts)
    with pytest.raises(ProofError):
        kernel.assume(tuple.__new__(Flow, parts))


def test_shapes_of_a_flow():
    for parts in ((A, t, U, A), (tr(U), t, U, a), (x, t, x, A)):
        with pytest.raises(ShapeError):
            Flow(*parts)


def test_no_value_is_put_in_for_what_moves():
    found = kernel.decays(DOWN, x**2, 2 * k, falling(DOWN, x**2, 2 * k))
    for letter, value in ((x, y), (t, a), (x, 1 + 0 * k), (a, x), (k, x**2 + 1), (a, t)):
        with pytest.raises(ProofError):
            kernel.instantiate(found, [(letter, value)])
    there = kernel.instantiate(found, [(a, a + 1), (k, 2 * k)])
    assert Flow(k * x**2, t, x, a + 1) in there.assumptions
    with pytest.raises(UserError, match="no value"):
        substitute(DOWN, {x: y})


def test_a_flow_is_known_to_no_point():
    assert truth(DOWN).verdict == "undecided"
    assert truth(Eq(x, a), [DOWN]).verdict == "undecided"


def test_the_statement_of_a_flow_is_asked_for():
    for other in (Eq(x, a), Gt(x, 0)):
        with pytest.raises(SymiclError):
            kernel.conserved(other, x, kernel.assume(Eq(x, 0)))


def test_sums_of_inequalities():
    one, two = kernel.assume(Ge(x, a)), kernel.assume(Gt(y, 1))
    assert kernel.add_up(Gt(x + y, a + 1), [(one, 1), (two, 1)]).assumptions == {Ge(x, a), Gt(y, 1)}
    assert kernel.add_up(Ge(k * x, k * a), [(one, k)]).statement == Ge(k * x, k * a)
    for goal, using in [
        (Ge(-x, -a), [(one, -1)]),
        (Ge(y * x, y * a), [(one, y)]),
        (Gt(x, a), [(one, 1)]),
        (Gt(y**2 * y, y**2), [(two, y**2)]),
        (Ge(x + y, a), [(one, 1), (two, 1)]),
        (Ge(x, a + 1), [(one, 1)]),
        (Ge(x, a), [one]),
        (Eq(x, a), [(one, 1)]),
        (Ge(x, a), [(kernel.assume(Ne(x, a)), 1)]),
    ]:
        with pytest.raises(ProofError):
            kernel.add_up(goal, using)


def test_a_factor_that_divides_by_what_may_be_zero():
    one = kernel.assume(Ge(x, a))
    with pytest.raises(ProofError):
        kernel.add_up(Ge(x / y, a / y), [(one, 1 / y)])


def test_a_factor_of_what_is_not_zero():
    known = kernel.assume(Ne(x * y, 0))
    assert kernel.divisor(known, x, y).statement == Ne(x, 0)
    for factor, other in ((x, x), (a, y), (x * y, 2), (A, y)):
        with pytest.raises(ProofError):
            kernel.divisor(known, factor, other)
    with pytest.raises(ProofError):
        kernel.divisor(kernel.assume(Ne(x, y)), x, 1)
    with pytest.raises(ProofError):
        kernel.divisor(kernel.assume(Eq(x, 0)), x, 1)


def test_a_lower_bound_needs_definite_matrices():
    L = positive_definite("L", d)
    assert kernel.dominates(L, A, L.inv()).axioms == {"Gram bound"}
    for P, B, Q in ((A, U, L), (L, U, A), (L, U, A @ A.T), (k, U, L), (L, k, L), (L - identity(d), U, L)):
        with pytest.raises((ProofError, ShapeError)):
            kernel.dominates(P, B, Q)


def test_squares_keep_order_needs_the_sign():
    squares = kernel.assume(Ge(x**2, y**2))
    assert kernel.cite("squares keep order", (x, y), squares, kernel.assume(Ge(x, 0))).statement == Ge(x, y)
    for other in (kernel.assume(Ge(y, 0)), kernel.assume(Gt(a, 0)), squares):
        with pytest.raises(ProofError):
            kernel.cite("squares keep order", (x, y), squares, other)
