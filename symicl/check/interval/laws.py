"""The interval judge of tasks that are a ReLU or a sinusoid along one direction.

c₀ = E φ², c₁ = E[gφ] and c₂ = E[g²φ²], φ at sg, have closed forms: of a ReLU by symmetry, those of a linear task
halved; of a sinusoid from E cos tg = exp(−t²/2) and its derivatives.  The judge encloses the limit and the excess of
its own trained layer, and a claim must lie in that interval, widened by what a quadrature may be off.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from mpmath.ctx_iv import MPIntervalContext

from ..comparing import Refuted, ask, judge_by
from ..exact.laws import direction
from ..exact.shifts import trained_layer
from ..rational.instances import Instance, random_instances
from ..rational.matrices import product, trace
from ..verdict import Verdict

#: By how much of itself a claimed value may be off.
SLACK = Fraction(1, 10**8)
SHAPES = ((2, 3), (1, 2), (3, 2))
TRIALS, SEED, M = 4, 20230623, 7

iv = MPIntervalContext()
iv.prec = 100


def enclosed(number: Fraction) -> Any:
    """A rational as an interval."""
    return iv.mpf(number.numerator) / iv.mpf(number.denominator)


def of_relu(square: Fraction) -> tuple[Any, Any, Any]:
    """c₀, c₁² and c₂ for the variance ``square`` = s²: s²/2, s²/4 and 3s²/2."""
    size = enclosed(square)
    return size / 2, size / 4, 3 * size / 2


def of_sine(square: Fraction) -> tuple[Any, Any, Any]:
    """(1 − e^(−2s²))/2, s² e^(−s²) and (1 − (1 − 4s²)e^(−2s²))/2."""
    size = enclosed(square)
    once, twice = iv.exp(-size), iv.exp(-2 * size)
    return (1 - twice) / 2, size * once, (1 - (1 - 4 * size) * twice) / 2


MEANS: Mapping[str, Callable[[Fraction], tuple[Any, Any, Any]]] = {"relu": of_relu, "sine": of_sine}


def enclosures(instance: Instance, name: str) -> tuple[Any, Any]:
    """The limit and the excess of the judge's own trained layer on M examples, as intervals."""
    Λ, G = instance.Lambda, trained_layer(instance).U
    w = [[entry] for entry in direction(instance)]
    turned, row = product(Λ, w), [direction(instance)]
    square = product(row, turned)[0][0]
    c_0, c_1, c_2 = MEANS[name](square)
    rotated = product(G, turned)
    over = trace(product(G, G, Λ, Λ)) / M, product([[e for (e,) in rotated]], Λ, rotated)[0][0] / M
    gap = [[a - b] for (a,), (b,) in zip(w, product(G, turned), strict=True)]
    held = product([[e for (e,) in gap]], Λ, gap)[0][0]
    spread = (c_2 - c_0 - c_1) / enclosed(square)
    excess = c_0 * enclosed(over[0]) + spread * enclosed(over[1]) + c_1 / enclosed(square) * enclosed(held)
    return c_0 - c_1, excess


def judge_law_interval(
    id: str,
    claims: Mapping[str, Sequence[Callable[..., Any]]],
    *,
    trials: int = TRIALS,
    seed: int = SEED,
    shapes: Sequence[tuple[int, int]] = SHAPES,
) -> Verdict:
    """Do ``claims[name]``, the limit and the excess as floats of (instance, M, w), lie in their intervals?

    ``name`` is among ``MEANS``; w is the instance's q, and there is no noise.
    """

    def check(instance: Instance) -> None:
        w = [[entry] for entry in direction(instance)]
        for name, pair in claims.items():
            for claim, interval, what in zip(pair, enclosures(instance, name), ("limit", "excess"), strict=True):
                value = float(ask(claim, instance, M, w))
                room = interval + iv.mpf([-1, 1]) * enclosed(SLACK) * abs(interval)
                if value not in room:
                    raise Refuted(f"the {what} of {name} tasks is given as {value}; it lies in {interval}")

    subject = "the limit and the excess of ReLU and sine tasks"
    instances = random_instances(trials, seed, shapes, full=True) if claims else []
    return judge_by(id, subject, instances, check, judge="interval", how="in intervals")
