"""The optimum of one linear self-attention layer (arXiv:2306.09927, Theorem 4.1).

Claim.  L = L* + ½ tr(ΓΛ(uU − Γ⁻¹)Λ(uU − Γ⁻¹)ᵀ), so that L is least at uU = Γ⁻¹ and only there; of these points the
one with u > 0 and u² = tr(UUᵀ), where training ends, is u = [tr Γ⁻²]^¼, U = [tr Γ⁻²]^(−¼) Γ⁻¹.
Scope.  The set p = q = 0; every Λ ≻ 0, d and N.
"""

from typing import Any

from sympy import Pow, Rational

from symicl.attention import Task
from symicl.kernel import theorem as kernel
from symicl.kernel.theorem import Theorem
from symicl.language.expressions import tr
from symicl.language.mean import named
from symicl.language.statements import And, Eq, Gt
from symicl.proof import rules
from symicl.proof.calculation import proof
from symicl.proof.chapter import Calculation, Chapter, Definition, Result, say

from . import entry
from .loss import Loss, derive_loss


def least_value(loss: Loss):
    """L* = c − ½ tr(Λ²Γ⁻¹), where c is the loss of predicting nothing."""
    Λ = loss.model.task.Lambda
    return named("L_star", loss.constant - tr(Λ @ Λ @ loss.Gamma.inv()) / 2)


def square(loss: Loss) -> Calculation:
    """Complete the square in uU."""
    L, u, U, Γ, Λ = loss.model.loss, loss.model.layer.u, loss.model.layer.U, loss.Gamma, loss.model.task.Lambda
    star = least_value(loss)
    gap = u * U - Γ.inv()
    return (
        proof(L)
        .eq(loss.theorem.statement.rhs, by=rules.from_(loss.theorem, "population loss"))
        .eq(
            star.body + tr(Γ @ Λ @ gap @ Λ @ gap.T) / 2,
            by=rules.because(rules.algebra, "complete the square; {a} and {b} commute", a=Γ, b=Λ),
        )
        .eq(star + tr(Γ @ Λ @ gap @ Λ @ gap.T) / 2, by=rules.unfold(star))
        .qed()
    )


def minimum(loss: Loss, squared: Theorem) -> tuple[Calculation, Calculation]:
    """L ≥ L*, with equality exactly at uU = Γ⁻¹."""
    L, u, U, Γ = loss.model.loss, loss.model.layer.u, loss.model.layer.U, loss.Gamma
    star = least_value(loss)
    excess = squared.statement.rhs - star
    below = (
        proof(L)
        .eq(squared.statement.rhs, by=rules.from_(squared, "completed square"))
        .ge(
            star,
            kernel.nonnegative(excess),
            "a Gram trace: {P} and {Q} are positive definite",
            P=Γ @ loss.model.task.Lambda,
            Q=loss.model.task.Lambda,
        )
        .qed()
    )
    attained = (
        proof(Eq(L, star), say("Equality holds exactly where the square vanishes:"))
        .iff(Eq(excess, 0), rules.same_gap(squared), "completed square")
        .iff(Eq(u * U - Γ.inv(), 0), lambda a, b: kernel.vanishes(excess), "the Gram trace is definite")
        .iff(Eq(u * U, Γ.inv()), rules.multiply(1, 1, (1, 1), ""), "move {G} to the right", G=Γ.inv())
        .qed()
    )
    return below, attained


def balanced(loss: Loss) -> tuple[Theorem, Calculation, Calculation]:
    """Among the minimisers, the one with u > 0 and u² = tr(UUᵀ)."""
    u, U, G = loss.model.layer.u, loss.model.layer.U, loss.Gamma.inv()
    c = tr(G @ G)
    sign = kernel.assume(Gt(u, 0))
    before = And(Eq(u * U, G), Eq(u**2, tr(U @ U.T)))
    given = kernel.assume(before)
    best, even = kernel.part(given, 0), kernel.part(given, 1)
    lines = (
        proof(u**4, say("Let {a} and {b}. Then", a=before.parts[0], b=before.parts[1]))
        .eq(u**2 * tr(U @ U.T), by=rules.combination((even, u**2, 1), reason="{b}", b=before.parts[1]))
        .eq(c, by=rules.combination((best, 1, u * U.T), (kernel.flip(best), G, 1), reason="{a}", a=before.parts[0]))
        .qed()
    )
    size = kernel.root(lines.theorem, sign)
    after_u = size.statement
    solved = kernel.combine(Eq(U, G / u), [(best, 1 / u, 1)])
    shape = (
        proof(U, say("Since {s}, this gives {r}, and", s=Gt(u, 0), r=after_u))
        .eq(G / u, by=rules.combination((best, 1 / u, 1), reason="{a}", a=before.parts[0]))
        .eq(G / Pow(c, Rational(1, 4)), by=rules.from_(size, "{r}", r=after_u))
        .qed()
    )
    found = kernel.both(size, kernel.chain(solved, kernel.replace(G / u, size)))
    forward = kernel.cut(found, kernel.nonzero(sign))
    return kernel.iff(forward, _back(before, forward.statement, sign, u, U, G, c)), lines, shape


def _back(before: And, after: Any, sign: Theorem, u, U, G, c) -> Theorem:
    """From the closed form back to the two equations."""
    given = kernel.assume(after)
    size, last = kernel.part(given, 0), kernel.part(given, 1)
    divided = kernel.chain(last, kernel.turn(kernel.replace(G / u, size)))
    fourth = kernel.unroot(size)
    best = kernel.combine(before.parts[0], [(divided, u, 1)])
    even = kernel.combine(before.parts[1], [(fourth, u**-2, 1), (divided, -1, U.T), (kernel.flip(divided), -G / u, 1)])
    return kernel.cut(kernel.both(best, even), kernel.nonzero(sign))


def derive(task: Task | None = None) -> Chapter:
    """The chapter: completed square, minimum and uniqueness, and the balanced point."""
    loss = derive_loss(task)[0]
    squared = square(loss)
    below, attained = minimum(loss, squared.theorem)
    point, fourth, shape = balanced(loss)
    u, U, Γ, star = loss.model.layer.u, loss.model.layer.U, loss.Gamma, least_value(loss)
    c = tr(Γ.inv() @ Γ.inv())
    return entry("optimum").chapter(
        summary=say(
            "The loss depends on {u} and {U} through their product, and on that product as a quadratic. So the square "
            "can be completed, and the optimum is read off.",
            u=u,
            U=U,
        ),
        meaning=say(
            "The best layer multiplies the correlation of inputs and labels by {G}. With long prompts {Gm} tends to "
            "{c} and this is least squares; with short ones it shrinks the estimate, as ridge regression would.",
            G=Γ.inv(),
            Gm=Γ,
            c=loss.model.task.Lambda,
        ),
        parts=(
            Definition(star, say("the least value of the loss")),
            Result(
                "square",
                "Proposition",
                "Completed square",
                squared.theorem,
                (squared,),
                given=say("For all {u} and {U},", u=u, U=U),
            ),
            Result(
                "minimum",
                "Theorem",
                "Global optimum",
                below.theorem,
                (below, attained),
                given=say("For all {u} and {U},", u=u, U=U),
                also=(attained.theorem,),
            ),
            Result(
                "balanced",
                "Theorem",
                "The balanced optimum",
                point,
                (fourth, shape),
                conclusion=say("Conversely, these values solve both equations, as one sees by putting them in."),
            ),
        ),
        formulas={
            "loss": star.body,
            "u": Pow(c, Rational(1, 4)),
            "U": point.statement.parts[1].parts[1].rhs,
            "Gamma_inverse": attained.theorem.statement.parts[1].rhs,
        },
        claims={"square": squared.theorem.statement.rhs},
        uses=("loss", "stationary"),
        model=loss.model,
    )
