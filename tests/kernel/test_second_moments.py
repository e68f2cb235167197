"""Letters of which only second moments are known, and functions of a random number."""

import pytest

from symicl import (
    Centred,
    Defined,
    E,
    Eq,
    Gaussian,
    Ge,
    ProofError,
    ShapeError,
    UserError,
    dimension,
    expect,
    form,
    matrix,
    named,
    positive_definite,
    positive_semidefinite,
    scalar,
    tr,
    vector,
)
from symicl.kernel import theorem as kernel
from symicl.language.functions import apply
from symicl.language.letters import random_matrix

d, M = dimension("d"), dimension("M")
L, S = positive_definite("Lambda", d), positive_semidefinite("Sigma", d)
x, r = Centred("x", d, 1, L, "query"), Centred("r", 1, group="query")
Xi = Centred("Xi", d, M, S)
A, a = matrix("A", d), vector("a", d)
g, h = Gaussian("g", 1), Gaussian("h", 1)


def proved(mean, value, *over):
    return kernel.expectation(Eq(mean, value), over)


def test_products_of_two_are_known():
    assert proved(E(x.T @ A @ x), tr(A @ L), x)
    assert proved(E(Xi @ Xi.T), M * S, Xi)
    assert proved(E(tr(r) ** 2 + tr(r) * (a.T @ x)), 1, x, r)
    assert "second moments" in proved(E(x @ x.T), L, x).axioms
    assert str(expect(form(E(x.T @ A @ x).body))) == "tr(A Lambda)"


@pytest.mark.parametrize("lost", [tr(A @ L) * 2, -tr(A @ L), tr(A), 0])
def test_wrong_values_are_refused(lost):
    with pytest.raises(ProofError, match="differ"):
        proved(E(x.T @ A @ x), lost, x)


@pytest.mark.parametrize(
    "body",
    [
        (x.T @ A @ x) ** 2,
        (x.T @ A @ x) * tr(r) ** 2,
        (a.T @ x) * tr(r) ** 2,
        tr(r) ** 3,
        (a.T @ x) * apply("phi", tr(r)),
        (a.T @ x) / (1 + tr(r) ** 2),
        (a.T @ x) ** 2 * E((a.T @ Xi @ Xi.T @ a) * tr(r), over=[Xi]),
    ],
    ids=str,
)
def test_more_than_two_of_a_group_is_refused(body):
    """x and r are uncorrelated, not independent: E x r² need not vanish, nor E x² r² be a product."""
    with pytest.raises(ProofError, match=r"only its second moments|does not reach"):
        proved(E(body, over=[x, r]), 0, x, r)
    with pytest.raises(UserError):
        expect(form((x.T @ A @ x) ** 2))


@pytest.mark.parametrize(
    "body",
    [
        tr(r) ** 3,
        tr(r) ** 4,
        (a.T @ x) ** 2 * tr(r) ** 2,
        1 / (1 + tr(r) ** 2),
        apply("phi", tr(r)),
        named("f", tr(r)) ** 4,
    ],
    ids=str,
)
def test_what_need_not_have_a_mean_is_not_spoken_of(body):
    """A Student r with 3 degrees of freedom has E r² and no E r³; its E r⁴ is infinite, so 1/(1 + E r⁴) is 0."""
    mean = E(body)
    for attempt in (
        lambda: kernel.identity(Eq(mean + mean, 2 * mean)),
        lambda: kernel.positive(1 / (1 + mean**2)),
        lambda: kernel.assume(Eq(mean, 1)),
    ):
        with pytest.raises(ProofError, match=r"only its second moments"):
            attempt()
    square = E(named("f", tr(r) + a.T @ x) ** 2)
    assert kernel.identity(Eq(square + square, 2 * square)) and kernel.nonnegative(square)


def test_an_inverted_number_is_no_occurrence():
    with pytest.raises(ProofError):
        proved(E((a.T @ x) * tr(r.inv()), over=[x, r]), 0, x, r)


def test_other_groups_are_independent():
    assert proved(E((x.T @ A @ x) * tr(Xi @ Xi.T)), tr(A @ L) * M * tr(S), x, Xi)


def test_a_function_stays_inside_its_mean():
    phi = apply("phi", tr(g))
    assert proved(E(phi * (1 + tr(h) ** 2)), 2 * E(phi), h)
    assert proved(E(2 * phi + phi), 3 * E(phi))
    for wrong in (E(phi) ** 2, E(apply("phi", tr(h))), E(apply("psi", tr(g))), phi):
        with pytest.raises(ProofError):
            proved(E(phi), wrong, h)
    with pytest.raises(ProofError):
        proved(E(phi**2), E(phi) ** 2, h)
    with pytest.raises(ProofError, match="does not reach"):
        proved(E(phi * tr(g)), 0, g)


def test_the_derivative_does_not_reach_into_a_function():
    from symicl import grad

    u = scalar("u")
    with pytest.raises(ProofError, match="does not reach"):
        kernel.derivative(Eq(grad(apply("phi", u), u), 0))


def test_a_function_that_could_be_read_as_a_product():
    """d(u(v + 1))/du = 0 is true of a function called u, and E_g[g(v + 1)] = g(v + 1) of one called g."""
    from symicl import grad

    u, v = scalar("u"), scalar("v")
    slope, mean = grad(apply("u", v + 1), u), E(apply("g", v + 1), over=[g])
    for rule, goal in (
        (kernel.derivative, Eq(slope, 0)),
        (kernel.identity, Eq(mean, apply("g", v + 1))),
        (kernel.assume, Eq(apply("tr", u), 0)),
        (kernel.assume, Eq(apply("Lambda", u), tr(positive_definite("Λ", d)))),
        (kernel.assume, Eq(apply("d", v) / scalar("du"), 0)),
        (lambda goal: kernel.both(kernel.assume(goal), kernel.assume(goal)), Eq(apply("E", tr(g)), 0)),
    ):
        with pytest.raises(ProofError, match="a function with this name"):
            rule(goal)
    assert kernel.derivative(Eq(grad(u * apply("phi", v), u), apply("phi", v)))


def test_functions_and_letters_refuse_what_they_are_not():
    with pytest.raises(ShapeError, match="takes a scalar"):
        apply("phi", A)
    with pytest.raises(UserError, match="called by letters"):
        apply("phi(1)+", scalar("u"))
    with pytest.raises(UserError, match="must be a positive definite letter"):
        Centred("x", d, 1, A)


def test_a_random_covariance_is_for_gaussian_letters():
    """Its group would depend on it: z = √s e and r = ±|z|/√(E s) have E r² s = E s²/E s, which is not E r² E s."""
    s = random_matrix("Lambda_tau", d, "positive definite")
    for covariance in (s, Defined("C", s + L, "positive definite")):
        with pytest.raises(UserError, match="is random"):
            Centred("z", d, 1, covariance, "query")
        assert Gaussian("z", d, 1, covariance)


def test_semidefinite_is_not_definite():
    assert kernel.nonnegative(tr(A @ S @ A.T)).statement == Ge(tr(A @ S @ A.T), 0)
    with pytest.raises(ProofError):
        kernel.positive(tr(S))
    with pytest.raises(ProofError, match="invertible"):
        kernel.identity(Eq(S @ S.inv() @ A, A))
    general = kernel.nonnegative(tr(S))
    with pytest.raises(ProofError, match="semidefinite"):
        kernel.instantiate(general, [(S, -L)])
    assert kernel.instantiate(general, [(S, A @ A.T)])
