"""The exact judges of a prediction, a loss, a moment and a gradient.

Each is given a claim as a plain Python callable of an ``Instance`` (rational numbers), works the same quantity out by
itself and asks for equality of rationals.  Options common to all: ``trials`` random instances, drawn from ``seed``,
with sizes running through ``shapes``.  ``UserError`` for an impossible size or σ.

>>> verdict = judge_moment("mean", lambda instance: instance.Lambda, ["S"])
>>> verdict.verdict
'pass'
>>> print(judge_moment("mean", lambda instance: 2 * instance.d, ["S"]).detail)
d = 2, N = 2: the formula gives a matrix of shape (1, 1), it should be (2, 2)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from random import Random
from typing import Any

from ..comparing import Refuted, agree, ask, judge_by
from ..rational.forward import gradient, population_loss, prediction_at
from ..rational.instances import BLOCKS, SHAPES, Instance, random_instances, random_sample
from ..rational.words import Factor, moment
from ..verdict import Verdict

Shapes = Sequence[tuple[int, int]]
TRIALS, SEED = 6, 20230616


def judge_loss(
    id: str,
    formula: Callable[[Instance], Any],
    *,
    full: bool = True,
    sigma: Fraction | int = 0,
    noisy_target: bool = False,
    trials: int = TRIALS,
    seed: int = SEED,
    shapes: Shapes = SHAPES,
) -> Verdict:
    """Is ``formula(instance)`` the population loss ½E(ŷ − y_q)²?

    ``full=False`` puts p = q = 0.  ``sigma`` is the standard deviation of the label noise, which the target has too
    where ``noisy_target`` is set.
    """
    options = {"full": full, "sigma": sigma, "noisy_target": noisy_target}
    subject = "the population loss" if full else "the population loss at p = q = 0"
    return _compare(id, subject, formula, population_loss, trials, seed, shapes, **options)


def judge_moment(
    id: str,
    formula: Callable[[Instance], Any],
    factors: Sequence[Factor] | Callable[[Instance], Sequence[Factor]],
    *,
    sigma: Fraction | int = 0,
    trials: int = TRIALS,
    seed: int = SEED,
    shapes: Shapes = SHAPES,
) -> Verdict:
    """Is ``formula(instance)`` the mean of the word ``factors`` (see ``words.moment``; a callable may depend on the
    instance)?  For statements about every matrix use the letters "U", "A", "B", which are random and unsymmetric."""

    def own(instance: Instance) -> Any:
        return moment(instance, factors(instance) if callable(factors) else factors)

    name = "the mean of a word" if callable(factors) else f"E[{' '.join(map(_show, factors))}]"
    return _compare(id, name, formula, own, trials, seed, shapes, sigma=sigma)


def _show(factor: Any) -> str:
    if isinstance(factor, str):
        return factor
    return f"tr({' '.join(map(_show, factor[1]))})" if factor[:1] == ("tr",) else str(factor)


def _compare(
    id: str, subject: str, formula: Any, own: Any, count: int, seed: int, shapes: Shapes, **options: Any
) -> Verdict:
    """The generic judge: ``formula`` against ``own`` on random instances."""

    def check(instance: Instance) -> None:
        exact = own(instance)
        agree(ask(formula, instance), exact)

    return judge_by(id, subject, random_instances(count, seed, shapes, **options), check, formula)


def judge_prediction(
    id: str,
    formula: Callable[..., Any],
    *,
    test_prompt: bool = False,
    prepare: Callable[[Instance], Instance] | None = None,
    sigma: Fraction | int = 0,
    trials: int = TRIALS,
    seed: int = SEED,
    shapes: Shapes = SHAPES,
) -> Verdict:
    """Is ``formula(instance, X, w, x_q)`` the bottom right entry of f(E), at random rational numbers?

    ``X`` is d×M (rows of rationals), ``w`` and ``x_q`` flat lists; M = N, or M ≠ N where ``test_prompt`` is set (the
    normaliser is M).  ``prepare`` may put other weights into the instance first, say those of the optimum.  Where
    ``sigma`` is not 0 the formula is given the M numbers ε too.  The blocks that are said not to matter are random.
    """
    from_seed = Random(seed)

    def check(drawn: Instance) -> None:
        instance = drawn if prepare is None else ask(prepare, drawn)
        if not isinstance(instance, Instance):
            raise Refuted(f"the weights were to be put into an instance, not into {instance!r}")
        sample = random_sample(from_seed, instance, instance.N + from_seed.randint(1, 3) if test_prompt else None)
        exact = prediction_at(instance, sample)
        noise = [sample.noise] if sigma else []
        agree(ask(formula, instance, sample.X, sample.w, sample.x_q, *noise), exact)

    subject = "the prediction on a test prompt" if test_prompt else "the prediction"
    return judge_by(id, subject, random_instances(trials, seed, shapes, sigma=sigma), check, formula)


def judge_gradient(
    id: str,
    formula: Callable[[Instance], dict[str, Any]],
    *,
    full: bool = True,
    sigma: Fraction | int = 0,
    trials: int = TRIALS,
    seed: int = SEED,
    shapes: Shapes = SHAPES,
) -> Verdict:
    """Does ``formula(instance)`` give the derivatives of the loss, in every coordinate?

    It is a dict with keys among u, U, p, q: a number, a list of rows, flat lists (or columns).  ``full=False`` takes
    the derivatives at p = q = 0, where those in p and q may be claimed as well.
    """

    def check(instance: Instance) -> None:
        claimed = ask(formula, instance)
        if not isinstance(claimed, dict) or not claimed or set(claimed) - set(BLOCKS):
            raise Refuted(f"the formula gives {claimed!r}, not a dict with keys among {', '.join(BLOCKS)}")
        for name, exact in gradient(instance, tuple(claimed)).items():
            agree(claimed[name], exact, f"the derivative in {name}")

    subject = "the gradient in every coordinate" if full else "the gradient in every coordinate at p = q = 0"
    return judge_by(id, subject, random_instances(trials, seed, shapes, full=full, sigma=sigma), check, formula)
