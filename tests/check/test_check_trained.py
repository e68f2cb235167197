"""The judge of a trained layer on test prompts: it trains its own layer, and a wrong rate does not pass."""

from dataclasses import replace
from fractions import Fraction

import pytest
from symicl.derivations import derive

from symicl import Task, scalar, suite
from symicl.check import judge_prediction, judge_trained, trained_weights
from symicl.check.rational.forward import gradient
from symicl.check.rational.instances import random_instances
from symicl.check.rational.matrices import combine, identity, inverse, product, trace, transpose


def rate(instance, M, *, over_M=1, over_N=1, square=2, noise=1):
    """The paper's rate by hand, with factors that a test may get wrong (arXiv:2306.09927, Theorem 4.2)."""
    Λ, d, N = instance.Lambda, instance.d, instance.N
    one, t = identity(d), trace(Λ) + noise * instance.sigma**2
    Γ = combine((1 + Fraction(1, N), Λ), (t / N, one))
    G = inverse(Γ)
    spread = combine((1, Λ), (t, one))
    noise = trace(product(combine((t, Λ), (1, product(Λ, Λ))), G, G, Λ))
    return over_M * noise / M + over_N * trace(product(G, G, Λ, spread, spread)) / N**square


def judged(formula, **more):
    return judge_trained("rates", formula, trials=4, seed=5, **more).verdict


def test_the_trained_layer_is_a_stationary_point_of_the_real_loss():
    for instance in random_instances(4, 9, full=False):
        there = instance.without_pq().with_weights(u=Fraction(1), U=trained_weights(instance))
        slopes = gradient(there, ("u", "U"))
        assert slopes["u"] == 0 and not any(entry for row in slopes["U"] for entry in row)


def test_the_rate_by_hand_passes_and_bounds_it():
    assert judged(rate) == "pass"
    assert judged(rate, bound=lambda i, M: rate(i, M) + Fraction(1, 10**9)) == "pass"


@pytest.mark.parametrize(
    "wrong",
    [
        lambda i, M: rate(i, M, over_M=2),
        lambda i, M: rate(i, M, over_M=-1),
        lambda i, M: rate(i, M, over_N=Fraction(1, 2)),
        lambda i, M: rate(i, M, square=1),
        lambda i, M: rate(i, i.N),
        lambda i, M: rate(replace(i, N=M), M),
        lambda i, M: rate(replace(i, N=M), i.N),
        lambda i, M: float(rate(i, M)),
        lambda i, M: 1 / 0,
    ],
)
def test_a_wrong_rate_is_refuted(wrong):
    assert judged(wrong) == "fail"


def test_noise_adds_to_the_variance_of_a_label():
    """By hand, tr(Λ) + σ² in the place of tr(Λ), in training and in the test; and nothing else passes."""
    assert judged(rate, sigma=Fraction(3, 2)) == "pass"
    for wrong in (0, -1, 2):
        assert judged(lambda i, M, wrong=wrong: rate(i, M, noise=wrong), sigma=Fraction(3, 2)) == "fail"


@pytest.mark.parametrize("scale, verdict", [(1, "pass"), (-1, "fail"), (0, "fail"), (2, "fail")])
def test_noise_in_the_answer_itself(scale, verdict):
    """The labels are Xᵀw + σ ε, on prompts of another length."""

    def answer(instance, X, w, x_q, epsilon):
        M = len(epsilon)
        clean = product([w], X)[0]
        y = [c + scale * instance.sigma * e for c, e in zip(clean, epsilon, strict=True)]
        ((value,),) = product([y], transpose(X), instance.U, [[q] for q in x_q])
        return instance.u * value / M

    options = {"test_prompt": True, "prepare": lambda i: i.without_pq(), "sigma": Fraction(2), "trials": 3, "seed": 2}
    assert judge_prediction("trained", answer, **options).verdict == verdict


@pytest.mark.parametrize("id, name", [("rates", "value"), ("trained-prediction", "mean_square")])
def test_a_changed_formula_for_noisy_labels_is_refuted(id, name):
    chapter = derive(id, Task(noise=scalar("sigma")))
    for change in (lambda f: 2 * f, lambda f: derive(id).formulas[name]):
        wrong = replace(chapter, formulas={**chapter.formulas, name: change(chapter.formulas[name])})
        verdicts = suite.judge(wrong, noise=2, thorough=False, by=("exact",))
        assert "fail" in {v.verdict for v in verdicts}


def test_other_claims_are_held_against_it_too():
    assert judged(rate, bound=rate) == "fail"
    assert judged(rate, shares=lambda i, M: [rate(i, M), Fraction(1)]) == "fail"
    assert judged(rate, inverses=[lambda i: inverse(i.Lambda)]) == "fail"
    assert judged(rate, spread=lambda i, M: trace(i.Lambda) ** 2 / M) == "fail"
    assert judged(None) == "skipped"


@pytest.mark.parametrize("id, name", [("rates", "value"), ("trained-prediction", "share_of_M")])
def test_a_changed_formula_of_the_theorem_is_refuted(id, name):
    chapter = derive(id)
    wrong = replace(chapter, formulas={**chapter.formulas, name: 2 * chapter.formulas[name]})
    assert "fail" in {v.verdict for v in suite.judge(wrong, samples=2_000, thorough=False, by=("exact",))}


def test_the_expansion_holds_to_any_order():
    """In rationals: the terms and the exact remainder add up to the inverse."""
    from symicl.derivations.trained_prediction import expansion, first_order, trained

    it = trained()
    first = first_order(it).theorem
    for order in (1, 3, 4):
        formula = suite.claim(expansion(it, first, order).theorem.statement.rhs)
        for instance in random_instances(2, 3, full=False):
            Γ = combine(
                (1 + Fraction(1, instance.N), instance.Lambda),
                (trace(instance.Lambda) / instance.N, identity(instance.d)),
            )
            assert formula(instance) == inverse(Γ)
