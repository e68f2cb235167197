"""The interval judges accept what is right, reject every mutation, and pass nothing that stays undecided."""

from dataclasses import replace
from fractions import Fraction
from functools import partial
from random import Random

import check_references as reference
import pytest
from mpmath.ctx_iv import MPIntervalContext
from symicl.derivations import derive

from symicl import Task, scalar, suite
from symicl.check import (
    gradient,
    judge_optimum_interval,
    judge_stationary_interval,
    population_loss,
    random_instance,
    random_instances,
    second_derivative,
)
from symicl.check.comparing import Refuted, Undecided
from symicl.check.interval import optimum as intervals
from symicl.check.interval.enclosures import (
    Box,
    certain,
    enclosed,
    enclosed_square,
    iv,
    rational,
    settle,
    show,
    vanishes,
)
from symicl.check.interval.regions import SecondFamily, misses
from symicl.check.interval.surface import Surface
from symicl.errors import UserError

SHAPES = ((2, 3), (1, 2), (3, 2), (1, 1))
OTHER = MPIntervalContext()
OTHER.prec = 160


def scaled(rows, factor):
    return [[factor * (rational(e) if isinstance(e, Fraction) else e) for e in row] for row in rows]


def balanced(i, *, roots=2, u_by=1, U_by=1, transposed=False, more=0, **wrong):
    """u = [tr Γ⁻²]^¼, U = [tr Γ⁻²]^(−¼) Γ⁻¹, by ``roots`` square roots of the sum of squares."""
    G = reference.gamma_inverse(replace(i, N=i.N + more), **wrong)
    u = rational((G * G).sum())
    for _ in range(roots):
        u = iv.sqrt(u)
    rows = G.T.tolist() if transposed else G.tolist()
    return u_by * u, scaled(rows, U_by / u)


def inverse(i, **wrong):
    return reference.gamma_inverse(i, **wrong).tolist()


def least(i, *, factor=1, **wrong):
    return Fraction(factor) * reference.least_loss(i, **wrong)


def switched_off(i, *, factor=1):
    return Fraction(factor) * sum(i.Lambda[k][k] for k in range(i.d)) / 2


def descent(i, u, U, *, sign=1, noise=0, step=1):
    """(1, k I) with k tr Λ² > ½ tr(ΓΛUΛUᵀ), for U of intervals."""
    L = reference.array(i.Lambda)
    GL, square, size = reference.gamma(i, noise=noise) @ L, (L @ L).trace(), range(i.d)
    moved = [[sum((rational(L[b, c]) * U[a][c] for c in size), iv.zero) for b in size] for a in size]
    quadratic = sum(
        (rational(GL[a, b]) * U[b][c] * moved[a][c] for a in size for b in size for c in size), iv.zero
    )  # tr(ΓΛ U Λ Uᵀ)
    k = sign * (quadratic / rational(2 * square) + 1)
    return {"u": Fraction(step), "U": [[k if a == b else Fraction(0) for b in size] for a in size]}


OPTIMUM = {"least": least, "balanced": balanced, "inverse": inverse}
STATIONARY = {"inverse": inverse, "descent": descent, "saddle_value": switched_off}


def optimum(**changes):
    return judge_optimum_interval("optimum", **{"shapes": SHAPES, "boxes": 2, **OPTIMUM, **changes})


def stationary(**changes):
    return judge_stationary_interval("stationary", **{"shapes": SHAPES, "boxes": 2, **STATIONARY, **changes})


# ------------------------------------------------------------------------------------------------ what is right


@pytest.mark.parametrize("seed", range(3))
def test_the_optimum(seed):
    verdict = optimum(seed=seed)
    assert verdict.ok, str(verdict)
    assert verdict.judge == "interval" and verdict.numbers["boxes"] == 8 and "(3, 2)" in verdict.detail


@pytest.mark.parametrize("seed", range(3))
def test_the_stationary_points(seed):
    verdict = stationary(seed=seed)
    assert verdict.ok, str(verdict)
    assert verdict.numbers["boxes"] == 16 and verdict.numbers["parts"] >= 16


def test_a_noisy_task():
    """Γ_σ = (1 + 1/N)Λ + (1/N)(tr Λ + σ²)I; the claims without noise are wrong there."""
    noise = Fraction(9, 4)
    claims = {name: partial(claim, noise=noise) for name, claim in OPTIMUM.items()}
    assert optimum(**claims, sigma=Fraction(3, 2)).ok
    assert optimum(sigma=Fraction(3, 2)).verdict == "fail"
    claims = {"inverse": partial(inverse, noise=noise), "descent": partial(descent, noise=noise)}
    assert stationary(**claims, sigma=Fraction(3, 2)).ok
    assert stationary(sigma=Fraction(3, 2)).verdict == "fail"


def test_intervals_of_any_context_are_understood():
    other = lambda i: OTHER.mpf(least(i).numerator) / least(i).denominator  # noqa: E731
    assert optimum(least=other).ok


@pytest.mark.parametrize("id", ["optimum", "stationary"])
@pytest.mark.parametrize("noisy", [False, True])
def test_the_derived_theorems(id, noisy):
    task, sigma = (Task(noise=scalar("sigma", positive=True)), Fraction(3, 2)) if noisy else (None, 0)
    verdict = suite.ENCLOSED[id](derive(id, task), seed=5, sigma=sigma, trials=4, boxes=2)
    assert verdict.ok, str(verdict)


@pytest.mark.parametrize("id", ["loss", "moments"])
def test_a_polynomial_identity_is_skipped_with_the_reason(id):
    (verdict,) = [v for v in suite.judge(derive(id), samples=2_000, thorough=False) if v.judge == "interval"]
    assert verdict.verdict == "skipped" and "polynomials" in verdict.detail


# ------------------------------------------------------------------------------------------------ what is wrong


@pytest.mark.parametrize(
    "part, wrong",
    [
        ("least", {"factor": 1 + Fraction(1, 10**12)}),
        ("least", {"factor": 1 - Fraction(1, 10**12)}),
        ("least", {"factor": -1}),
        ("least", {"factor": 2}),
        ("least", {"half": 2}),
        ("least", {"half": 0}),
        ("least", {"ratio": 2}),
        ("inverse", {"ratio": 2}),
        ("inverse", {"power": 2}),
        ("inverse", {"traced": False}),
        ("balanced", {"roots": 1}),
        ("balanced", {"roots": 3}),
        ("balanced", {"u_by": -1}),
        ("balanced", {"u_by": -1, "U_by": -1}),
        ("balanced", {"u_by": 2, "U_by": Fraction(1, 2)}),
        ("balanced", {"U_by": 2, "transposed": True}),
        ("balanced", {"U_by": 1 + Fraction(1, 10**15)}),
        ("balanced", {"more": 1}),
        ("balanced", {"ratio": 2}),
    ],
)
def test_wrong_optima(part, wrong):
    wrong = {name: rational(value) if name.endswith("_by") else value for name, value in wrong.items()}
    verdict = optimum(**{part: partial(OPTIMUM[part], **wrong)})
    assert verdict.verdict == "fail" and verdict.detail, str(verdict)


@pytest.mark.parametrize(
    "part, wrong, text",
    [
        ("inverse", {"ratio": 2}, "family (i)"),
        ("inverse", {"traced": False}, "family (i)"),
        ("saddle_value", {"factor": 2}, "value at a saddle"),
        ("saddle_value", {"factor": 1 + Fraction(1, 10**12)}, "value at a saddle"),
        ("descent", {"sign": -1}, "descent direction"),
        ("descent", {"step": -1}, "descent direction"),
        ("descent", {"step": 0}, "descent direction"),
    ],
)
def test_wrong_stationary_points(part, wrong, text):
    verdict = stationary(**{part: partial(STATIONARY[part], **wrong)})
    assert verdict.verdict == "fail" and text in verdict.detail, str(verdict)


@pytest.mark.parametrize("claims, judge", [(OPTIMUM, optimum), (STATIONARY, stationary)], ids=["optimum", "stationary"])
def test_a_claim_that_is_no_number_of_that_shape_fails(claims, judge):
    def broken(*_):
        raise ZeroDivisionError("by zero")

    values = [float("nan"), 0.5, True, None, "1", 1j, [], [[1, 2, 3]], [[iv.nan]], iv.inf, (iv.one, [[iv.one] * 7])]
    for part in claims:
        assert "raised ZeroDivisionError" in judge(**{part: broken}).detail
        for value in values:
            assert judge(**{part: lambda *_, value=value: value}).verdict == "fail", (part, value)


@pytest.mark.parametrize(
    "step", [{}, {"v": 1}, {"u": 1, "U": 3}, {"u": 1, "U": None}, {"u": [1]}, {"U": [[1], [1]]}, 3]
)
def test_a_descent_that_is_no_direction_fails(step):
    assert stationary(descent=lambda *_: step, shapes=((2, 2),)).verdict == "fail"


def test_a_u_that_need_not_be_positive_or_a_claim_that_is_wide_is_not_passed():
    assert optimum(balanced=lambda i: (iv.mpf((-1, 1)), balanced(i)[1])).verdict == "skipped"
    assert optimum(least=lambda i: rational(least(i)) * iv.mpf((1, "1.0000001"))).verdict == "skipped"
    assert stationary(saddle_value=lambda i: iv.mpf((0, 10**6))).verdict == "skipped"


# ------------------------------------------------------------------------------------------------ what is undecided


def onto_the_minimum(rng, u, U, is_good):
    """A box with the balanced point in it, where no strict inequality can be certain."""
    point = [Fraction(*map(int, (float(x.mid.a) * 2**20, 2**20))) for x in (u, *U)]
    return Box.around(point, [Fraction(1, 8)] * len(point))


def test_a_box_that_cannot_be_decided_is_reported(monkeypatch):
    monkeypatch.setattr(intervals, "around", onto_the_minimum)
    verdict = optimum()
    assert verdict.verdict == "skipped" and "undecided whether the loss is above L*" in verdict.detail
    verdict = stationary()
    assert verdict.verdict == "skipped" and "the gradient is not zero" in verdict.detail


def test_boxes_alone_refute(monkeypatch):
    """Where nothing else is looked at, a too large L* is refuted by the first part whose middle is lower."""
    for name in ("_is_balanced", "_is_stationary", "_is_least", "irrational_points"):
        monkeypatch.setattr(intervals, name, lambda *_: ())
    monkeypatch.setattr(intervals, "around", onto_the_minimum)
    verdict = optimum(least=partial(least, factor=Fraction(3, 2)))
    assert verdict.verdict == "fail" and "in the middle of the box" in verdict.detail
    assert optimum(boxes=1).verdict == "skipped"


def test_irrational_points_alone_refute(monkeypatch):
    for name in ("_is_balanced", "_is_stationary", "_is_least"):
        monkeypatch.setattr(intervals, name, lambda *_: ())
    verdict = optimum(least=partial(least, factor=1 + Fraction(1, 10**6)))
    assert verdict.verdict == "fail" and "off the minimisers" in verdict.detail


def test_a_loss_that_is_not_convex_is_refuted(monkeypatch):
    right = Surface.__init__

    def flat(self, instance):
        right(self, instance)
        self.M = [[entry - 2 * self.M[0][0] * (i == j == 0) for j, entry in enumerate(r)] for i, r in enumerate(self.M)]

    surface = Surface(random_instance(Random(3), 2, 2, full=False))
    surface.is_convex()
    monkeypatch.setattr(Surface, "__init__", flat)
    with pytest.raises(Refuted, match="pivot 1"):
        Surface(random_instance(Random(3), 2, 2, full=False)).is_convex()


def test_no_box_and_no_claim():
    with pytest.raises(UserError, match="boxes = 0"):
        optimum(boxes=0)
    with pytest.raises(UserError, match="most = 0"):
        stationary(most=0)
    for verdict in (optimum(least=None), optimum(trials=0), stationary(descent=None), stationary(trials=0)):
        assert verdict.verdict == "skipped" and verdict.detail


def test_one_seed_gives_one_verdict():
    wrong = partial(least, factor=2)
    assert optimum(least=wrong, seed=5) == optimum(least=wrong, seed=5)
    assert stationary(seed=5) == stationary(seed=5)


# ------------------------------------------------------------------------------------------------ the pieces


def flat(rows):
    return [rational(entry) for row in rows for entry in row]


@pytest.mark.parametrize("sigma", [0, Fraction(3, 2)])
def test_the_surface_is_the_loss_of_the_exact_judge(sigma):
    """Loss, gradient and curvature, which the exact judge takes from the forward pass at one point each."""
    for instance in random_instances(5, 11, full=False, sigma=sigma):
        surface, u, U = Surface(instance), rational(instance.u), flat(instance.U)
        vanishes(surface.loss([u * e for e in U]) - rational(population_loss(instance)), iv.one, "the loss")
        exact = gradient(instance, ("u", "U"))
        du, dU = surface.gradient(u, U)
        for mine, other in zip([du, *dU], [rational(exact["u"]), *flat(exact["U"])], strict=True):
            vanishes(mine - other, iv.one, "a derivative")
        saddle = instance.with_weights(u=Fraction(0))
        bend = second_derivative(saddle, {"u": Fraction(3, 2), "U": instance.A})
        mine = surface.bend_at_zero(U, rational(Fraction(3, 2)), flat(instance.A))
        vanishes(mine - rational(bend), iv.one, "the second derivative")


def test_the_bound_on_a_box_lies_below_the_loss_at_its_points():
    rng = Random(8)
    for instance in random_instances(4, 12, full=False):
        size = instance.d**2 + 1
        box = Box.around([Fraction(rng.randint(-9, 9), 4) for _ in range(size)], [Fraction(1, 3)] * size)
        here, bound, costs = Surface(instance).tangent(box.middle(), box.intervals())
        assert len(costs) == size and bound.a <= here.b
        for _ in range(10):
            point = [low + (high - low) * Fraction(rng.randint(0, 4), 4) for low, high in box.ends]
            U = [point[1:][instance.d * i : instance.d * (i + 1)] for i in range(instance.d)]
            value = rational(population_loss(instance.with_weights(u=point[0], U=U)))
            assert value >= bound.a


def test_the_second_family():
    for instance in random_instances(5, 13, full=False):
        L = reference.array(instance.Lambda)
        family = SecondFamily([entry for row in (L @ L).tolist() for entry in row])
        free = [Fraction(k - 2, k + 1) for k in range(instance.d**2 - 1)]
        U = family.point([rational(entry) for entry in free])
        slope = sum((a * b for a, b in zip(flat((L @ L).tolist()), U, strict=True)), iv.zero)
        vanishes(slope, iv.one, "tr(Λ²Uᵀ)")
        size = instance.d**2
        assert not family.is_missed(Box.around([Fraction(0)] * (size + 1), [Fraction(1)] * (size + 1)))
        assert family.is_missed(Box.around([Fraction(2)] + [Fraction(0)] * size, [Fraction(1)] * (size + 1)))


def test_boxes():
    box = Box.around([Fraction(1), Fraction(-1, 3)], [Fraction(1, 3), Fraction(1)])
    left, right = box.halves(0)
    assert left.ends[0][1] == right.ends[0][0] == 1 and left.ends[1] == right.ends[1] == box.ends[1]
    assert box.longest() == 1 and box.shrunk().ends == (
        (Fraction(5, 6), Fraction(7, 6)),
        (Fraction(-5, 6), Fraction(1, 6)),
    )
    for side, (low, high) in zip(box.intervals(), box.ends, strict=True):
        assert not side.a > rational(low) and not side.b < rational(high)
    assert misses(Box.around([Fraction(1), Fraction(1)], [Fraction(1, 4)] * 2), [iv.mpf(2)])
    assert not misses(Box.around([Fraction(1), Fraction(1)], [Fraction(1, 4)] * 2), [iv.one])


def test_settling_covers_the_whole_box():
    """Every point of the box lies in a part that was found certain; and a hole is found."""
    box, seen = Box.around([Fraction(0), Fraction(0)], [Fraction(1), Fraction(2)]), []

    def small(part):
        if all(high - low <= 1 for low, high in part.ends):
            seen.append(part)
            return None
        return part.longest()

    assert settle(box, small, 64, "small") == (0, 15)
    assert sum((a[1] - a[0]) * (b[1] - b[0]) for a, b in (part.ends for part in seen)) == 8

    def hole(part):
        inside = all(low <= Fraction(1, 3) <= high for low, high in part.ends)
        if inside and part.ends[0][1] - part.ends[0][0] < Fraction(1, 4):
            raise Refuted("a hole")
        return part.longest() if inside else None

    with pytest.raises(Refuted, match="a hole"):
        settle(box, hole, 64, "no hole")
    with pytest.raises(Undecided, match="undecided whether never"):
        settle(box, lambda part: 0, 16, "never")


def test_three_answers():
    certain(iv.mpf(1) > 0, "1 > 0")
    with pytest.raises(Refuted, match="not true that"):
        certain(iv.mpf(-1) > 0, "−1 > 0", iv.mpf(-1))
    with pytest.raises(Undecided, match="undecided whether"):
        certain(iv.mpf((-1, 1)) > 0, "x > 0", iv.mpf((-1, 1)))
    with pytest.raises(Refuted, match="not 0"):
        vanishes(iv.mpf(1) / 10**30, iv.one, "x")
    with pytest.raises(Undecided, match="too wide"):
        vanishes(iv.mpf((-1, 1)), iv.one, "x")
    vanishes(iv.mpf((-1, 1)) / 10**21, iv.one, "x")


def test_claimed_numbers():
    assert enclosed(Fraction(1, 3), "x").delta < 1e-38 and 1 in 3 * enclosed(Fraction(1, 3), "x")
    assert enclosed_square(Fraction(2), 1, "x") == [iv.mpf(2)]
    reversed_ends = iv.make_mpf((iv.mpf(2)._mpi_[0], iv.one._mpi_[0]))
    for value in (reversed_ends, iv.nan, iv.inf, iv.mpf(("-inf", 0)), 0.1, True, None):
        with pytest.raises(Refuted):
            enclosed(value, "x")
    for value in ([1, 2], [[1, 2]], [[1, 2], [3]], None):
        with pytest.raises(Refuted):
            enclosed_square(value, 2, "x")
    assert show(iv.mpf((1, 3))) == "2.0 ± 1.0"
