"""Which algorithm the trained layer is, and how it does beside others (arXiv:2212.07677; arXiv:2306.09927, section 4).

Claim.  The optimum is one step of gradient descent from 0 on the least squares of the prompt, preconditioned by Γ_N⁻¹,
on every prompt.  The risks of this step, of a plain step with its best size, of least squares and of ridge regression
on the same task with label noise σ; the first never exceeds the second where M = N, and ridge with λ = σ² is best.
Scope.  Labels y = Xᵀw + σ ε (σ = 0 is the paper's task); every Λ ≻ 0, d, N and M; conditions stand with each result.
"""

from typing import Any

from symicl.attention import Task
from symicl.language.expressions import tr
from symicl.language.letters import dimension
from symicl.language.mean import E
from symicl.language.statements import Eq, Gt
from symicl.proof.chapter import Chapter, Definition, Prose, Result, Table, say

from . import entry, linear_estimators, one_step, optimum
from .linear_estimators import lam, m, n
from .one_step import P, Step, beta, eta


def same_as_descent(it: Step) -> tuple[Result, ...]:
    """The layer is one step of gradient descent, and at the optimum a preconditioned one."""
    t, u, U = it.test.task, it.test.layer.u, it.test.layer.U
    slope = one_step.gradient(it)
    step = one_step.equivalence(it, slope.theorem)
    best = one_step.at_optimum(it, step.theorem)
    below, attained = optimum.minimum(it.loss, optimum.square(it.loss).theorem)
    return (
        Result("gradient", "Lemma", "The gradient of the least squares", slope.theorem, (slope,)),
        Result(
            "one-step",
            "Theorem",
            "The layer is one step of gradient descent",
            step.theorem,
            (step,),
            given=say("On every prompt with {M} examples, for all {u} and {U},", M=t.N, u=u, U=U),
        ),
        Result(
            "noisy-optimum",
            "Theorem",
            "Where training ends with noisy labels",
            below.theorem,
            (below, attained),
            given=say("For all {u} and {U}, on training prompts with {N} examples,", u=u, U=U, N=dimension("N")),
            also=(attained.theorem,),
        ),
        Result(
            "preconditioned",
            "Theorem",
            "The trained layer is one preconditioned step",
            best.theorem,
            (best,),
            given=say("On every prompt,"),
            conclusion=say(
                "This holds prompt by prompt, not only on average; {G} has seen no example of this prompt.",
                G=it.Gamma_N.inv(),
            ),
        ),
    )


def steps(it: Step) -> tuple[Result, ...]:
    """The risks of one step: with any preconditioner, with the layer's, and plain with the best size."""
    M = it.test.task.N
    found = one_step.risk(it)
    squared = one_step.square(it, found.theorem)
    below, attained = one_step.bounded(squared.theorem, it)
    layer = one_step.trained_risk(it, found.theorem)
    plain = one_step.plain(it, found.theorem)
    least, best = one_step.plain_least(it, plain.theorem)
    compared = one_step.layer_beats_plain(it, below.theorem, best.theorem)
    same = one_step.same_length(it, squared.theorem)
    return (
        Result("gamma-M", "Lemma", "The second moment of a test prompt", it.moment.theorem, (it.moment,)),
        Result(
            "any-step", "Proposition", "Risk of one step", found.theorem, (found,), given=say("For every {P},", P=P)
        ),
        Result(
            "best-preconditioner",
            "Theorem",
            "The best preconditioner",
            below.theorem,
            (squared, below, attained),
            given=say("For every {P},", P=P),
            also=(attained.theorem,),
            conclusion=say(
                "So the layer that was trained on prompts as long as this one is the best of all one-step methods."
            ),
        ),
        Result("layer", "Theorem", "Risk of the trained layer", layer.theorem, (layer,)),
        Result(
            "plain-step",
            "Theorem",
            "Risk of a plain step",
            plain.theorem,
            (plain,),
            given=say("For every step size {e},", e=eta),
        ),
        Result(
            "best-step",
            "Theorem",
            "The best plain step",
            best.theorem,
            (least, best),
            given=say("No step size {e} has a smaller risk than {b}:", e=eta, b=one_step.best_step(it)),
            also=(least.theorem,),
        ),
        Result(
            "layer-and-plain",
            "Corollary",
            "The layer is not worse than plain gradient descent",
            compared,
            (same,),
            given=say("For a layer that was trained on prompts with {M} examples too,", M=M),
            also=(same.theorem,),
            conclusion=say(
                "The best plain step is one of the steps that the bound speaks of, with {c}.", c=_plainly(it)
            ),
        ),
    )


def _star(it: Step) -> Any:
    return one_step.least(it)


def _plainly(it: Step) -> Any:
    return Eq(P, one_step.best_step(it) * it.test.task.identity)


def least_squares(it: Step) -> tuple[Result, ...]:
    """Least squares: what it answers, exactly the target without noise, and its risk."""
    t = it.test.task
    answer = linear_estimators.least_squares_answer(t, t.d + n)
    exact = linear_estimators.noiseless(answer.theorem, t)
    here = linear_estimators.least_squares_answer(t, t.d + 1 + m)
    risk = linear_estimators.least_squares_risk(t, here.theorem)
    return (
        Result(
            "least-squares",
            "Lemma",
            "What least squares answers",
            answer.theorem,
            (answer,),
            given=say("With {n} examples, {m} not negative, almost surely,", n=Eq(t.N, t.d + n), m=n),
        ),
        Result(
            "noiseless",
            "Corollary",
            "Least squares is exact without noise",
            exact,
            (),
            given=say("With {n} examples, {m} not negative, almost surely,", n=Eq(t.N, t.d + n), m=n),
            conclusion=say("Put {s} into what least squares answers.", s=Eq(t.noise, 0)),
        ),
        Result(
            "least-squares-risk",
            "Theorem",
            "Risk of least squares",
            risk.theorem,
            (risk,),
            given=say("With {n} examples, {m} at least one,", n=Eq(t.N, t.d + 1 + m), m=m),
        ),
    )


def ridge(it: Step) -> tuple[Result, ...]:
    """Ridge regression: its risk, and that with λ = σ² nothing linear in the labels is better."""
    t = it.test.task
    answer = linear_estimators.ridge_answer(t)
    risk = linear_estimators.ridge_risk(t, answer.theorem)
    fixed = linear_estimators.Fixed(t)
    squared, below = linear_estimators.best_linear(fixed)
    steps = linear_estimators.worse_than_ridge(t, P @ t.X / t.N, E(it.error(P) ** 2))
    wide, B, start = linear_estimators.least_squares_matrix(t)
    fitted = linear_estimators.worse_than_ridge(wide, B, start)
    return (
        Result("ridge-error", "Lemma", "What ridge regression misses", answer.theorem, (answer,)),
        Result(
            "ridge", "Theorem", "Risk of ridge regression", risk.theorem, (risk,), given=say("For every {l},", l=lam)
        ),
        Result(
            "best-linear",
            "Theorem",
            "Nothing linear in the labels beats ridge regression",
            below.theorem,
            (squared, below),
            given=say(
                "For fixed examples {X}, whatever they are, and every {B} that may depend on them,",
                X=fixed.X,
                B=fixed.B,
            ),
            conclusion=say("With {b} the excess is zero: this is ridge regression.", b=Eq(fixed.B, fixed.R @ fixed.X)),
        ),
        Result(
            "ridge-and-steps",
            "Corollary",
            "Ridge regression is not worse than a step",
            steps.theorem,
            (steps,),
            given=say("For every {P}, that of the trained layer among them,", P=P),
        ),
        Result(
            "ridge-and-least-squares",
            "Corollary",
            "Nor is it worse than least squares",
            fitted.theorem,
            (fitted,),
            given=say("With {n} examples, {m} at least one,", n=Eq(t.N, t.d + 1 + m), m=m),
        ),
    )


def side_by_side(it: Step, results: dict[str, Result]) -> Table:
    """The four risks, what they are at, and where they hold."""
    t, G = it.test.task, it.Gamma_N.inv()
    R = linear_estimators.solver(t)
    wide = linear_estimators.with_examples(t, t.d + 1 + m)

    def risk(key: str) -> Prose:
        return say("{r}", r=results[key].theorem.statement.rhs)

    return Table(
        "risks",
        say("The mean square of what four predictors miss of {y}, with {M} examples.", y=t.target, M=t.N),
        ("predictor", "its answer", "its risk", "where"),
        (
            (
                say("trained layer"),
                say("{a}", a=t.x_q.T @ G @ t.X @ t.labels / t.N),
                risk("layer"),
                say("always; trained on {N} examples", N=dimension("N")),
            ),
            (
                say("one plain step with its best size"),
                say("{a}, {e}", a=eta * t.x_q.T @ t.X @ t.labels / t.N, e=Eq(eta, one_step.best_step(it))),
                risk("best-step"),
                say("always"),
            ),
            (
                say("least squares"),
                say("{a}", a=wide.x_q.T @ linear_estimators.gram(wide).inv() @ wide.X @ wide.labels),
                risk("least-squares-risk"),
                say(
                    "{M}, {m} at least one; without noise zero from {d} examples on", M=Eq(t.N, t.d + 1 + m), m=m, d=t.d
                ),
            ),
            (
                say("ridge regression"),
                say("{a}", a=t.x_q.T @ R @ t.X @ t.labels),
                risk("ridge"),
                say(
                    "{l}, least at {b}; as a number by quadrature where {L} is a multiple of {I}, elsewhere sampled",
                    l=Gt(lam, 0),
                    b=Eq(lam, t.noise**2),
                    L=t.Lambda,
                    I=t.identity,
                ),
            ),
        ),
    )


def derive(task: Task | None = None) -> Chapter:
    """The chapter: the equivalence, and the four risks."""
    it = one_step.one_step(task)
    t = it.test.task
    same, one, fit, shrunk = same_as_descent(it), steps(it), least_squares(it), ridge(it)
    results = {result.key: result for result in (*same, *one, *fit, *shrunk)}
    value = results["best-step"].theorem.statement.rhs
    return entry("gradient-descent").chapter(
        summary=say(
            "What does a trained layer do with the examples of its prompt? It takes one step of gradient descent on "
            "{J}, the least squares of the prompt, from {v}. We read this off the prediction, and then compare: with a "
            "plain step, with least squares, and with ridge regression, all on the same task, whose labels {y} have "
            "noise of size {s}.",
            J=it.J,
            v=Eq(beta, 0),
            y=t.labels,
            s=t.noise,
        ),
        meaning=say(
            "The layer has found in training the matrix {G} by which a gradient step is best multiplied, for prompts "
            "as long as those of its training; there plain gradient descent, which has one number {e} in its place, is "
            "never better. But one step is not a fit: without noise least squares recovers the task from {d} examples, "
            "and the layer only in the limit. With much noise, and few examples, it is the other way round: least "
            "squares follows the noise, and the layer, which holds back, may be far ahead. Ridge regression with {l} "
            "is never worse than any of them.",
            G=it.Gamma_N.inv(),
            e=eta,
            d=t.d,
            l=Eq(lam, t.noise**2),
        ),
        parts=(
            Definition(t.labels, say("the labels")),
            Definition(it.J, say("the least squares of the prompt")),
            *same[:2],
            Definition(it.Gamma_N, say("the matrix of training, with noise")),
            Definition(optimum.least_value(it.loss), say("the least value of the loss")),
            *same[2:],
            Definition(it.Gamma_M, say("the same matrix at the length of the test prompt")),
            one[0],
            one[1],
            Definition(_star(it), say("the least risk of a step")),
            *one[2:],
            *fit,
            *shrunk,
        ),
        formulas={
            "layer": results["layer"].theorem.statement.rhs,
            "gd": value,
            "gd_step": one_step.best_step(it),
            "least_squares": results["least-squares-risk"].theorem.statement.rhs,
        },
        claims={
            "any_step": results["any-step"].theorem.statement.rhs,
            "plain_step": results["plain-step"].theorem.statement.rhs,
            "least": _star(it).body,
            "preconditioner:trained": it.Gamma_N.inv(),
            "preconditioner:weights": it.test.layer.u * it.test.layer.U.T,
            "ridge_given_examples": _inside(it),
        },
        uses=("prediction", "optimum"),
        tables=(side_by_side(it, results),),
        model=it.test,
    )


def _inside(it: Step) -> Any:
    """What the risk of ridge regression is the mean of."""
    R, Λ, σ = linear_estimators.solver(it.test.task), it.test.task.Lambda, it.test.task.noise
    return σ**2 * tr(Λ @ R) + lam * (lam - σ**2) * tr(Λ @ R @ R)
