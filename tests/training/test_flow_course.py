"""The integrated flow and the theorem's bounds; gradient descent beside it."""

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from training_cases import gamma, random_covariance

from symicl import ShapeError, UserError
from symicl.check import trained_weights
from symicl.check.sampled.courses import random_setting
from symicl.training import flow as flows
from symicl.training.descent import OnPopulation, Plan, descend
from symicl.training.flow import TheoremFlow, integrate
from symicl.training.population import Population
from symicl.training.starts import balanced_start, paper_start, random_Theta
from symicl.training.weights import Weights, blocks


def setting(seed=2, d=2, N=5, sigma=0.0):
    rng = np.random.default_rng(seed)
    return Population(random_covariance(rng, d), N, sigma), random_Theta(rng, d)


def test_a_linear_flow_is_an_exponential():
    """dz/dt = −Az, by the eigenvectors of A; stiff by a factor of 1000."""
    A = np.array([[500.5, 499.5], [499.5, 500.5]])
    values, vectors = np.linalg.eigh(A)
    times, start = np.array([0.0, 1e-3, 0.1, 2.0]), np.array([1.0, -0.5])
    exact = [vectors @ (np.exp(-values * t) * (vectors.T @ start)) for t in times]
    assert np.allclose(integrate(lambda z: -A @ z, start, times), exact, rtol=0, atol=1e-8)


def test_a_logistic_flow_is_known():
    times = np.linspace(0, 10, 7)
    exact = 1 / (1 + 9 * np.exp(-times))
    assert np.allclose(integrate(lambda z: z * (1 - z), np.array([0.1]), times)[:, 0], exact, atol=1e-9)


@pytest.mark.parametrize("table", ["STAGES", "FIFTH"])
def test_a_changed_coefficient_is_noticed(monkeypatch, table):
    """The integrator's error estimate is then wrong, and the logistic curve is missed or never reached."""
    changed = [*getattr(flows, table)]
    changed[-1] = tuple(0.9 * a for a in changed[-1]) if table == "STAGES" else 0.9 * changed[-1]
    monkeypatch.setattr(flows, table, tuple(changed))
    monkeypatch.setattr(flows, "MOST", 20_000)
    try:
        found = integrate(lambda z: z * (1 - z), np.array([0.1]), np.array([10.0]))
    except UserError:
        return
    assert abs(found[0, 0] - 1 / (1 + 9 * np.exp(-10))) > 1e-9


def test_what_is_too_stiff_is_said(monkeypatch):
    monkeypatch.setattr(flows, "MOST", 50)
    with pytest.raises(UserError, match=r"too stiff: after 50 steps it has come to time .* of 100"):
        integrate(lambda z: -1e4 * z, np.array([1.0]), np.array([100.0]))


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 3), st.integers(1, 8), st.sampled_from((0.0, 0.6)))
def test_the_flow_keeps_falls_and_ends_as_the_theorem_says(seed, d, N, sigma):
    population, Theta = setting(seed, d, N, sigma)
    flow = TheoremFlow(population)
    size = 0.3
    bounds = flow.bounds(size, Theta)
    times = np.concatenate([np.linspace(0, 30, 40), [2000.0]])
    rows = flow.course(paper_start(size, Theta).row, times)
    p, u, U, q = blocks(rows)
    assert np.allclose(u**2, np.sum(U**2, axis=(-1, -2)), rtol=1e-7) and not p.any() and not q.any()
    loss, least = population.loss(rows), population.loss(population.optimum)
    assert np.isclose(bounds.least, least) and np.isclose(bounds.loss, loss[0])
    assert np.all(loss <= bounds.loss_at(times) + 1e-12)
    far = np.linalg.norm(u[:, None, None] * U - np.linalg.inv(gamma(population.Lambda, N, sigma)), axis=(-1, -2))
    assert np.all(far <= bounds.distance_at(times) + 1e-9)
    assert far[-1] < 1e-5


def test_a_rate_that_is_too_good_is_refuted_by_the_flow():
    """Along the balanced direction in one dimension the loss falls no faster than its curvature lets it."""
    population = Population([[1.0]], 4)
    bounds = TheoremFlow(population).bounds(0.3, [[1.0]])
    times = np.linspace(0, 30, 40)
    loss = population.loss(TheoremFlow(population).course(paper_start(0.3, [[1.0]]).row, times))
    faster = flows.Bounds(bounds.delta, 20 * bounds.mu, bounds.least, bounds.loss, bounds.distance)
    assert np.any(loss > faster.loss_at(times) + 1e-9)


def test_the_end_is_what_the_exact_judge_trains():
    instance = random_setting(Random(5), 2, 3)
    population = Population(np.array(instance.Lambda, dtype=float), 3)
    rows = TheoremFlow(population).course(paper_start(0.2, np.eye(2) / 2**0.25).row, np.array([0.0, 300.0]))
    end = Weights.of_row(rows[-1])
    assert np.allclose(end.u * end.U, np.array(trained_weights(instance), dtype=float), rtol=1e-5)


def test_gradient_descent_stays_near_the_flow_the_nearer_the_smaller_its_step():
    """The error of Euler's method is proportional to its step."""
    population, Theta = setting()
    start, flow = paper_start(0.3, Theta), TheoremFlow(population)
    gaps = []
    for step in (0.02, 0.01, 0.005):
        plan = Plan(steps=round(4 / step), step=step, blocks="uU", looks=21)
        course = descend(population, start.row[None], plan, OnPopulation(population))
        gaps.append(np.max(np.abs(course.rows[:, 0] - flow.course(start.row, course.times))))
    ratios = np.array(gaps[:-1]) / gaps[1:]
    assert np.all(np.abs(ratios - 2) < 0.2), gaps


def test_a_balanced_start_stays_balanced_and_ends_balanced():
    population, _ = setting(d=3, N=7)
    start = balanced_start(np.random.default_rng(8), 3, 0.5)
    rows = TheoremFlow(population).course(start.row, np.array([0.0, 2000.0]))
    end = Weights.of_row(rows[-1])
    assert np.isclose(abs(end.u), np.linalg.norm(end.U))
    assert np.allclose(end.u * end.U, np.linalg.inv(gamma(population.Lambda, 7)), atol=1e-5)


@pytest.mark.parametrize(
    "size, Theta, said",
    [
        (0.3, np.eye(2), r"Theta must be such that ΘΘᵀ has the norm 1, .* not 1.41421; divide Θ by 1.18921"),
        (0.3, np.zeros((2, 2)), r"Theta must be such that ΘΘᵀ has the norm 1, .* not 0$"),
        (0.3, np.ones((2, 3)), r"Theta is 2×3, it should be square"),
        (0.3, [[1.0]], r"Theta is 1×1, it should be 2×2 as Λ is"),
        (0.3, [[1, 0], [0, float("nan")]], r"Theta\[2, 2\] must be a finite number, not nan"),
        (0.0, np.eye(2) / 2**0.25, "size must be positive, not 0"),
        (float("inf"), np.eye(2) / 2**0.25, "size must be a finite number, not inf"),
        (9.0, np.eye(2) / 2**0.25, r"size must be below \d\.\d+, not 9: the theorem wants δ > 0"),
    ],
)
def test_a_start_outside_the_theorem_is_refused(size, Theta, said):
    with pytest.raises((UserError, ShapeError), match=said):
        TheoremFlow(setting()[0]).bounds(size, Theta)


def test_the_size_that_is_named_is_the_limit():
    population, Theta = setting()
    with pytest.raises(UserError) as refused:
        TheoremFlow(population).bounds(9.0, Theta)
    most = float(str(refused.value).split("below ")[1].split(",")[0])
    assert TheoremFlow(population).bounds(0.99 * most, Theta).delta > 0
    with pytest.raises(UserError):
        TheoremFlow(population).bounds(1.01 * most, Theta)
