"""The exact judge of a trained layer on prompts whose labels follow a law of their own.

The layer is the judge's own (``trained.trained_weights``).  Inputs are x = C z, a label is any polynomial in its input
and one more normal, the same for the query; the forward pass runs on the embedding, and a = Λ⁻¹E[xy], Σ = Cov(xy) and
what the best linear predictor misses are worked out in components.

>>> from random import Random
>>> from symicl.check.rational.instances import random_instance
>>> instance = random_instance(Random(0), 2, 3)
>>> law = Law.of(instance, power_of(3))
>>> law.least > 0
True
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce
from typing import Any

from ..comparing import agree, ask, judge_by
from ..rational.forward import Prompt, forward
from ..rational.instances import Instance, random_instances
from ..rational.matrices import Matrix, combine, inverse, product, transpose
from ..rational.polynomials import Expanded, Polynomial, combination, variable
from ..rational.trained import trained_weights
from ..verdict import Verdict

#: A label as a polynomial in the entries of its input and in a standard normal of its own.
Label = Callable[[Instance, Sequence[Polynomial], Polynomial], Polynomial]
#: d and N, which differ from each other and from the number M = d + 1 of examples in the test prompt.
SHAPES = ((2, 4), (1, 3), (2, 1))
TRIALS, SEED = 3, 20230621


def direction(instance: Instance) -> list[Fraction]:
    """The w of a task along one direction: the instance's q, which a layer at p = q = 0 does not use."""
    return instance.q


def power_of(k: int) -> Label:
    """y = ⟨w, x⟩ᵏ + σε."""

    def label(instance: Instance, x: Sequence[Polynomial], noise: Polynomial) -> Polynomial:
        along = combination(zip(direction(instance), x, strict=True))
        power = reduce(Polynomial.__mul__, [along] * k)
        return combination([(Fraction(1), power), (instance.sigma, noise)])

    return label


def mixed(instance: Instance, x: Sequence[Polynomial], noise: Polynomial) -> Polynomial:
    """y = ⟨w, x⟩ + ⟨p, x⟩² + x_1 ε: linear, not linear, and noisy where its input is large."""
    linear = combination(zip(direction(instance), x, strict=True))
    square = combination(zip(instance.p, x, strict=True))
    return linear + square * square + x[0] * noise


@dataclass(frozen=True)
class Law:
    """One law of (x, y): a = Λ⁻¹E[xy] (d×1), Σ = Cov(xy) (d×d), and E(⟨a, x⟩ − y)²."""

    a: Matrix
    Sigma: Matrix
    least: Fraction

    @classmethod
    def of(cls, instance: Instance, label: Label) -> Law:
        """Worked out in components, from the moments of one input and its label."""
        x, y = _example(instance, label, 0)
        products = [Expanded(entry * y) for entry in x]
        plain, own = [Expanded(entry) for entry in x], Expanded(y)
        mean = [[entry.dot(own)] for entry in plain]
        square = [[left.dot(right) for right in products] for left in products]
        a = product(inverse(instance.Lambda), mean)
        spread = combine((1, square), (-1, product(mean, transpose(mean))))
        return cls(a, spread, own.dot(own) - product(transpose(a), mean)[0][0])


def _example(instance: Instance, label: Label, k: int) -> tuple[list[Polynomial], Polynomial]:
    """The k-th input and its label, in normals that belong to it alone."""
    d = instance.d
    z = [variable((d + 1) * k + i) for i in range(d + 1)]
    x = [combination(zip(row, z[:d], strict=True)) for row in instance.C]
    return x, label(instance, x, z[d])


def mean_square(instance: Instance, label: Label, length: int) -> Fraction:
    """E(ŷ − y_q)² of the trained layer on prompts of that many examples."""
    clean = replace(instance.without_pq(), sigma=Fraction(0))  # it was trained without noise
    layer = clean.with_weights(u=Fraction(1), U=trained_weights(clean))
    examples = [_example(instance, label, k) for k in range(length + 1)]
    drawn = Prompt([x for x, _ in examples], [variable(0)] * instance.d, [y for _, y in examples[:-1]], examples[-1][1])
    error = Expanded(forward(replace(layer, N=length), drawn) - drawn.target)
    return error.dot(error)


def judge_law(
    id: str,
    excess: Callable[..., Any],
    label: Label,
    *,
    predictor: tuple[Callable[..., Any], ...] = (),
    sigma: Fraction | int = 0,
    trials: int = TRIALS,
    seed: int = SEED,
    shapes: Sequence[tuple[int, int]] = SHAPES,
) -> Verdict:
    """Is ``excess(instance, M, a, Sigma)`` what the trained layer is worse by than the best linear predictor?

    ``predictor`` claims a, Σ and E(⟨a, x⟩ − y)² as functions of an instance with ``w``; where it is given, the excess
    is asked without a and Sigma.
    """

    def check(instance: Instance) -> None:
        law, M = Law.of(instance, label), instance.d + 1
        own = mean_square(instance, label, M) - law.least
        if not predictor:
            agree(ask(lambda: excess(instance, M, law.a, law.Sigma)), own, "the excess")
            return
        w = [[entry] for entry in direction(instance)]
        own_values = (law.a, "a"), (law.Sigma, "Sigma"), (law.least, "the limit")
        for claim, (exact, name) in zip(predictor, own_values, strict=True):
            agree(ask(lambda claim=claim: claim(instance, w=w, sigma=instance.sigma)), exact, name)
        agree(ask(lambda: excess(instance, M=M, w=w, sigma=instance.sigma)), own, "the excess")

    subject = "the risk of the trained layer on labels of another law"
    return judge_by(id, subject, random_instances(trials, seed, shapes, sigma=sigma), check, excess, *predictor)
