"""What the trained layer predicts on a new prompt of M examples (arXiv:2306.09927, section 4.1).

Claim.  ŷ = wᵀ S_M Γ⁻¹ x_q; Γ⁻¹ = Λ⁻¹ − (1/N)(I + tr(Λ)Λ⁻¹)Γ⁻¹ exactly, and so on to any order in 1/N;
E‖S_M − Λ‖² = (tr(Λ)² + tr Λ²)/M; the mean square of ŷ − ⟨w, x_q⟩ is a share that falls like 1/M and one that falls
like 1/N²; and by Chebyshev's inequality the error is seldom large.
Scope.  A layer at the optimum for training prompts of N examples; every Λ ≻ 0, d, N and M.  With label noise σ ε the
answer has one term more, and tr(Λ) + σ² stands where the variance tr(Λ) of a label does.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from symicl.attention import Model, Task
from symicl.kernel import theorem as kernel
from symicl.kernel.theorem import Theorem
from symicl.language.expressions import identity, tr
from symicl.language.letters import Defined, Gaussian, dimension, scalar
from symicl.language.mean import E
from symicl.language.statements import Eq, Gt
from symicl.proof import rules
from symicl.proof.calculation import proof
from symicl.proof.chapter import Calculation, Chapter, Definition, Result, say

from . import entry, prediction
from .loss import derive_loss


@dataclass(frozen=True)
class Trained:
    """A layer at the optimum on a test prompt: Γ of its training, the test task with M examples, and S_M."""

    Gamma: Defined
    definition: Theorem
    test: Model
    S: Defined

    @property
    def spread(self):
        """tr(Λ) + σ², the variance of a label; without noise tr(Λ)."""
        return tr(self.test.task.Lambda) + self.test.task.noise**2

    @property
    def level(self):
        """A size of an error: ε, or δ where ε is the noise."""
        return scalar("epsilon" if self.test.task.noise == 0 else "delta", positive=True)

    def answer(self, matrix: Any):
        """What a layer with uU = ``matrix`` answers: wᵀ S_M uU x_q, and what the noise adds."""
        t = self.test.task
        return t.w.T @ self.S @ matrix @ t.x_q + t.noise * (t.epsilon.T @ t.X.T @ matrix @ t.x_q) / t.N

    @property
    def error(self):
        """ŷ − ⟨w, x_q⟩, with ŷ in its closed form."""
        t = self.test.task
        return self.answer(self.Gamma.inv()) - t.w.T @ t.x_q


@lru_cache(maxsize=16)
def trained(task: Task | None = None) -> Trained:
    """The layer of the optimum, asked about a prompt with M examples of the same law."""
    Gamma = derive_loss(task)[0].Gamma
    base = task or Task()
    X = Gaussian("X", base.d, dimension("M"), base.Lambda)
    test = Model(Task(inputs=X, noise=base.noise), reduced=True)
    definition = kernel.identity(Eq(Gamma, Gamma.body), open=[Gamma])
    return Trained(Gamma, definition, test, Defined("S_M", X @ X.T / dimension("M")))


def closed_form(it: Trained) -> Calculation:
    """ŷ on the test prompt, where uU = Γ⁻¹."""
    t, layer = it.test.task, it.test.layer
    best = kernel.assume(Eq(layer.u * layer.U, it.Gamma.inv()))
    read = layer.u * (t.labels.T @ t.X.T @ layer.U @ t.x_q) / t.N
    return (
        proof(it.test.prediction)
        .eq(read, by=rules.from_(prediction.theorem(it.test), "prediction"))
        .eq(it.answer(layer.u * layer.U), by=rules.unfold(t.labels, it.S))
        .eq(
            it.answer(it.Gamma.inv()),
            by=rules.combination((best, _weights(it), t.x_q), reason="{c}", c=best.statement),
        )
        .qed()
    )


def _weights(it: Trained) -> Any:
    """What uU x_q is multiplied by in the answer: the correlation of inputs and labels."""
    t = it.test.task
    clean = t.w.T @ it.S
    return clean + t.noise * t.epsilon.T @ t.X.T / t.N if t.noise != 0 else clean


def ratio(it: Trained) -> Defined:
    """K = I + tr(Λ)Λ⁻¹, by which each order in 1/N is multiplied; with noise tr(Λ) + σ² is in the place of tr(Λ)."""
    Λ = it.test.task.Lambda
    return Defined("K", identity(it.test.task.d) + it.spread * Λ.inv(), "positive definite")


def first_order(it: Trained) -> Calculation:
    """Γ⁻¹ = Λ⁻¹ − (1/N) K Γ⁻¹, exactly."""
    Γ, K, Λ, N = it.Gamma, ratio(it), it.test.task.Lambda, dimension("N")
    line = Λ.inv() - K @ Γ.inv() / N
    spread = kernel.identity(Eq(Λ.inv() @ Γ.body @ Γ.inv(), Γ.inv() + K @ Γ.inv() / N), open=[K])
    return (
        proof(Γ.inv())
        .eq(
            Λ.inv() @ Γ @ Γ.inv() - K @ Γ.inv() / N,
            by=rules.combination((it.definition, -Λ.inv(), Γ.inv()), (spread, -1, 1), reason="definition of {G}", G=Γ),
        )
        .eq(line, by=rules.algebra)
        .qed()
    )


def expansion(it: Trained, first: Theorem, order: int) -> Calculation:
    """Γ⁻¹ to an order in 1/N with the exact remainder, by putting the first order into itself.

    >>> it = trained()
    >>> print(expansion(it, first_order(it).theorem, 2).theorem.statement)
    Gamma^-1 = Lambda^-1 - 1/N K Lambda^-1 + 1/N^2 K K Gamma^-1
    """
    Γ, K, Λ, N = it.Gamma, ratio(it), it.test.task.Lambda, dimension("N")
    lines = proof(Γ.inv())
    done, power = None, identity(it.test.task.d)
    for k in range(order):
        term = (-1) ** k * power @ Λ.inv() / N**k
        done = term if done is None else done + term
        rest = (-1) ** (k + 1) * power @ K @ Γ.inv() / N ** (k + 1)
        by = rules.combination((first, (-1) ** k * power / N**k, 1), reason="the first order, put in once more")
        lines = lines.eq(done + rest, by=by if k else rules.because(by, "the first order"))
        power = power @ K
    return lines.qed()


def inverses_apart(it: Trained, first: Theorem) -> Calculation:
    """‖Γ⁻¹ − Λ⁻¹‖² ≤ (1/N²) ‖KΛ⁻¹‖²: what the first o(1) is, with a bound."""
    Γ, K, Λ, N = it.Gamma, ratio(it), it.test.task.Lambda, dimension("N")
    gap = Γ.inv() - Λ.inv()
    excess = tr(K @ K @ K @ Γ.inv() @ (Γ.inv() + Λ.inv())) / N**3
    known = Eq(first.statement.lhs, first.statement.rhs)
    return (
        proof(tr(K @ Λ.inv() @ K @ Λ.inv()) / N**2)
        .eq(
            tr(K @ Γ.inv() @ K @ Γ.inv()) / N**2 + excess,
            by=rules.combination(
                (first, -K @ K / N**2, Γ.inv() + Λ.inv()), reason="{c}; {a} and {b} commute", c=known, a=Γ, b=Λ
            ),
        )
        .ge(
            tr(K @ Γ.inv() @ K @ Γ.inv()) / N**2,
            kernel.positive(excess),
            "a product of definite matrices that commute",
        )
        .eq(
            tr(gap @ gap),
            by=rules.combination((first, -gap, 1), (first, 1, K @ Γ.inv() / N), reason="{c}", c=known),
        )
        .qed()
    )


def covariance_error(it: Trained) -> Calculation:
    """E‖S_M − Λ‖² = (tr(Λ)² + tr Λ²)/M: what the second o(1) is."""
    t = it.test.task
    gap = it.S - t.Lambda
    return proof(E(tr(gap @ gap))).eq((tr(t.Lambda) ** 2 + tr(t.Lambda @ t.Lambda)) / t.N, by=rules.average(t.X)).qed()


def mean_square(it: Trained) -> Calculation:
    """The mean square of ŷ − ⟨w, x_q⟩ in its two shares."""
    t, G, Λ, M = it.test.task, it.Gamma.inv(), it.test.task.Lambda, it.test.task.N
    one = t.identity
    noise = tr((it.spread * Λ + Λ @ Λ) @ G @ G @ Λ) / M
    held_back = tr((one - G @ Λ) @ (one - G @ Λ) @ Λ)
    return (
        proof(E(it.error**2))
        .then(rules.average(t.x_q))
        .then(rules.average(*([t.epsilon] if t.noise != 0 else []), t.w))
        .then(rules.average(t.X))
        .eq(noise + held_back, by=rules.because(rules.algebra, "collect what falls with {M}", M=M))
        .qed()
    )


def chebyshev(it: Trained, square: Theorem) -> Theorem:
    """P(|ŷ − ⟨w, x_q⟩| ≥ ε) is at most the mean square over ε²."""
    return kernel.cite("Chebyshev", [it.error, square.statement.rhs, it.level], square, kernel.positive(it.level))


def derive(task: Task | None = None) -> Chapter:
    """The chapter: the closed form on a test prompt, both o(1), the mean square and how likely a large error is."""
    it = trained(task)
    t, Γ, K, N = it.test.task, it.Gamma, ratio(it), dimension("N")
    form, first = closed_form(it), first_order(it)
    second = expansion(it, first.theorem, 2)
    apart, spread, square = inverses_apart(it, first.theorem), covariance_error(it), mean_square(it)
    unlikely = kernel.mirror(chebyshev(it, square.theorem))
    noise, held_back = square.theorem.statement.rhs.args
    if noise.has(t.N) is False:
        noise, held_back = held_back, noise
    return entry("trained-prediction").chapter(
        summary=say(
            "Training is over and the layer is at the optimum. Now it is given a prompt with {M} examples of a task "
            "{w} that it has never seen. It answers with {f}, and {S} is the empirical covariance of this prompt.",
            M=t.N,
            w=t.w,
            f=form.theorem.statement.rhs,
            S=it.S,
        ),
        meaning=say(
            "The answer is {y} up to two errors. One is the layer's: {G} is not quite {L}, and how far it is falls "
            "like one over the length {N} of the prompts it was trained on. The other is the prompt's: {S} is not "
            "quite {c}, and this falls like one over the square root of its length {M}. With both lengths large, the "
            "two matrices cancel and the layer has learned the task from its examples.",
            y=t.target,
            G=Γ.inv(),
            L=t.Lambda.inv(),
            N=N,
            S=it.S,
            c=t.Lambda,
            M=t.N,
        ),
        parts=(
            Definition(it.S, say("the empirical covariance of the test prompt")),
            Result(
                "closed-form",
                "Proposition",
                "The trained layer's prediction",
                form.theorem,
                (form,),
                given=say("On a test prompt with {M} examples,", M=t.N),
            ),
            Definition(K, say("the matrix by which each order in {n} is multiplied", n=1 / N)),
            Result("first-order", "Lemma", "The inverse, exactly", first.theorem, (first,)),
            Result("expansion", "Corollary", "The inverse to second order", second.theorem, (second,)),
            Result(
                "first-error",
                "Proposition",
                "How far the layer is from inverting the covariance",
                kernel.mirror(apart.theorem),
                (apart,),
            ),
            Result(
                "second-error", "Proposition", "How far the prompt is from the covariance", spread.theorem, (spread,)
            ),
            Result(
                "mean-square",
                "Theorem",
                "Mean square of the error",
                square.theorem,
                (square,),
                given=say("At the optimum,"),
            ),
            Result(
                "unlikely",
                "Corollary",
                "A large error is unlikely",
                unlikely,
                (),
                given=say("For every {e},", e=Gt(unlikely.statement.lhs.level, 0)),
                conclusion=say("This is Chebyshev's inequality for {z}, whose mean square was just found.", z=it.error),
            ),
        ),
        formulas={
            "mean_square": square.theorem.statement.rhs,
            "share_of_M": noise,
            "share_of_N": held_back,
            "Gamma_inverse": Γ.inv(),
        },
        claims={
            "closed-form": form.theorem.statement.rhs,
            "covariance": spread.theorem.statement.rhs,
            "trained": Γ.inv(),
        },
        uses=("prediction", "optimum"),
        model=it.test,
    )
