"""Gradient descent: minibatches, training sets, schedules, reproducible courses, and steps that are too large."""

import numpy as np
import pytest
from training_cases import gamma, random_covariance

from symicl import ShapeError, UserError
from symicl.training.descent import Diverged, OnPopulation, OnPrompts, Plan, descend
from symicl.training.population import Population
from symicl.training.prompts import PaperLaw, SampledLoss, numbers_of_a_prompt
from symicl.training.starts import paper_start, random_Theta
from symicl.training.weights import Weights, blocks


def setting(d=2, N=6, seed=2):
    rng = np.random.default_rng(seed)
    population = Population(random_covariance(rng, d), N)
    return population, paper_start(0.3, random_Theta(rng, d)).row[None]


def on_prompts(population, plan, seed=0, runs=1):
    rngs = [np.random.default_rng([seed, run]) for run in range(runs)]
    return OnPrompts(SampledLoss(population.d, population.N), PaperLaw(population), rngs, plan)


def test_descent_on_the_population_loss_ends_at_the_inverse_of_gamma():
    population, start = setting(d=3)
    course = descend(population, start, Plan(steps=1500, step=0.4), OnPopulation(population))
    end = Weights.of_row(course.rows[-1, 0])
    assert np.allclose(end.u * end.U, np.linalg.inv(gamma(population.Lambda, 6)), atol=1e-6)
    assert not end.p.any() and not end.q.any()
    assert np.all(np.diff(population.loss(course.rows[:, 0])) <= 1e-12)


def test_descent_on_sampled_prompts_comes_near_it():
    """With steps that shrink to zero; the error is that of the sampling, and the seed is fixed."""
    population, start = setting()
    plan = Plan(steps=3000, step=0.05, batch=64, schedule="cosine", blocks="uU")
    end = descend(population, start, plan, on_prompts(population, plan)).rows[-1, 0]
    first, last = (float(population.loss(row)) - float(population.loss(population.optimum)) for row in (start[0], end))
    assert 0 <= last < 0.005 * first


def test_a_whole_training_set_is_descended_on_exactly():
    """The full batch: at the end the mean gradient over the whole set is zero, and the end is not Γ⁻¹."""
    population, start = setting()
    plan = Plan(steps=1500, step=0.3, batch=40, prompts=40, blocks="uU", looks=2)
    source = on_prompts(population, plan)
    end = descend(population, start, plan, source).rows[-1]
    _, slope = source.step(end)
    _, u, U, _ = blocks(slope)
    assert abs(u).max() < 1e-6 and abs(U).max() < 1e-6
    assert source.step(end)[0] < source.step(population.optimum[None])[0]


def test_minibatches_of_a_training_set_are_all_of_it_in_turn():
    population, _ = setting()
    plan = Plan(steps=10, batch=3, prompts=12)
    source = on_prompts(population, plan)
    for _ in range(3):
        seen = np.concatenate([source._next(0) for _ in range(4)])
        assert sorted(seen.tolist()) == list(range(12))


def test_a_batch_in_pieces_is_the_same_batch(monkeypatch):
    population, start = setting()
    plan = Plan(steps=3, batch=50, prompts=50)
    whole = on_prompts(population, plan).step(start)
    monkeypatch.setattr("symicl.training.descent.PIECE", 7 * numbers_of_a_prompt(2, 6))
    pieces = on_prompts(population, plan)
    assert pieces.piece == 7
    assert all(np.allclose(a, b, rtol=1e-12) for a, b in zip(whole, pieces.step(start), strict=True))


def test_the_same_seed_is_the_same_course_and_another_is_not():
    population, start = setting()
    plan = Plan(steps=50, batch=8)
    one, two, other = (descend(population, start, plan, on_prompts(population, plan, seed)).rows for seed in (1, 1, 2))
    assert one.tobytes() == two.tobytes() != other.tobytes()


def test_times_add_up_the_steps_of_a_schedule():
    for schedule, total in (("constant", 10.0), ("linear", 5.05), ("cosine", 5.05)):
        plan = Plan(steps=100, step=0.1, schedule=schedule, looks=11)
        population, start = setting()
        course = descend(population, start, plan, OnPopulation(population))
        assert np.isclose(course.times[-1], total) and course.steps.tolist() == list(range(0, 101, 10))


def test_what_does_not_move_stays():
    population, _ = setting()
    start = np.random.default_rng(1).uniform(-0.3, 0.3, (2, 9))
    rows = descend(population, start, Plan(steps=20, blocks="uU"), OnPopulation(population)).rows
    p, u, U, q = blocks(rows)
    assert np.array_equal(p[0], p[-1]) and np.array_equal(q[0], q[-1])
    assert not np.array_equal(U[0], U[-1]) and not np.array_equal(u[0], u[-1])


def test_a_step_that_is_too_large_is_reported_with_one_that_is_not():
    population, start = setting()
    start = 10 * start
    with pytest.raises(Diverged) as ran_away:
        descend(population, start, Plan(steps=500, step=5.0), OnPopulation(population))
    text = str(ran_away.value)
    assert text.startswith("step = 5 is too large: training ran away at step ") and "\n" not in text
    assert int(text.split("at step ")[1].split()[0]) <= 500
    safe = float(text.rsplit("= ", 1)[1])
    curvature = max(population.curvature(row) for row in (start[0], population.optimum))
    assert safe == pytest.approx(2 / curvature, rel=0.05)
    course = descend(population, start, Plan(steps=500, step=0.9 * safe), OnPopulation(population))
    assert population.loss(course.rows[-1, 0]) < population.loss(start[0])


def test_twice_the_curvature_is_what_a_step_may_be_near_the_optimum():
    """A little off the balanced optimum: just below 2/curvature descent comes back, just above it goes away."""
    population, _ = setting()
    start = population.optimum[None] + 1e-3 * np.linalg.eigh(population.hessian(population.optimum))[1][:, -1]
    curvature = population.curvature(population.optimum)
    gains = []
    for part in (0.97, 1.03):
        plan = Plan(steps=40, step=part * 2 / curvature)
        losses = population.loss(descend(population, start, plan, OnPopulation(population)).rows[:, 0])
        gains.append(
            (losses[-1] - population.loss(population.optimum)) / (losses[0] - population.loss(population.optimum))
        )
    assert gains[0] < 0.5 and gains[1] > 2


def test_of_many_runs_the_one_that_ran_away_is_named():
    population, start = setting()
    starts, names = np.concatenate([start, 40 * start, start]), ["the first", "the second", "the third"]
    with pytest.raises(Diverged, match=r"the second ran away at step \d+ of 50"):
        descend(population, starts, Plan(steps=50, step=0.5), OnPopulation(population), named=names)


def test_a_small_batch_may_need_smaller_steps_than_the_population():
    population, start = setting(N=1)
    plan = Plan(steps=20_000, step=1.6 / population.curvature(population.optimum), batch=1)
    with pytest.raises(Diverged, match=r"safe on average, but not with a batch of 1: take a larger batch"):
        descend(population, start, plan, on_prompts(population, plan, seed=3))


@pytest.mark.parametrize(
    "wrong, said",
    [
        ({"steps": 0}, "steps must be an integer from 1 to"),
        ({"step": 0.0}, "step must be positive, not 0.0"),
        ({"step": float("nan")}, "step must be a finite number, not nan"),
        ({"batch": 2.5}, "batch must be an integer from 1 to .* not 2.5"),
        ({"schedule": "cosin"}, "schedule must be one of constant, linear, cosine, not 'cosin'"),
        ({"blocks": "U"}, "blocks must be one of all, uU, not 'U'"),
        ({"batch": 20, "prompts": 10}, "batch must be at most 10, the prompts of the training set, not 20"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(wrong, said):
    with pytest.raises(UserError, match=said):
        Plan(**wrong)


def test_what_does_not_fit_into_memory_is_refused_with_the_figure():
    population, _ = setting()
    with pytest.raises(
        UserError, match=r"prompts must be at most \d+ .*: 100000000 for each of 1 runs need [\d.]+ GiB"
    ):
        on_prompts(population, Plan(prompts=10**8))
    with pytest.raises(
        UserError, match=r"N must be smaller where d = 2: one prompt for each of 1 runs needs [\d.]+ GiB"
    ):
        on_prompts(Population(population.Lambda, 10**8), Plan())


@pytest.mark.parametrize(
    "parts, said",
    [
        (([0, 0], 1, [[1, 0, 0], [0, 1, 0]], [0, 0]), r"U has shape \(2, 3\), it should be square"),
        (([0], 1, [[1, 0], [0, 1]], [0, 0]), r"p has shape \(1,\), it should be \(2,\) as U is 2×2"),
        (([0, 0], [1, 2], [[1, 0], [0, 1]], [0, 0]), r"u has shape \(2,\), it should be \(\)"),
        (([0, 0], float("nan"), [[1, 0], [0, 1]], [0, 0]), "u must be finite, and holds nan"),
        (([0, 0], "one", [[1, 0], [0, 1]], [0, 0]), "u must be an array of numbers, not 'one'"),
    ],
)
def test_weights_of_wrong_shapes_are_refused(parts, said):
    with pytest.raises((ShapeError, UserError), match=said):
        Weights.of(*parts)


def test_matrices_of_wrong_shapes_are_refused():
    with pytest.raises(ShapeError, match=r"W_PV has shape \(2, 3\), it should be \(d\+1\)×\(d\+1\)"):
        Weights.of_matrices(np.ones((2, 3)), np.eye(3))
    with pytest.raises(ShapeError, match=r"W_PV has shape \(2, 2\) and W_KQ \(3, 3\)"):
        Weights.of_matrices(np.eye(2), np.eye(3))
    with pytest.raises(ShapeError, match="weights for d = 3, but Λ is 2×2"):
        setting()[0].loss(np.ones(16))
    with pytest.raises(ShapeError, match="10 numbers are no layer"):
        setting()[0].loss(np.ones(10))
