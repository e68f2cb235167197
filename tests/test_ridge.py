"""The risk of ridge regression as a number: the integral against closed forms, samples against the integral."""

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp

from symicl import UserError, ridge
from symicl.ridge import digits, eigenvalue_density, ridge_risk


def identity(d, scale=1.0):
    return [[scale * (i == j) for j in range(d)] for i in range(d)]


@pytest.mark.parametrize("few, many", [(1, 1), (1, 6), (2, 2), (2, 5), (3, 3), (4, 7), (5, 40), (8, 12)])
def test_the_density_has_the_moments_of_a_wishart_matrix(few, many):
    """∫ρ = d, and with eigenvalues 2x: E tr W = dM, E tr W² = dM(M + d + 1) (Muirhead, 3.2)."""
    with mp.workdps(digits(few, many)):
        density = eigenvalue_density(few, many)
        marks = ridge._marks(few, many, mpmath.mpf(1))

        def moment(power):
            """Over s with s² = x."""
            return mp.quad(
                lambda s: 2 * s * density(s**2) * (2 * s**2) ** power, marks, method="gauss-legendre", maxdegree=5
            )

        found = [moment(power) for power in range(3)]
    wanted = [few, few * many, few * many * (many + few + 1)]
    assert [float(f) for f in found] == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize("sigma, level, scale", [(1.0, 1.0, 1.0), (0.5, 2.0, 3.0), (2.0, 0.1, 0.4)])
def test_two_examples_of_one_number_by_hand(sigma, level, scale):
    """χ² with two degrees of freedom is exponential, so that the means are exponential integrals."""
    a = level / scale
    once = float(mp.exp(a / 2) * mp.e1(a / 2) / 2)  # E 1/(a + χ²)
    twice = float(1 / (2 * a) - once / 2)  # E 1/(a + χ²)², by parts
    by_hand = sigma**2 * once + level * (level - sigma**2) * twice / scale
    found = ridge_risk([[scale]], 2, sigma, level)
    assert found.how == "quadrature" and found.value == pytest.approx(by_hand, rel=1e-12) and found.error < 1e-12


@pytest.mark.parametrize("d, M", [(1, 8), (2, 9), (4, 10)])
def test_a_small_lambda_is_least_squares(d, M):
    found = ridge_risk(identity(d, 2.0), M, 1.0, 1e-9)
    assert found.value == pytest.approx(d / (M - d - 1), rel=1e-6)


@pytest.mark.parametrize(
    "d, M, sigma, level", [(1, 4, 1, 1), (2, 3, 1.5, 1), (3, 2, 1, 0.5), (4, 4, 0.5, 2), (6, 9, 1, 1)]
)
def test_samples_come_near_the_integral(d, M, sigma, level):
    """Also with fewer examples than coefficients, where some eigenvalues are zero."""
    exact = ridge_risk(identity(d, 1.5), M, sigma, level)
    sampled = ridge._sampled(identity(d, 1.5), M, sigma**2, level, 7, 40_000)
    assert exact.how == "quadrature" and sampled.how == "Monte Carlo"
    assert abs(sampled.value - exact.value) < 2 * sampled.error


def test_any_other_covariance_is_sampled_and_says_so():
    rows = [[1.0, 0.3], [0.3, 0.7]]
    found = ridge_risk(rows, 6, 1.0, 1.0)
    assert found.how == "Monte Carlo" and found.error > 0
    assert found == ridge_risk(rows, 6, 1.0, 1.0)
    rng = np.random.default_rng(3)
    Λ, X = np.array(rows), np.linalg.cholesky(rows) @ rng.standard_normal((40_000, 2, 6))
    direct = np.einsum("ab,kba->k", Λ, np.linalg.inv(np.eye(2) + X @ X.transpose(0, 2, 1))).mean()
    assert abs(found.value - direct) < 3 * found.error


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 4), st.integers(1, 8), st.floats(0.2, 3), st.floats(0.05, 20))
def test_no_lambda_is_better_than_the_variance_of_the_noise(d, M, sigma, level):
    best, other = (ridge_risk(identity(d), M, sigma, at).value for at in (sigma**2, level))
    assert best <= other * (1 + 1e-12)
    assert best < d  # the risk of answering 0


@pytest.mark.parametrize("M, level", [(0, 1), (3, 0), (3, -1), (3, float("nan"))])
def test_what_there_is_no_risk_for(M, level):
    with pytest.raises(UserError, match="positive"):
        ridge_risk([[1]], M, 1, level)


def test_numbers_that_are_not_finite():
    with pytest.raises(UserError, match="finite"):
        ridge_risk([[float("inf")]], 3, 1, 1)
