"""The exact judges accept what is right and reject every mutation."""

from fractions import Fraction
from functools import partial

import check_references as reference
import pytest
from sympy import Matrix, Rational

from symicl.check import (
    Verdict,
    judge_gradient,
    judge_loss,
    judge_moment,
    judge_optimum,
    judge_prediction,
    judge_stationary,
    population_loss,
)
from symicl.errors import MissingTool, UserError

OPTIMUM = {"formula": reference.completed_square, "minimiser": reference.minimiser, "least": reference.least_loss}
STATIONARY = {
    "minima": reference.minimiser,
    "saddles": reference.saddle,
    "descent": reference.descent,
    "minimum": reference.least_loss,
}


def test_verdicts():
    with pytest.raises(UserError, match="oracle"):
        Verdict("loss", "oracle", "pass", "")
    with pytest.raises(UserError, match="maybe"):
        Verdict("loss", "exact", "maybe", "")
    assert not Verdict("loss", "exact", "skipped", "").ok and not Verdict("loss", "exact", "fail", "").ok
    assert str(Verdict("loss", "exact", "pass", "fine")) == "loss: pass (exact): fine"


def test_loss():
    verdict = judge_loss("loss", reference.loss, full=False)
    assert verdict.ok and verdict.numbers["instances"] == 6 and "(2, 3)" in verdict.detail
    sigma = Fraction(1, 2)
    assert judge_loss("loss", partial(reference.loss, noise=sigma**2), full=False, sigma=sigma).ok
    assert judge_loss("loss", reference.loss_one_dimension, shapes=((1, 1), (1, 2), (1, 3))).ok


def test_loss_of_a_subset_is_not_the_full_loss():
    assert judge_loss("loss", reference.loss, full=True).verdict == "fail"
    assert judge_loss("loss", reference.loss, full=False, sigma=1).verdict == "fail"


@pytest.mark.parametrize("name", reference.WRONG_LOSSES)
def test_wrong_losses(name):
    verdict = judge_loss("loss", partial(reference.loss, **reference.WRONG_LOSSES[name]), full=False)
    assert verdict.verdict == "fail"
    assert verdict.numbers["claimed"] != verdict.numbers["exact"] and str(verdict.numbers["exact"]) in verdict.detail


@pytest.mark.parametrize("change", [Fraction(1001, 1000), Fraction(10**12 + 1, 10**12)])
def test_the_smallest_change_is_seen(change):
    verdict = judge_loss("loss", lambda i: change * population_loss(i))
    assert verdict.verdict == "fail"


def test_prediction():
    assert judge_prediction("prediction", reference.prediction).ok
    assert judge_prediction("prediction", reference.prediction, test_prompt=True).ok


@pytest.mark.parametrize("test_prompt", [False, True])
@pytest.mark.parametrize("name", reference.WRONG_PREDICTIONS)
def test_wrong_predictions(name, test_prompt):
    formula = partial(reference.prediction, **reference.WRONG_PREDICTIONS[name])
    assert judge_prediction("prediction", formula, test_prompt=test_prompt).verdict == "fail"


def trained(instance):
    return instance.without_pq().with_weights(u=Fraction(1), U=reference.gamma_inverse(instance).tolist())


def trained_prediction(i, X, w, x_q, *, length=None):
    X = reference.array(X)
    return reference.array(x_q) @ reference.gamma_inverse(i) @ X @ X.T @ reference.array(w) / (length or X.shape[1])


def test_trained_prediction_divides_by_the_length_of_the_test_prompt():
    options = {"prepare": trained, "test_prompt": True}
    assert judge_prediction("trained", trained_prediction, **options).ok
    wrong = lambda i, X, w, x_q: trained_prediction(i, X, w, x_q, length=i.N)  # noqa: E731
    assert judge_prediction("trained", wrong, **options).verdict == "fail"
    assert judge_prediction("trained", wrong, prepare=trained).ok
    assert judge_prediction("trained", wrong, prepare=lambda i: 3).verdict == "fail"


def test_moment():
    verdict = judge_moment("moments", reference.mean_SAS, ["S", "A", "S"])
    assert verdict.ok and verdict.detail.startswith("E[S A S]")
    assert judge_moment("moments", reference.mean_SAS, lambda i: ["S", i.A, "S"]).ok
    wrong = judge_moment("moments", lambda i: i.Lambda, [("tr", ["S"]), "S"], trials=1)
    assert wrong.verdict == "fail" and "entry (1, 1)" in wrong.detail


@pytest.mark.parametrize("name", reference.WRONG_MOMENTS)
def test_wrong_moments(name):
    formula = partial(reference.mean_SAS, **reference.WRONG_MOMENTS[name])
    assert judge_moment("moments", formula, ["S", "A", "S"]).verdict == "fail"


def test_gradient():
    assert judge_gradient("gradient", reference.loss_gradient, full=False).ok
    assert judge_gradient("gradient", reference.loss_gradient, full=True).verdict == "fail"
    assert judge_gradient("gradient", lambda i: {}, full=False).verdict == "fail"
    assert judge_gradient("gradient", lambda i: {"v": 1}, full=False).verdict == "fail"


@pytest.mark.parametrize("name", reference.WRONG_GRADIENTS)
def test_wrong_gradients(name):
    formula = partial(reference.loss_gradient, **reference.WRONG_GRADIENTS[name])
    assert judge_gradient("gradient", formula, full=False).verdict == "fail"


def test_wrong_gradient_in_p():
    wrong = lambda i: {"p": [0] * (i.d - 1) + [1]}  # noqa: E731
    verdict = judge_gradient("gradient", wrong, full=False)
    assert verdict.verdict == "fail" and "the derivative in p" in verdict.detail


def test_optimum():
    assert judge_optimum("optimum", **OPTIMUM).ok
    full = OPTIMUM | {"formula": population_loss}
    assert judge_optimum("optimum-full", **full, full=True).ok


@pytest.mark.parametrize("part", OPTIMUM)
@pytest.mark.parametrize("wrong", [{"ratio": 2}, {"power": 2}, {"traced": False}, {"ratio": -1}], ids=str)
def test_wrong_optima(part, wrong):
    claims = OPTIMUM | {part: partial(OPTIMUM[part], **wrong)}
    assert judge_optimum("optimum", **claims).verdict == "fail"


@pytest.mark.parametrize(
    "part, wrong", [("formula", {"transposed": False}), ("formula", {"half": 2}), ("least", {"half": 2})]
)
def test_other_wrong_optima(part, wrong):
    assert judge_optimum("optimum", **(OPTIMUM | {part: partial(OPTIMUM[part], **wrong)})).verdict == "fail"


def test_a_saddle_is_no_optimum():
    claims = OPTIMUM | {"minimiser": reference.saddle, "least": lambda i: sum(i.Lambda[k][k] for k in range(i.d)) / 2}
    verdict = judge_optimum("optimum", **claims)
    assert verdict.verdict == "fail" and "should be least" in verdict.detail


def test_stationary():
    assert judge_stationary("stationary", **STATIONARY).ok
    half_trace = lambda i: sum(i.Lambda[k][k] for k in range(i.d)) / 2  # noqa: E731
    assert judge_stationary("stationary", **STATIONARY, saddle_value=half_trace).ok


@pytest.mark.parametrize(
    "part, wrong, text",
    [
        ("minima", {"ratio": 2}, "family (i)"),
        ("minima", {"power": 2}, "family (i)"),
        ("saddles", {"squared": False}, "family (ii)"),
        ("descent", {"sign": -1}, "second derivative"),
        ("minimum", {"half": 2}, "claimed minimum"),
    ],
)
def test_wrong_stationary_points(part, wrong, text):
    verdict = judge_stationary("stationary", **(STATIONARY | {part: partial(STATIONARY[part], **wrong)}))
    assert verdict.verdict == "fail" and text in verdict.detail


def test_other_wrong_stationary_points():
    claims = STATIONARY | {"minima": reference.saddle, "minimum": None}
    assert "not below" in judge_stationary("stationary", **claims).detail
    assert "value at a saddle" in judge_stationary("s", **STATIONARY, saddle_value=lambda i: i.u).detail
    for point in (lambda i, rng: 3, lambda i, rng: (1, [[1, 2, 3]]), lambda i, rng: (0.5, i.U)):
        assert judge_stationary("s", **(STATIONARY | {"minima": point})).verdict == "fail"
    for step in (lambda i, u, U: {}, lambda i, u, U: {"u": 1, "U": [[1, 2, 3]]}, lambda i, u, U: {"v": 1}):
        assert judge_stationary("s", **(STATIONARY | {"descent": step})).verdict == "fail"


@pytest.mark.parametrize("error", [ZeroDivisionError("by zero"), UserError("no value for Λ"), MissingTool("coqc")])
def test_a_formula_that_raises_fails(error):
    def broken(*_):
        raise error

    text = f"raised {type(error).__name__}: {error}"
    verdicts = [
        judge_loss("loss", broken),
        judge_moment("moments", broken, ["S"]),
        judge_gradient("gradient", broken),
        judge_prediction("prediction", broken),
        *(judge_optimum("optimum", **(OPTIMUM | {part: broken})) for part in OPTIMUM),
        *(judge_stationary("stationary", **(STATIONARY | {part: broken})) for part in STATIONARY),
    ]
    for verdict in verdicts:
        assert verdict.verdict == "fail" and text in verdict.detail


@pytest.mark.parametrize("value", [0.5, True, None, "1", float("nan"), [], [[]], [[1, 2], [3]], 1j])
def test_a_value_that_is_no_rational_fails(value):
    assert judge_loss("loss", lambda i: value).verdict == "fail"
    assert judge_moment("moments", lambda i: value, ["S"]).verdict == "fail"


def test_sympy_values_are_understood():
    exactly = lambda i: Rational(population_loss(i).numerator, population_loss(i).denominator)  # noqa: E731
    assert judge_loss("loss", exactly).ok
    rows = lambda i: Matrix([[Rational(e.numerator, e.denominator) for e in row] for row in i.Lambda])  # noqa: E731
    assert judge_moment("moments", rows, ["S"]).ok


def test_a_judge_that_cannot_run_says_skipped():
    verdicts = [
        judge_loss("loss", None),
        judge_loss("loss", reference.loss, trials=0),
        judge_moment("moments", reference.loss, ["S", "nonsense"]),
        judge_moment("moments", reference.loss, ["S"] * 200),
        judge_optimum("optimum", **(OPTIMUM | {"least": None})),
        judge_stationary("stationary", **(STATIONARY | {"saddles": None})),
        judge_prediction("prediction", None),
        judge_gradient("gradient", None),
    ]
    for verdict in verdicts:
        assert verdict.verdict == "skipped" and verdict.detail and not verdict.ok


def test_one_seed_gives_one_verdict():
    wrong = partial(reference.loss, ratio=2)
    assert judge_loss("loss", wrong, full=False, seed=5) == judge_loss("loss", wrong, full=False, seed=5)
