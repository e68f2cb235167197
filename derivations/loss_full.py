"""The population loss over all of p, u, U, q.  Not in the paper.

Claim.  L is an explicit polynomial in traces, found by averaging the whole prediction.
Scope.  All blocks; at p = q = 0 it is the loss of loss.py.
"""

from functools import lru_cache

from symicl.attention import Model, Task
from symicl.kernel import theorem as kernel
from symicl.language.expressions import zero
from symicl.language.statements import Eq
from symicl.proof import rules
from symicl.proof.calculation import proof
from symicl.proof.chapter import Calculation, Chapter, Result, say

from . import entry, prediction
from .loss import derive_loss


@lru_cache(maxsize=16)
def derive_full(task: Task | None = None) -> tuple[Model, Calculation]:
    """The loss over all parameters with its calculation."""
    model = Model(task)
    lines = (
        proof(model.loss)
        .eq(model.loss.body, by=rules.meaning)
        .then(rules.from_(prediction.theorem(model), "prediction"))
        .then(rules.because(rules.average(*model.random), "average over everything, by pairings"))
        .qed()
    )
    return model, lines


def forget() -> None:
    """Forget what was derived."""
    derive_full.cache_clear()


def agreement(model: Model, full: kernel.Theorem, task: Task | None) -> Calculation:
    """At p = q = 0 the polynomial is the loss on that set."""
    layer, reduced = model.layer, derive_loss(task)[0]
    d = model.task.d
    known = [kernel.assume(Eq(v, zero(d, 1))) for v in (layer.p, layer.q)]
    return (
        proof(model.loss)
        .then(rules.known(full, *known, template="every term with {p} or {q} drops out", p=layer.p, q=layer.q))
        .eq(reduced.theorem.statement.rhs, by=rules.unfold(reduced.Gamma))
        .qed()
    )


def derive(task: Task | None = None) -> Chapter:
    """The chapter: the polynomial, and that it extends the loss on p = q = 0."""
    model, lines = derive_full(task)
    same = agreement(model, lines.theorem, task)
    layer = model.layer
    return entry("loss-full").chapter(
        summary=say(
            "Nothing forces {p} and {q} to be zero. Averaging the whole prediction gives the loss over all parameters, "
            "a polynomial in traces and products of vectors.",
            p=layer.p,
            q=layer.q,
        ),
        meaning=say(
            "The prediction splits into a part that is odd in the task {w} and a part that is even. Only the odd part "
            "can follow the target; {p} and {q} enter it as a product, and otherwise only add to the loss.",
            w=model.task.w,
            p=layer.p,
            q=layer.q,
        ),
        parts=(
            Result(
                "loss",
                "Proposition",
                "Loss over all parameters",
                lines.theorem,
                (lines,),
                given=say("For all {p}, {u}, {U}, {q},", p=layer.p, u=layer.u, U=layer.U, q=layer.q),
            ),
            Result(
                "agrees",
                "Corollary",
                "It extends the loss without p and q",
                same.theorem,
                (same,),
            ),
        ),
        formulas={"value": lines.theorem.statement.rhs},
        uses=("prediction", "loss"),
        model=model,
    )
