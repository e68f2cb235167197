"""The exact judge of a trained layer on tests that are not like its training: tasks, queries, inputs of another law.

The layer is the judge's own (``trained.trained_weights``).  A fixed task or query is a constant in the prompt's
polynomials; inputs of another law are x = A z for the instance's matrix A, so that Λ_test = AAᵀ.

>>> judge_shifts("nothing", {}).verdict
'skipped'
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import reduce
from random import Random
from typing import Any

from ..comparing import Refuted, agree, ask, judge_by, rational
from ..rational.forward import Prompt, forward, population_loss, prediction_at
from ..rational.instances import Instance, Sample, random_instances
from ..rational.matrices import Matrix, combine, inverse, product, transpose
from ..rational.polynomials import Expanded, Polynomial, combination, constant, variable
from ..rational.trained import trained_weights
from ..verdict import Verdict

SHAPES = ((2, 2), (1, 3), (2, 3), (3, 1))
TRIALS, SEED = 4, 20230622


def trained_layer(instance: Instance) -> Instance:
    """The instance with the weights of its own optimum, uU in place of U."""
    return instance.without_pq().with_weights(u=Fraction(1), U=trained_weights(instance))


def of_inputs(instance: Instance, M: int) -> Fraction:
    """E(ŷ − y_q)² on prompts of M examples with inputs x = A z."""
    other = replace(trained_layer(instance), C=instance.A, Lambda=product(instance.A, transpose(instance.A)), N=M)
    return 2 * population_loss(other)


def judge_learning(
    id: str,
    eta: Callable[[Instance], Any] | None,
    M: Callable[..., Any],
    N_squared: Callable[..., Any],
    *,
    trials: int = TRIALS,
    seed: int = SEED,
    shapes: Sequence[tuple[int, int]] = SHAPES,
) -> Verdict:
    """Is the error for a fixed task η + α/M, and are M(instance, ε) ≥ α/ε and N_squared(instance, ε) ≥ ηN²/ε enough?

    η and α come from the judge's own mean squares on prompts of one and of two examples; the task is the instance's q.
    """
    rng = Random(seed)

    def check(instance: Instance) -> None:
        one, two = (of_task(instance, length) for length in (1, 2))
        own, slope = 2 * two - one, 2 * (one - two)
        agree(ask(eta, instance), own, "what training leaves as an error")  # type: ignore[arg-type]
        for epsilon in (Fraction(1, rng.randint(100, 999)), Fraction(rng.randint(100, 999))):
            for name, claim, least in (("M", M, slope / epsilon), ("N²", N_squared, own * instance.N**2 / epsilon)):
                if (claimed := rational(ask(claim, instance, epsilon), name)) < least:
                    raise Refuted(f"for ε = {epsilon}, {name} = {claimed} is not enough: it takes {least}")

    subject = "how many examples a task takes"
    return judge_by(id, subject, random_instances(trials, seed, shapes), check, eta)


def _mean_square(instance: Instance, M: int, w: Sequence[Polynomial], query: Sequence[Polynomial]) -> Fraction:
    """E(ŷ − ⟨w, query⟩)² on prompts of M examples, whose normals come first."""
    d = instance.d
    z = [[variable(d * i + a) for a in range(d)] for i in range(M)]
    return _of_examples(
        instance, [[combination(zip(row, one, strict=True)) for row in instance.C] for one in z], w, query
    )


def _of_examples(
    instance: Instance, x: Sequence[list[Polynomial]], w: Sequence[Polynomial], query: Sequence[Polynomial]
) -> Fraction:
    """The same for the inputs x, a column each."""
    dot = lambda column: reduce(Polynomial.__add__, map(Polynomial.__mul__, w, column))  # noqa: E731
    drawn = Prompt([*x, list(query)], list(w), [dot(column) for column in x], dot(query))
    error = Expanded(forward(replace(trained_layer(instance), N=len(x)), drawn) - drawn.target)
    return error.dot(error)


def of_task(instance: Instance, M: int) -> Fraction:
    """The same for the fixed task q of the instance, over inputs and query."""
    d = instance.d
    z = [variable(d * M + a) for a in range(d)]
    query = [combination(zip(row, z, strict=True)) for row in instance.C]
    return _mean_square(instance, M, [constant(entry) for entry in instance.q], query)


def of_query(instance: Instance, M: int) -> Fraction:
    """The same for the fixed query p of the instance, over inputs and task."""
    d = instance.d
    return _mean_square(instance, M, [variable(d * M + a) for a in range(d)], [constant(entry) for entry in instance.p])


def _across(instance: Instance, rng: Random) -> tuple[list[Fraction], list[Fraction], list[Fraction]]:
    """An example x, v with ⟨x, v⟩ = 0, and the query Γv; the judge's Γ is the inverse of its own uU."""
    d = instance.d
    x = [Fraction(rng.choice((1, 2, 3))) for _ in range(d)]
    v = [x[1], -x[0], *[Fraction(0)] * (d - 2)]
    Gamma = inverse(trained_weights(instance))
    return x, v, [sum((g * e for g, e in zip(row, v, strict=True)), start=Fraction(0)) for row in Gamma]


def chosen_answer(instance: Instance, rng: Random) -> Fraction:
    """ŷ for a query across the one example."""
    x, _, query = _across(instance, rng)
    sample = Sample([[entry] for entry in x], list(instance.q), query, [Fraction(0)])
    return prediction_at(trained_layer(instance), sample)


def chosen_error(instance: Instance, rng: Random) -> tuple[Matrix, Fraction]:
    """v, and E(ŷ − y_q)² over the task for the query Γv across the one example."""
    x, v, query = _across(instance, rng)
    w = [variable(a) for a in range(instance.d)]
    return [[entry] for entry in v], _of_examples(instance, [list(map(constant, x))], w, list(map(constant, query)))


def at_the_limit(instance: Instance, M: int) -> Fraction:
    """E(⟨w, Λ_testΛ⁻¹x⟩ − ⟨w, x⟩)² for x = A z: what ŷ tends to with long prompts (arXiv:2306.09927, section 4.2)."""
    d, A = instance.d, instance.A
    turned = product(A, transpose(A), inverse(instance.Lambda), A)
    gap = combine((1, turned), (-1, A))
    w, z = [variable(a) for a in range(d)], [variable(d + a) for a in range(d)]
    moved = [combination(zip(row, z, strict=True)) for row in gap]
    error = Expanded(reduce(Polynomial.__add__, map(Polynomial.__mul__, w, moved)))
    return error.dot(error)


QUANTITIES: Mapping[str, Callable[[Instance, int], Fraction]] = {
    "task": of_task,
    "query": of_query,
    "covariate": of_inputs,
    "covariate limit": at_the_limit,
}


def judge_shifts(
    id: str,
    claims: Mapping[str, Callable[..., Any]],
    *,
    trials: int = TRIALS,
    seed: int = SEED,
    shapes: Sequence[tuple[int, int]] = SHAPES,
) -> Verdict:
    """Are ``claims["task"](instance, M)``, of ``QUANTITIES``, the mean squares of the error on M examples?

    The fixed task is the instance's q, the fixed query its p, and Λ_test = AAᵀ.  ``chosen`` must be the answer for a
    query Γv with Xᵀv = 0, where d > 1, and ``claims["chosen error"](instance, v)`` its mean square error.
    """
    rng = Random(seed)

    def check(instance: Instance) -> None:
        M = 1 + instance.N % 2
        for name, claim in claims.items():
            if name in QUANTITIES:
                agree(ask(claim, instance, M), QUANTITIES[name](instance, M), f"the error under {name} shift")
            elif instance.d > 1 and name == "chosen":
                agree(ask(claim, instance), chosen_answer(instance, rng), "the answer to a chosen query")
            elif instance.d > 1:
                v, missed = chosen_error(instance, rng)
                agree(ask(claim, instance, v), missed, "the error for a chosen query")

    subject = "the trained layer's error on tests of another law"
    instances = random_instances(trials, seed, shapes) if claims else []
    return judge_by(id, subject, instances, check)
