"""The interval judges: what of an optimum and of stationary points is an inequality, or not rational.

A claim is a plain Python callable of an ``Instance`` that gives rationals or mpmath intervals.  The judge takes the
moments of the real forward pass, which are rationals, and evaluates the loss and its derivatives over intervals with
outward rounding: at irrational points, and on boxes, which are halved until the statement is certain on every part.
A number that should vanish must have 0 in its enclosure, and that enclosure must be narrower than 1e-20 of what it is
compared with.  What stays undecided is skipped, never passed.

On boxes this proves, where the exact judge could only look at points; the instances are still random ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from math import isqrt
from random import Random
from typing import Any

from ...errors import UserError
from ..comparing import Refuted, ask, judge_by
from ..rational.instances import SHAPES, Instance, random_instances
from ..said import Said
from ..verdict import Verdict
from .enclosures import (
    BITS,
    Box,
    Interval,
    Row,
    certain,
    dot,
    enclosed,
    enclosed_square,
    is_narrow,
    iv,
    largest,
    settle,
    vanishes,
)
from .regions import SecondFamily, around, irrational_points, misses, root
from .surface import Surface

JUDGE = "interval"
HOW = Said("in intervals of {bits} bits", bits=BITS)
Shapes = Sequence[tuple[int, int]]
TRIALS, SEED, BOXES, MOST = 4, 20230616, 4, 16


def judge_optimum_interval(
    id: str,
    least: Callable[[Instance], Any],
    balanced: Callable[[Instance], tuple[Any, Any]],
    inverse: Callable[[Instance], Any],
    *,
    sigma: Fraction | int = 0,
    trials: int = TRIALS,
    seed: int = SEED,
    shapes: Shapes = SHAPES,
    boxes: int = BOXES,
    most: int = MOST,
) -> Verdict:
    """Is ``balanced(instance)`` → (u, U) the minimiser with u > 0 and u² = tr(UUᵀ), and ``least`` its loss L*?

    There the gradient must vanish, the loss must be ``least(instance)`` and uU must be ``inverse(instance)``, Γ⁻¹;
    0 < L* < ½E y_q²; the loss must be strictly convex in uU; and it must be strictly above L* at random irrational
    points and on ``boxes`` random boxes of positive width that miss uU = Γ⁻¹, each settled in at most ``most`` parts.
    """
    rng, boxed = Random(seed + 1), _Boxed(boxes, most)

    def check(drawn: Instance) -> None:
        surface = Surface(drawn.without_pq())
        u, U = _weights(ask(balanced, drawn), drawn.d)
        centre = enclosed_square(ask(inverse, drawn), drawn.d, "the claimed inverse of Γ")
        star = enclosed(ask(least, drawn), "the claimed least loss")
        _is_balanced(u, U)
        _is_stationary(surface, u, U, "at the balanced point")
        _is_least(surface, [u * entry for entry in U], centre, star)
        surface.is_convex()
        for a, A in irrational_points(rng, u, U):
            above = surface.loss([a * entry for entry in A]) - star
            certain(above > 0, "the excess is positive off the minimisers", above)
        boxed.settle(
            lambda: around(rng, u, U, lambda box: misses(box, centre)),
            partial(_is_above, surface, star),
            "the loss is above L*",
        )

    subject = "L* as an enclosure, the balanced point, the excess at irrational points and on boxes"
    instances = random_instances(trials, seed, shapes, sigma=sigma)
    return boxed.told(judge_by(id, subject, instances, check, least, balanced, inverse, judge=JUDGE, how=HOW))


def judge_stationary_interval(
    id: str,
    inverse: Callable[[Instance], Any],
    descent: Callable[[Instance, Any, Any], Mapping[str, Any]],
    saddle_value: Callable[[Instance], Any],
    *,
    sigma: Fraction | int = 0,
    trials: int = TRIALS,
    seed: int = SEED,
    shapes: Shapes = SHAPES,
    boxes: int = BOXES,
    most: int = MOST,
) -> Verdict:
    """Are uU = Γ⁻¹ and u = 0, tr(Λ²Uᵀ) = 0 the stationary points at p = q = 0, and the second strict saddles?

    ``inverse(instance)`` is Γ⁻¹: at random irrational u the gradient must vanish at (u, Γ⁻¹/u), with a loss strictly
    below ``saddle_value(instance)``, the loss on the second family.  On ``boxes`` random boxes of that family, all
    coordinates of U but one being free, the second derivative along ``descent(instance, u, U)`` (given intervals; a
    dict with keys u, U) must be strictly negative.  On ``boxes`` random boxes that miss both families the gradient
    must not vanish.
    """
    rng, boxed = Random(seed + 1), _Boxed(boxes, most)

    def check(drawn: Instance) -> None:
        instance = drawn.without_pq()
        surface = Surface(instance)
        centre = enclosed_square(ask(inverse, instance), instance.d, "the claimed inverse of Γ")
        value = enclosed(ask(saddle_value, instance), "the claimed value at a saddle")
        is_narrow(value, value, "the claimed value at a saddle")
        vanishes(value - surface.top, value, "the claimed value at a saddle, less the loss there,")
        u = root(rng, 2)
        U = [entry / u for entry in centre]
        _is_stationary(surface, u, U, "on family (i)")
        lowest = surface.loss(centre)
        certain(lowest < value, "the loss on family (i) is below that on family (ii)", lowest, value)
        family = SecondFamily(surface.cross)
        boxed.settle(
            lambda: family.box(rng, surface.square),
            partial(_falls, surface, family, partial(descent, instance)),
            "the second derivative along the descent direction is negative",
        )
        boxed.settle(
            lambda: around(rng, u, U, lambda box: misses(box, centre) and family.is_missed(box)),
            partial(_is_not_stationary, surface),
            "the gradient is not zero",
        )

    subject = "the two families and their values, the descent on boxes of the second, no stationary points on others"
    instances = random_instances(trials, seed, shapes, sigma=sigma)
    return boxed.told(judge_by(id, subject, instances, check, inverse, descent, saddle_value, judge=JUDGE, how=HOW))


class _Boxed:
    """Settles statements on ``boxes`` boxes at a time, each in at most ``most`` parts, and counts."""

    def __init__(self, boxes: int, most: int) -> None:
        if boxes < 1 or most < 1:
            raise UserError(f"boxes = {boxes}, most = {most}: at least one box in one part is needed")
        self.boxes, self.most = boxes, most
        self.seen: list[tuple[int, int]] = []

    def settle(self, draw: Callable[[], Box], look: Callable[[Box], int | None], what: str) -> None:
        """The statement on boxes from ``draw``: see ``enclosures.settle``."""
        for _ in range(self.boxes):
            self.seen.append(settle(draw(), look, self.most, what))

    def told(self, verdict: Verdict) -> Verdict:
        """The verdict; a pass says how many boxes were settled, in how many parts, and how many had to be shrunk."""
        if not verdict.ok:
            return verdict
        counts = {
            "boxes": len(self.seen),
            "parts": sum(parts for _, parts in self.seen),
            "shrunk": sum(shrunk > 0 for shrunk, _ in self.seen),
        }
        more = "{found}; {boxes} boxes in {parts} parts, {shrunk} of the boxes shrunk to be settled"
        detail = Said(more, found=verdict.detail, **counts)
        return replace(verdict, detail=detail, numbers={**verdict.numbers, **counts, "bits": BITS})


def _weights(point: Any, d: int) -> tuple[Interval, Row]:
    if not isinstance(point, (tuple, list)) or len(point) != 2:
        raise Refuted(f"the balanced point is given as {point!r}, not as a pair (u, U)")
    return enclosed(point[0], "u at the balanced point"), enclosed_square(point[1], d, "U at the balanced point")


def _is_balanced(u: Interval, U: Row) -> None:
    """u > 0 and u² = tr(UUᵀ)."""
    certain(u > 0, "u > 0 at the balanced point", u)
    is_narrow(u, u, "u at the balanced point")
    for entry in U:
        is_narrow(entry, largest(U), "an entry of U at the balanced point")
    vanishes(u**2 - dot(U, U), u**2, "u² − tr(UUᵀ) at the balanced point")


def _is_stationary(surface: Surface, u: Interval, U: Row, where: str) -> None:
    """Every coordinate of the gradient has 0 in its enclosure."""
    du, dU = surface.gradient(u, U)
    scale = largest(surface.b)
    vanishes(du, scale * largest(U), f"{where} the derivative in u")
    for entry in dU:
        vanishes(entry, scale * u, f"{where} a derivative in U")


def _is_least(surface: Surface, product: Row, centre: Row, star: Interval) -> None:
    """uU = Γ⁻¹, and the loss there is L*, strictly between 0 and the loss of predicting nothing."""
    for entry, other in zip(product, centre, strict=True):
        vanishes(entry - other, largest(centre), "uU − Γ⁻¹ at the balanced point")
    is_narrow(star, star, "the claimed least loss")
    vanishes(surface.loss(product) - star, star, "the loss at the balanced point, less L*,")
    certain(star > 0, "L* > 0", star)
    certain(star < surface.top, "L* is below the loss of predicting nothing", star, surface.top)


def _is_above(surface: Surface, star: Interval, part: Box) -> int | None:
    """Whether the loss is above L* on all of ``part``; else the side whose length costs the bound most."""
    here, bound, costs = surface.tangent(part.middle(), part.intervals())
    if here < star:
        raise Refuted(f"the loss is below the claimed L* in the middle of the box {part}")
    return None if bound > star else _most(costs)


def _is_not_stationary(surface: Surface, part: Box) -> int | None:
    """Whether some derivative is not zero on all of ``part``; else the longest side."""
    u, *U = part.intervals()
    slope = surface.slope([u * entry for entry in U])
    moves = (0 not in u and any(0 not in entry for entry in slope)) or 0 not in dot(U, slope)
    return None if moves else part.longest()


def _falls(surface: Surface, family: SecondFamily, descent: Callable[..., Any], part: Box) -> int | None:
    """Whether the second derivative along the claimed direction is negative on all of ``part``; else a side to cut."""
    U = family.point(part.intervals())
    d = isqrt(len(U))
    direction = ask(descent, iv.mpf(0), [U[d * i : d * i + d] for i in range(d)])
    if not isinstance(direction, Mapping) or not direction or set(direction) - {"u", "U"}:
        raise Refuted(f"the descent direction is {direction!r}, not a dict with keys among u, U")
    du = enclosed(direction.get("u", 0), "the descent direction in u")
    dU = enclosed_square(direction.get("U", [[0] * d] * d), d, "the descent direction in U")
    bend = surface.bend_at_zero(U, du, dU)
    if bend >= 0 or not part.ends:
        certain(bend < 0, "the second derivative along the descent direction is negative", bend)
    return None if bend < 0 else part.longest()


def _most(costs: Row) -> int:
    """Where the largest of the widths is."""
    best = 0
    for k, cost in enumerate(costs):
        best = k if cost > costs[best] else best
    return best
