"""Around the points of ``spurious``: how the loss bends along u and U.

Claim.  For fixed p and q the loss in (u, U) is a quadratic form plus something never negative.  Where a number D is
not negative, D being a continuous function of p and q, no choice of u and U comes below the point of the largest
eigenvalue.  What D is at the point is in criterion.py.
"""

from dataclasses import dataclass
from typing import Any

from symicl.kernel import theorem as kernel
from symicl.kernel.theorem import Theorem
from symicl.language.expressions import tr
from symicl.language.letters import matrix
from symicl.language.mean import E, named
from symicl.language.statements import Eq, Ge
from symicl.proof import rules
from symicl.proof.calculation import proof
from symicl.proof.chapter import Calculation, Definition, Result, say

from .even_part import Parts
from .rank_one import RankOne, best_rank_one
from .spurious import Point


@dataclass(frozen=True)
class Bend:
    """The loss in u and U: ``J`` is the best −U for u = 1, and D what is left there, twice over."""

    it: Parts
    J: Any

    @property
    def push(self) -> Any:
        """K = ΓΛ(pqᵀ − Γ⁻¹)Λ, by which u U is driven."""
        it, layer = self.it, self.it.model.layer
        Γ, Λ = it.loss.Gamma, it.model.task.Lambda
        return Γ @ Λ @ (layer.p @ layer.q.T - Γ.inv()) @ Λ

    @property
    def own(self) -> Any:
        """S + x xᵀ/N, what the layer sees of the inputs."""
        t = self.it.model.task
        return t.S + t.x_q @ t.x_q.T / t.N

    @property
    def by_J(self) -> Any:
        """pᵀ(S + xxᵀ/N)Jx."""
        return self.it.model.layer.p.T @ self.own @ self.J @ self.it.model.task.x_q

    @property
    def by_q(self) -> Any:
        """(wᵀSw)(qᵀx)."""
        t = self.it.model.task
        return (t.w.T @ t.S @ t.w) * (self.it.model.layer.q.T @ t.x_q)

    @property
    def normal(self) -> Eq:
        """The normal equations of J."""
        p, x = self.it.model.layer.p, self.it.model.task.x_q
        return Eq(E(self.own @ p @ x.T * (self.by_J - self.by_q)), self.push)

    @property
    def D(self) -> Any:
        """E[f(f − pᵀ(S + xxᵀ/N)Jx)] − tr(KJᵀ) with f = (wᵀSw)(qᵀx)."""
        return named("D", self.cross - tr(self.push @ self.J.T))

    @property
    def cross(self) -> Any:
        """E[f(f − pᵀ(S + xxᵀ/N)Jx)]."""
        return E(self.by_q * (self.by_q - self.by_J))

    def averaged(self, start: Any) -> Calculation:
        """A mean over the prompt, worked out."""
        t = self.it.model.task
        lines = proof(start).then(rules.average(t.x_q))
        if t.w in start.atoms(type(t.w)):
            lines = lines.then(rules.average(t.w))
        return lines.then(rules.average(t.X)).qed()


def bend_of(it: Parts) -> Bend:
    """The bend with its letter J."""
    return Bend(it, matrix("J", it.model.task.d))


def completed(b: Bend) -> tuple[Calculation, Theorem]:
    """W + u tr(KUᵀ) = ½ E(pᵀ(S + xxᵀ/N)(U + uJ)x)² + ½ u²D, where J solves its normal equations."""
    it, layer, t = b.it, b.it.model.layer, b.it.model.task
    u, U, W, J, K = layer.u, layer.U, it.waste, b.J, b.push
    square = E((layer.p.T @ b.own @ (U + u * J) @ t.x_q) ** 2) / 2
    wasted = kernel.chain(kernel.blocks(Eq(W, W.body)), b.averaged(W.body).theorem)
    left = kernel.chain(kernel.turn(b.averaged(b.normal.lhs).theorem), kernel.assume(b.normal))
    parts = [
        (wasted, 1, 1),
        (b.averaged(square).theorem, -1, 1),
        (b.averaged(b.cross).theorem, -(u**2) / 2, 1),
        (left, -u, U.T),
        (left, -(u**2) / 2, J.T),
    ]
    words = say("the normal equations, times {U} and times {J}", U=u * U.T, J=u**2 * J.T / 2)
    by = rules.Rule("combine", words, lambda goal: kernel.combine(goal, parts, [b.D]))
    lines = proof(W + u * tr(K @ U.T)).eq(square + u**2 * b.D / 2, by=by).qed()
    return lines, lines.theorem


def basin(at: Point, b: Bend, split: Theorem, whole: Theorem, one: RankOne) -> Calculation:
    """With D ≥ 0 no u and U come below the level of the largest eigenvalue."""
    it, layer = at.it, at.it.model.layer
    u, U, Γ, Λ = layer.u, layer.U, it.loss.Gamma, it.model.task.Lambda
    rest = u**2 * tr(Γ @ Λ @ U @ Λ @ U.T) / 2
    shift = whole.statement.rhs - u**2 * b.D / 2
    spare = one.calculation.steps[-2].line - one.calculation.steps[-1].line
    above = kernel.chain(*(step.theorem for step in one.calculation.steps[:-1]))
    sign = kernel.assume(Ge(b.D, 0))
    bending = kernel.cite("products of nonnegative numbers", [u**2 / 2, b.D], kernel.nonnegative(u**2 / 2), sign)
    kept = kernel.nonnegative(spare + rest + shift)
    sides = [kept.statement.lhs, 0, bending.statement.lhs, 0]
    excess = kernel.cite("sums keep order", sides, kept, bending)
    return (
        proof(it.model.loss)
        .eq(split.statement.rhs, by=rules.from_(split, "the split"))
        .eq(
            it.star + one.distance + rest + (it.waste + u * tr(b.push @ U.T)),
            by=rules.because(rules.algebra, "multiply out {a}", a=it.total - Γ.inv()),
        )
        .eq(
            it.star + one.distance + rest + whole.statement.rhs,
            by=rules.combination((whole, 1, 1), reason="the completed square"),
        )
        .eq(
            it.star + above.statement.rhs + rest + whole.statement.rhs,
            by=rules.combination((above, 1, 1), reason="the best of rank one"),
        )
        .eq(at.level + spare + rest + whole.statement.rhs, by=rules.unfold(it.star))
        .ge(at.level, excess, "squares, Gram traces, and {a}", a=sign.statement)
        .qed()
    )


def results(at: Point, b: Bend, split: Theorem) -> list[Definition | Result]:
    """The basin."""
    it, J, U = at.it, b.J, at.it.model.layer.U
    p, u = it.model.layer.p, it.model.layer.u
    completing, whole = completed(b)
    low = basin(at, b, split, whole, best_rank_one(at))
    return [
        Definition(b.D, say("what the best {U} leaves for {u}", U=U, u=Eq(u, 1))),
        Result(
            "basin",
            "Theorem",
            "A basin",
            low.theorem,
            (completing, low),
            conclusion=say(
                "The equation for {J} is linear. It has one solution wherever {p} is not zero, because its form {f} is "
                "zero at {z} only, by the lemma on the even part.",
                J=J,
                p=p,
                f=E((p.T @ b.own @ U @ it.model.task.x_q) ** 2),
                z=Eq(U, 0),
            ),
        ),
    ]
