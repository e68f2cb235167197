"""The judge of tests that are not like the training: formulas by hand pass, wrong copies do not."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from check_references import array, gamma_inverse
from symicl.derivations import derive

from symicl import suite
from symicl.check import judge_inputs_mc, judge_learning, judge_shifts
from symicl.check.rational.matrices import inverse


def covariate(s, M, *, over_M=1, sign=-1):
    """tr[(Γ⁻¹ E[S²] Γ⁻¹ − Γ⁻¹Λ' − Λ'Γ⁻¹ + I) Λ'] by hand, for Λ' = AAᵀ; w is averaged over first."""
    A, G = array(s.A), gamma_inverse(s)
    L = A @ A.T
    square = (L @ L + over_M * (L @ L + np.trace(L) * L) / M) @ G @ L @ G
    return np.trace(square) + 2 * sign * np.trace(L @ G @ L) + np.trace(L)


def query(s, M, *, over_M=1, over_N=1):
    """x'[(1/M)(Λ² + tr(Λ)Λ)Γ⁻² + (I − Γ⁻¹Λ)²]x."""
    L, G, x = array(s.Lambda), gamma_inverse(s), array(s.p)
    gap = np.array([[int(i == j) for j in range(s.d)] for i in range(s.d)]) - G @ L
    inner = over_M * (L @ L + np.trace(L) * L) @ G @ G / M + over_N * gap @ gap
    return x @ inner @ x


def limit(s, M, *, turned=False):
    """E(⟨w, Λ'Λ⁻¹x⟩ − ⟨w, x⟩)²."""
    A = array(s.A)
    L = A @ A.T
    D = (array(inverse(s.Lambda)) @ L if turned else L @ array(inverse(s.Lambda))) - np.eye(s.d, dtype=int)
    return np.trace(D @ L @ D.T)


RIGHT = {"covariate": covariate, "query": query, "covariate limit": limit}


def test_the_formulas_by_hand_pass():
    assert judge_shifts("shifts", RIGHT, seed=2).verdict == "pass"


@pytest.mark.parametrize(
    "name, wrong",
    [
        ("covariate", {"over_M": 2}),
        ("covariate", {"sign": 1}),
        ("query", {"over_M": -1}),
        ("query", {"over_N": 2}),
        ("covariate limit", {"turned": True}),
    ],
    ids=str,
)
def test_a_wrong_formula_is_refuted(name, wrong):
    claims = {name: lambda s, M: RIGHT[name](s, M, **wrong)}
    assert judge_shifts("shifts", claims, seed=2).verdict == "fail"


def test_a_chosen_query_is_answered_by_nothing_but_zero():
    assert judge_shifts("shifts", {"chosen": lambda s: 0}, seed=2).verdict == "pass"
    assert judge_shifts("shifts", {"chosen": lambda s: 1}, seed=2).verdict == "fail"


def test_a_chosen_query_misses_its_whole_label():
    """|Γv|², by hand; |v|² is not it, and neither is vᵀΓv."""

    def judged(power):
        def size(s, v):
            half = np.linalg.matrix_power(array(inverse(gamma_inverse(s).tolist())), power)
            return (array(v).T @ half @ array(v))[0, 0]

        return judge_shifts("shifts", {"chosen error": size}, seed=2).verdict

    assert [judged(power) for power in (0, 1, 2, 3)] == ["fail", "fail", "pass", "fail"]


def test_monte_carlo_of_other_inputs():
    right = lambda s: float(covariate(s, s.N))  # noqa: E731
    assert judge_inputs_mc("shifts", right, gamma_inverse, samples=40_000).verdict == "pass"
    assert judge_inputs_mc("shifts", lambda s: 1.2 * right(s), gamma_inverse, samples=40_000).verdict == "fail"


@pytest.mark.parametrize("name", ["task", "query", "chosen", "covariate", "covariate_limit"])
def test_a_changed_formula_of_the_theorem_is_refuted(name):
    chapter = derive("shifts")
    wrong = replace(chapter, formulas={**chapter.formulas, name: 2 * chapter.formulas[name]})
    assert "fail" in {v.verdict for v in suite.judge(wrong, thorough=False, by=("exact",))}


def test_how_many_examples_a_task_takes():
    """d = 1: η = λ³w²((1 + 1)/(γN))², and α = 2λ³w²/γ², by hand; less than that is not enough."""

    def parts(s):
        lam, w, n = s.Lambda[0][0], s.q[0], Fraction(1, s.N)
        gamma = lam * (1 + 2 * n)
        return lam * w * w * (2 * n * lam / gamma) ** 2, 2 * lam**3 * w * w / gamma**2

    def judged(eta=1, M=1, N_squared=1, power=1):
        return judge_learning(
            "learnability",
            lambda s: eta * parts(s)[0],
            lambda s, e: M * parts(s)[1] / e**power,
            lambda s, e: N_squared * parts(s)[0] * s.N**2 / e,
            shapes=((1, 2), (1, 3)),
        ).verdict

    assert judged() == "pass" and judged(M=3, N_squared=2) == "pass"
    assert judged(eta=2) == judged(M=Fraction(9, 10)) == judged(N_squared=Fraction(9, 10)) == "fail"
    assert judged(power=2) == judged(power=0) == "fail"


def test_a_definition_is_shown_only_by_what_it_says():
    from symicl.derivations.learnability import learned, learning
    from symicl.derivations.rates import long_enough
    from symicl.derivations.trained_prediction import trained

    from symicl import Ge, scalar

    it = trained()
    claim, theorem = learning(it), learned(it)
    assert claim.is_shown_by(theorem)
    assert not claim.is_shown_by(long_enough(it.test.task.N, scalar("c"), claim.epsilon))
    assert not replace(claim, eta=claim.eta / 2).is_shown_by(theorem)
    assert not replace(claim, complexity=claim.complexity / 2).is_shown_by(theorem)
    assert theorem.assumptions == {Ge(claim.length, claim.complexity)}


def test_the_examples_as_numbers():
    """d = 2, Λ = I, N = M = 20, γ = 23/20, by hand; 4Λ tends to 4(1 − 4)² tr Λ = 72."""
    rows = {str(row[0]): [str(cell) for cell in row[2:]] for row in derive("shifts").tables[0].rows}
    γ = 23 / 20
    task = 25 * 3 / (20 * γ**2) + 25 * 9 / (400 * γ**2)
    turned = 2 * ((1 - 1 / γ) ** 2 + 3 / (20 * γ**2))
    assert rows["another task"] == [f"{task:.3g}", "0", "25"]
    assert rows["a query across the examples"] == [f"{25 * γ**2:.3g}", "25", f"{25 * γ**2:.3g}"]
    assert rows["turned inputs"] == [f"{turned:.3g}", "0", "2"]
    assert rows["inputs of twice the size"][1:] == ["72", "8"] and rows["a task that is not linear"][1:] == ["3", "3"]
