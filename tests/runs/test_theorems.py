"""Which theorem covers a setting, its value against sampled prompts, and wrong formulas that are refuted."""

import json
import re

import numpy as np
import pytest
from runs_jobs import bits, job, result_of

from symicl.runs import comparison, theorems
from symicl.runs.comparison import compared
from symicl.runs.slopes import fitted
from symicl.runs.theorems import Claim, claim
from symicl.simulate import Moments, Setting, best, estimator

TWO = {"d": 2, "N": 5, "M": 9, "Lambda": [1, "1/2"]}
NOISY = {"name": "trained", "sigma": 0.7}
OWN = {"name": "weights", "u": 0.5, "U": [[1, 0.3], [0, 1]]}
CROSSED = {**OWN, "p": [0.2, 0.1], "q": [-0.1, 0.2]}
TURNED = [[1, 0.5], [0.5, 1]]
ACROSS = {"d": 4, "M": 2, "query": {"name": "unseen", "length": 3}}
COVERED = {
    "optimum": {"M": 5},
    "optimum, noisy": {"M": 5, "sigma": 0.7, "layer": NOISY},
    "rates": {"quantity": "risk"},
    "rates, trained longer": {"layer": {"name": "trained", "N": 20}},
    "rates, noisy": {"sigma": 0.7, "layer": NOISY, "noisy_target": True, "noise": "uniform"},
    "nonlinear, noisy test": {"sigma": 0.7},
    "nonlinear, quadratic": {
        "target": "quadratic",
        "task": {"name": "fixed", "w": [0.6, -0.5]},
        "sigma": 0.5,
        "noisy_target": True,
    },
    "nonlinear, relu": {"target": "relu", "task": {"name": "discrete", "points": [[1, -0.5], [0.3, 0.4]]}},
    "shifts, task": {"task": {"name": "gaussian", "mean": [1, 2], "covariance": TURNED}},
    "shifts, fixed task": {"task": {"name": "fixed", "w": [1, 2]}},
    "shifts, query": {"query": {"name": "gaussian", "covariance": TURNED}, "task": "sphere"},
    "shifts, chosen query": {**ACROSS, "Lambda": [2, 2, 2, 2], "covariates": "rademacher"},
    "shifts, covariate": {"Lambda_test": TURNED, "task": "rademacher"},
    "random-covariance": {"Lambda": "identity", "covariance": {"name": "uniform", "from": 0.5, "to": 1.5}, "M": 5},
    "loss": {"layer": OWN, "sigma": 0.4},
    "loss-full": {"layer": CROSSED, "sigma": 0.4, "noisy_target": True},
}


def setting(**more):
    return Setting.of({**TWO, **more})


def sampled(here, count=60_000):
    """The independent witness."""
    return Moments.of(estimator("forward").draw(here, np.random.default_rng(8), count)).estimate()


@pytest.mark.parametrize("name", COVERED)
def test_a_theorem_covers_the_setting_and_agrees_with_real_prompts(name):
    here = setting(**COVERED[name])
    said = claim(here)
    assert isinstance(said, Claim) and said.theorem == name.split(",")[0]
    assert abs(sampled(here).z(said.value)) < 4.5
    assert claim(here, said.theorem) == said


NOT_COVERED = {
    "inputs of the law rademacher": {"covariates": "rademacher"},
    "the function tanh": {"target": "tanh", "task": {"name": "fixed", "w": [1, 1]}},
    "labels quadratic in": {"target": "quadratic"},
    "queries that depend on the prompt .repeated.": {"query": "repeated"},
    "examples where Lambda is no multiple of I": {**ACROSS, "Lambda": [2, 2, 2, 1]},
    "tasks whose second moment is not I": {**ACROSS, "Lambda": 1, "task": {"name": "fixed", "w": [1, 0, 0, 0]}},
    "M = 9 examples after training with N = 5": {
        "Lambda": "identity",
        "covariance": {"name": "exponential", "rate": 1},
    },
    "trained with noise 0.7 on such prompts": {"layer": NOISY, "Lambda_test": TURNED},
    "tasks of the law sphere for weights of one's own": {"layer": CROSSED, "task": "sphere"},
}


@pytest.mark.parametrize("reason", NOT_COVERED)
def test_what_no_theorem_covers_is_told(reason):
    said = claim(setting(**NOT_COVERED[reason]))
    assert isinstance(said, str) and re.search(reason, said)


@pytest.mark.parametrize("target, w, why", [("relu", [0, 0], "no finite number"), ("sine", [900, 0], "integrated")])
def test_a_formula_that_cannot_be_worked_out_costs_no_estimate(target, w, why):
    text = f'samples = 200\n[setting]\nd = 2\nN = 5\nsigma = 1\ntarget = "{target}"\ntask = {{name = "fixed", w = {w}}}'
    point = result_of(text)["points"][0]
    assert point["exact"] is None and point["error"] > 0
    assert point["why"].startswith("nonlinear (limit + excess) cannot be worked out here: ") and why in point["why"]


def test_a_query_across_the_examples_costs_its_whole_label():
    """The answer is 0, so that the error is E⟨w, x⟩² = |x|² = 9, for every Λ = cI, N and law of the inputs."""
    for more in ({"Lambda": 2}, {"Lambda": 3, "N": 50}, {"Lambda": 1, "Lambda_test": [1, 2, 3, 4]}):
        here = setting(**{**ACROSS, "quantity": "risk", **more})
        assert claim(here) == Claim("shifts", "chosen", pytest.approx(9, rel=1e-12))
        assert sampled(here, 4_000).z(9) < 4.5


class Skewed:
    """A law of one's own that says nothing of its second moment."""

    def draw(self, rng, d, count):
        return rng.exponential(size=(d, count))


@pytest.mark.parametrize(
    "more", [{}, {"layer": OWN}, {"Lambda_test": TURNED}, {"query": {"name": "fixed", "x": [1, 0]}}]
)
def test_a_law_of_one_s_own_without_a_second_moment_is_not_covered(more):
    assert "tasks of the law Skewed" in claim(setting(task=Skewed(), **more))


def test_a_theorem_that_is_named_is_not_replaced_by_another():
    assert claim(setting(), "optimum") == (
        "optimum says nothing about prompts of M = 9 examples after training with N = 5"
    )


@pytest.mark.parametrize("factor", [0.97, 1.03])
def test_a_wrong_value_is_refuted_and_the_right_one_is_not(monkeypatch, factor):
    text = 'seed = 3\nsamples = 20000\n[setting]\nd = 3\nN = 20\nLambda = [1, "1/2", "1/4"]\n[sweep]\nM = [5, 10, 20]\n'
    good = result_of(text)
    assert good["verdict"] == {
        "comparisons": 3,
        "refuted": 0,
        "alpha": 1e-3,
        "correction": "Holm",
        "independent": 0,
    }
    right = theorems.claim

    def wrong(*args):
        said = right(*args)
        return Claim(said.theorem, said.formula, said.value * factor)

    monkeypatch.setattr(comparison, "claim", wrong)
    bad = result_of(text)
    assert bits(bad) == bits(good) and bad["verdict"]["refuted"] == 3


def test_many_true_comparisons_are_not_refuted_for_their_number():
    """Holm: of 40 true claims one may have p = 0.001, which alone would be refuted at 0.1 %."""
    here = setting()
    asked = job('samples = 64\n[setting]\nd = 2\nN = 5\nLambda = [1, "1/2"]\n[sweep]\nM = [9]\n').asked * 40
    exact = claim(here).value
    normal = Moments(10_000, exact + 3.4e-3, 1e4 * 9_999 / 1e4, 0.0, 3e4)
    alone = compared(asked[:1], [(1, normal)])
    among = compared(asked, [(1, normal)] + [(1, Moments(10_000, exact, 9_999.0, 0.0, 3e4))] * 39)
    assert among["points"][0]["p"] == alone["points"][0]["p"]
    assert among["points"][0]["adjusted_p"] == pytest.approx(min(1, 40 * alone["points"][0]["p"]))


def test_slopes_have_honest_errors():
    """Lines through noisy points of a power law: the slope is off by its error, no less and no more."""
    rng = np.random.default_rng(5)
    xs = [10, 30, 100, 400]
    true = 3.0 * np.array(xs) ** -1.5
    errors = 0.02 * true
    z = []
    for _ in range(400):
        line = fitted(xs, list(true + errors * rng.standard_normal(4)), list(errors))
        z.append((line.slope + 1.5) / line.error)
    assert abs(np.mean(z)) < 0.2 and 0.9 < np.std(z) < 1.1
    assert fitted([1, 2], [1, 2], [0.1, 0.1]) is None and fitted([1, 2, 3], [1, -2, 3], [0.1] * 3) is None
    weighted = fitted([1, 10, 100], [1.0, 0.1, 5.0], [1e-3, 1e-4, 5e2])
    assert weighted.slope == pytest.approx(-1, abs=0.01)


def test_a_result_holds_what_is_needed_to_make_it_again():
    text = 'samples = 500\nestimator = "best"\n[setting]\nd = 2\nN = 5\n[sweep]\nlayer.N = [5, 50]\n'
    found = json.loads(json.dumps(result_of(text)))
    from symicl.runs.kinds import kind

    again = kind("estimate").again(found)
    assert json.loads(json.dumps(again.written())) == found["job"]
    assert found["points"][0]["estimator"] == best(again.asked[0].setting).name
    assert found["points"][0]["exact"] != found["points"][1]["exact"]
