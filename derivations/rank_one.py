"""Of the points of ``spurious``, the best: p and q alone.

Claim.  No pqᵀ of rank one has a smaller distance ½ tr(ΓΛ(pqᵀ − Γ⁻¹)Λ(pqᵀ − Γ⁻¹)ᵀ) than that of the largest eigenvalue;
at the point of any other eigenvalue the loss falls at second order along p and q.
"""

from dataclasses import dataclass
from typing import Any

from symicl.kernel import theorem as kernel
from symicl.kernel.theorem import Theorem
from symicl.language.expressions import tr
from symicl.language.letters import matrix, scalar, vector
from symicl.language.mean import second_variation
from symicl.language.statements import Eq, Gt
from symicl.proof import rules
from symicl.proof.calculation import proof
from symicl.proof.chapter import Calculation, Result, say
from symicl.proof.rewriting import rewriting

from .spurious import Point


def largest(at: Point) -> Theorem:
    """λI − Λ = BBᵀ for some B: no eigenvalue is larger than λ."""
    t = at.it.model.task
    B = matrix("B", t.d)
    return kernel.assume(Eq(at.eigenvalue * t.identity - t.Lambda, B @ B.T))


@dataclass(frozen=True)
class RankOne:
    """How far ½ tr(ΓΛ(pqᵀ − Γ⁻¹)Λ(pqᵀ − Γ⁻¹)ᵀ) is above the best of them, for any p with pᵀΓΛp = s, and any q."""

    distance: Any
    spare: Any
    scale: Theorem
    calculation: Calculation


def best_rank_one(at: Point) -> RankOne:
    """Of all pqᵀ of rank one, none is nearer to Γ⁻¹ than that of the largest eigenvalue."""
    it, λ, γ = at.it, at.eigenvalue, at.gamma
    t, Γ, p, q = it.model.task, it.loss.Gamma, it.model.layer.p, it.model.layer.q
    Λ, N, s, top = t.Lambda, t.N, scalar("s", positive=True), largest(at)
    scale = kernel.assume(Eq(p.T @ Γ @ Λ @ p, s))
    gap, step, D = p @ q.T - Γ.inv(), s * q - Λ @ p, top.statement.lhs
    distance = tr(Γ @ Λ @ gap @ Λ @ gap.T) / 2
    least = tr(Λ @ Λ @ Γ.inv()) / 2 - λ**2 / (2 * γ)
    square = (step.T @ Λ @ step) / (2 * s)
    weights = (1 + 1 / N) * λ + 2 * tr(Λ) / N, tr(Λ) / N
    above = [weights[0] * (p.T @ Λ @ M @ Λ @ p) + weights[1] * (p.T @ M @ Λ @ M @ p) for M in (D, top.statement.rhs)]
    form = p.T @ Λ @ (λ**2 * Γ - γ * Λ @ Λ) @ p
    apart = kernel.identity(Eq(form, above[0]), [γ, Γ])
    lines = (
        proof(distance, say("Let {a}. Completing the square in {q} gives", a=scale.statement, q=q))
        .eq(least + square + form / (2 * s * γ), by=rewriting(scale, reason="{a}", a=scale.statement))
        .eq(
            least + square + above[0] / (2 * s * γ),
            by=rules.from_(apart, "definition of {a} and {b}, in powers of {c}", a=γ, b=Γ, c=D),
        )
        .eq(
            least + square + above[1] / (2 * s * γ),
            by=rules.combination(*_exchanged(top, p, Λ, weights, 2 * s * γ), reason="{a}", a=top.statement),
        )
    )
    spare = square + above[1] / (2 * s * γ)
    lines = lines.ge(least, kernel.nonnegative(spare), "sums of Gram traces")
    return RankOne(distance, spare, scale, lines.qed())


def _exchanged(top: Theorem, p: Any, Λ: Any, weights: tuple[Any, Any], below: Any) -> list[tuple[Theorem, Any, Any]]:
    """λI − Λ replaced by BBᵀ, one after the other."""
    (one, two), (D, gram) = weights, (top.statement.lhs, top.statement.rhs)
    return [
        (top, one / below * p.T @ Λ, Λ @ p),
        (top, two / below * p.T, Λ @ D @ p),
        (top, two / below * p.T @ gram @ Λ, p),
    ]


def other_eigenvector(at: Point) -> tuple[Any, Any, Any]:
    """z, μ and m, for another eigenvector, Λz = μz, with zᵀz = m."""
    return vector("z", at.it.model.task.d), scalar("mu", positive=True), scalar("m", positive=True)


def direction(at: Point) -> dict[Any, Any]:
    """The speeds of p and q, towards another eigenvector."""
    layer, (z, μ, _) = at.it.model.layer, other_eigenvector(at)
    return {layer.p: at.n * at.gamma * at.eigenvalue * z, layer.q: μ * z}


def fall(at: Point) -> Any:
    """The second derivative along that direction."""
    t, λ, (_, μ, m) = at.it.model.task, at.eigenvalue, other_eigenvector(at)
    return -(μ - λ) * (m * at.n * λ * μ * ((1 + 1 / t.N) * λ * μ + (λ + μ) * tr(t.Lambda) / t.N))


def downhill(at: Point) -> tuple[Calculation, Theorem]:
    """Where λ is not the largest eigenvalue, the loss falls at second order along p and q."""
    (z, μ, m), drop, (u, U) = other_eigenvector(at), fall(at), at.zeros
    other, long = kernel.assume(Eq(at.it.model.task.Lambda @ z, μ * z)), kernel.assume(Eq(z.T @ z, m))
    more = kernel.assume(Gt(μ - at.eigenvalue, 0))
    across = _orthogonal(at, other, more)
    names = {"a": at.eigen.statement, "b": other.statement, "c": across.statement}
    known = (*at.known, other, long, across, *at.products)
    speeds = direction(at)
    p, q = speeds
    begin = say("Move {p} with speed {v} and {q} with speed {w}:", p=p, v=speeds[p], q=q, w=speeds[q])
    twice = "product rule, twice, at {a}, {b}"
    lines = (
        proof(second_variation(at.it.model.loss, speeds), begin)
        .then(rules.differentiate(at.it.polynomial, u, U, template=twice, a=u.statement, b=U.statement))
        .eq(drop, by=rewriting(*known, open=(at.gamma,), reason="{a}, {b}, {c}", **names))
        .qed()
    )
    scale = drop / (at.eigenvalue - μ)
    less = kernel.cite("products keep strict order", [μ - at.eigenvalue, 0, scale], more, kernel.positive(scale))
    gap = kernel.combine(Eq(0, lines.start + scale * (μ - at.eigenvalue)), [(lines.theorem, -1, 1)])
    falling = kernel.at_least(gap, less)
    settled = kernel.weaken(falling, kernel.identity(Eq(falling.statement.rhs, lines.start)))
    return lines, kernel.mirror(settled)


def _orthogonal(at: Point, other: Theorem, more: Theorem) -> Theorem:
    """pᵀz = 0, since the eigenvalues differ."""
    gap, p, z = more.statement.lhs, at.it.model.layer.p, other_eigenvector(at)[0]
    uses = [(kernel.flip(at.eigen), 1 / gap, z), (other, -p.T / gap, 1)]
    return kernel.cut(kernel.combine(Eq(p.T @ z, 0), uses), kernel.nonzero(more))


def results(at: Point) -> list[Result]:
    """The best of rank one, and what the others are."""
    λ, best, falls = at.eigenvalue, best_rank_one(at), downhill(at)
    μ = other_eigenvector(at)[1]
    return [
        Result(
            "rank-one",
            "Proposition",
            "The best approximation of rank one",
            best.calculation.theorem,
            (best.calculation,),
            conclusion=say(
                "That {a} says that {l} is at least as large as every eigenvalue; where it is one, the bound is the "
                "value at its eigenvector.",
                a=largest(at).statement,
                l=λ,
            ),
        ),
        Result(
            "not-largest",
            "Proposition",
            "Where the eigenvalue is not the largest, the point is a strict saddle",
            falls[1],
            (falls[0],),
            conclusion=say("This is negative, because {a} is positive.", a=μ - λ),
        ),
    ]
