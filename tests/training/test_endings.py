"""Where trainings end: the spurious points of the theorem, recognised, and really reached from random starts."""

from fractions import Fraction

import numpy as np
import pytest
from training_cases import gamma, random_covariance

from symicl.training.descent import OnPopulation, Plan, descend
from symicl.training.endings import Landscape
from symicl.training.population import Population
from symicl.training.starts import balanced_start, start_anywhere
from symicl.training.weights import Weights

#: Λ = diag(1, 1/5), N = 5: γ = 36/25 for λ = 1, so ½ tr Λ − λ²/(2γ) = 91/360, and L* = 19/90
LEAST, STALLED = Fraction(19, 90), Fraction(91, 360)


@pytest.fixture(scope="module")
def stalling():
    return Landscape(Population([[1.0, 0.0], [0.0, 0.2]], 5))


def test_the_levels_are_those_by_hand(stalling):
    assert Fraction(1, 24) == STALLED - LEAST
    assert stalling.least == pytest.approx(float(LEAST), rel=1e-12)
    top, other = stalling.levels
    assert (top.eigenvalue, top.kind) == (1.0, "spurious minimum") and top.criterion > 0
    assert top.loss == pytest.approx(float(STALLED), rel=1e-12) and top.gamma == pytest.approx(1.44)
    assert (other.eigenvalue, other.kind) == (pytest.approx(0.2), "strict saddle")


def test_random_starts_stall_at_one_twenty_fourth(stalling):
    """Plain descent on the population loss from 16 random starts: each ends at L* or 1/24 above it, and both occur."""
    rng = np.random.default_rng(5)
    starts = np.array([start_anywhere(rng, 2, 0.4).row for _ in range(16)])
    course = descend(
        stalling.population, starts, Plan(steps=2500, step=0.15, looks=2), OnPopulation(stalling.population)
    )
    above = stalling.population.loss(course.rows[-1]) - float(LEAST)
    stuck = np.abs(above - 1 / 24) < 1e-3
    assert np.all(stuck | (np.abs(above) < 1e-3)) and 4 <= stuck.sum() <= 12
    kinds = [stalling.settled(row).kind for row in course.rows[-1]]
    assert [kind == "spurious minimum" for kind in kinds] == stuck.tolist()
    assert set(kinds) == {"spurious minimum", "minimum"}


def test_what_lies_downhill_is_flat_and_has_the_theorem_s_loss(stalling):
    rng = np.random.default_rng(6)
    for _ in range(12):
        end = stalling.settled(start_anywhere(rng, 2, 0.6).row)
        assert end.kind in ("minimum", "spurious minimum") and end.steepness < 1e-9
        assert end.loss == pytest.approx(float(LEAST if end.kind == "minimum" else STALLED), rel=1e-9)


def test_known_points_are_recognised_however_they_are_scaled(stalling):
    best = np.linalg.inv(gamma(stalling.population.Lambda, 5))
    zero, nothing = np.zeros(2), np.zeros((2, 2))
    for scale in (0.5, 3.0):
        assert stalling.ending(Weights.of(zero, scale, best / scale, zero).row).kind == "minimum"
        top = Weights.of([scale, 0], 0, nothing, [1 / (scale * 1.44), 0])
        assert stalling.ending(top.row).kind == "spurious minimum"
        low = Weights.of([0, -scale], 0, nothing, [0, -1 / (scale * 0.48)])
        found = stalling.ending(low.row)
        assert (found.kind, found.eigenvalue) == ("strict saddle", pytest.approx(0.2))
        assert found.steepness < 1e-12
    assert stalling.ending(Weights.of(zero, 0, [[1.0, 0], [0, -25.0]], zero).row).kind == "nothing"


def test_other_points_are_not(stalling):
    zero, nothing = np.zeros(2), np.zeros((2, 2))
    best = np.linalg.inv(gamma(stalling.population.Lambda, 5))
    for wrong in (
        Weights.of(zero, 1, 1.1 * best, zero),
        Weights.of([1, 0], 0, nothing, [1 / 1.2, 0]),
        Weights.of([0.7, 0.7], 0, nothing, [0.5, 0.5]),
        Weights.of([1, 0], 0.1, nothing, [1 / 1.44, 0]),
    ):
        assert stalling.ending(wrong.row).kind == "moving"


def test_from_a_strict_saddle_a_push_leads_down(stalling):
    low = Weights.of([0.0, 1.0], 0.0, np.zeros((2, 2)), [0.0, 1 / 0.48]).row
    pushed = low + 1e-3 * np.random.default_rng(1).standard_normal(9)
    assert stalling.settled(pushed).kind in ("minimum", "spurious minimum")


def test_equal_eigenvalues_share_a_level_and_any_direction_of_theirs():
    landscape = Landscape(Population(np.diag([1.0, 1.0, 0.1]), 3))
    assert [level.space.shape[1] for level in landscape.levels] == [2, 1]
    level = landscape.levels[0]
    direction = np.array([0.6, 0.8, 0.0])
    point = Weights.of(direction, 0, np.zeros((3, 3)), direction / level.gamma).row
    assert landscape.ending(point).kind == level.kind
    assert np.max(np.abs(landscape.population.gradient(point))) < 1e-12


def test_in_one_dimension_the_second_family_are_minima():
    landscape = Landscape(Population([[2.0]], 4))
    (level,) = landscape.levels
    assert level.kind == "minimum" and level.loss == pytest.approx(landscape.least, rel=1e-12)
    rng = np.random.default_rng(2)
    assert {landscape.settled(start_anywhere(rng, 1, 1.0).row).kind for _ in range(8)} == {"minimum"}


def test_with_a_criterion_below_zero_the_largest_is_a_saddle_too():
    """Equal eigenvalues and short prompts: no start ends at the point of the theorem."""
    landscape = Landscape(Population(np.eye(2), 5))
    assert [level.kind for level in landscape.levels] == ["strict saddle"] and landscape.levels[0].criterion < 0
    rng = np.random.default_rng(3)
    assert "strict saddle" not in {landscape.settled(start_anywhere(rng, 2, 0.5).row).kind for _ in range(10)}


def test_with_noise_or_without_p_and_q_there_are_no_levels():
    population = Population(random_covariance(np.random.default_rng(4), 2), 4, 0.5)
    assert Landscape(population).levels == ()
    assert Landscape(Population(population.Lambda, 4), full=False).levels == ()
    start = balanced_start(np.random.default_rng(4), 2, 0.3).row
    assert Landscape(population).settled(start).kind == "minimum"
