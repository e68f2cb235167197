"""What one linear attention layer predicts (arXiv:2306.09927, section 3.2).

Claim.  ŷ = (pᵀ, u)(EEᵀ/N)(U; qᵀ) x_q, by multiplying the blocks of f(E) alone.
Scope.  Any labels y; every block of W^PV and W^KQ is free, and V, v, k, κ drop out.
"""

from symicl.attention import Model, Task
from symicl.language.blocks import Block
from symicl.proof import rules
from symicl.proof.calculation import proof
from symicl.proof.chapter import Chapter, Definition, Result, say

from . import entry


def derive(task: Task | None = None) -> Chapter:
    """The prediction over all blocks, and on the set p = q = 0."""
    full, reduced = Model(task), Model(task, reduced=True)
    results = (predict(full), predict_reduced(reduced))
    t, layer = full.task, full.layer
    return entry("prediction").chapter(
        summary=say(
            "A prompt holds the examples, the columns of {X}, with labels {y}, and a query {x} whose label is wanted. "
            "One layer of linear self-attention maps the embedding {E} to {f}, and the entry in the bottom right "
            "corner is the prediction {yhat}.",
            X=t.X,
            y=t.labels,
            x=t.x_q,
            E=t.embedding,
            f=layer(t.embedding, t.N),
            yhat=full.prediction,
        ),
        meaning=say(
            "The layer can only see the prompt through three averages: the empirical covariance of the inputs, their "
            "correlation with the labels, and the mean square of the labels. All blocks but {p}, {u}, {U}, {q} are "
            "idle, because the query has no label yet: the last entry of {E} is zero.",
            p=layer.p,
            u=layer.u,
            U=layer.U,
            q=layer.q,
            E=t.embedding,
        ),
        parts=(
            Definition(t.labels, say("the labels")),
            Definition(t.embedding, say("the embedding matrix, examples first, query last")),
            Definition(layer.W_PV, say("projection and value in one matrix")),
            Definition(layer.W_KQ, say("key and query in one matrix")),
            *results,
        ),
        formulas={"value": results[0].statement.rhs},
        model=full,
    )


def predict(model: Model) -> Result:
    """ŷ over all blocks."""
    t, layer = model.task, model.layer
    X, x, y, N, E = t.X, t.x_q, t.labels, t.N, t.embedding
    p, u, U, q = layer.p, layer.u, layer.U, layer.q
    last_row, first_columns = Block([[p.T, u]]), Block([[U], [q.T]])
    gram = Block([[X @ X.T + x @ x.T, X @ y], [y.T @ X.T, y.T @ y]])
    lines = (
        proof(model.prediction)
        .eq(model.prediction.body, by=rules.meaning)
        .eq(
            (last_row @ E @ E.T @ first_columns @ x) / N,
            by=rules.because(rules.blocks, "last row, last column; {E} ends in 0", E=E),
        )
        .eq((last_row @ gram @ Block([[U @ x], [q.T @ x]])) / N, by=rules.blocks)
        .eq(
            (
                p.T @ (X @ X.T + x @ x.T) @ U @ x
                + (p.T @ X @ y) * (q.T @ x)
                + u * (y.T @ X.T @ U @ x)
                + u * (y.T @ y) * (q.T @ x)
            )
            / N,
            by=rules.blocks,
        )
        .qed()
    )
    return Result(
        "all-blocks",
        "Proposition",
        "Prediction",
        lines.theorem,
        (lines,),
        given=say("For every choice of the blocks of {V} and {K},", V=layer.W_PV, K=layer.W_KQ),
    )


def predict_reduced(model: Model) -> Result:
    """ŷ where p and q are zero."""
    t, layer = model.task, model.layer
    lines = (
        proof(model.prediction)
        .eq(model.prediction.body, by=rules.meaning)
        .eq(layer.u * (t.labels.T @ t.X.T @ layer.U @ t.x_q) / t.N, by=rules.blocks)
        .qed()
    )
    full = Model(t).layer
    return Result(
        "reduced",
        "Corollary",
        "Prediction without p and q",
        lines.theorem,
        (lines,),
        given=say("Where the blocks {p} and {q} are zero,", p=full.p, q=full.q),
    )


def theorem(model: Model):
    """The kernel's theorem ŷ = … for a model; later derivations put it to use."""
    return (predict_reduced(model) if model.is_reduced else predict(model)).theorem
