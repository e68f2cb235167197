"""What the random-covariance chapter says, held against numbers from elsewhere."""

from fractions import Fraction

import mpmath
import pytest
from symicl.derivations.eigenvalue_laws import LAWS

from symicl import derive, evaluate
from symicl.language.letters import letters_of

CHAPTER = derive("random-covariance")


def at(formula, **values):
    return evaluate(formula, {x: values[x.name] for x in letters_of(formula) if x.name in values})


def test_exponential_eigenvalues_leave_a_third_of_a_half_per_coordinate():
    """The paper's example after Theorem 4.5."""
    for d in (1, 3):
        assert at(CHAPTER.formulas["limit"], d=d, m_1=1, m_2=2, m_3=6) == Fraction(d, 6)
    assert at(CHAPTER.result("law:exponential").statement.rhs, d=1, r=1) == Fraction(1, 6)


def test_the_optimum_by_hand():
    """d = 3, N = 10, moments 1, 2, 6: a = 6 + (12 + 2·1·2)/10 = 38/5; uU = 5/19; L* = 3/2 (1 − 4·5/38) = 27/38."""
    values = {"d": 3, "N": 10, "m_1": 1, "m_2": 2, "m_3": 6}
    assert at(CHAPTER.formulas["uU"], **values) == Fraction(5, 19)
    assert at(CHAPTER.formulas["loss"], **values) == Fraction(27, 38)


def test_a_constant_covariance_gives_the_paper_s_optimum():
    """For Λ = I both are Γ⁻¹ and ½ tr Λ − ½ tr(Λ²Γ⁻¹)."""
    values = {"d": 2, "N": 5, "m_1": 1, "m_2": 1, "m_3": 1}
    optimum = derive("optimum")
    there = {
        x: [[1, 0], [0, 1]] if x.name == "Lambda" else 5
        for x in letters_of(optimum.formulas["loss"])
        if x.name in ("Lambda", "N")
    }
    assert at(CHAPTER.formulas["loss"], **values) == evaluate(optimum.formulas["loss"], there)
    assert at(CHAPTER.formulas["uU"], **values) == evaluate(optimum.formulas["Gamma_inverse"], there)[0, 0]


#: density and support, at parameters in the order of the law's letters
DENSITIES = {
    "exponential": ((1.5,), lambda x, r: r * mpmath.exp(-r * x), (0, mpmath.inf)),
    "uniform": ((0.5, 2.5), lambda x, a, b: 1 / (b - a), (0.5, 2.5)),
    "gamma": (
        (2.5, 0.75),
        lambda x, k, s: x ** (k - 1) * mpmath.exp(-x / s) / mpmath.gamma(k) / s**k,
        (0, mpmath.inf),
    ),
}


@pytest.mark.parametrize("name", DENSITIES)
def test_the_moments_of_a_law_are_its_integrals(name):
    parameters, density, support = DENSITIES[name]
    for n, moment in enumerate(LAWS[name].moments, 1):
        found = evaluate(moment, dict(zip(LAWS[name].parameters, map(Fraction, parameters), strict=True)))
        assert abs(float(found) - mpmath.quad(lambda x, n=n: x**n * density(x, *parameters), support)) < 1e-9


@pytest.mark.parametrize("name", LAWS)
def test_the_limit_of_a_law_is_that_of_its_moments(name):
    law = LAWS[name]
    values = {letter: Fraction(k + 2, 3) for k, letter in enumerate(law.parameters)}
    moments = {f"m_{k}": evaluate(m, values) for k, m in enumerate(law.moments, 1)}
    stated = CHAPTER.result(f"law:{name}").statement.rhs
    given = {**values, **{x: 2 for x in letters_of(CHAPTER.formulas["limit"]) if x.name == "d"}}
    assert evaluate(stated, given) == at(CHAPTER.formulas["limit"], d=2, **moments)
    assert (evaluate(stated, given) == 0) == (name == "constant")


def test_the_loss_falls_to_the_limit_and_not_below():
    values = {"d": 4, "m_1": 2, "m_2": 5, "m_3": 14}
    losses = [at(CHAPTER.formulas["loss"], N=N, **values) for N in (1, 10, 100, 10**6)]
    limit = at(CHAPTER.formulas["limit"], **values)
    assert losses == sorted(losses, reverse=True) and losses[-1] > limit > losses[-1] - Fraction(1, 10**4)


def test_what_the_theorems_stand_on():
    for key in ("gamma", "loss", "equation", "square", "minimum", "above", "mean-square", "nearly", "one-solution"):
        assert CHAPTER.result(key).theorem.assumptions == frozenset(), key
    assert len(CHAPTER.result("general").theorem.assumptions) == 1
    assert len(CHAPTER.result("limit").theorem.assumptions) == 3
    assert "lemma: Markov" in CHAPTER.axioms and "Wick" in CHAPTER.axioms
