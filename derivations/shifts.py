"""Tasks, queries and inputs of another law than in training (arXiv:2306.09927, section 4.2).

Claim.  The trained layer's mean square error for every fixed task w, for every fixed query x, and for inputs of every
covariance Λ_test, at all N and M.  The first two vanish with long prompts; the last tends to
tr((I − Λ⁻¹Λ_test)Λ_test(I − Λ_testΛ⁻¹)), since ŷ is wᵀΛ_testΛ⁻¹x_q and not ⟨w, x_q⟩.  A query that is chosen when the
prompt is known can make the answer 0 for every task.
Scope.  A layer at the optimum for Λ ≻ 0, trained on prompts of N examples; every d, N and M.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from symicl.attention import Task
from symicl.kernel import theorem as kernel
from symicl.kernel.theorem import Theorem
from symicl.language.expressions import tr
from symicl.language.letters import Gaussian, Letter, dimension, letters_of, positive_definite, scalar, vector
from symicl.language.mean import E
from symicl.language.numeric import evaluate
from symicl.language.rewrite import substitute
from symicl.language.statements import Eq
from symicl.proof import rules
from symicl.proof.calculation import proof
from symicl.proof.chapter import Calculation, Chapter, Definition, Result, Table, say

from . import derive as derived
from . import entry
from .rates import held_back
from .trained_prediction import Trained, first_order, ratio, trained

N = dimension("N")


@dataclass(frozen=True)
class Shifted:
    """The trained layer on M examples with inputs X ~ N(0, Λ_test), a task w and a query x_q of that law."""

    layer: Trained
    Lambda: Letter
    X: Gaussian
    x_q: Gaussian

    @property
    def answer(self) -> Any:
        """ŷ = (1/M) wᵀXXᵀ Γ⁻¹ x_q, in its closed form."""
        t = self.layer.test.task
        return t.w.T @ self.X @ self.X.T @ self.layer.Gamma.inv() @ self.x_q / t.N


@lru_cache(maxsize=16)
def shifted(task: Task | None = None) -> Shifted:
    """The layer of the optimum, asked about inputs of another covariance."""
    it = trained(task)
    d, M = it.test.task.d, it.test.task.N
    other = positive_definite("Lambda_test", d)
    return Shifted(it, other, Gaussian("X", d, M, other), Gaussian("x_q", d, 1, other))


def _shares(it: Trained, inner: Any, outer: Any) -> tuple[Any, Any]:
    """(1/M) and (1/N²) shares, for the pair of expressions that the task or the query puts in."""
    t = it.test.task
    return inner / t.N, outer / N**2


@lru_cache(maxsize=16)
def of_task(it: Trained) -> Calculation:
    """E over inputs and query, for a fixed task w."""
    t, G, Lam, v = it.test.task, it.Gamma.inv(), it.test.task.Lambda, vector("w", it.test.task.d)
    gap, spread, known = t.identity - G @ Lam, Lam + tr(Lam) * t.identity, held_back(it)
    error = v.T @ t.X @ t.X.T @ G @ t.x_q / t.N - v.T @ t.x_q
    noise, rest = _shares(
        it,
        (v.T @ Lam @ v) * tr(G @ G @ Lam @ Lam) + v.T @ Lam @ Lam @ Lam @ G @ G @ v,
        v.T @ Lam @ spread @ spread @ G @ G @ v,
    )
    return (
        proof(E(error**2))
        .then(rules.average(t.x_q))
        .then(rules.average(t.X))
        .eq(noise + v.T @ gap @ gap @ Lam @ v, by=rules.because(rules.algebra, "collect what falls with {M}", M=t.N))
        .eq(
            noise + rest,
            by=rules.combination(
                (known, v.T, gap @ Lam @ v), (known, v.T @ spread @ G / N, Lam @ v), reason="{c}", c=known.statement
            ),
        )
        .qed()
    )


def of_query(it: Trained) -> Calculation:
    """E over inputs and task, for a fixed query x."""
    t, G, Lam, x = it.test.task, it.Gamma.inv(), it.test.task.Lambda, vector("x_q", it.test.task.d)
    gap, spread, known = t.identity - G @ Lam, Lam + tr(Lam) * t.identity, held_back(it)
    error = t.w.T @ t.X @ t.X.T @ G @ x / t.N - t.w.T @ x
    noise, rest = _shares(it, x.T @ Lam @ spread @ G @ G @ x, x.T @ spread @ spread @ G @ G @ x)
    return (
        proof(E(error**2))
        .then(rules.average(t.w))
        .then(rules.average(t.X))
        .eq(noise + x.T @ gap @ gap @ x, by=rules.because(rules.algebra, "collect what falls with {M}", M=t.N))
        .eq(
            noise + rest,
            by=rules.combination(
                (known, x.T, gap @ x), (known, x.T @ spread @ G / N, x), reason="{c}", c=known.statement
            ),
        )
        .qed()
    )


def chosen(it: Trained) -> tuple[Calculation, Calculation]:
    """x = Γv with Xᵀv = 0: the answer is 0 for every task, and its error the whole of the label."""
    t, G, Γ, v = it.test.task, it.Gamma.inv(), it.Gamma, vector("v", it.test.task.d)
    blind = kernel.assume(Eq(t.X.T @ v, 0))
    answer = t.w.T @ t.X @ t.X.T @ G @ (Γ @ v) / t.N
    nothing = (
        proof(answer)
        .eq(t.w.T @ t.X @ (t.X.T @ v) / t.N, by=rules.algebra)
        .eq(0, by=rules.combination((blind, t.w.T @ t.X / t.N, 1), reason="{c}", c=blind.statement))
        .qed()
    )
    whole = proof(E((t.w.T @ Γ @ v) ** 2)).eq(v.T @ Γ @ Γ @ v, by=rules.average(t.w)).qed()
    return nothing, whole


def of_inputs(it: Shifted) -> tuple[Calculation, Calculation]:
    """What ŷ is on average over the inputs, and the mean square of its error."""
    t, G, L = it.layer.test.task, it.layer.Gamma.inv(), it.Lambda
    gap = t.identity - L @ G
    noise = tr((L @ L + tr(L) * L) @ G @ L @ G) / t.N
    mean = proof(E(it.answer, over=[it.X])).eq(t.w.T @ L @ G @ it.x_q, by=rules.average(it.X)).qed()
    square = (
        proof(E((it.answer - t.w.T @ it.x_q) ** 2))
        .then(rules.average(it.x_q))
        .then(rules.average(t.w))
        .then(rules.average(it.X))
        .eq(noise + tr(gap @ L @ gap.T), by=rules.because(rules.algebra, "collect what falls with {M}", M=t.N))
        .qed()
    )
    return mean, square


def limit(it: Shifted) -> Any:
    """tr((I − Λ_testΛ⁻¹)Λ_test(I − Λ⁻¹Λ_test)): what stays with long prompts in training and test."""
    t = it.layer.test.task
    gap = t.identity - it.Lambda @ t.Lambda.inv()
    return tr(gap @ it.Lambda @ gap.T)


def approach(it: Shifted) -> Theorem:
    """I − Λ_testΓ⁻¹ = I − Λ_testΛ⁻¹ + (1/N) Λ_test K Γ⁻¹, exactly."""
    t, G, K = it.layer.test.task, it.layer.Gamma.inv(), ratio(it.layer)
    first = first_order(it.layer).theorem
    goal = Eq(t.identity - it.Lambda @ G, t.identity - it.Lambda @ t.Lambda.inv() + it.Lambda @ K @ G / N)
    return kernel.combine(goal, [(first, -it.Lambda, 1)])


def remainder(it: Shifted) -> Theorem:
    """The share that does not fall with M is the limit, a term of order 1/N and one of order 1/N²."""
    t, L, G, K = it.layer.test.task, it.Lambda, it.layer.Gamma.inv(), ratio(it.layer)
    near, far, rest = t.identity - L @ G, t.identity - L @ t.Lambda.inv(), L @ K @ G
    known = approach(it)
    goal = Eq(tr(near @ L @ near.T), limit(it) + 2 * tr(far @ L @ rest.T) / N + tr(rest @ L @ rest.T) / N**2)
    return kernel.combine(goal, [(known, 1, L @ near.T), (kernel.flip(known), (far + rest / N) @ L, 1)])


def scaled(it: Shifted) -> tuple[Theorem, Theorem]:
    """For Λ_test = cΛ the limit is c(1 − c)² tr Λ; for c = 4 that is nine times E y_q² = 4 tr Λ."""
    Lam, c = it.layer.test.task.Lambda, scalar("c", positive=True)
    general = kernel.identity(Eq(substitute(limit(it), {it.Lambda: c * Lam}), c * (1 - c) ** 2 * tr(Lam)))
    return general, kernel.instantiate(general, [(c, 4)])


def examples(formulas: dict[str, Any], task: Task | None) -> Table:
    """One harmless test and one that breaks for each shift, as numbers: the error, its limit, and the label's size."""
    it = shifted(task)
    M, Lam, d = it.layer.test.task.N, it.layer.test.task.Lambda, it.layer.test.task.d
    w, x, v = vector("w", d), vector("x_q", d), vector("v", d)
    nonlinear = derived("nonlinear", task).formulas
    square = nonlinear["quadratic_limit"] + nonlinear["quadratic_excess"]
    one, four, point = [[1, 0], [0, 1]], [[4, 0], [0, 4]], [3, 4]
    chosen, size = formulas["chosen"], w.T @ Lam @ w
    rows = (
        ("another task", "the weights 3 and 4", formulas["task"], size, {"w": point}),
        ("a task that is not linear", "the square of a coordinate", square, 3 * size**2, {"w": [1, 0], "sigma": 0}),
        ("another query", "the coordinates 3 and 4", formulas["query"], x.T @ x, {"x_q": point}),
        ("a query across the examples", "{M}, {v} of length 5", chosen, chosen, {"v": point, "M": 1}),
        ("turned inputs", "{L}", formulas["covariate"], tr(it.Lambda), {"Lambda_test": one}),
        ("inputs of twice the size", "{F}", formulas["covariate"], tr(it.Lambda), {"Lambda_test": four}),
    )
    parts = {"M": Eq(M, 1), "v": v, "L": Eq(it.Lambda, Lam), "F": Eq(it.Lambda, 4 * Lam)}
    shown = []
    for kind, example, error, label, given in rows:
        here = {"N": 20, "M": 20, "Lambda": one, **given}
        far = {"N": 10**9, "M": 10**9, "Lambda": one, **given}
        numbers = [_number(error, here), _number(error, far), _number(label, here)]
        shown.append((say(kind), say(example, **parts), *map(say, numbers)))
    caption = say(
        "One harmless test and one that breaks for each shift, for two coordinates of variance 1, {N} and {M}; the "
        "limit is that for long prompts.",
        N=Eq(N, 20),
        M=Eq(M, 20),
    )
    return Table("examples", caption, ("test", "example", "error", "limit", "mean square of the label"), tuple(shown))


def _number(formula: Any, values: dict[str, Any]) -> str:
    """The value of a formula to three digits, and 0 for less than a millionth."""
    letters = {letter.name: letter for letter in letters_of(formula)}
    known = {letters[name]: value for name, value in values.items() if name in letters}
    value = float(evaluate(formula, known))
    return f"{value:.3g}" if value > 1e-6 else "0"


def derive(task: Task | None = None) -> Chapter:
    """The chapter: another task, another query, a query chosen with the prompt in hand, inputs of another law."""
    it = shifted(task)
    layer, t = it.layer, it.layer.test.task
    of_v, of_x, (nothing, whole) = of_task(layer), of_query(layer), chosen(layer)
    mean, square = of_inputs(it)
    rest = remainder(it)
    general, four = scaled(it)
    formulas = {
        "task": of_v.theorem.statement.rhs,
        "query": of_x.theorem.statement.rhs,
        "chosen": whole.theorem.statement.rhs,
        "covariate": square.theorem.statement.rhs,
        "covariate_limit": limit(it),
    }
    v, w, x, c = vector("v", t.d), vector("w", t.d), vector("x_q", t.d), scalar("c", positive=True)
    return entry("shifts").chapter(
        summary=say(
            "What if a test is not like the training? Three things can differ: the task {w}, the query {x}, and the "
            "law of the inputs. Each time the answer is {f}, whose mean square error is worked out.",
            w=t.w,
            x=t.x_q,
            f=it.answer,
        ),
        meaning=say(
            "Another task does no harm: whatever {w} is, the error vanishes with long prompts. Neither does another "
            "query, as long as it is not chosen with the prompt in hand; then it can lie where no example has been, "
            "and the answer is zero for every task. Inputs of another covariance do harm that no prompt repairs: the "
            "layer has learned {i} and applies it to inputs with covariance {L}. Turned inputs that keep the "
            "covariance do none; inputs of twice the size, {four}, make the answer four times too large, and the error "
            "nine times that of answering nothing.",
            w=w,
            i=t.Lambda.inv(),
            L=it.Lambda,
            four=Eq(it.Lambda, 4 * t.Lambda),
        ),
        parts=(
            Result(
                "task",
                "Theorem",
                "Task shift",
                of_v.theorem,
                (of_v,),
                given=say("For every fixed task {w},", w=w),
            ),
            Result(
                "query",
                "Theorem",
                "Query shift",
                of_x.theorem,
                (of_x,),
                given=say("For every fixed query {x}, or one that is independent of the prompt,", x=x),
            ),
            Result(
                "chosen",
                "Proposition",
                "A query that is chosen with the prompt in hand",
                nothing.theorem,
                (nothing, whole),
                given=say("For the query {q},", q=layer.Gamma @ v),
                also=(whole.theorem,),
                conclusion=say(
                    "For {M} below {d} there is such a {v} other than 0. The second equation is the mean square of the "
                    "label, all of which is missed.",
                    M=t.N,
                    d=t.d,
                    v=v,
                ),
            ),
            Result(
                "covariate",
                "Theorem",
                "Covariate shift",
                square.theorem,
                (mean, square),
                given=say("For inputs and queries with covariance {L},", L=it.Lambda),
                also=(mean.theorem,),
            ),
            Definition(ratio(layer), say("the matrix by which each order in {n} is multiplied", n=1 / N)),
            Result(
                "limit",
                "Proposition",
                "What long prompts do not repair",
                rest,
                (),
                given=say("For all {N},", N=N),
                conclusion=say(
                    "Put {c} into the left side from either side and multiply out. The first term on the right is the "
                    "limit of the mean square for long prompts in training and test.",
                    c=approach(it).statement,
                ),
            ),
            Result(
                "scaled",
                "Corollary",
                "Inputs that are scaled",
                general,
                (),
                given=say("For {L}, the limit of the mean square error is", L=Eq(it.Lambda, c * t.Lambda)),
                also=(four,),
                conclusion=say(
                    "Everything commutes. For {c} the mean square of the label is {y}.", c=Eq(c, 4), y=4 * tr(t.Lambda)
                ),
            ),
        ),
        formulas=formulas,
        tables=(examples(formulas, task),),
        claims={"answer": mean.theorem.statement.rhs},
        uses=("rates", "nonlinear"),
        model=layer.test,
    )
