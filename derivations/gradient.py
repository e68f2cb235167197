"""The gradients of both losses (arXiv:2306.09927, appendix A.2).

Claim.  ∇_U L = u² ΓΛUΛ − u Λ² and ∂L/∂u = u tr(ΓΛUΛUᵀ) − tr(Λ²Uᵀ); over all parameters the derivatives in p and q
vanish at p = q = 0, so that gradient flow never leaves that set.
"""

from typing import Any

from symicl.attention import Task
from symicl.kernel import theorem as kernel
from symicl.language.expressions import tr, zero
from symicl.language.letters import matrix
from symicl.language.mean import grad
from symicl.language.statements import Eq
from symicl.proof import rules
from symicl.proof.calculation import proof
from symicl.proof.chapter import Calculation, Chapter, Result, say

from . import entry
from .loss import Loss, derive_loss
from .loss_full import derive_full


def gradients(loss: Loss) -> tuple[Calculation, Calculation]:
    """The gradient in U and the derivative in u, on the set p = q = 0."""
    L, u, U = loss.model.loss, loss.model.layer.u, loss.model.layer.U
    Γ, Λ = loss.Gamma, loss.model.task.Lambda
    by = rules.differentiate(loss.theorem)
    in_U = proof(grad(L, U)).eq(u**2 * Γ @ Λ @ U @ Λ - u * Λ @ Λ, by=by).qed()
    in_u = proof(grad(L, u)).eq(u * tr(Γ @ Λ @ U @ Λ @ U.T) - tr(Λ @ Λ @ U.T), by=by).qed()
    return in_U, in_u


def full_gradients(task: Task | None) -> dict[str, Calculation]:
    """The derivatives over all parameters, as the product rule gives them."""
    model, lines = derive_full(task)
    layer = model.layer
    by = rules.differentiate(lines.theorem)
    letters = {"p": layer.p, "u": layer.u, "U": layer.U, "q": layer.q}
    return {name: proof(grad(model.loss, letter)).then(by).qed() for name, letter in letters.items()}


def invariance(layer: Any, calculation: Calculation, d: Any) -> Calculation:
    """The derivative is zero where p and q are."""
    zeros = [kernel.assume(Eq(v, zero(d, 1))) for v in (layer.p, layer.q)]
    by = rules.known(calculation.theorem, *zeros, template="every term holds {p} or {q}", p=layer.p, q=layer.q)
    return proof(calculation.start).then(by).qed()


def derive(task: Task | None = None) -> Chapter:
    """The chapter: both gradients, and the set that gradient flow keeps."""
    loss = derive_loss(task)[0]
    model = derive_full(task)[0]
    in_U, in_u = gradients(loss)
    full = full_gradients(task)
    layer = model.layer
    kept = [invariance(layer, full[name], model.task.d) for name in ("p", "q")]
    formulas = {"U": in_U.theorem.statement.rhs, "u": in_u.theorem.statement.rhs}
    formulas |= {f"full:{name}": lines.theorem.statement.rhs for name, lines in full.items()}
    return entry("gradient").chapter(
        summary=say(
            "When {U} moves by a small {V}, the loss moves by the trace of {G} times {V}; the matrix that makes this "
            "true is the gradient. For a polynomial in traces it is read off by letting each {U} move in turn.",
            U=layer.U,
            V=matrix("dU", model.task.d),
            G=grad(loss.model.loss, layer.U).T,
        ),
        meaning=say(
            "Both derivatives are the same residual, {r}, seen from two sides. And since {p} and {q} enter the loss in "
            "pairs only, a training that starts with both at zero keeps them there.",
            r=layer.u**2 * loss.Gamma @ model.task.Lambda @ layer.U @ model.task.Lambda
            - layer.u * model.task.Lambda @ model.task.Lambda,
            p=layer.p,
            q=layer.q,
        ),
        parts=(
            Result(
                "reduced", "Proposition", "Gradient without p and q", in_U.theorem, (in_U, in_u), also=(in_u.theorem,)
            ),
            Result(
                "full",
                "Proposition",
                "Gradient over all parameters",
                full["p"].theorem,
                tuple(full.values()),
                also=tuple(full[name].theorem for name in ("u", "U", "q")),
            ),
            Result(
                "invariant",
                "Corollary",
                "Gradient flow keeps p and q at zero",
                kept[0].theorem,
                tuple(kept),
                also=(kept[1].theorem,),
            ),
        ),
        formulas=formulas,
        uses=("loss", "loss-full"),
        model=model,
    )
