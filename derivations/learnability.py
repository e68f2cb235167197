"""The trained layer learns linear models in context (arXiv:2306.09927, section 3.1).

Claim.  Trained on in-context examples of linear functions, the layer learns every linear function x ↦ ⟨w, x⟩ in
context, up to the error η(w) = (1/N²) wᵀΛ(Λ + tr(Λ)I)²Γ⁻²w, with sample complexity M(ε) = (d + 1)wᵀΛw/ε; and η(w) is
at most ε where N² ≥ wᵀΛ(I + tr(Λ)Λ⁻¹)²w/ε.
Scope.  Every Λ ≻ 0, w, d, N and ε > 0; M(ε) knows nothing of N, and η nothing of M.
"""

from functools import lru_cache
from typing import Any

from symicl.attention import Task
from symicl.attention.learning import InContextLearning, TrainedInContext
from symicl.errors import ProofError
from symicl.kernel import theorem as kernel
from symicl.kernel.theorem import Theorem
from symicl.language.expressions import tr
from symicl.language.functions import apply
from symicl.language.letters import dimension, scalar, vector
from symicl.language.statements import Eq, Gt
from symicl.proof import rules
from symicl.proof.calculation import proof
from symicl.proof.chapter import Calculation, Chapter, Result, say

from . import derive as derived
from . import entry
from .loss import derive_loss
from .optimum import least_value
from .rates import held_back, inverses, long_enough
from .shifts import of_task
from .trained_prediction import Trained, trained

N, epsilon = dimension("N"), scalar("epsilon", positive=True)


def size(it: Trained) -> Any:
    """wᵀΛw, the mean square of a label."""
    w = vector("w", it.test.task.d)
    return w.T @ it.test.task.Lambda @ w


def shares(it: Trained) -> tuple[Any, Any]:
    """The two shares of the error for a fixed task: what falls with M, and η."""
    noise, eta = of_task(it).theorem.statement.rhs.args
    return (noise, eta) if noise.has(it.test.task.N) else (eta, noise)


@lru_cache(maxsize=16)
def sampling(it: Trained) -> Calculation:
    """(d + 1)wᵀΛw/M exceeds the share that falls with M, since Γ⁻²Λ² is below the identity."""
    t, G, Lam, w = it.test.task, it.Gamma.inv(), it.test.task.Lambda, vector("w", it.test.task.d)
    one, known = t.identity, held_back(it)
    noise, _ = shares(it)
    rest = (Lam + tr(Lam) * one) @ G @ (one + G @ Lam) / N
    excess = (size(it) * tr(rest) + w.T @ Lam @ rest @ w) / t.N
    return (
        proof((t.d + 1) * size(it) / t.N)
        .eq(
            noise + excess,
            by=rules.combination(
                (known, size(it) / t.N, one + G @ Lam),
                (known, w.T @ Lam / t.N, (one + G @ Lam) @ w),
                reason="{c}; everything commutes",
                c=known.statement,
            ),
        )
        .ge(noise, kernel.nonnegative(excess), "traces and squares of definite matrices that commute")
        .qed()
    )


@lru_cache(maxsize=16)
def training(it: Trained) -> Calculation:
    """(1/N²) wᵀΛ(I + tr(Λ)Λ⁻¹)²w exceeds η, since Γ⁻² is below Λ⁻²."""
    t, G, Lam, w = it.test.task, it.Gamma.inv(), it.test.task.Lambda, vector("w", it.test.task.d)
    one, apart = t.identity, inverses(it)
    ratio, spread = one + tr(Lam) * Lam.inv(), Lam + tr(Lam) * one
    _, eta = shares(it)
    excess = w.T @ Lam @ spread @ spread @ ratio @ G @ (Lam.inv() + G) @ w / N**3
    return (
        proof(w.T @ Lam @ ratio @ ratio @ w / N**2)
        .eq(
            eta + excess,
            by=rules.combination(
                (apart, w.T @ Lam @ spread @ spread / N**2, (Lam.inv() + G) @ w),
                reason="{c}; everything commutes",
                c=apart.statement,
            ),
        )
        .ge(eta, kernel.nonnegative(excess), "a square of definite matrices that commute")
        .qed()
    )


def learning(it: Trained) -> InContextLearning:
    """What is claimed of the layer."""
    _, eta = shares(it)
    return InContextLearning(of_task(it).start, eta, (it.test.task.d + 1) * size(it) / epsilon, it.test.task.N, epsilon)


def learned(it: Trained) -> Theorem:
    """M ≥ M(ε) makes the error at most η + ε."""
    t, square, bounded = it.test.task, of_task(it).theorem, sampling(it).theorem
    noise, eta = shares(it)
    enough = kernel.descend(long_enough(t.N, (t.d + 1) * size(it), epsilon), bounded)
    same = kernel.at_least(kernel.identity(Eq(eta, eta)), kernel.nonnegative(0))
    total = kernel.cite("sums keep order", [epsilon, noise, eta, eta], enough, same)
    begin = kernel.identity(Eq(eta + epsilon, total.statement.lhs))
    end = kernel.identity(Eq(total.statement.rhs, square.statement.rhs))
    return kernel.mirror(kernel.descend(begin, total, end, kernel.turn(square)))


def short_enough(it: Trained) -> Theorem:
    """N² ≥ wᵀΛ(I + tr(Λ)Λ⁻¹)²w/ε makes η at most ε."""
    bounded = training(it).theorem
    constant = bounded.statement.lhs * N**2
    first = long_enough(N**2, constant, epsilon)
    joined = kernel.identity(Eq(first.statement.rhs, bounded.statement.lhs))
    return kernel.mirror(kernel.descend(first, joined, bounded))


def is_trained(task: Task | None) -> tuple[TrainedInContext, Theorem]:
    """The layer is trained on in-context examples exactly where uU = Γ⁻¹ (on the set p = q = 0)."""
    loss = derive_loss(task)[0]
    return TrainedInContext(loss.model.loss, least_value(loss)), derived("optimum", task).result("minimum").also[0]


def derive(task: Task | None = None) -> Chapter:
    """The chapter: what the layer is trained for, what it learns, and with how many examples."""
    it = trained(task)
    t, w = it.test.task, vector("w", it.test.task.d)
    claim, (aim, optimum) = learning(it), is_trained(task)
    many, short = sampling(it), training(it)
    noise, _ = shares(it)
    shown, small = learned(it), short_enough(it)
    if not claim.is_shown_by(shown):
        raise ProofError(f"{shown} does not show that linear models are learned in context")
    return entry("learnability").chapter(
        summary=say(
            "A model is trained on in-context examples if its parameters minimise the loss {L} over prompts whose "
            "functions and inputs are drawn at random. It learns a class of functions in context, up to an error "
            "{e}, with sample complexity {m}, if for every function of the class and every {p} its mean square error "
            "is at most {b} on prompts of at least {m} examples.",
            L=aim.loss,
            e=scalar("eta"),
            m=apply("M", epsilon),
            p=Gt(epsilon, 0),
            b=scalar("eta") + epsilon,
        ),
        meaning=say(
            "One layer, trained once, learns every linear function from the examples in its prompt. How many examples "
            "this takes depends on the dimension and on how large the labels are, and not on the length of the prompts "
            "of training; what training leaves as an error does not depend on the prompt, and is small for long "
            "prompts of training. For labels of mean square at most {r}, {m} examples are enough.",
            r=scalar("R") ** 2,
            m=(t.d + 1) * scalar("R") ** 2 / epsilon,
        ),
        parts=(
            Result(
                "trained",
                "Proposition",
                "Trained on in-context examples",
                optimum,
                (),
                given=say(
                    "The least value of the loss, {e}, is taken at these parameters and at no others:", e=aim.statement
                ),
                conclusion=say("This is the equality case of the optimum."),
            ),
            Result(
                "sampling",
                "Lemma",
                "What a short prompt costs",
                kernel.mirror(many.theorem),
                (many,),
                given=say("For every {w},", w=w),
            ),
            Result(
                "learns",
                "Theorem",
                "Linear models are learned in context",
                shown,
                (),
                given=say("For every {w} and {e},", w=w, e=Gt(epsilon, 0)),
                conclusion=say(
                    "The share of the error that falls with {M} is at most {a} by the lemma, hence at most {e}; the "
                    "other share is what is left.",
                    M=t.N,
                    a=many.start,
                    e=epsilon,
                ),
            ),
            Result(
                "training",
                "Lemma",
                "What short prompts of training cost",
                kernel.mirror(short.theorem),
                (short,),
                given=say("For every {w},", w=w),
            ),
            Result(
                "small",
                "Corollary",
                "How long the prompts of training must be",
                small,
                (),
                given=say("For every {w} and {e},", w=w, e=Gt(epsilon, 0)),
                conclusion=say("By the lemma, as before."),
            ),
        ),
        formulas={
            "M": claim.complexity,
            "eta": claim.eta,
            "N_squared": short.start * N**2 / epsilon,
        },
        claims={"least_M": noise * t.N / epsilon, "least_N_squared": claim.eta * N**2 / epsilon},
        uses=("optimum", "shifts"),
        model=it.test,
    )
