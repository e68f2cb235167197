"""The exact judge of one step of gradient descent, and of a layer that is said to be one.

It takes the step itself: the least squares of a prompt at rational numbers, its gradient at 0 by differences (which
are exact for a quadratic), one step.  Risks come from the forward pass of the layer that takes that step, component by
component, and the best step size from the quadratic through three of them.

>>> from random import Random
>>> from symicl.check.rational.instances import random_instance, random_sample
>>> instance = random_instance(Random(0), 2, 3, full=False)
>>> sample = random_sample(Random(1), instance)
>>> own = layer_step(instance.u, instance.U)
>>> answer_of_step(instance, sample, own) == prediction_at(instance, sample)
True
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

from ..comparing import Refuted, agree, as_rows, ask, judge_by
from ..rational.forward import population_loss, prediction_at
from ..rational.instances import SHAPES, Instance, Sample, random_instances, random_sample
from ..rational.matrices import Matrix, identity, product, transpose
from ..rational.trained import error_at_length, trained_weights
from ..verdict import Verdict

Shapes = Sequence[tuple[int, int]]
TRIALS, SEED = 4, 20230624


def labels_of(instance: Instance, sample: Sample) -> list[Fraction]:
    """y_i = ⟨w, x_i⟩ + σ ε_i."""
    clean = product([sample.w], sample.X)[0]
    return [y + instance.sigma * e for y, e in zip(clean, sample.noise, strict=True)]


def least_squares(X: Matrix, y: Sequence[Fraction], beta: Sequence[Fraction]) -> Fraction:
    """(1/2M) Σ (⟨β, x_i⟩ − y_i)²."""
    fitted = product([list(beta)], X)[0]
    return Fraction(sum((f - label) ** 2 for f, label in zip(fitted, y, strict=True))) / (2 * len(y))


def gradient_at_zero(X: Matrix, y: Sequence[Fraction]) -> list[Fraction]:
    """The gradient of the least squares at β = 0, by central differences."""
    units = identity(len(X))
    return [(least_squares(X, y, e) - least_squares(X, y, [-c for c in e])) / 2 for e in units]


def answer_of_step(instance: Instance, sample: Sample, preconditioner: Matrix) -> Fraction:
    """⟨−P∇J(0), x_q⟩ on one prompt."""
    slope = gradient_at_zero(sample.X, labels_of(instance, sample))
    moved = product(preconditioner, [[-g] for g in slope])
    return Fraction(sum(q * b for q, (b,) in zip(sample.x_q, moved, strict=True)))


def layer_step(u: Fraction, U: Matrix) -> Matrix:
    """uUᵀ"""
    return [[u * entry for entry in row] for row in transpose(U)]


def risk_of_step(instance: Instance, M: int, preconditioner: Matrix) -> Fraction:
    """E(ŷ − ⟨w, x_q⟩)² of the layer that takes this step, on prompts of M examples."""
    layer = instance.without_pq().with_weights(u=Fraction(1), U=transpose(preconditioner))
    return 2 * population_loss(replace(layer, N=M))


def best_plain_step(instance: Instance, M: int) -> tuple[Fraction, Fraction]:
    """The step size with the least risk, and that risk: the vertex of the parabola through the steps −1, 0 and 1."""
    one = identity(instance.d)
    behind, here, ahead = (risk_of_step(instance, M, [[t * e for e in row] for row in one]) for t in (-1, 0, 1))
    slope, bend = (ahead - behind) / 2, (ahead + behind) / 2 - here
    return -slope / (2 * bend), here - slope**2 / (4 * bend)


def judge_descent(
    id: str,
    layer: Callable[..., Any],
    *,
    plain: Callable[..., Any],
    best_step: Callable[..., Any],
    any_step: Callable[..., Any],
    least: Callable[..., Any],
    preconditioners: Sequence[Callable[..., Any]],
    sigma: Fraction | int = 0,
    trials: int = TRIALS,
    seed: int = SEED,
    shapes: Shapes = SHAPES,
) -> Verdict:
    """The trained layer as one step of gradient descent, and the risks of steps, on prompts of M examples.

    ``layer(instance, M)`` and ``plain(instance, M)`` are the risks of the trained layer and of a plain step with the
    size ``best_step(instance, M)``; ``any_step(instance, M, P)`` that of a step with the preconditioner P;
    ``least(instance, M)`` the least of these.  ``preconditioners`` are for the trained layer: of its training length
    N, and as a function of the weights u and U of any layer.
    """
    rng = Random(seed)

    def check(instance: Instance) -> None:
        M = instance.N + 1 + instance.d % 2
        _same_answers(rng, instance, M, *preconditioners)
        agree(ask(layer, instance, M), error_at_length(instance, M), "the risk of the layer")
        step, value = best_plain_step(instance, M)
        agree(ask(best_step, instance, M), step, "the best step size")
        agree(ask(plain, instance, M), value, "the risk of a plain step")
        P = instance.A
        agree(ask(any_step, instance, M, P), risk_of_step(instance, M, P), "the risk of one step")
        bottom = error_at_length(replace(instance, N=M), M)
        agree(ask(least, instance, M), bottom, "the least risk of a step")
        if bottom > value:
            raise Refuted(f"the layer trained on such prompts has the risk {bottom}, a plain step {value}")

    subject = "one step of gradient descent, prompt by prompt, and the risks of steps"
    options = {"full": False, "sigma": sigma}
    claims = [layer, plain, best_step, any_step, least, *preconditioners]
    return judge_by(id, subject, random_instances(trials, seed, shapes, **options), check, *claims)


def _same_answers(rng: Random, instance: Instance, M: int, trained: Any, of_weights: Any) -> None:
    """The forward pass answers as the step does, for any weights and for those of training."""
    sample = random_sample(rng, instance, M)
    for layer, claim in ((instance, of_weights), (_trained(instance), trained)):
        P = as_rows(ask(claim, layer), "the preconditioner")
        agree(answer_of_step(layer, sample, P), prediction_at(layer, sample), "the step of gradient descent")


def _trained(instance: Instance) -> Instance:
    """The layer where training ends, with u = 1."""
    return instance.without_pq().with_weights(u=Fraction(1), U=trained_weights(instance))
