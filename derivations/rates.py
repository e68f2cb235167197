"""How the error falls with the two prompt lengths (arXiv:2306.09927, Theorem 4.2, for linear tasks, averaged over w).

Claim.  The mean square of ŷ − ⟨w, x_q⟩ is (1/M) tr[(tr(Λ)Λ + Λ²)Γ⁻²Λ] + (1/N²) tr[Γ⁻²Λ(Λ + tr(Λ)I)²]; it is at most
(1/M)(d + 1)tr(Λ) + (1/N²)((2d + 1)tr(Λ) + tr(Λ)²tr(Λ⁻¹)), so that explicit lengths M(ε), N(ε) make it at most ε.
Scope.  A layer at the optimum; every Λ ≻ 0, d, N and M; labels with or without noise.
"""

from typing import Any

from symicl.attention import Task
from symicl.kernel import theorem as kernel
from symicl.kernel.theorem import Theorem
from symicl.language.expressions import tr
from symicl.language.letters import dimension
from symicl.language.statements import Eq, Ge, Gt
from symicl.proof import rules
from symicl.proof.calculation import proof
from symicl.proof.chapter import Calculation, Chapter, Result, say

from . import entry
from .trained_prediction import Trained, mean_square, trained

N = dimension("N")


def shares(it: Trained) -> tuple[Any, Any]:
    """What falls like 1/M and what falls like 1/N²."""
    t, G, Λ = it.test.task, it.Gamma.inv(), it.test.task.Lambda
    spread = Λ + it.spread * t.identity
    return (
        tr((it.spread * Λ + Λ @ Λ) @ G @ G @ Λ) / t.N,
        tr(G @ G @ Λ @ spread @ spread) / N**2,
    )


def held_back(it: Trained) -> Theorem:
    """I − Γ⁻¹Λ = (1/N)(Λ + tr(Λ)I)Γ⁻¹; with noise tr(Λ) + σ² is in the place of tr(Λ), here and below."""
    Γ, Λ, one = it.Gamma, it.test.task.Lambda, it.test.task.identity
    return kernel.combine(Eq(one - Γ.inv() @ Λ, (Λ + it.spread * one) @ Γ.inv() / N), [(it.definition, Γ.inv(), 1)])


def rate(it: Trained, square: Theorem) -> Calculation:
    """The mean square in its two shares."""
    t, G, Λ = it.test.task, it.Gamma.inv(), it.test.task.Lambda
    noise, rest = shares(it)
    gap, known = t.identity - G @ Λ, held_back(it)
    spread = Λ + it.spread * t.identity
    return (
        proof(square.statement.lhs)
        .eq(square.statement.rhs, by=rules.from_(square, "mean square of the error"))
        .eq(
            noise + rest,
            by=rules.combination((known, 1, gap @ Λ), (known, spread @ G / N, Λ), reason="{c}", c=known.statement),
        )
        .qed()
    )


def inverses(it: Trained) -> Theorem:
    """Λ⁻¹ − Γ⁻¹ = (1/N)(I + tr(Λ)Λ⁻¹)Γ⁻¹."""
    Γ, Λ, one = it.Gamma, it.test.task.Lambda, it.test.task.identity
    return kernel.combine(
        Eq(Λ.inv() - Γ.inv(), (one + it.spread * Λ.inv()) @ Γ.inv() / N), [(it.definition, Λ.inv(), Γ.inv())]
    )


def constants(it: Trained) -> tuple[Any, Any]:
    """a = (d + 1)tr(Λ) and b = (2d + 1)tr(Λ) + tr(Λ)²tr(Λ⁻¹), which know nothing of N and M; with noise dσ² more in a,
    2dσ² more in b, and tr(Λ) + σ² in its square."""
    t, Λ, noise = it.test.task, it.test.task.Lambda, it.test.task.d * it.test.task.noise**2
    return (t.d + 1) * tr(Λ) + noise, (2 * t.d + 1) * tr(Λ) + 2 * noise + it.spread**2 * tr(Λ.inv())


def bound(it: Trained) -> Calculation:
    """a/M + b/N² exceeds the two shares: Γ⁻² is below Λ⁻², and everything commutes."""
    t, G, Λ = it.test.task, it.Gamma.inv(), it.test.task.Lambda
    noise, rest = shares(it)
    a, b = constants(it)
    one, apart = t.identity, inverses(it)
    spread = Λ + it.spread * one
    between = (one + it.spread * Λ.inv()) @ G @ (Λ.inv() + G)
    over_M = tr((it.spread * Λ + Λ @ Λ) @ Λ @ between) / (t.N * N)
    over_N = tr(Λ @ spread @ spread @ between) / N**3
    both = (Λ.inv() + G, Λ.inv() + G)
    return (
        proof(a / t.N + b / N**2)
        .eq(
            noise + rest + (over_M + over_N),
            by=rules.combination(
                (apart, (it.spread * Λ + Λ @ Λ) @ Λ / t.N, both[0]),
                (apart, Λ @ spread @ spread / N**2, both[1]),
                reason="{c}; everything commutes",
                c=apart.statement,
            ),
        )
        .ge(noise + rest, kernel.positive(over_M + over_N), "traces of definite matrices that commute")
        .qed()
    )


def long_enough(length: Any, constant: Any, level: Any) -> Theorem:
    """length ≥ constant/level gives level ≥ constant/length, for a positive level."""
    given = kernel.assume(Ge(length, constant / level))
    scale = level / length
    kept = kernel.cite("products keep order", [length, constant / level, scale], given, kernel.positive(scale))
    before = kernel.identity(Eq(level, kept.statement.lhs))
    return kernel.descend(before, kept, kernel.identity(Eq(kept.statement.rhs, constant / length)))


def enough(it: Trained, square: Theorem, bounded: Theorem) -> Theorem:
    """M ≥ 2a/ε and N² ≥ 2b/ε make the mean square less than ε."""
    M, epsilon = it.test.task.N, it.level
    a, b = constants(it)
    halves = [long_enough(length, constant, epsilon / 2) for length, constant in ((M, a), (N**2, b))]
    sides = [side for half in halves for side in (half.statement.lhs, half.statement.rhs)]
    total = kernel.cite("sums keep order", sides, *halves)
    begin = kernel.identity(Eq(epsilon, total.statement.lhs))
    joined = kernel.identity(Eq(total.statement.rhs, bounded.statement.lhs))
    return kernel.mirror(kernel.descend(begin, total, joined, bounded, kernel.turn(square)))


def derive(task: Task | None = None) -> Chapter:
    """The chapter: both rates, a bound with explicit constants, and the lengths that are enough."""
    it = trained(task)
    t, epsilon = it.test.task, it.level
    square = rate(it, mean_square(it).theorem)
    bounded = bound(it)
    lengths = enough(it, square.theorem, bounded.theorem)
    noise, rest = shares(it)
    a, b = constants(it)
    return entry("rates").chapter(
        summary=say(
            "Two lengths decide how well the trained layer answers: {M}, of the prompt it is asked about, and {N}, of "
            "the prompts it was trained on. They do not count alike.",
            M=t.N,
            N=N,
        ),
        meaning=say(
            "The error falls like one over {M}, as for any estimate from {M} examples, but like one over the square of "
            "{N}: training prompts may be much shorter than test prompts. Twice as many examples in the test prompt "
            "halve the first share; twice as many in training quarter the second.",
            M=t.N,
            N=N,
        ),
        parts=(
            Result("rates", "Theorem", "Both rates", square.theorem, (square,), given=say("At the optimum,")),
            Result(
                "bound",
                "Proposition",
                "A bound with explicit constants",
                kernel.mirror(bounded.theorem),
                (bounded,),
                given=say("For all {M} and {N},", M=t.N, N=N),
            ),
            Result(
                "enough",
                "Corollary",
                "How many examples are enough",
                lengths,
                (),
                given=say("For every {e},", e=Gt(epsilon, 0)),
                conclusion=say(
                    "Each of the two shares of the bound is at most half of {e}: the first because {m}, the second "
                    "because {n}.",
                    e=epsilon,
                    m=Ge(t.N, 2 * a / epsilon),
                    n=Ge(N**2, 2 * b / epsilon),
                ),
            ),
        ),
        formulas={"value": square.theorem.statement.rhs},
        claims={
            "share_of_M": noise,
            "share_of_N": rest,
            "bound": bounded.theorem.statement.lhs,
            "M": 2 * a / epsilon,
            "N_squared": 2 * b / epsilon,
            "trained": it.Gamma.inv(),
        },
        uses=("trained-prediction",),
        model=it.test,
    )
