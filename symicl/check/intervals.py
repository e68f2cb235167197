"""The interval judges: what is not polynomial, and inequalities on whole boxes of weights, as enclosures.

Each is given claims as plain callables of an ``Instance``, giving rationals or intervals (mpmath's ``iv``), and holds
them against the loss that it works out from the exact forward pass (``surface``).  There is no tolerance: a claim is
refuted where its enclosure and the judge's own certainly differ, or where it is too wide to say anything.

>>> from fractions import Fraction
>>> judge_optimum_interval("optimum", lambda i: Fraction(1), lambda i: (Fraction(1), i.Lambda), trials=1).verdict
'fail'
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from random import Random
from typing import Any

from .comparing import Refuted, ask, judge_by
from .instances import SHAPES, Instance, random_instances
from .surface import IV, Surface, enclosure, narrow, shown
from .verdict import Verdict

Shapes = Sequence[tuple[int, int]]
JUDGE = "interval"
TRIALS, SEED = 4, 20240107
#: how often a box of weights is halved before it is given up, and how wide the sides of one are in all
HALVINGS, WIDTH = 600, Fraction(1, 32)


class Undecided(Exception):
    """A box on which nothing could be proved within the work that is allowed."""


def judge_optimum_interval(
    id: str,
    least: Callable[[Instance], Any],
    balanced: Callable[[Instance], tuple[Any, Any]],
    *,
    sigma: Fraction | int = 0,
    trials: int = TRIALS,
    seed: int = SEED,
    shapes: Shapes = SHAPES,
    boxes: int = 2,
) -> Verdict:
    """Is ``least(instance)`` the least loss, 0 < L* < L(0), reached at the balanced point, and exceeded elsewhere?

    ``balanced(instance)`` → (u, U), a number and rows: u > 0, u² = tr(UUᵀ), the gradient vanishes and the loss is L*.
    That L exceeds L* everywhere else is certified by the pivots of its quadratic form, and once more by enclosing
    the excess on random boxes of weights.
    """
    rng = Random(seed + 1)

    def check(instance: Instance) -> None:
        surface = Surface.of(instance)
        star = narrow(ask(least, instance), "the least loss")
        if not (star > 0 and 2 * star < enclosure(surface.constant)):
            raise Refuted(f"the least loss {shown(star)} is not certainly between 0 and the loss of predicting nothing")
        u, U = _point(ask(balanced, instance), instance.d)
        _is_balanced(u, U)
        _meets(surface.loss(u, U), star, "the loss at the balanced point", "the least loss")
        for entry in surface.gradient(u, U):
            _meets(entry, IV.mpf(0), "the gradient at the balanced point", "zero")
        if not surface.is_definite():
            raise Refuted("the quadratic form of the loss is not certainly definite")
        for box in _boxes(rng, 1 + len(U), boxes, lambda at: surface.loss(at[0], at[1:]) > star * 9 / 8):
            _everywhere(box, lambda at: surface.loss_on(at) > star, "the excess over L*")

    what = "the least loss, the balanced point and the excess elsewhere"
    return _judged(id, what, random_instances(trials, seed, shapes, full=False, sigma=sigma), check, least, balanced)


def judge_saddles_interval(
    id: str,
    descent: Callable[[Instance, Any, Any], Mapping[str, Any]],
    *,
    sigma: Fraction | int = 0,
    trials: int = TRIALS,
    seed: int = SEED,
    shapes: Shapes = SHAPES,
    boxes: int = 2,
) -> Verdict:
    """Does the loss bend down along ``descent`` at every point of a box of the second family, and is none missing?

    The family is u = 0, tr(Λ²Uᵀ) = 0.  ``descent(instance, u, U)`` → {"u": …, "U": rows} is asked with intervals for
    weights.  Off both families, on random boxes, the gradient must certainly not vanish.
    """
    rng = Random(seed + 1)

    def check(instance: Instance) -> None:
        surface = Surface.of(instance)
        for box in _boxes(rng, instance.d**2, boxes):
            _everywhere(box, lambda at: _bends_down(surface, instance, at, descent), "the second derivative")
        for box in _boxes(rng, 1 + instance.d**2, boxes):
            _everywhere(box, lambda at: _moves(surface, at), "the gradient off both families")

    what = "the descent on boxes of saddles, and a gradient that does not vanish elsewhere"
    return _judged(id, what, random_instances(trials, seed, shapes, full=False, sigma=sigma), check, descent)


def _bends_down(surface: Surface, instance: Instance, at: Sequence[Any], descent: Any) -> bool:
    U = _on_the_family(surface, at)
    rows = [U[i : i + surface.d] for i in range(0, len(U), surface.d)]
    given = ask(descent, instance, IV.mpf(0), rows)
    du, dU = _weights((given["u"], given["U"]), surface.d)
    return bool(surface.bend_at_zero(U, du, dU) < 0)


def _on_the_family(surface: Surface, at: Sequence[Any]) -> list[Any]:
    """The box with its first entry solved for, so that Σ m U = 0; m[0] is a second moment and not zero."""
    rest = sum((enclosure(m) * entry for m, entry in zip(surface.line[1:], at[1:], strict=True)), IV.mpf(0))
    return [-rest / enclosure(surface.line[0]), *at[1:]]


def _moves(surface: Surface, at: Sequence[Any]) -> bool:
    return any(0 not in entry for entry in surface.gradient(at[0], at[1:]))


def _point(given: Any, d: int) -> tuple[Any, list[Any]]:
    """The claimed point (u, U) as narrow enclosures."""
    if not isinstance(given, (tuple, list)) or len(given) != 2:
        raise Refuted(f"the balanced point is given as {given!r}, not as a pair (u, U)")
    u, U = _weights(given, d)
    return narrow(u, "u"), [narrow(entry, "an entry of U") for entry in U]


def _weights(given: Any, d: int) -> tuple[Any, list[Any]]:
    """A number and d×d entries, row by row, as enclosures; ``Refuted`` for another shape."""
    rows = given[1].tolist() if hasattr(given[1], "tolist") else given[1]
    if [len(row) for row in rows] != [d] * d:
        raise Refuted(f"U should be {d}×{d}, but {rows!r} is given")
    return enclosure(given[0], "u"), [enclosure(entry, "an entry of U") for row in rows for entry in row]


def _is_balanced(u: Any, U: Sequence[Any]) -> None:
    if not u > 0:
        raise Refuted(f"u lies in {shown(u)}, which is not certainly positive")
    _meets(u * u, sum((entry * entry for entry in U), IV.mpf(0)), "u²", "tr(UUᵀ)")


def _meets(left: Any, right: Any, name: str, other: str) -> None:
    """``Refuted`` where two enclosures have no number in common, or their difference is not known closely."""
    gap = left - right
    if 0 not in gap:
        raise Refuted(f"{name} is {shown(left)}, which is certainly not {other}, {shown(right)}")
    narrow(gap, f"{name} less {other}")


def _boxes(rng: Random, size: int, count: int, wanted: Callable[[list[Any]], bool] = lambda at: True) -> Iterator[Any]:
    """Boxes of weights about irrational points, none of which holds a zero; ``wanted`` may turn a centre down."""
    for _ in range(count):
        box = [_side(rng, WIDTH / size) for _ in range(size)]
        for _ in range(20):
            if wanted([side.mid for side in box]):
                break
            box = [_side(rng, WIDTH / size) for _ in range(size)]
        yield box


def _side(rng: Random, width: Fraction) -> Any:
    centre = enclosure(rng.choice([-1, 1])) * IV.sqrt(IV.mpf(rng.randint(2, 30)) / IV.mpf(rng.randint(2, 7)))
    half = enclosure(width / 2)
    return IV.mpf([(centre - half).a, (centre + half).b])


def _everywhere(box: list[Any], holds: Callable[[list[Any]], bool], name: str) -> None:
    """Prove something on a box, halving it where that fails; ``Undecided`` when it takes too many halvings."""
    todo, halvings = [box], 0
    while todo:
        part = todo.pop()
        if holds(part):
            continue
        halvings += 1
        if halvings > HALVINGS:
            raise Undecided(f"{name} could not be enclosed on a box within {HALVINGS} halvings")
        widest = max(range(len(part)), key=lambda i: part[i].delta.b)
        middle = part[widest].mid
        for low, high in ((part[widest].a, middle), (middle, part[widest].b)):
            todo.append([*part[:widest], IV.mpf([low, high]), *part[widest + 1 :]])


def _judged(id: str, subject: str, instances: Iterable[Instance], check: Any, *claims: Any) -> Verdict:
    """The verdict; a box that stays undecided is reported as skipped, and never counts as a pass."""
    try:
        return judge_by(id, subject, instances, check, *claims, judge=JUDGE, how="enclosed in intervals")
    except Undecided as undecided:
        return Verdict(id, JUDGE, "skipped", str(undecided))
