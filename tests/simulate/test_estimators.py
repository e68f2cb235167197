"""Each estimator against exact values, against the others, and against values that are wrong."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from simulate_references import LIMIT, as_setting, enumerated, floats, moderate, scores, whole

from symicl.check.rational.forward import population_loss
from symicl.check.rational.trained import error_at_length, trained_weights
from symicl.errors import UserError
from symicl.simulate import ESTIMATORS, Moments, Setting, best, estimator
from symicl.simulate.estimators.forward import predict
from symicl.simulate.prompts import draw_prompts

HALF = Fraction(1, 2)
SKEW = {"name": "weights", "u": 0.9, "U": [[0.7, 0.5], [-0.2, 0.6]], "p": [0.2, -0.1], "q": [0.1, 0.3]}
REDUCED = {name: value for name, value in SKEW.items() if name not in "pq"}


def agrees(setting, value, samples=60_000, names=None, seed=0):
    """All estimators that cover the setting find the value; ``names`` are those that must be among them."""
    found = scores(setting, float(value), samples, seed)
    assert set(names or ()) <= set(found)
    assert max(map(abs, found.values())) < LIMIT, found


@pytest.mark.parametrize("shape", [(1, 1), (2, 5), (4, 3)])
def test_the_last_entry_is_that_of_the_whole_output(shape):
    d, N = shape
    rng = np.random.default_rng(0)
    setting = Setting(d=d, N=N, sigma=0.5, layer={"name": "matrices", **weights(rng, d)})
    E = draw_prompts(setting, rng, 6).E
    for k in range(6):
        expected = whole(setting.layer.W_PV, setting.layer.W_KQ, E[:, :, k])[-1, -1]
        assert np.isclose(predict(setting.layer.W_PV, setting.layer.W_KQ, E)[k], expected, rtol=1e-12)


def weights(rng, d):
    return {name: rng.standard_normal((d + 1, d + 1)) for name in ("W_PV", "W_KQ")}


@pytest.mark.parametrize(
    "seed, d, N, options",
    [(0, 2, 3, {}), (1, 3, 2, {}), (2, 2, 2, {"sigma": HALF}), (3, 1, 3, {"sigma": HALF, "noisy_target": True})],
)
def test_exact_losses_over_all_blocks(seed, d, N, options):
    instance = moderate(seed, d, N, **options)
    agrees(as_setting(instance), population_loss(instance), names=ESTIMATORS, seed=seed)


@pytest.mark.parametrize(
    "seed, d, N, options",
    [(4, 2, 3, {}), (5, 3, 2, {}), (6, 3, 1, {"sigma": HALF}), (7, 2, 4, {"sigma": HALF, "noisy_target": True})],
)
def test_exact_losses_where_p_and_q_vanish(seed, d, N, options):
    instance = moderate(seed, d, N, full=False, **options)
    agrees(as_setting(instance), population_loss(instance), names=ESTIMATORS, seed=seed)


def test_trained_layer_at_another_length():
    instance = moderate(8, 2, 3, full=False)
    setting = Setting(d=2, N=3, M=2, Lambda=floats(instance.Lambda), quantity="risk")
    assert np.allclose(setting.layer.G, floats(trained_weights(instance)), rtol=1e-12)
    agrees(setting, error_at_length(instance, 2), names=ESTIMATORS)


@pytest.mark.parametrize("shape", [(5, 50), (20, 200)])
def test_the_theorem_at_larger_sizes(shape):
    from symicl.derivations import derive

    from symicl.suite.formulas import claim

    d, N = shape
    setting = Setting(d=d, N=N, Lambda={"name": "geometric", "condition": 5})
    value = claim(derive("optimum").formulas["loss"], exact=False)(setting)
    found = Moments.of(estimator("conditional").draw(setting, np.random.default_rng(0), 40_000)).estimate()
    assert abs(found.z(float(value))) < LIMIT and found.error < 2e-3 * found.mean
    agrees(setting, value, 2_000, names=ESTIMATORS)


@pytest.mark.parametrize("target", ["linear", "quadratic", "relu", "sign"])
@pytest.mark.parametrize("layer", [SKEW, REDUCED], ids=["all blocks", "p = q = 0"])
def test_every_outcome_of_discrete_laws(target, layer):
    tasks = [[1, 0], [-1, 2]]
    setting = Setting(
        d=2, N=2, Lambda=[[1.5, 0.5], [0.5, 1]], covariates="rademacher", noise="rademacher", sigma=0.5,
        task={"name": "discrete", "points": tasks}, target=target, layer=layer, noisy_target=True, quantity="risk",
    )  # fmt: skip
    value = enumerated(setting, [-1, 1], [0.5, 0.5], np.array(tasks), [-1, 1], setting.target)
    agrees(setting, value, names=("forward", "statistic"))
    assert "wishart" not in scores(setting, value, 64)


def test_every_outcome_of_a_lopsided_law():
    law = {"name": "discrete", "values": [-2, 0.5], "weights": [0.2, 0.8]}
    setting = Setting(d=2, N=2, covariates=law, layer=REDUCED, task={"name": "fixed", "w": [1, -1]})
    value = enumerated(setting, [-2, 0.5], [0.2, 0.8], np.array([[1, -1]]), [0], lambda t: t) / 2
    agrees(setting, value, names=("forward", "statistic", "conditional"))


LAWS = [
    {"covariates": {"name": "student", "nu": 14}},
    {"covariates": {"name": "mixture", "scales": [1, 3], "weights": [0.8, 0.2]}},
    {"covariates": "sphere", "sigma": 0.5, "noise": "laplace"},
    {"covariates": "uniform", "sigma": 0.5, "noise": {"name": "student", "nu": 9}},
    {"task": {"name": "sparse", "nonzero": 1}},
    {"task": "sphere", "sigma": 1, "noisy_target": True},
    {"task": {"name": "gaussian", "mean": [1, 0, 1], "covariance": [[1, 0.5, 0], [0.5, 1, 0], [0, 0, 0]]}},
    {"task": "rademacher", "M": 2, "sigma": 0.5},
    {"Lambda_test": [[2, 0.3, 0], [0.3, 0.5, 0], [0, 0, 1]], "M": 2, "task": {"name": "uniform", "width": 2}},
    {"query": {"name": "fixed", "x": [1, 0, 2]}, "sigma": 0.5},
    {"query": {"name": "gaussian", "covariance": [[1, 0.5, 0], [0.5, 1, 0], [0, 0, 0]]}, "M": 1},
    {"Lambda": "identity", "covariance": {"name": "uniform", "from": 0.5, "to": 2}, "sigma": 0.5},
    {"Lambda": "identity", "covariance": {"name": "two-point", "first": 1, "second": 3, "probability": 0.3}, "M": 2},
    {
        "Lambda": "identity", "covariance": {"name": "gamma", "shape": 3, "scale": 0.3}, "sigma": 0.4,
        "query": {"name": "fixed", "x": [1, 0, 2]}, "task": {"name": "fixed", "w": [1, 1, 0]},
    },
]  # fmt: skip


@pytest.mark.parametrize("law", LAWS, ids=lambda law: "-".join(law))
@pytest.mark.parametrize("layer", ["trained", "turned"])
def test_estimators_agree_under_every_law(law, layer):
    turned = {"name": "weights", "u": 0.8, "U": [[0.5, 0.3, 0], [-0.3, 0.5, 0.2], [0.1, 0, 0.7]]}
    given = {"d": 3, "N": 6, "Lambda": [[1, 0.2, 0], [0.2, 0.7, 0.1], [0, 0.1, 0.5]]} | law
    setting = Setting(**given, layer=turned if layer == "turned" else layer)
    found = []
    for number, each in enumerate(ESTIMATORS.values()):
        if each.refuses(setting) is None:
            found.append(Moments.of(each.draw(setting, np.random.default_rng([7, number]), 40_000)))
    assert len(found) >= 3 and estimator("conditional").refuses(setting) is None
    sharp = found[-1]
    for rough in found[:-1]:
        error = np.hypot(rough.error, sharp.error)
        assert abs(rough.mean - sharp.mean) < LIMIT * error, setting.as_dict()


def test_wrong_formulas_are_seen():
    """2/N for 1/N in Γ, a lost transpose, ½ dropped: each is many standard errors off."""
    base = moderate(9, 2, 3, full=False)
    one, skew, wide = (Fraction(n, 8) for n in (2, 9, 12))
    instance = replace(base, C=[[wide, Fraction(0)], [Fraction(0), one]], u=Fraction(1))
    instance = replace(instance, Lambda=[[wide**2, Fraction(0)], [Fraction(0), one**2]], U=[[one, skew], [-one, one]])
    right = float(population_loss(instance))
    transposed = population_loss(instance.with_weights(U=[list(row) for row in zip(*instance.U, strict=True)]))
    setting = as_setting(instance)
    agrees(setting, right, names=ESTIMATORS)
    for wrong in (2 * right, float(transposed)):
        found = scores(setting, wrong, 100_000)
        assert min(map(abs, found.values())) > 2 * LIMIT, found
    d, N, Lambda = 5, 50, np.eye(5)
    trained = Setting(d=d, N=N)

    def least(share):
        Gamma = (1 + share / N) * Lambda + share / N * d * np.eye(d)
        return (d - np.trace(np.linalg.inv(Gamma))) / 2

    assert abs(scores(trained, least(1), 100_000)["conditional"]) < LIMIT
    assert all(abs(z) > 2 * LIMIT for z in scores(trained, least(2), 100_000).values())


@pytest.mark.parametrize("sigma", [0.0, 0.7])
def test_all_blocks_in_a_shifted_test(sigma):
    """Another covariance of the task, of the examples and of the query, fewer examples than coordinates."""
    task = {"name": "gaussian", "covariance": [[1, 0.4], [0.4, 0.5]]}
    query = {"name": "gaussian", "covariance": [[0.5, 0.2], [0.2, 0.7]]}
    given = {"d": 2, "N": 9, "M": 1, "Lambda_test": [[0.8, 0.3], [0.3, 0.6]], "noisy_target": True, "layer": SKEW}
    setting = Setting(**given, sigma=sigma, task=task, query=query)
    exact = Moments.of(estimator("conditional").draw(setting, np.random.default_rng(0), 400_000))
    rough = Moments.of(estimator("forward").draw(setting, np.random.default_rng(1), 400_000))
    assert abs(exact.mean - rough.mean) < LIMIT * np.hypot(exact.error, rough.error)
    assert exact.variance < rough.variance / 4


def test_the_control_variate_takes_variance_away():
    """At a layer away from the optimum most of the variance over S is linear in it."""
    from symicl.simulate.estimators.conditional import Given
    from symicl.simulate.wishart import white_gram

    setting = Setting(d=5, N=50, layer={"name": "weights", "u": 1, "U": 0.5 * np.eye(5)})
    with_it = Given.of(setting)
    without = replace(with_it, slope=np.zeros((5, 5)))
    W = white_gram(np.random.default_rng(0), setting.covariates, 5, 50, 20_000)
    one, other = Moments.of(with_it.values(W)), Moments.of(without.values(W))
    assert one.variance < other.variance / 5
    assert abs(one.mean - other.mean) < LIMIT * other.error


def test_conditional_is_sampled_and_not_a_closed_form():
    setting = Setting(d=2, N=10, layer={"name": "weights", "u": 1, "U": [[1, 0], [0, 1]]})
    assert estimator("conditional").draw(setting, np.random.default_rng(0), 1000).std() > 0.05


def test_a_query_that_depends_on_the_prompt():
    unseen = Setting(d=4, N=20, M=2, query="unseen", quantity="risk")
    assert [name for name, each in ESTIMATORS.items() if each.refuses(unseen) is None] == ["forward", "statistic"]
    agrees(unseen, 1.0)  # the answer is 0, and ⟨w, x_q⟩ has variance |x_q|² = 1
    prompts = draw_prompts(unseen, np.random.default_rng(0), 50)
    assert np.abs(np.einsum("aib,ab->ib", prompts.X, prompts.x_q)).max() < 1e-12
    assert np.allclose(np.einsum("ab,ab->b", prompts.x_q, prompts.x_q), 1)
    again = draw_prompts(Setting(d=2, N=3, query="repeated"), np.random.default_rng(0), 5)
    assert np.array_equal(again.x_q, again.X[:, 0])


def test_refusals_say_why():
    refused = {
        "wishart": [{"covariates": "uniform"}, {"noise": "laplace", "sigma": 1}, {"target": "relu"}],
        "conditional": [
            {"target": "sine"},
            {"query": "repeated"},
            {"layer": SKEW, "task": "sphere"},
            {"layer": SKEW, "covariates": "uniform"},
            {"layer": SKEW, "covariance": {"name": "constant", "value": 1}},
            {"layer": SKEW, "query": {"name": "fixed", "x": [1, 2]}},
            {"layer": SKEW, "sigma": 1, "noise": "laplace"},
        ],
    }
    for name, settings in refused.items():
        for given in settings:
            setting = Setting(d=2, N=4, **given)
            reason = estimator(name).refuses(setting)
            assert reason and "\n" not in reason
            with pytest.raises(UserError, match=f"estimator {name}: "):
                estimator(name).draw(setting, np.random.default_rng(0), 1)
            assert best(setting).name != name
    assert [each.name for each in ESTIMATORS.values() if each.independent] == ["forward"]
    with pytest.raises(UserError, match="did you mean 'wishart'"):
        estimator("wishard")
