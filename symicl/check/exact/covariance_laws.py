"""The exact judge of prompts that have a covariance of their own: laws with finitely many outcomes, in rationals.

It averages its own quadratic form of the loss (``Prompt.moments``, the real forward pass in components) over the
outcomes, finds the least point by exact linear algebra, and compares.  Eigenvalues are squares of rationals, so that
Λ = CCᵀ has a rational root.

>>> law = diagonal_law(Random(0), 2, 2)
>>> sum(probability for probability, _ in law.outcomes)
Fraction(1, 1)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product as tuples
from math import prod
from random import Random
from typing import Any

from ..comparing import Refuted, agree, ask, judge_by
from ..rational.forward import HALF, population_loss, prompt
from ..rational.instances import Instance, random_instance
from ..rational.matrices import Matrix, combine, identity, inverse, product, trace, transpose
from ..verdict import Verdict

SHAPES = ((2, 2), (1, 3), (2, 3), (1, 2))
TRIALS, SEED = 4, 20230624
Claims = Mapping[str, Callable[..., Any]]


@dataclass(frozen=True)
class PromptLaw:
    """Prompts of N examples whose covariance is one of finitely many: pairs (probability, setting).

    The settings differ in C alone.  ``moments`` are E λ, E λ², E λ³ where the eigenvalues are independent and of one
    law, else empty.
    """

    d: int
    N: int
    outcomes: tuple[tuple[Fraction, Instance], ...]
    moments: tuple[Fraction, ...] = ()

    @property
    def u(self) -> Fraction:
        """The weight u of all settings."""
        return self.outcomes[0][1].u

    @property
    def U(self) -> Matrix:
        """The weight U of all settings, d×d."""
        return self.outcomes[0][1].U

    def mean(self, value: Callable[[Instance], Fraction]) -> Fraction:
        """The mean of a number over the covariance."""
        return sum((p * value(instance) for p, instance in self.outcomes), Fraction(0))

    def longer(self, M: int) -> PromptLaw:
        """The same law with prompts of M examples."""
        return replace(self, N=M, outcomes=tuple((p, replace(instance, N=M)) for p, instance in self.outcomes))

    def at(self, W: Matrix) -> PromptLaw:
        """The same law for the layer u = 1, U = W."""
        there = [(p, instance.with_weights(u=Fraction(1), U=W)) for p, instance in self.outcomes]
        return replace(self, outcomes=tuple(there))


def diagonal_law(rng: Random, d: int, N: int, points: int = 3) -> PromptLaw:
    """A random law of diagonal covariances."""
    return _law(rng, d, N, [_diagonal([_root(rng) for _ in range(d)]) for _ in range(points)])


def any_law(rng: Random, d: int, N: int, points: int = 2) -> PromptLaw:
    """A random law of covariances that, for d ≥ 2, are not diagonal and do not commute."""
    while True:
        found = [random_instance(rng, d, N) for _ in range(points)]
        first, second = found[0].Lambda, found[1].Lambda
        if d == 1 or product(first, second) != product(second, first):
            return _law(rng, d, N, [instance.C for instance in found])


def independent_law(rng: Random, d: int, N: int, points: int = 2) -> PromptLaw:
    """A random law of diagonal covariances with independent eigenvalues of one law."""
    first = Fraction(rng.randint(1, 2))
    roots = [first, first + Fraction(rng.randint(1, 3), 2)][:points]  # never equal: a constant eigenvalue hides much
    weights = _weights(rng, points)
    moments = tuple(
        sum((p * r ** (2 * k) for p, r in zip(weights, roots, strict=True)), Fraction(0)) for k in (1, 2, 3)
    )
    chosen = list(tuples(range(points), repeat=d))
    law = _law(rng, d, N, [_diagonal([roots[i] for i in each]) for each in chosen])
    outcomes = [
        (prod((weights[i] for i in each), start=Fraction(1)), instance)
        for each, (_, instance) in zip(chosen, law.outcomes, strict=True)
    ]
    return replace(law, outcomes=tuple(outcomes), moments=moments)


def _law(rng: Random, d: int, N: int, roots: Sequence[Matrix]) -> PromptLaw:
    base = random_instance(rng, d, N, full=False)
    settings = [replace(base, C=C, Lambda=product(C, transpose(C))) for C in roots]
    return PromptLaw(d, N, tuple(zip(_weights(rng, len(roots)), settings, strict=True)))


def _weights(rng: Random, count: int) -> list[Fraction]:
    raw = [rng.randint(1, 5) for _ in range(count)]
    return [Fraction(each, sum(raw)) for each in raw]


def _root(rng: Random) -> Fraction:
    return Fraction(rng.randint(1, 5), rng.randint(1, 3))


def _diagonal(entries: Sequence[Fraction]) -> Matrix:
    return [[entry if i == j else Fraction(0) for j in range(len(entries))] for i, entry in enumerate(entries)]


def quadratic(law: PromptLaw) -> tuple[Matrix, list[Fraction], Fraction]:
    """The mean loss at p = q = 0 as ½ wᵀQw − lᵀw + ½ c in the d² entries w of uU: Q, l and c."""
    squares, lines, constants = zip(*(prompt(instance).moments for _, instance in law.outcomes), strict=True)
    weights = [p for p, _ in law.outcomes]
    line = combine(*zip(weights, [[each] for each in lines], strict=True))[0]
    constant = sum((p * c for p, c in zip(weights, constants, strict=True)), Fraction(0))
    return combine(*zip(weights, squares, strict=True)), line, constant


def trained(law: PromptLaw) -> tuple[Matrix, Fraction]:
    """uU where the mean loss is least at p = q = 0, and that loss."""
    square, line, constant = quadratic(law)
    best = _times(inverse(square), line)
    return _rows(best, law.d), HALF * (constant - sum((a * b for a, b in zip(line, best, strict=True)), Fraction(0)))


def _times(rows: Matrix, column: Sequence[Fraction]) -> list[Fraction]:
    return [row[0] for row in product(rows, [[entry] for entry in column])]


def _rows(flat: list[Fraction], d: int) -> Matrix:
    return [flat[i : i + d] for i in range(0, d * d, d)]


def mean_loss(law: PromptLaw) -> Fraction:
    """The loss at the weights of the law, averaged over the covariance, by the forward pass in components."""
    return law.mean(population_loss)


def without_end(law: PromptLaw) -> tuple[Matrix, Fraction]:
    """The best uU for prompts without end, and its loss: there S is Λ, and the residual is wᵀ(ΛW − I)x_q.

    The loss is a quadratic function of the d² entries of W; it is read off its values.
    """
    d, one = law.d, identity(law.d)

    def loss(W: Matrix) -> Fraction:
        def given(instance: Instance) -> Fraction:
            gap = combine((1, product(instance.Lambda, W)), (-1, one))
            return HALF * trace(product(gap, instance.Lambda, transpose(gap)))

        return law.mean(given)

    units = [[[Fraction((i, j) == at) for j in range(d)] for i in range(d)] for at in tuples(range(d), repeat=2)]
    zero = combine((0, one))
    start, values = loss(zero), [loss(unit) for unit in units]
    bend = [
        [loss(combine((1, a), (1, b))) - x - y + start for b, y in zip(units, values, strict=True)]
        for a, x in zip(units, values, strict=True)
    ]
    slope = [[x - start - HALF * bend[k][k]] for k, x in enumerate(values)]
    step = [-entry for entry in _times(inverse(bend), [row[0] for row in slope])]
    fall = sum((a * b[0] for a, b in zip(step, slope, strict=True)), Fraction(0))
    return _rows(step, d), start + HALF * fall


def _laws(make: Callable[..., PromptLaw], trials: int, seed: int, shapes: Sequence[tuple[int, int]]) -> Iterator[Any]:
    rng = Random(seed)
    for k in range(trials):
        yield make(rng, *shapes[k % len(shapes)])


def judge_diagonal_covariance(
    id: str, claims: Claims, *, trials: int = TRIALS, seed: int = SEED, shapes: Any = SHAPES
) -> Verdict:
    """For random laws of diagonal covariances: are ``loss``, ``best``, ``least``, ``limit`` and ``upper`` right?

    Each is asked with the law; ``upper`` is the loss of the layer that is best for prompts without end;
    ``at-length(law, M)`` is the loss of the trained layer on prompts of M examples.
    """

    def check(law: Any) -> None:
        best, least = trained(law)
        agree(ask(claims["loss"], law), mean_loss(law), "the loss")
        agree(ask(claims["best"], law), best, "the best uU")
        agree(ask(claims["least"], law), least, "the least loss")
        far, low = without_end(law)
        agree(ask(claims["limit"], law), low, "the limit")
        high = mean_loss(law.at(far))
        agree(ask(claims["upper"], law), high, "the loss of the layer that is best for prompts without end")
        if not low < least < high:
            raise Refuted(f"the least loss {least} is not between {low} and {high}")
        M = law.N + 1
        there = mean_loss(law.at(best).longer(M))
        agree(ask(claims["at-length"], law, M), there, f"the trained layer's loss on prompts of {M} examples")

    subject = "the optimum for random diagonal covariances"
    return judge_by(id, subject, _laws(diagonal_law, trials, seed, shapes), check, *claims.values())


def judge_any_covariance(
    id: str, claims: Claims, *, trials: int = TRIALS, seed: int = SEED, shapes: Any = SHAPES
) -> Verdict:
    """For random laws of covariances that do not commute: is the equation that of a gradient that vanishes?

    ``left(law, H)`` and ``right(law)`` are its sides,  ``least(law, H)`` the least loss, ``loss(law)`` the loss.
    """

    def check(law: Any) -> None:
        best, least = trained(law)
        agree(ask(claims["loss"], law), mean_loss(law), "the loss")
        square, line, _ = quadratic(law)
        flat = [entry for row in law.U for entry in row]
        agree(ask(claims["left"], law, law.U), _rows(_times(square, flat), law.d), "the left side of the equation")
        agree(ask(claims["right"], law), _rows(line, law.d), "the right side of the equation")
        agree(ask(claims["left"], law, best), _rows(line, law.d), "the left side at the optimum")
        agree(ask(claims["least"], law, best), least, "the least loss")

    subject = "the linear equation for random covariances that do not commute"
    return judge_by(id, subject, _laws(any_law, trials, seed, shapes), check, *claims.values())


def judge_independent_eigenvalues(
    id: str, claims: Claims, *, trials: int = TRIALS, seed: int = SEED, shapes: Any = SHAPES
) -> Verdict:
    """For independent eigenvalues of one law: are ``uU`` (a number), ``loss`` and ``limit`` right?"""

    def check(law: Any) -> None:
        best, least = trained(law)
        agree(_multiple(ask(claims["uU"], law), law.d), best, "the best uU")
        agree(ask(claims["loss"], law), least, "the least loss")
        agree(ask(claims["limit"], law), without_end(law)[1], "the limit")

    subject = "the closed form for independent eigenvalues"
    return judge_by(id, subject, _laws(independent_law, trials, seed, shapes), check, *claims.values())


def _multiple(number: Any, d: int) -> Any:
    """number · I; what is no number is left as it is, to be refuted."""
    return [[number if i == j else Fraction(0) for j in range(d)] for i in range(d)]
