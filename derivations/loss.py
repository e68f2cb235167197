"""The population loss on the set p = q = 0 (arXiv:2306.09927, Lemma 5.2).

Claim.  L(u, U) = ½ u² tr(ΓΛUΛUᵀ) − u tr(Λ²Uᵀ) + ½ tr Λ, with Γ = (1 + 1/N) Λ + (1/N) tr(Λ) I.
Scope.  Γ is found, not given: ΓΛ is the second moment of Xy/N, so that another task has another Γ.
"""

from dataclasses import dataclass
from functools import lru_cache

from symicl import engine
from symicl.attention import Model, Task
from symicl.kernel.theorem import Theorem
from symicl.language.expressions import tr
from symicl.language.letters import Defined
from symicl.language.mean import E
from symicl.proof import rules
from symicl.proof.calculation import proof
from symicl.proof.chapter import Calculation, Chapter, Definition, Result, say

from . import entry, prediction


@dataclass(frozen=True)
class Loss:
    """What later derivations need of this one."""

    model: Model
    Gamma: Defined
    constant: object
    theorem: Theorem


def second_moment(model: Model, name: str = "Gamma") -> tuple[Defined, Calculation]:
    """E[(Xy/N)(Xy/N)ᵀ] = ΓΛ, which is where Γ comes from; ``name`` is what it is called."""
    t = model.task
    moment = t.X @ t.labels @ t.labels.T @ t.X.T / t.N**2
    start = proof(E(moment)).then(rules.average(*model.random[1:-1])).then(rules.average(t.X))
    found = engine.form(start.last) @ engine.form(t.Lambda.inv())
    Gamma = Defined(name, found.to_sympy(), "positive definite")
    return Gamma, start.eq(Gamma @ t.Lambda, by=rules.unfold(Gamma)).qed()


def expected_loss(model: Model, Gamma: Defined) -> tuple[Calculation, object]:
    """The loss, averaged over the query, then the task, then the examples."""
    t, u, U, Λ = model.task, model.layer.u, model.layer.U, model.task.Lambda
    constant = engine.form(E(t.target**2) / 2).to_sympy()
    lines = (
        proof(model.loss)
        .eq(model.loss.body, by=rules.meaning)
        .then(rules.from_(prediction.theorem(model), "prediction"))
        .then(rules.average(t.x_q))
        .then(rules.average(*model.random[1:-1]))
        .then(rules.average(t.X))
        .eq(
            u**2 * tr(Gamma @ Λ @ U @ Λ @ U.T) / 2 - u * tr(Λ @ Λ @ U.T) + constant,
            by=rules.unfold(Gamma),
        )
        .qed()
    )
    return lines, constant


@lru_cache(maxsize=16)
def derive_loss(task: Task | None = None, name: str = "Gamma") -> tuple[Loss, Calculation, Calculation]:
    """Γ, called ``name``, and the loss with their calculations."""
    model = Model(task, reduced=True)
    Gamma, moment = second_moment(model, name)
    lines, constant = expected_loss(model, Gamma)
    return Loss(model, Gamma, constant, lines.theorem), moment, lines


def forget() -> None:
    """Forget what was derived."""
    derive_loss.cache_clear()


def derive(task: Task | None = None) -> Chapter:
    """The chapter: where Γ comes from, and the loss."""
    loss, moment, lines = derive_loss(task)
    t, layer, Γ = loss.model.task, loss.model.layer, loss.Gamma
    return entry("loss").chapter(
        summary=say(
            "The population loss {L} is the mean of {sq} over all prompts: over the query {x}, the task {w} and the "
            "examples {X}. Everything is Gaussian, so it is a polynomial in {u} and {U}, and it is computed by taking "
            "one letter after the other.",
            L=loss.model.loss,
            sq=(loss.model.prediction - t.target) ** 2 / 2,
            x=t.x_q,
            w=t.w,
            X=t.X,
            u=layer.u,
            U=layer.U,
        ),
        meaning=say(
            "Only the product of {u} and {U} counts in the quadratic and the linear term, and the prompt length {N} "
            "enters through {G} alone: the shorter the prompt, the larger {G}, and the more the layer holds back.",
            u=layer.u,
            U=layer.U,
            N=t.N,
            G=Γ,
        ),
        parts=(
            Definition(Γ, say("the second moment of {h}, divided by {c}", h=t.X @ t.labels / t.N, c=t.Lambda)),
            Result("gamma", "Lemma", "The matrix of the quadratic term", moment.theorem, (moment,)),
            Result(
                "loss",
                "Proposition",
                "Population loss",
                lines.theorem,
                (lines,),
                given=say("On the set where {p} and {q} are zero,", p=Model(t).layer.p, q=Model(t).layer.q),
            ),
        ),
        formulas={"value": lines.theorem.statement.rhs},
        uses=("prediction", "moments"),
        model=loss.model,
    )
