"""Letters of which only second moments are known, and functions of a random number."""

import pytest

from symicl import (
    Centred,
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
    positive_definite,
    positive_semidefinite,
    scalar,
    tr,
    vector,
)
from symicl.kernel import theorem as kernel
from symicl.language.functions import apply

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


def test_functions_and_letters_refuse_what_they_are_not():
    with pytest.raises(ShapeError, match="takes a scalar"):
        apply("phi", A)
    with pytest.raises(UserError, match="called by letters"):
        apply("phi(1)+", scalar("u"))
    with pytest.raises(UserError, match="must be a positive definite letter"):
        Centred("x", d, 1, A)


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
