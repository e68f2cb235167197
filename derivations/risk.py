"""How well the trained layer predicts on a prompt of any law (arXiv:2306.09927, Theorem 4.2).

Claim.  Let x ~ N(0, Λ) and y have any joint law with E y² and E y² xxᵀ finite, a = Λ⁻¹E[xy] and Σ = Cov(xy).  Then
E(ŷ − y_q)² is the least mean square of a linear predictor, plus (1/M) tr(ΣΓ⁻²Λ), plus (1/N²) times
aᵀΓ⁻²Λ³a + 2 tr(Λ)aᵀΓ⁻²Λ²a + tr(Λ)²aᵀΓ⁻²Λa.
Scope.  A layer at the optimum for linear tasks, trained on prompts of N examples; every Λ ≻ 0, d, N and M.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from symicl.attention import Model, Task
from symicl.kernel import theorem as kernel
from symicl.kernel.theorem import Theorem
from symicl.language.expressions import tr
from symicl.language.letters import (
    Centred,
    Defined,
    Gaussian,
    Letter,
    dimension,
    positive_semidefinite,
    scalar,
    vector,
)
from symicl.language.mean import E, named
from symicl.language.statements import Eq
from symicl.proof import rules
from symicl.proof.calculation import proof
from symicl.proof.chapter import Calculation, Chapter, Definition, Result, say

from . import entry, prediction
from .rates import held_back
from .trained_prediction import Trained, trained

N = dimension("N")


@dataclass(frozen=True)
class Law:
    """A joint law of (x, y) by what the risk needs of it, and a prompt of M examples of that law.

    ``a`` (d) is the best linear predictor, ``Sigma`` (d×d) the covariance of xy; the products y_i x_i are the
    columns of ``Z`` = Λa𝟏ᵀ + Ξ, whose columns Ξ are uncorrelated, of mean 0 and covariance Σ.  The label of the query
    is ``target`` = ⟨a, x_q⟩ + m + τr, where m + τr is uncorrelated with x_q.
    """

    layer: Trained
    test: Model
    a: Letter
    Sigma: Letter
    ones: Letter
    Z: Defined
    rest: Any
    target: Any

    @property
    def random(self) -> tuple[Any, ...]:
        """What is averaged over: the query, what the query's label adds, the prompt."""
        return self.test.task.x_q, self.rest, self.Z.body.args[1]

    @property
    def answer(self) -> Any:
        """ŷ in its closed form."""
        t = self.test.task
        return self.ones.T @ self.Z.T @ self.layer.Gamma.inv() @ t.x_q / t.N

    @property
    def error(self) -> Any:
        """ŷ − y_q."""
        return self.answer - self.target


@lru_cache(maxsize=16)
def law(task: Task | None = None) -> Law:
    """The layer of the optimum, asked about a prompt of M examples of any law."""
    it = trained(task)
    d, M, Lam = it.test.task.d, it.test.task.N, it.test.task.Lambda
    x_q, rest = Centred("x_q", d, 1, Lam, "query"), Centred("r", 1, group="query")
    a, Sigma, ones = vector("a", d), positive_semidefinite("Sigma", d), vector("e", M)
    target = named("y_q", a.T @ x_q + scalar("m") + scalar("tau") * tr(rest))
    test = Model(Task(inputs=Gaussian("X", d, M, Lam), query=x_q, labels=vector("y", M), target=target), reduced=True)
    Z = Defined("Z", Lam @ a @ ones.T + Centred("Xi", d, M, Sigma))
    return Law(it, test, a, Sigma, ones, Z, rest, target)


def closed_form(it: Law) -> Calculation:
    """ŷ through the products y_i x_i alone, where uU = Γ⁻¹."""
    t, layer, G = it.test.task, it.test.layer, it.layer.Gamma.inv()
    best = kernel.assume(Eq(layer.u * layer.U, G))
    columns = kernel.assume(Eq(t.X @ t.labels, it.Z @ it.ones))
    return (
        proof(it.test.prediction)
        .eq(
            layer.u * (t.labels.T @ t.X.T @ layer.U @ t.x_q) / t.N,
            by=rules.from_(prediction.theorem(it.test), "prediction"),
        )
        .eq(
            t.labels.T @ t.X.T @ G @ t.x_q / t.N,
            by=rules.combination((best, t.labels.T @ t.X.T / t.N, t.x_q), reason="{c}", c=best.statement),
        )
        .eq(
            it.ones.T @ it.Z.T @ G @ t.x_q / t.N,
            by=rules.combination(
                (kernel.flip(columns), 1, G @ t.x_q / t.N), reason="{c}, transposed", c=columns.statement
            ),
        )
        .qed()
    )


def least(it: Law) -> Any:
    """m² + τ²: what no linear predictor can foresee."""
    return scalar("m") ** 2 + scalar("tau") ** 2


def best_linear(it: Law) -> tuple[Calculation, Calculation, Calculation]:
    """E(⟨v, x_q⟩ − y_q)² is least at v = a, and only there."""
    t, v = it.test.task, vector("v", it.test.task.d)
    gap = (v - it.a).T @ t.Lambda @ (v - it.a)
    lines = (
        proof(E((v.T @ t.x_q - it.target.body) ** 2))
        .then(rules.average(t.x_q, it.rest))
        .eq(gap + least(it), by=rules.because(rules.algebra, "complete the square"))
        .qed()
    )
    value = lines.theorem.statement
    below = (
        proof(value.lhs)
        .eq(value.rhs, by=rules.from_(lines.theorem, "completed square"))
        .ge(least(it), kernel.nonnegative(gap), "{L} is positive definite", L=t.Lambda)
        .qed()
    )
    attained = (
        proof(Eq(value.lhs, least(it)), say("Equality holds exactly where the square vanishes:"))
        .iff(Eq(gap, 0), rules.same_gap(lines.theorem), "completed square")
        .iff(Eq((v - it.a).T, 0), lambda a, b: kernel.vanishes(gap), "{L} is positive definite", L=t.Lambda)
        .iff(Eq(v, it.a), _turned, "transpose, and move {a} to the right", a=it.a)
        .qed()
    )
    return lines, below, attained


def _turned(a: Eq, b: Eq) -> Theorem:
    """zᵀ = 0 ⇔ z = 0, with the terms on either side."""
    forward = kernel.combine(b, [(kernel.flip(kernel.assume(a)), 1, 1)])
    return kernel.iff(forward, kernel.combine(a, [(kernel.flip(kernel.assume(b)), 1, 1)]))


def shares(it: Law) -> tuple[Any, Any]:
    """What falls like 1/M and what falls like 1/N²."""
    t, G = it.test.task, it.layer.Gamma.inv()
    Lam, a = t.Lambda, it.a
    third, second, first = (a.T @ G @ G @ Lam**k @ a for k in (3, 2, 1))
    return tr(it.Sigma @ G @ G @ Lam) / t.N, (third + 2 * tr(Lam) * second + tr(Lam) ** 2 * first) / N**2


def risk(it: Law) -> Calculation:
    """E(ŷ − y_q)² in its three parts."""
    t, G, a = it.test.task, it.layer.Gamma.inv(), it.a
    Lam, gap, spread = t.Lambda, t.identity - G @ t.Lambda, t.Lambda + tr(t.Lambda) * t.identity
    count = kernel.assume(Eq(it.ones.T @ it.ones, t.N))
    noise, rest = shares(it)
    known = held_back(it.layer)
    x_q, r, Xi = it.random
    return (
        proof(E(it.error**2))
        .eq(E((it.answer - it.target.body) ** 2), by=rules.unfold(it.target))
        .then(rules.average(x_q, r))
        .then(rules.average(Xi))
        .then(rules.from_(count, "{c}", c=count.statement))
        .eq(
            least(it) + noise + a.T @ gap.T @ Lam @ gap @ a,
            by=rules.because(rules.algebra, "collect what falls with {M}", M=t.N),
        )
        .eq(
            least(it) + noise + rest,
            by=rules.combination(
                (known, a.T @ gap.T @ Lam, a),
                (kernel.flip(known), a.T, Lam @ spread @ G @ a / N),
                reason="{c}",
                c=known.statement,
            ),
        )
        .qed()
    )


def derive(task: Task | None = None) -> Chapter:
    """The chapter: the best linear predictor, the prediction through the products xy, and the risk in its parts."""
    it = law(task)
    t, G, v = it.test.task, it.layer.Gamma.inv(), vector("v", it.test.task.d)
    square, below, attained = best_linear(it)
    form, whole = closed_form(it), risk(it)
    noise, rest = shares(it)
    gap = Eq(whole.start - least(it), noise + rest)
    excess = kernel.combine(gap, [(whole.theorem, 1, 1)], open=[it.target])
    return entry("risk").chapter(
        summary=say(
            "The layer was trained on linear tasks. Now the labels {y} of a prompt follow any law at all, and so does "
            "the label {t} of its query. Only two things about this law matter: the best linear predictor {a}, and the "
            "covariance {S} of the product of input and label.",
            y=t.labels,
            t=it.target,
            a=it.a,
            S=it.Sigma,
        ),
        meaning=say(
            "With long prompts the trained layer is as good as the best linear predictor, whatever the law of the "
            "labels, and never better. What it is worse by has two parts. One falls with the length {M} of the prompt, "
            "at the rate of any estimate from {M} examples; the other with the square of the length {N} of the prompts "
            "it was trained on, because it is a regression with a little too much ridge.",
            M=t.N,
            N=N,
        ),
        parts=(
            Definition(
                it.target,
                say(
                    "the label of the query: the part that is linear in {x}, and a rest that is uncorrelated with it",
                    x=t.x_q,
                ),
            ),
            Result(
                "linear",
                "Lemma",
                "The best linear predictor",
                below.theorem,
                (square, below, attained),
                given=say("For every {v},", v=v),
                also=(attained.theorem,),
            ),
            Definition(
                it.Z,
                say(
                    "its columns are the products of input and label; {X}, independent of the query, is random in them",
                    X=it.random[2],
                ),
            ),
            Result(
                "closed-form",
                "Proposition",
                "The prediction through the products of input and label",
                form.theorem,
                (form,),
                given=say("Let {e} be the vector of ones.", e=it.ones),
            ),
            Result(
                "risk",
                "Theorem",
                "The risk",
                whole.theorem,
                (whole,),
                given=say("With {G} from training on prompts of {N} examples,", G=G, N=N),
                also=(excess,),
            ),
        ),
        formulas={"value": noise + rest},
        claims={"share_of_M": noise, "share_of_N": rest},
        uses=("rates",),
        model=it.test,
    )
