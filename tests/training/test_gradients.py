"""Gradients: of the population loss, of a minibatch, and one as the mean of the other."""

import numpy as np
import pytest
from hypothesis import given, settings
from training_cases import central, gamma, random_covariance, settings_and_weights

from symicl.check import Case, random_case
from symicl.check.sampled import prompts as judges_prompts
from symicl.training.descent import Plan, moved_by
from symicl.training.population import Population
from symicl.training.prompts import PaperLaw, Prompts, SampledLoss
from symicl.training.weights import Weights, row_of

FEW = settings(max_examples=25, deadline=None)


def is_gradient(claimed, loss, row):
    """Whether central differences agree."""
    numbers = central(loss, row)
    return bool(np.max(np.abs(claimed - numbers)) < 1e-7 * (1 + np.max(np.abs(numbers))))


def with_block(row, name, change):
    """The row with one block changed."""
    weights = Weights.of_row(row)
    parts = {n: getattr(weights, n) for n in ("p", "u", "U", "q")}
    return Weights.of(**{**parts, name: change(parts[name])}).row


@FEW
@given(settings_and_weights())
def test_the_population_gradient_is_that_of_the_population_loss(case):
    population, row, _ = case
    assert is_gradient(population.gradient(row), population.loss, row)


@FEW
@given(settings_and_weights())
def test_the_sampled_gradient_is_that_of_the_minibatch(case):
    population, row, rng = case
    prompts = PaperLaw(population).draw(rng, 5)
    loss = SampledLoss(population.d, population.N)
    value, slope = loss.with_gradient(row, prompts)
    assert np.isclose(value, loss.loss(row, prompts), rtol=1e-12)
    assert is_gradient(slope, lambda there: loss.loss(there, prompts), row)


@pytest.mark.parametrize(
    "name, change", [("U", np.transpose), ("p", np.negative), ("q", lambda q: 2 * q), ("u", lambda u: u / 2)]
)
def test_a_changed_gradient_is_noticed(name, change):
    rng = np.random.default_rng(4)
    population = Population(random_covariance(rng, 3), 4)
    row = rng.uniform(-1, 1, 16)
    prompts, sampled = PaperLaw(population).draw(rng, 5), SampledLoss(3, 4)
    wrong = with_block(population.gradient(row), name, change)
    assert not is_gradient(wrong, population.loss, row)
    wrong = with_block(sampled.with_gradient(row, prompts)[1], name, change)
    assert not is_gradient(wrong, lambda there: sampled.loss(there, prompts), row)


@FEW
@given(settings_and_weights())
def test_the_prediction_is_the_corner_of_the_whole_forward_pass(case):
    population, row, rng = case
    prompts, layer = PaperLaw(population).draw(rng, 4), Weights.of_row(row)
    whole = prompts.predictions_of(layer.W_PV, layer.W_KQ)
    assert np.allclose(SampledLoss(population.d, population.N).predictions(row, prompts), whole, rtol=1e-10, atol=1e-12)


def test_the_prediction_is_that_of_the_judge():
    """The judge's own forward pass, on its own prompts, with other blocks that do not matter."""
    rng = np.random.default_rng(7)
    case = random_case(rng, 3, 5, sigma=0.5)
    drawn = judges_prompts.draw(rng, case, 6)
    E = np.moveaxis(drawn.E, -1, 0)
    prompts = Prompts(E[:, :-1, :-1], E[:, -1, :-1, None], E[:, :-1, -1:], drawn.target)
    row = Weights.of_matrices(case.W_PV, case.W_KQ).row
    assert isinstance(case, Case)
    assert np.allclose(SampledLoss(3, 5).predictions(row, prompts), judges_prompts.predict(case, drawn.E))


def sampled_slope(population, row, seed=1, batches=400, size=1000):
    """The mean of many sampled gradients, with its standard errors."""
    loss, law, rng = SampledLoss(population.d, population.N), PaperLaw(population), np.random.default_rng(seed)
    slopes = np.array([loss.with_gradient(row, law.draw(rng, size))[1] for _ in range(batches)])
    return slopes.mean(axis=0), slopes.std(axis=0, ddof=1) / np.sqrt(batches)


@pytest.mark.parametrize("sigma", [0.0, 0.8])
def test_the_mean_of_sampled_gradients_is_the_population_gradient(sigma):
    """Nine numbers at a level of 1e-4 together: a z-score of 4.4; the seed is fixed."""
    population = Population(random_covariance(np.random.default_rng(11), 2), 4, sigma)
    row = Weights.of([0.4, -0.2], 0.8, [[0.2, 0.5], [-0.3, 0.1]], [0.2, 0.5]).row
    mean, error = sampled_slope(population, row)

    def z(claimed):
        return float(np.max(np.abs(mean - claimed) / error))

    right = population.gradient(row)
    assert z(right) < 4.4
    less = {"U": np.transpose, "u": lambda u: 0.8 * u, "p": lambda p: 0.8 * p, "q": lambda q: 0.8 * q}
    for name, change in less.items():
        assert z(with_block(right, name, change)) > 6, name
    other = Population(population.Lambda, 4, 0.8 - sigma)
    assert z(other.gradient(row)) > 6


@pytest.mark.parametrize("sigma", [0.0, 0.8])
def test_the_optimum_is_the_inverse_of_gamma(sigma):
    rng = np.random.default_rng(3)
    for d, N in ((1, 2), (2, 5), (4, 30)):
        Lambda = random_covariance(rng, d)
        population = Population(Lambda, N, sigma)
        best = Weights.of_row(population.optimum)
        assert np.allclose(best.u * best.U, np.linalg.inv(gamma(Lambda, N, sigma)), rtol=1e-12)
        assert np.isclose(best.u, np.linalg.norm(best.U))
        assert np.max(np.abs(population.gradient(best.row))) < 1e-12


def test_the_hessian_is_that_of_the_loss():
    rng = np.random.default_rng(5)
    population = Population(random_covariance(rng, 2), 3)
    row = rng.uniform(-1, 1, 9)
    columns = [central(lambda there, k=k: population.gradient(there)[k], row) for k in range(9)]
    assert np.allclose(population.hessian(row), np.array(columns), atol=1e-6)
    assert np.isclose(population.curvature(row), np.linalg.eigvalsh(np.array(columns))[-1], atol=1e-5)
    moving = moved_by(Plan(blocks="uU"), 2)
    assert moving.tolist() == [0, 0, 1, 1, 1, 1, 1, 0, 0]
    inner = np.array(columns)[2:7, 2:7]
    assert np.isclose(population.curvature(row, moving), np.linalg.eigvalsh(inner)[-1], atol=1e-5)


def test_the_largest_curvature_of_many_weights():
    """121 weights, of which 60 directions are looked at."""
    population = Population(np.diag(np.linspace(1, 2, 10)), 20)
    row = np.random.default_rng(8).uniform(-0.3, 0.3, 121)
    assert population.curvature(row) == pytest.approx(np.linalg.eigvalsh(population.hessian(row))[-1], rel=1e-6)


def test_many_rows_at_once_are_each_its_own():
    rng = np.random.default_rng(6)
    population = Population(random_covariance(rng, 2), 3)
    rows = rng.uniform(-1, 1, (4, 5, 9))
    one_by_one = np.array([[population.gradient(row) for row in some] for some in rows])
    assert np.allclose(population.gradient(rows), one_by_one, rtol=1e-12)
    assert row_of(*(np.zeros((2, 3, *shape)) for shape in ((2, 1), (), (2, 2), (2, 1)))).shape == (2, 3, 9)
