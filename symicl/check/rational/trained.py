"""The exact judge of what a trained layer does on a test prompt of another length.

It trains the layer itself: the least point of its own quadratic form of the loss (``Prompt.moments``) on prompts of N
examples.  Then it runs the forward pass of that layer on test prompts of M examples and takes the mean square of the
error, component by component, in rationals.

>>> from random import Random
>>> from symicl.check.rational.instances import random_instance
>>> G = trained_weights(random_instance(Random(0), 2, 3))
>>> len(G), len(G[0])
(2, 2)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from ..comparing import Refuted, agree, ask, judge_by
from ..verdict import Verdict
from .forward import population_loss, prompt
from .instances import SHAPES, Instance, random_instances
from .matrices import Matrix, inverse, product, trace
from .words import moment

Shapes = Sequence[tuple[int, int]]
TRIALS, SEED = 4, 20230620


def trained_weights(instance: Instance) -> Matrix:
    """uU, d×d, where the judge's own loss on prompts of N examples is least."""
    (square, line, _), d = prompt(instance.without_pq()).moments, instance.d
    (flat,) = zip(*product(inverse(square), [[m] for m in line]), strict=True)
    return [list(flat[i : i + d]) for i in range(0, d * d, d)]


def error_at_length(instance: Instance, M: int) -> Fraction:
    """E (ŷ − y_q)² of the trained layer on prompts of M examples."""
    layer = instance.without_pq().with_weights(u=Fraction(1), U=trained_weights(instance))
    return 2 * population_loss(replace(layer, N=M))


def judge_trained(
    id: str,
    square: Callable[..., Any],
    *,
    shares: Callable[..., Any] | None = None,
    inverses: Sequence[Callable[[Instance], Any]] = (),
    spread: Callable[..., Any] | None = None,
    bound: Callable[..., Any] | None = None,
    sigma: Fraction | int = 0,
    trials: int = TRIALS,
    seed: int = SEED,
    shapes: Shapes = SHAPES,
) -> Verdict:
    """Is ``square(instance, M)`` the mean square of the trained layer's error on prompts of M examples?

    ``shares(instance, M)`` are numbers that must add up to it, ``inverses`` claims for the trained uU,
    ``spread(instance, M)`` is E‖S_M − Λ‖², and ``bound(instance, M)`` must be greater than the mean square.  ``sigma``
    is the standard deviation of the noise of the labels, in training and in the test.
    """

    def check(instance: Instance) -> None:
        M = instance.N + 1 + instance.d % 2
        exact = error_at_length(instance, M)
        agree(ask(square, instance, M), exact, "the mean square")
        if shares is not None:
            agree(sum(ask(shares, instance, M)), exact, "the sum of the shares")
        best = trained_weights(instance)
        for claim in inverses:
            agree(ask(claim, instance), best, "the trained layer's matrix")
        if spread is not None:
            agree(ask(spread, instance, M), _spread(replace(instance, N=M)), "the error of the covariance")
        if bound is not None and not ask(bound, instance, M) > exact:
            raise Refuted(f"the bound {ask(bound, instance, M)} is not above the mean square, {exact}")

    subject = "the trained layer's error on test prompts of another length"
    claims = [square, *inverses]
    return judge_by(id, subject, random_instances(trials, seed, shapes, full=False, sigma=sigma), check, *claims)


def _spread(instance: Instance) -> Fraction:
    """E tr (S − Λ)² from the moments of S."""
    second, Λ = moment(instance, ["S", "S"]), instance.Lambda
    return trace(second) - trace(product(Λ, Λ))
