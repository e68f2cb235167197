"""The judges of gradient descent, least squares and ridge regression: claims by hand pass, wrong ones do not."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from symicl.derivations import derive

from symicl import UserError, suite
from symicl.check import judge_descent, judge_least_squares, judge_predictors_mc, judge_ridge
from symicl.check.exact.estimators import mean_inverse, ridge_matrix, risk_given
from symicl.check.rational.instances import random_instances
from symicl.check.rational.matrices import combine, identity, inverse, product, trace, transpose
from symicl.ridge import ridge_risk

SIGMA = Fraction(3, 2)


def gamma(instance, M, *, noise=1):
    """Γ_σ at the length M, by hand."""
    own = (trace(instance.Lambda) + noise * instance.sigma**2) / M
    return combine((1 + Fraction(1, M), instance.Lambda), (own, identity(instance.d)))


def any_step(instance, M, P, **wrong):
    """tr(ΛPΓΛPᵀ) − 2 tr(Λ²P) + tr Λ."""
    Λ = instance.Lambda
    square = trace(product(Λ, P, gamma(instance, M, **wrong), Λ, transpose(P)))
    return square - 2 * trace(product(Λ, Λ, P)) + trace(Λ)


def layer(instance, M, **wrong):
    return any_step(instance, M, inverse(gamma(instance, instance.N)), **wrong)


def best_step(instance, M):
    Λ = instance.Lambda
    return trace(product(Λ, Λ)) / trace(product(gamma(instance, M), Λ, Λ))


def plain(instance, M):
    return trace(instance.Lambda) - best_step(instance, M) * trace(product(instance.Lambda, instance.Lambda))


def least(instance, M):
    return any_step(instance, M, inverse(gamma(instance, M)))


GOOD = {
    "layer": layer,
    "plain": plain,
    "best_step": best_step,
    "any_step": any_step,
    "least": least,
    "preconditioners": [
        lambda i: inverse(gamma(i, i.N)),
        lambda i: [[i.u * entry for entry in row] for row in transpose(i.U)],
    ],
}


def descends(**changed):
    claims = {**GOOD, **changed}
    return judge_descent("gd", claims.pop("layer"), **claims, sigma=SIGMA, trials=3, seed=4).verdict


def test_the_claims_by_hand_pass():
    assert descends() == "pass"


@pytest.mark.parametrize(
    "changed",
    [
        {"layer": lambda i, M: layer(i, M, noise=0)},
        {"layer": lambda i, M: layer(i, M, noise=-1)},
        {"layer": lambda i, M: layer(i, i.N)},
        {"layer": lambda i, M: 2 * layer(i, M)},
        {"plain": lambda i, M: plain(i, M) + Fraction(1, 10**9)},
        {"plain": lambda i, M: plain(i, i.N)},
        {"best_step": lambda i, M: -best_step(i, M)},
        {"best_step": lambda i, M: best_step(i, M) / 2},
        {"any_step": lambda i, M, P: any_step(i, M, transpose(P))},
        {"any_step": lambda i, M, P: any_step(i, M, P) + trace(product(i.Lambda, P))},
        {"least": lambda i, M: least(i, i.N)},
        {"preconditioners": [lambda i: inverse(gamma(i, i.N + 1)), GOOD["preconditioners"][1]]},
        {"preconditioners": [lambda i: inverse(i.Lambda), GOOD["preconditioners"][1]]},
        {"preconditioners": [GOOD["preconditioners"][0], lambda i: [[i.u * entry for entry in row] for row in i.U]]},
        {"preconditioners": [GOOD["preconditioners"][0], lambda i: transpose(i.U)]},
        {"layer": lambda i, M: float(layer(i, M))},
        {"plain": lambda i, M: 1 / 0},
    ],
)
def test_a_wrong_claim_is_refuted(changed):
    assert descends(**changed) == "fail"


def test_without_a_claim_nothing_is_judged():
    assert descends(layer=None) == "skipped"


def test_the_mean_of_an_inverse_wishart_matrix():
    """By other routes: 1/χ² has the mean 1/(M − 2); for d = 2 and 3 a sample comes near."""
    for M in range(3, 9):
        assert mean_inverse(1, M) == [[Fraction(1, M - 2)]]
    rng = np.random.default_rng(8)
    for d, M in ((2, 8), (3, 10)):
        Z = rng.standard_normal((40_000, d, M))
        sampled = np.linalg.inv(Z @ Z.transpose(0, 2, 1)).mean(axis=0)
        assert np.allclose(sampled, np.array(mean_inverse(d, M), dtype=float), atol=0.006)


@pytest.mark.parametrize(
    "risk, verdict",
    [
        (lambda i, M: i.sigma**2 * i.d / Fraction(M - i.d - 1), "pass"),
        (lambda i, M: i.sigma**2 * i.d / Fraction(M - i.d), "fail"),
        (lambda i, M: i.sigma**2 * i.d / Fraction(M - i.d + 1), "fail"),
        (lambda i, M: i.sigma**2 * i.d / Fraction(M), "fail"),
        (lambda i, M: i.sigma**2 / Fraction(M - i.d - 1), "fail"),
        (lambda i, M: i.sigma * i.d / Fraction(M - i.d - 1), "fail"),
        (lambda i, M: -(i.sigma**2) * i.d / Fraction(M - i.d - 1), "fail"),
        (None, "skipped"),
    ],
)
def test_the_risk_of_least_squares(risk, verdict):
    assert judge_least_squares("ls", risk, sigma=SIGMA, trials=3, seed=6).verdict == verdict


def given_by_hand(instance, X, level, *, sign=1, power=2):
    """σ² tr(ΛR) + λ(λ − σ²) tr(ΛR²)."""
    R = inverse(combine((level, identity(instance.d)), (1, product(X, transpose(X)))))
    Λ, noise = instance.Lambda, instance.sigma**2
    return noise * trace(product(Λ, R)) + level * (level - sign * noise) * trace(product(Λ, *[R] * power))


@pytest.mark.parametrize(
    "given, verdict",
    [
        (given_by_hand, "pass"),
        (lambda i, X, level: given_by_hand(i, X, level, sign=-1), "fail"),
        (lambda i, X, level: given_by_hand(i, X, level, power=1), "fail"),
        (lambda i, X, level: given_by_hand(i, X, i.sigma**2), "fail"),
        (lambda i, X, level: 2 * given_by_hand(i, X, level), "fail"),
        (None, "skipped"),
    ],
)
def test_the_risk_of_ridge_regression(given, verdict):
    assert judge_ridge("ridge", given, sigma=SIGMA, trials=3, seed=6).verdict == verdict


def test_given_examples_the_risk_is_least_at_ridge_regression():
    """Along any line through ridge regression with λ = σ² the risk has its least point there."""
    (instance,) = random_instances(1, 3, [(2, 3)], full=False, sigma=SIGMA)
    X = [[Fraction(1), Fraction(2), Fraction(-1)], [Fraction(0), Fraction(1, 2), Fraction(3)]]
    best = ridge_matrix(X, SIGMA**2)
    H = [[Fraction(1), Fraction(-2), Fraction(1, 3)], [Fraction(2), Fraction(0), Fraction(1)]]
    behind, here, ahead = (risk_given(instance, X, combine((1, best), (t, H))) for t in (-1, 0, 1))
    assert behind == ahead > here


@pytest.mark.parametrize("name", ["layer", "gd", "gd_step", "least_squares"])
def test_a_changed_formula_of_the_theorem_is_refuted(name):
    chapter = derive("gradient-descent")
    for change in (lambda f: 2 * f, lambda f: -f):
        wrong = replace(chapter, formulas={**chapter.formulas, name: change(chapter.formulas[name])})
        assert "fail" in {v.verdict for v in suite.judge(wrong, thorough=False, by=("exact",))}


@pytest.mark.parametrize("name", ["any_step", "least", "ridge_given_examples"])
def test_a_changed_claim_of_the_theorem_is_refuted(name):
    chapter = derive("gradient-descent")
    wrong = replace(chapter, claims={**chapter.claims, name: 2 * chapter.claims[name]})
    assert "fail" in {v.verdict for v in suite.judge(wrong, thorough=False, by=("exact",))}


def sampled(*, samples=130_000, **factors):
    """The verdict on the real predictors, with the claims multiplied by factors."""
    sigma = 1.5

    def gamma(case, M):
        return (1 + 1 / M) * case.Lambda + (np.trace(case.Lambda) + sigma**2) / M * np.eye(case.d)

    def step(case):
        square = case.Lambda @ case.Lambda
        return np.trace(square) / np.trace(gamma(case, case.N) @ square)

    def layer(case):
        Λ, G = case.Lambda, np.linalg.inv(gamma(case, case.N + 3))
        return np.trace(Λ @ G @ gamma(case, case.N) @ Λ @ G) - 2 * np.trace(Λ @ Λ @ G) + np.trace(Λ)

    risks = {
        "layer": layer,
        "gd": lambda case: np.trace(case.Lambda) - step(case) * np.trace(case.Lambda @ case.Lambda),
        "least_squares": lambda case: sigma**2 * case.d / (case.N - case.d - 1),
        "ridge": lambda case: ridge_risk(case.Lambda.tolist(), case.N, sigma, 1.0).value,
    }
    scaled = {name: lambda case, f=f, name=name: factors.get(name, 1) * f(case) for name, f in risks.items()}
    matrices = {
        "layer": lambda case: np.linalg.inv(gamma(case, case.N + 3)),
        "gd": step,
        "ridge": lambda case: 1.0,
    }
    return judge_predictors_mc("gd", scaled, matrices, sigma=sigma, samples=samples, seed=5)


def test_real_predictors_have_the_risks_by_hand():
    verdict = sampled()
    assert verdict.verdict == "pass", verdict
    assert len(verdict.numbers["cases"]) == 13


@pytest.mark.parametrize("name", ["layer", "gd", "least_squares", "ridge"])
@pytest.mark.parametrize("factor", [0.75, 1.25, -1])
def test_real_predictors_refute_a_wrong_risk(name, factor):
    assert sampled(**{name: factor}).verdict == "fail"


def test_no_other_predictor_is_known():
    with pytest.raises(UserError, match="lasso"):
        judge_predictors_mc("gd", {}, {}, sigma=1.0, cases={"lasso": [(2, 5)]})
