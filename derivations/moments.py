"""Moments of the empirical covariance S = XXᵀ/N (arXiv:2306.09927, appendix A; Isserlis 1918).

Claim.  E[S A S] = Λ A Λ + (1/N)(Λ Aᵀ Λ + tr(AΛ) Λ) for every matrix A, and the k-th moment for every k.
Scope.  Columns of X independent N(0, Λ); every d and N, which enters only as tr I_N.
"""

from symicl.attention import Task
from symicl.language.expressions import tr
from symicl.language.letters import matrix
from symicl.language.mean import E
from symicl.proof import rules
from symicl.proof.calculation import proof
from symicl.proof.chapter import Chapter, Definition, Result, say

from . import entry


def derive(task: Task | None = None) -> Chapter:
    """The second moment line by line, and the third as the general step does it."""
    t = task or Task()
    second, third = second_moment(t), kth_moment(3, t)
    return entry("moments").chapter(
        summary=say(
            "All that the layer sees of the inputs is their empirical covariance {S}. Its moments follow from one "
            "rule: the expectation of a product of Gaussians is the sum over all ways to pair them. Collect the "
            "examples in one matrix {X}. Its rows are paired by {c} and its columns by the identity, so that {N} "
            "enters only as the trace of that identity.",
            S=t.S,
            X=t.X,
            c=t.Lambda,
            N=t.N,
        ),
        meaning=say(
            "Were {S} equal to its mean {c}, the first term of the second moment would be all there is. The other two "
            "carry the factor {n}: they are the noise of estimating a covariance from {N} examples, and they are what "
            "keeps the optimum away from {inv}.",
            S=t.S,
            c=t.Lambda,
            n=1 / t.N,
            N=t.N,
            inv=t.Lambda.inv(),
        ),
        parts=(Definition(t.S, say("the empirical covariance")), second, third),
        formulas={"value": second.statement.rhs},
        claims={"third": third.statement.rhs},
        model=t,
    )


def second_moment(t: Task) -> Result:
    """E[S A S], with its three pairings written out."""
    A, S, X, Λ, N = matrix("A", t.d), t.S, t.X, t.Lambda, t.N
    lines = (
        proof(E(S @ A @ S))
        .eq(E(X @ X.T @ A @ X @ X.T) / N**2, by=rules.because(rules.linear, "definition of {S}", S=S))
        .eq(
            (N**2 * Λ @ A @ Λ + N * Λ @ A.T @ Λ + N * tr(A @ Λ) * Λ) / N**2,
            by=rules.because(rules.average(X), "pair (12)(34), (13)(24), (14)(23)"),
        )
        .eq(Λ @ A @ Λ + (Λ @ A.T @ Λ + tr(A @ Λ) * Λ) / N, by=rules.algebra)
        .qed()
    )
    return Result(
        "second", "Lemma", "Second moment", lines.theorem, (lines,), given=say("For every square matrix {A},", A=A)
    )


def kth_moment(k: int, task: Task | None = None) -> Result:
    """E[S A S B S …] with k copies of S and k − 1 different matrices between them.

    The engine pairs; the kernel pairs again in its own slow way and compares, which takes it moments up to k = 4.
    Beyond that ``symicl.engine.expect`` alone answers at once.

    >>> len(kth_moment(3).statement.rhs.args)
    15
    """
    t = task or Task()
    between = [matrix(name, t.d) for name in "ABCDFGHJK"[: k - 1]]
    word = t.S
    for letter in between:
        word = word @ letter @ t.S
    lines = proof(E(word)).then(rules.because(rules.average(t.X), "all pairings")).qed()
    title = {2: "Second", 3: "Third", 4: "Fourth"}.get(k, f"{k}-th")
    names = {f"m{i}": letter for i, letter in enumerate(between)}
    given = say(f"For all square matrices {', '.join(f'{{{name}}}' for name in names)},", **names)
    return Result(f"moment-{k}", "Lemma", f"{title} moment", lines.theorem, (lines,), given=given)
