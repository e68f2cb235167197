"""The judges of prompts with covariances of their own: formulas by hand pass, and a wrong one does not."""

from dataclasses import replace
from fractions import Fraction
from random import Random

import numpy as np
import pytest

from symicl import derive, suite
from symicl.check import (
    judge_any_covariance,
    judge_diagonal_covariance,
    judge_independent_eigenvalues,
    judge_random_covariance_mc,
)
from symicl.check.exact.covariance_laws import any_law, diagonal_law, independent_law, mean_loss, trained, without_end
from symicl.check.rational.instances import nonzero
from symicl.check.rational.matrices import combine, identity, inverse, product, trace
from symicl.check.sampled.drawn_covariances import SAMPLERS, stretched
from symicl.check.sampled.prompts import draw, predict, random_case

HALF = Fraction(1, 2)


def mean(law, value):
    """The mean of a matrix of the covariance, by hand."""
    return combine(*((p, value(instance.Lambda)) for p, instance in law.outcomes))


def gamma(Λ, N):
    """Γ_τ by hand (arXiv:2306.09927, Theorem 4.5)."""
    return combine((1 + Fraction(1, N), Λ), (trace(Λ) / N, identity(len(Λ))))


def diagonal_claims():
    """Theorem 4.5 by hand, entry by entry of the diagonal."""

    def best(law):
        A = mean(law, lambda Λ: product(gamma(Λ, law.N), Λ, Λ))
        return product(inverse(A), mean(law, lambda Λ: product(Λ, Λ)))

    def loss_at(law, W, N):
        G = mean(law, lambda Λ: product(gamma(Λ, N), Λ, W, Λ, W))
        B = mean(law, lambda Λ: product(Λ, Λ, W))
        return HALF * trace(G) - trace(B) + HALF * trace(mean(law, lambda Λ: Λ))

    def far(law):
        return product(inverse(mean(law, lambda Λ: product(Λ, Λ, Λ))), mean(law, lambda Λ: product(Λ, Λ)))

    def loss(law):
        u, U, Ut = law.u, law.U, [list(c) for c in zip(*law.U, strict=True)]
        square = mean(law, lambda Λ: product(gamma(Λ, law.N), Λ, U, Λ, Ut))
        line = mean(law, lambda Λ: product(Λ, Λ, Ut))
        return HALF * u**2 * trace(square) - u * trace(line) + HALF * trace(mean(law, lambda Λ: Λ))

    def limit(law):
        W = far(law)
        gap = mean(law, lambda Λ: product(Λ, Λ, W))
        return HALF * (trace(mean(law, lambda Λ: Λ)) - trace(gap))

    return {
        "loss": loss,
        "best": best,
        "least": lambda law: loss_at(law, best(law), law.N),
        "limit": limit,
        "upper": lambda law: loss_at(law, far(law), law.N),
        "at-length": lambda law, M: loss_at(law, best(law), M),
    }


def any_claims():
    return {
        "loss": diagonal_claims()["loss"],
        "left": lambda law, H: mean(law, lambda Λ: product(gamma(Λ, law.N), Λ, H, Λ)),
        "right": lambda law: mean(law, lambda Λ: product(Λ, Λ)),
        "least": lambda law, H: HALF * trace(mean(law, lambda Λ: combine((1, Λ), (-1, product(Λ, Λ, H))))),
    }


def closed_claims(power=2):
    def scale(law):
        m1, m2, m3 = law.moments
        return m3 + (2 * m3 + (law.d - 1) * m1 * m2) / Fraction(law.N)

    return {
        "uU": lambda law: law.moments[1] / scale(law),
        "loss": lambda law: HALF * law.d * (law.moments[0] - law.moments[1] ** power / scale(law)),
        "limit": lambda law: HALF * law.d * (law.moments[0] - law.moments[1] ** power / law.moments[2]),
    }


JUDGES = {
    judge_diagonal_covariance: diagonal_claims(),
    judge_any_covariance: any_claims(),
    judge_independent_eigenvalues: closed_claims(),
}


@pytest.mark.parametrize("judge", JUDGES, ids=lambda judge: judge.__name__)
def test_the_theorem_by_hand_passes(judge):
    assert judge("random-covariance", JUDGES[judge], trials=3, seed=4).verdict == "pass"


def changed(value, by):
    return [[by(entry) for entry in row] for row in value] if isinstance(value, list) else by(value)


@pytest.mark.parametrize(
    "judge, name",
    [(judge, name) for judge, claims in JUDGES.items() for name in claims],
    ids=lambda x: getattr(x, "__name__", x),
)
def test_a_wrong_claim_is_refuted(judge, name):
    right = JUDGES[judge][name]
    for wrong in (
        lambda *a: changed(right(*a), lambda x: -x),
        lambda *a: changed(right(*a), lambda x: 2 * x),
        lambda *a: changed(right(*a), float),
        lambda *a: 1 / 0,
    ):
        claims = {**JUDGES[judge], name: wrong}
        assert judge("random-covariance", claims, trials=3, seed=4).verdict == "fail"
    assert judge("random-covariance", {**JUDGES[judge], name: None}, trials=3, seed=4).verdict == "skipped"


def test_a_wrong_power_of_a_moment_and_a_lost_transpose_are_refuted():
    assert judge_independent_eigenvalues("random-covariance", closed_claims(power=1)).verdict == "fail"
    claims = any_claims()
    wrong = {**claims, "left": lambda law, H: claims["left"](law, [list(c) for c in zip(*H, strict=True)])}
    assert judge_any_covariance("random-covariance", wrong).verdict == "fail"


def test_the_optimum_of_the_judge_is_the_least_on_its_own_forward_pass():
    rng = Random(8)
    for make in (diagonal_law, any_law, independent_law):
        law = make(rng, 2, 2)
        best, least = trained(law)
        assert mean_loss(law.at(best)) == least
        for _ in range(4):
            step = [[nonzero(rng) / 7 for _ in range(2)] for _ in range(2)]
            assert mean_loss(law.at(combine((1, best), (1, step)))) > least


def test_one_outcome_is_the_paper_s_optimum():
    law = diagonal_law(Random(2), 2, 3, points=1)
    Λ = law.outcomes[0][1].Lambda
    assert trained(law)[0] == inverse(gamma(Λ, 3)) and without_end(law) == (inverse(Λ), 0)


@pytest.mark.parametrize("name", ["best", "least", "at-length", "upper", "general-left", "general-least"])
def test_a_changed_formula_of_the_theorem_is_refuted(name):
    chapter = derive("random-covariance")
    wrong = replace(chapter, claims={**chapter.claims, name: 2 * chapter.claims[name]})
    assert "fail" in {v.verdict for v in suite.judge(wrong, thorough=False, by=("exact",))}


# -- prompts that are drawn


def right_scale(case, law, parameters):
    m1, m2, m3 = RAW[law](*parameters)
    return m2 / (m3 + (2 * m3 + (case.d - 1) * m1 * m2) / case.N)


def right_loss(case, law, parameters):
    m1, m2, _ = RAW[law](*parameters)
    return case.d / 2 * (m1 - m2 * right_scale(case, law, parameters))


#: the first three moments, from the tables of any textbook
RAW = {
    "exponential": lambda rate: (1 / rate, 2 / rate**2, 6 / rate**3),
    "uniform": lambda a, b: tuple((b ** (k + 1) - a ** (k + 1)) / (k + 1) / (b - a) for k in (1, 2, 3)),
    "gamma": lambda k, s: (k * s, k * (k + 1) * s**2, k * (k + 1) * (k + 2) * s**3),
    "two-point": lambda a, b, p: tuple(p * a**k + (1 - p) * b**k for k in (1, 2, 3)),
}


def sampled(scale, loss):
    return judge_random_covariance_mc("random-covariance", scale, loss, samples=120_000, seed=3).verdict


def test_drawn_covariances_have_the_loss_by_hand():
    assert sampled(right_scale, right_loss) == "pass"


def test_a_wrong_loss_of_drawn_covariances_is_refuted():
    assert sampled(right_scale, lambda *a: 1.1 * right_loss(*a)) == "fail"
    assert sampled(lambda *a: 0.5 * right_scale(*a), right_loss) == "fail"
    assert sampled(right_scale, lambda case, *a: right_loss(replace(case, N=2 * case.N), *a)) == "fail"
    assert sampled(right_scale, None) == "skipped"


def test_stretched_prompts_have_the_covariance():
    rng = np.random.default_rng(1)
    case = replace(random_case(rng, 2, 3, full=False), C=np.eye(2))
    prompts = draw(rng, case, 5)
    Λ = SAMPLERS["gamma"](rng, (2, 5), 2.0, 0.5)
    there = stretched(prompts, Λ)
    assert np.allclose(there.X, np.sqrt(Λ)[:, None] * prompts.X) and np.allclose(there.E[-1, -1], 0)
    assert np.allclose(there.y, np.einsum("aib,ab->ib", there.X, there.w))
    assert np.allclose(there.target, np.einsum("ab,ab->b", there.x_q, there.w))
    assert predict(case, there.E).shape == (5,)
