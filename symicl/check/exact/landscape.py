"""The exact judges of a landscape: its stationary points, and its minimum.

Points are given by plain Python callables of an ``Instance``; the judge puts them into the real forward pass, asks
for an exactly vanishing gradient in every coordinate of u, U, p and q, and looks at random other points.

That no other point is stationary, or lower, is looked at on random points only: here a judge can refute, not prove.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from random import Random
from typing import Any

from ..comparing import Refuted, agree, as_rows, ask, is_zero, judge_by, rational, vanishes
from ..rational.forward import gradient, loss_along, population_loss, second_derivative
from ..rational.instances import BLOCKS, SHAPES, Instance, matrix, nonzero, random_instances, vector
from ..rational.matrices import identity, inverse, trace
from ..said import Said
from ..verdict import Verdict

Shapes = Sequence[tuple[int, int]]
Point = Callable[[Instance, Random], tuple[Any, Any]]
TRIALS, SEED = 4, 20230616
HIGH = 997
#: A direction that descends from one saddle may fail at another, so it is tried at some more of them.
FURTHER = 8


def judge_stationary(
    id: str,
    minima: Point,
    saddles: Point,
    *,
    descent: Callable[[Instance, Any, Any], Mapping[str, Any]],
    minimum: Callable[[Instance], Any] | None = None,
    saddle_value: Callable[[Instance], Any] | None = None,
    sigma: Fraction | int = 0,
    trials: int = TRIALS,
    seed: int = SEED,
    shapes: Shapes = SHAPES,
) -> Verdict:
    """Are ``minima`` and ``saddles`` the stationary points with p = q = 0, and of these kinds?

    ``minima(instance, rng)`` and ``saddles(instance, rng)`` draw a point (u, U) of families (i) and (ii) at random,
    the saddles near the origin and far out.
    ``descent(instance, u, U)`` gives a direction, a dict with keys among u, U, p, q, along which the second
    derivative at the saddle (u, U) must be negative.  ``minimum(instance)`` is the claimed loss on (i), which must be
    below that on (ii), and below which no random other point may lie; ``saddle_value(instance)`` is the claimed loss
    on (ii), ½ tr Λ where it is left out.  Points off both families must have a gradient that is not zero.
    """
    rng = Random(seed + 1)

    def check(drawn: Instance) -> None:
        instance = drawn.without_pq()
        lowest = _at(instance, ask(minima, instance, rng), "a point of family (i)")
        vanishes(gradient(lowest), "at a point of family (i)")
        value = population_loss(lowest)
        if minimum is not None:
            agree(ask(minimum, instance), value, "the claimed minimum")
        saddle = _at(instance, ask(saddles, instance, rng), "a point of family (ii)")
        vanishes(gradient(saddle), "at a point of family (ii)")
        claimed = trace(instance.Lambda) / 2 if saddle_value is None else ask(saddle_value, instance)
        at_saddle = population_loss(saddle)
        agree(claimed, at_saddle, "the claimed value at a saddle")
        if value >= at_saddle:
            raise Refuted(f"the loss at family (i) is {value}, not below {at_saddle} at family (ii)", value=value)
        _falls(saddle, ask(descent, instance, saddle.u, saddle.U))
        for _ in range(FURTHER):
            other = _at(instance, ask(saddles, instance, rng), "a point of family (ii)")
            _falls(other, ask(descent, instance, other.u, other.U))
        _does_not_bend_down(rng, lowest)
        for other in _others(rng, lowest):
            _is_not_stationary(other)
        for other in [*_others(rng, lowest), *_rivals(lowest)]:
            _is_not_lower(other, value, strictly=False)

    subject = "stationary points, their values and the descent at the saddles"
    return judge_by(id, subject, random_instances(trials, seed, shapes, sigma=sigma), check, minima, saddles, descent)


def judge_optimum(
    id: str,
    formula: Callable[[Instance], Any],
    minimiser: Point,
    least: Callable[[Instance], Any],
    *,
    full: bool = False,
    sigma: Fraction | int = 0,
    trials: int = TRIALS,
    seed: int = SEED,
    shapes: Shapes = SHAPES,
) -> Verdict:
    """Is ``formula`` the loss as L* plus a square, ``minimiser`` where it is least, and ``least`` its value L* there?

    ``formula(instance)`` is compared with the loss at the random weights of the instance, at p = q = 0 or, where
    ``full`` is set, over all blocks.  At ``minimiser(instance, rng)`` → (u, U), with p = q = 0, the gradient in all
    blocks must vanish, no random direction may bend down, and the loss must be ``least(instance)``; at random other
    points, with another product uU (and with p and q where ``full`` is set), it must be strictly greater.
    """
    rng = Random(seed + 1)

    def check(instance: Instance) -> None:
        agree(ask(formula, instance), population_loss(instance), "the completed square")
        lowest = _at(instance.without_pq(), ask(minimiser, instance, rng), "the minimiser")
        vanishes(gradient(lowest), "at the minimiser")
        value = population_loss(lowest)
        agree(ask(least, instance), value, "the claimed least loss")
        _does_not_bend_down(rng, lowest)
        for other in [*_others(rng, lowest, full=full), *_rivals(lowest)]:
            _is_not_lower(other, value, strictly=any(other.p + other.q) or _product(other) != _product(lowest))

    options = {"full": full, "sigma": sigma}
    claims = (formula, minimiser, least)
    subject = "the completed square, the minimiser and the least loss"
    subject = Said("{subject} over all blocks", subject=subject) if full else subject
    return judge_by(id, subject, random_instances(trials, seed, shapes, **options), check, *claims)


def _at(instance: Instance, point: Any, name: str) -> Instance:
    """The instance with the weights (u, U) of ``point``; ``Refuted`` unless these are a rational and d×d rationals."""
    if not isinstance(point, (tuple, list)) or len(point) != 2:
        raise Refuted(f"{name} is given as {point!r}, not as a pair (u, U)")
    rows = as_rows(point[1], f"{name}: U")
    if (len(rows), len(rows[0])) != (instance.d, instance.d):
        raise Refuted(f"{name}: U has shape {len(rows)}×{len(rows[0])}, it should be {instance.d}×{instance.d}")
    return instance.with_weights(u=rational(point[0], f"{name}: u"), U=rows)


def _falls(saddle: Instance, direction: Any) -> None:
    """``Refuted`` unless the second derivative along ``direction`` is negative."""
    if not isinstance(direction, Mapping) or not direction or set(direction) - set(BLOCKS):
        raise Refuted(f"the descent direction is {direction!r}, not a dict with keys among {', '.join(BLOCKS)}")
    step = {name: _like(getattr(saddle, name), value, name) for name, value in direction.items()}
    bend = second_derivative(saddle, step)
    if bend >= 0:
        raise Refuted(f"the second derivative along the descent direction is {bend}, not negative", second=bend)


def _like(block: Any, value: Any, name: str) -> Any:
    """A step in the shape of its block: a number, a flat list or a list of rows; ``Refuted`` for another shape."""
    have, need = as_rows(value, f"the descent direction in {name}"), as_rows(block, name)
    if (len(have), len(have[0])) != (len(need), len(need[0])):
        raise Refuted(f"the descent direction in {name} has shape {len(have)}×{len(have[0])}")
    if not isinstance(block, list):
        return have[0][0]
    return have if isinstance(block[0], list) else [row[0] for row in have]


def _others(rng: Random, lowest: Instance, full: bool = False) -> Iterator[Instance]:
    """Random points: anywhere, near ``lowest``, on the axis u = 0, on the axis U = 0.

    Numerators and denominators go up to 997, so that hitting a claimed family by accident is out of the question.
    """
    d = lowest.d
    blocks = {"p": vector(rng, d, HIGH), "q": vector(rng, d, HIGH)} if full else {}
    anywhere = lowest.with_weights(u=nonzero(rng, HIGH), U=matrix(rng, d, d, HIGH), **blocks)
    yield anywhere
    yield lowest.moved({"U": matrix(rng, d, d, HIGH)}, Fraction(1, HIGH))
    yield lowest.moved({"u": nonzero(rng, HIGH)}, Fraction(1, HIGH))
    yield anywhere.with_weights(u=Fraction(0))
    yield anywhere.with_weights(U=[[Fraction(0)] * d for _ in range(d)])
    if full:
        yield lowest.moved({"p": vector(rng, d, HIGH)}, Fraction(1, HIGH))
        yield lowest.moved({"q": vector(rng, d, HIGH)}, Fraction(1, HIGH))


def _rivals(instance: Instance) -> Iterator[Instance]:
    """Good points, near the minimum whatever was claimed: the best ones on the lines t ↦ (u, U) = (1, t I), (1, t Λ⁻¹).

    There the loss is quadratic in t.
    """
    d = instance.d
    start = instance.without_pq().with_weights(u=Fraction(1), U=[[Fraction(0)] * d for _ in range(d)])
    for U in (identity(d), inverse(instance.Lambda)):
        _, slope, bend, *_ = loss_along(start, {"U": U})
        yield start.moved({"U": U}, -slope / (2 * bend))


def _does_not_bend_down(rng: Random, lowest: Instance) -> None:
    """``Refuted`` where the second derivative is negative along one of a few random directions.

    Both signs of du and two lengths of dU are tried, so that one direction descends from a saddle at u = 0.
    """
    U = matrix(rng, lowest.d, lowest.d)
    for du in (1, -1):
        for length in (1, 100):
            bend = second_derivative(lowest, {"u": du, "U": [[length * entry for entry in row] for row in U]})
            if bend < 0:
                raise Refuted(f"where the loss should be least, a second derivative is {bend}", second=bend)


def _is_not_stationary(other: Instance) -> None:
    if is_zero(gradient(other, ("u", "U"))):
        raise Refuted(f"a point off both families is stationary: u = {other.u}, U = {other.U}", u=other.u, U=other.U)


def _is_not_lower(other: Instance, value: Fraction, *, strictly: bool) -> None:
    loss = population_loss(other)
    if loss < value or (strictly and loss == value):
        where = f"u = {other.u}, U = {other.U}, p = {other.p}, q = {other.q}"
        raise Refuted(f"the loss is {loss} at {where}, and {value} where it should be least", loss=loss, value=value)


def _product(instance: Instance) -> list[list[Fraction]]:
    return [[instance.u * entry for entry in row] for row in instance.U]
