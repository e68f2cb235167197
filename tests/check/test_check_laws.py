"""The judge of a trained layer on labels of another law: the paper's risk passes, wrong copies of it do not."""

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from check_references import gamma_inverse
from symicl.derivations import derive

from symicl import suite
from symicl.check import judge_law, judge_law_interval, judge_law_mc, mixed, power_of


def excess(s, M, a, Sigma, *, over_M=1, over_N=1, cross=2, square=2, power=2):
    """Theorem 4.2 of arXiv:2306.09927, typed in, with factors that a test may get wrong."""
    Λ, G, a, Σ = (np.array(rows) for rows in (s.Lambda, gamma_inverse(s), a, Sigma))
    t, GG = np.trace(Λ), G @ G
    norms = [(a.T @ GG @ np.linalg.matrix_power(Λ, k) @ a).item() for k in (3, 2, 1)]
    rest = norms[0] + cross * t * norms[1] + t**square * norms[2]
    return over_M * np.trace(Σ @ GG @ Λ) / M + over_N * rest / s.N**power


WRONG = [{"over_M": 2}, {"over_M": -1}, {"over_N": Fraction(1, 2)}, {"cross": 1}, {"square": 1}, {"power": 1}]


def test_the_papers_risk_passes():
    assert judge_law("risk", excess, mixed, seed=3).verdict == "pass"


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_a_wrong_risk_is_refuted(wrong):
    assert judge_law("risk", lambda *args: excess(*args, **wrong), mixed, seed=3).verdict == "fail"


def cubic(s, w, *, slope=3, outer=81):
    """a, Σ and the limit for y = ⟨w, x⟩³, by hand from the moments 1, 3, 15, 105 of a normal number."""
    Λ, w = np.array(s.Lambda), np.array(w)
    size = (w.T @ Λ @ w).item()
    turned = Λ @ w
    return slope * size * w, 15 * size**3 * Λ + outer * size**2 * turned @ turned.T, 6 * size**3


def judged_cubic(**wrong):
    claims = [lambda s, w, sigma, k=k: cubic(s, w, **wrong)[k] for k in range(3)]
    value = lambda s, M, w, sigma: excess(s, M, *cubic(s, w, **wrong)[:2])  # noqa: E731
    return judge_law("nonlinear", value, power_of(3), predictor=tuple(claims), trials=1, seed=3)


def test_a_cubic_task_by_hand():
    assert judged_cubic().verdict == "pass"
    assert judged_cubic(slope=1).verdict == "fail" and judged_cubic(outer=90).verdict == "fail"


def test_a_relu_by_hand_and_its_wrong_copies():
    """Half of a linear task: a = w/2, Σ = ½s²Λ + ¾ΛwwᵀΛ, and s²/4 is missed."""

    def square(case, w, half=0.5):
        Λ, turned = case.Lambda, case.Lambda @ w
        size = w @ turned
        Σ = size / 2 * Λ + 0.75 * np.outer(turned, turned)
        return size / 4 + excess(case, case.N, half * w[:, None], Σ)

    relu = lambda t: np.maximum(t, 0)  # noqa: E731
    assert judge_law_mc("relu", square, relu, gamma_inverse, samples=40_000).verdict == "pass"
    wrong = lambda case, w: 1.2 * square(case, w)  # noqa: E731
    assert judge_law_mc("relu", wrong, relu, gamma_inverse, samples=40_000).verdict == "fail"
    assert judge_law_mc("relu", lambda case, w: 1 / 0, relu, gamma_inverse, samples=40_000).verdict == "fail"


@pytest.mark.parametrize("id, name", [("risk", "value"), ("nonlinear", "cubic_limit"), ("nonlinear", "linear_a")])
def test_a_changed_formula_of_the_theorem_is_refuted(id, name):
    chapter = derive(id)
    formulas = {key: 2 * value if key == name else value for key, value in chapter.formulas.items()}
    claims = {key: 2 * value if key == name else value for key, value in chapter.claims.items()}
    wrong = replace(chapter, formulas=formulas, claims=claims)
    assert "fail" in {v.verdict for v in suite.judge(wrong, thorough=False, by=("exact",))}


def test_a_sinusoid_by_hand():
    """E[g sin(sg)] = s exp(−s²/2), E sin² = (1 − exp(−2s²))/2: what is missed is c₀ − c₁²."""
    from symicl import evaluate

    chapter = derive("nonlinear")
    limit = chapter.formulas["sine_limit"]
    letters = {letter.name: letter for letter in suite.formulas.letters_of(limit)}
    values = {letters["Lambda"]: [[2.0]], letters["w"]: [[0.7]], letters["sigma"]: 0.0}
    size = 2 * 0.49
    by_hand = (1 - math.exp(-2 * size)) / 2 - size * math.exp(-size)
    assert math.isclose(evaluate(limit, values, exact=False), by_hand, rel_tol=1e-9)


def test_for_linear_labels_the_risk_is_the_rate_of_linear_tasks():
    """Σ = (wᵀΛw)Λ + Λw(Λw)ᵀ averaged over w ~ N(0, I) is tr(Λ)Λ + Λ²: the two theorems meet."""
    from symicl.check.rational.instances import random_instances

    risk, rate = suite.claim(derive("risk").formulas["value"]), suite.claim(derive("rates").formulas["value"])
    for s in random_instances(3, 8, shapes=((2, 3), (3, 2)), full=False):
        Λ, d = np.array(s.Lambda), s.d
        nothing = [[0]] * d
        averaged = (np.trace(Λ) * Λ + Λ @ Λ).tolist()
        total = risk(s, M=4, a=nothing, Sigma=averaged)
        for k in range(d):
            unit = [[int(i == k)] for i in range(d)]
            total += risk(s, M=4, a=unit, Sigma=[[0] * d] * d)
        assert total == rate(s, M=4)


def test_the_interval_judge_of_a_relu_by_hand():
    """d = 1, Λ = λ, γ = λ(1 + 2/N): the limit is λw²/4, the excess (½ + ¾)λ²w²·λ/(γ²M) + λ(1 − λ/γ)²w²/4."""

    def limit(s, M, w):
        return s.Lambda[0][0] * w[0][0] ** 2 / 4

    def excess(s, M, w, half=Fraction(1, 2)):
        lam, size = s.Lambda[0][0], s.Lambda[0][0] * w[0][0] ** 2
        gamma = lam * (1 + Fraction(2, s.N))
        return (half + Fraction(3, 4)) * size * lam**2 / gamma**2 / M + size * (1 - lam / gamma) ** 2 / 4

    def judged(one, other):
        return judge_law_interval("relu", {"relu": (one, other)}, shapes=((1, 2), (1, 3))).verdict

    assert judged(limit, excess) == "pass"
    assert judged(lambda *a: limit(*a) * (1 + Fraction(1, 10**6)), excess) == "fail"
    assert judged(limit, lambda *a: excess(*a, half=Fraction(1, 3))) == "fail"
    assert judged(limit, lambda *a: 1 / 0) == "fail"


@pytest.mark.parametrize("name", ["relu_limit", "relu_excess", "sine_limit", "sine_excess"])
def test_the_interval_judge_rejects_a_changed_formula(name):
    chapter = derive("nonlinear")
    wrong = replace(chapter, formulas={**chapter.formulas, name: chapter.formulas[name] * Fraction(1001, 1000)})
    (verdict,) = suite.judge(wrong, thorough=False, by=("interval",))
    assert verdict.verdict == "fail"
