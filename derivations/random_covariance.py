"""The optimum when every prompt has a covariance of its own (arXiv:2306.09927, Theorem 4.5).

Claim.  For random diagonal Λ_τ, with A = E[Γ_τΛ_τ²] and B = E[Λ_τ²], the loss is least exactly at uU = A⁻¹B, and its
least value stays above ½ tr EΛ_τ − ½ tr(B²C⁻¹), C = E[Λ_τ³], however long the prompts are; that is 0 for constant Λ_τ
only.  Without commuting, uU = H is the optimum for the solution H of E[G_τΣ_τHΣ_τ] = E[Σ_τ²].
Scope.  The set p = q = 0; every law of positive definite Λ_τ of which the means that are spoken of are finite.
"""

from typing import Any

from symicl.attention import Model, Task
from symicl.errors import UserError
from symicl.kernel import theorem as kernel
from symicl.language.expressions import tr
from symicl.language.letters import matrix, scalar
from symicl.language.mean import E
from symicl.language.statements import Eq, Gt
from symicl.proof import rules
from symicl.proof.calculation import proof
from symicl.proof.chapter import Calculation, Chapter, Definition, Prose, Result, say

from . import entry, random_limit, random_moments
from .eigenvalue_laws import LAWS
from .random_loss import Diagonal, Loss, Square, completed, d, diagonal, loss_of, minimum, solved, square
from .random_moments import Closed

Two = tuple[Calculation, Calculation]
H, Z, t = matrix("H", d), matrix("Z", d), scalar("t")


def where_p_and_q_vanish() -> Prose:
    """Where all of this chapter takes place."""
    layer = Model().layer
    return say("On the set where {p} and {q} are zero,", p=layer.p, q=layer.q)


def _optimum(it: Diagonal, equation: Calculation, found: Square, both: Two) -> tuple[Any, ...]:
    """The loss and its optimum for diagonal covariances."""
    loss, below, attained = it.loss, *both
    Λ, Γ, u, U = loss.Lambda, loss.Gamma, loss.model.layer.u, loss.model.layer.U
    given = say("For all {u} and {U},", u=u, U=U)
    return (
        Definition(Γ, say("the matrix of one prompt, which is random as {c} is", c=Λ)),
        Result(
            "gamma",
            "Lemma",
            "The matrix of the quadratic term",
            loss.moment.theorem,
            (loss.moment,),
            given=say("Given {c},", c=Λ),
        ),
        Result(
            "loss", "Proposition", "Population loss", loss.lines.theorem, (loss.lines,), given=where_p_and_q_vanish()
        ),
        Definition(it.A, say("the mean of the matrix of the quadratic term")),
        Definition(it.B, say("the mean of the matrix of the linear term")),
        Result("equation", "Lemma", "Where the linear term goes", equation.theorem, (equation,)),
        Definition(found.star, say("the least value of the loss")),
        Result("square", "Proposition", "Completed square", found.lines.theorem, (found.lines,), given=given),
        Result(
            "minimum",
            "Theorem",
            "Global optimum",
            below.theorem,
            (below, attained),
            given=given,
            also=(attained.theorem,),
            conclusion=say(
                "So {p} is the only minimum. That gradient flow from the paper's start ends there is the other half of "
                "the paper's theorem; it is not proved here.",
                p=attained.theorem.statement.parts[1],
            ),
        ),
    )


def _limit(it: Diagonal, found: Square) -> tuple[tuple[Any, ...], Calculation]:
    """What is left for long prompts, and why it is 0 for a constant covariance only."""
    third = random_limit.third_moment(it)
    above, below = (part(it, found, third.theorem) for part in (random_limit.above, random_limit.below))
    mean = random_limit.mean_defect(it)
    sign = random_limit.not_negative(it, mean)
    low, Λ = random_limit.limit_of(it), it.loss.Lambda
    still = random_limit.of_a_constant(it)
    none, lengths = random_limit.constant(it, mean), random_limit.at_length(it, third.theorem)
    return (
        Definition(it.C, say("the mean of the cube")),
        Definition(it.F, say("the mean of the square, weighed by the trace")),
        Result("third", "Lemma", "What falls with the length", third.theorem, (third,)),
        Definition(low, say("what is left when the prompts become long")),
        Result(
            "above",
            "Theorem",
            "The loss does not go to zero",
            above.theorem,
            (above, below),
            given=say("For every {N},", N=random_limit.N),
            also=(kernel.mirror(below.theorem),),
            conclusion=say(
                "The bound on the right tends to {low}: nothing but {N} in it changes. It is the loss of the layer "
                "with {W}, which is best for prompts without end. By the global optimum, every layer with {p} and {q} "
                "zero has a loss of at least {star}, so more than {low} at every length of its prompts, also at "
                "lengths that it was not trained on.",
                low=low,
                N=random_limit.N,
                star=found.star,
                W=Eq(it.loss.product, it.C.inv() @ it.B),
                **where_p_and_q_vanish().parts,
            ),
        ),
        Definition(
            random_limit.loss_of_length_M().Gamma,
            say("the matrix of one prompt of {M} examples", M=random_limit.M),
        ),
        Result(
            "lengths",
            "Theorem",
            "The trained layer at another length",
            lengths.theorem,
            (lengths,),
            given=say(
                "For a layer trained on prompts of {N} examples, on prompts of {M} examples,",
                N=random_limit.N,
                M=random_limit.M,
            ),
            conclusion=say("So as both lengths grow, the loss tends to {low}.", low=low),
        ),
        Result(
            "mean-square",
            "Proposition",
            "What is left is a mean of squares",
            mean.theorem,
            (mean, sign),
            also=(sign.theorem,),
        ),
        Result(
            "equality",
            "Corollary",
            "Only a constant covariance is learned",
            none,
            (),
            given=say("For every {e},", e=Gt(random_limit.epsilon, 0)),
            conclusion=say(
                "This is Markov's inequality. So {z} is zero almost surely, and since {c} is positive definite, {c} is "
                "the constant {i} almost surely.",
                z=random_limit.defect(it),
                c=Λ,
                i=it.C @ it.B.inv(),
            ),
        ),
        Result(
            "constant",
            "Corollary",
            "A constant covariance is learned",
            still.theorem,
            (still,),
            given=say("For a diagonal, positive definite {K},", K=random_limit.K),
        ),
        Result(
            "nearly",
            "Corollary",
            "A small rest means a nearly constant covariance",
            random_limit.unlikely(it, mean),
            (),
            given=say("For every {e},", e=Gt(random_limit.epsilon, 0)),
            conclusion=say(
                "This is Markov's inequality for {z}, whose mean was just found.", z=random_limit.defect(it)
            ),
        ),
    ), sign


def _independent(it: Diagonal, found: Square, attained: Any, sign: Calculation) -> tuple[tuple[Any, ...], Closed]:
    """Eigenvalues that are independent and of one law, and the laws with a name."""
    closed = random_moments.closed(it, found, attained)
    gap = random_moments.cauchy_schwarz(closed.limit.theorem, sign.theorem)
    Λ, low = it.loss.Lambda, random_limit.limit_of(it)
    eigenvalues = say(
        "For eigenvalues of {c} that are independent and of one law, with moments {a}, {b} and {e},",
        c=Λ,
        a=random_moments.m_1,
        b=random_moments.m_2,
        e=random_moments.m_3,
    )
    named = tuple(
        Result(
            f"law:{law.name}",
            "Corollary",
            law.name.capitalize(),
            random_moments.for_law(closed.limit.theorem, law),
            (),
            given=say(
                f"For independent eigenvalues that are {law.words},",
                **{str(letter): letter for letter in law.parameters},
            ),
            conclusion=say("The moments are {a}, {b} and {e}.", a=law.moments[0], b=law.moments[1], e=law.moments[2]),
        )
        for law in LAWS.values()
    )
    return (
        Result(
            "independent",
            "Theorem",
            "Independent eigenvalues: the optimum",
            closed.attained.theorem,
            (closed.attained,),
            given=eigenvalues,
            conclusion=say(
                "The last of these means is what independence gives: an eigenvalue is one of the {d} "
                "terms of the trace, and the others are independent of it.",
                d=d,
            ),
        ),
        Result(
            "least",
            "Theorem",
            "Independent eigenvalues: the loss",
            closed.least.theorem,
            (closed.least,),
            given=eigenvalues,
        ),
        Result(
            "limit",
            "Theorem",
            "Independent eigenvalues: what is left",
            closed.limit.theorem,
            (closed.limit,),
            given=eigenvalues,
        ),
        Result(
            "cauchy-schwarz",
            "Corollary",
            "The inequality of Cauchy and Schwarz",
            gap,
            (),
            given=eigenvalues,
            conclusion=say(
                "This is {s}, multiplied by {f}. It is an equality exactly where {low} is zero, so for constant "
                "eigenvalues only.",
                s=sign.theorem.statement,
                f=2 * random_moments.m_3 / d,
                low=low,
            ),
        ),
        *named,
    ), closed


def linear_term(loss: Loss) -> Calculation:
    """How the loss changes from uU = H along Z: the linear term vanishes for every Z iff E[GΣHΣ] = E[Σ²]."""
    Σ, G = loss.Lambda, loss.Gamma

    def quadratic(W: Any) -> Any:
        return E(tr(G @ Σ @ W @ Σ @ W.T)) / 2 - E(tr(Σ @ Σ @ W.T))

    slope = (E(G @ Σ @ H @ Σ) - E(Σ @ Σ)) @ Z.T
    parts = [kernel.inside(mean, 1, Z.T) for mean in (E(G @ Σ @ H @ Σ), E(Σ @ Σ))]
    return (
        proof(quadratic(H + t * Z))
        .eq(
            quadratic(H) + t * tr(slope) + t**2 * E(tr(G @ Σ @ Z @ Σ @ Z.T)) / 2,
            by=rules.combination((parts[0], -t, 1), (parts[1], t, 1), reason="expand; constants leave the mean"),
        )
        .qed()
    )


def _general() -> tuple[tuple[Any, ...], Square, Loss]:
    """What changes when the covariances do not commute."""
    loss = loss_of("Sigma_tau", "G_tau", "positive definite")
    Σ, G = loss.Lambda, loss.Gamma
    known = kernel.assume(Eq(E(G @ Σ @ H @ Σ), E(Σ @ Σ)))
    found = square(loss, H, known)
    below, attained = minimum(loss, found)
    line = linear_term(loss)
    single = kernel.vanishes(E(tr(G @ Σ @ H @ Σ @ H.T)))
    return (
        (
            Definition(G, say("the matrix of one prompt with a random covariance {c} that need not be diagonal", c=Σ)),
            Result(
                "general-loss",
                "Proposition",
                "Population loss, any covariances",
                loss.lines.theorem,
                (loss.lines,),
                given=where_p_and_q_vanish(),
            ),
            Result(
                "slope",
                "Lemma",
                "The linear term",
                line.theorem,
                (line,),
                given=say("For all {H} and {Z},", H=H, Z=Z),
                conclusion=say(
                    "It vanishes in every direction {Z} exactly where {e}: this linear equation takes the "
                    "place of the closed form.",
                    Z=Z,
                    e=known.statement,
                ),
            ),
            Result(
                "one-solution",
                "Lemma",
                "The equation has exactly one solution",
                single,
                (),
                conclusion=say(
                    "The trace is positive for every outcome unless {H} is zero. So the linear map that "
                    "takes {H} to {m} takes nothing but zero to zero, and in finitely many dimensions it is "
                    "invertible.",
                    H=H,
                    m=E(G @ Σ @ H @ Σ),
                ),
            ),
            Result(
                "general",
                "Theorem",
                "Global optimum, any covariances",
                below.theorem,
                (found.lines, below, attained),
                also=(attained.theorem,),
            ),
        ),
        found,
        loss,
    )


def derive(task: Task | None = None) -> Chapter:
    """The chapter: loss, optimum, what is left, independent eigenvalues, and covariances that do not commute."""
    if task is not None:
        raise UserError("random-covariance: its prompts have covariances of their own, so it takes no other task")
    it = diagonal()
    equation = solved(it)
    found = completed(it, equation.theorem)
    both = minimum(it.loss, found)
    limit, sign = _limit(it, found)
    independent, closed = _independent(it, found, both[1].theorem, sign)
    general, around, any_loss = _general()
    Λ, low = it.loss.Lambda, random_limit.limit_of(it)
    part = {result.key: result for result in limit if isinstance(result, Result)}
    return entry("random-covariance").chapter(
        summary=say(
            "Now every prompt has a covariance {c} of its own, drawn anew: diagonal and positive definite, of any law "
            "for which the means below are finite. Given it, the prompt is as before. The loss averages over it as "
            "well, and it is still quadratic in the product of {u} and {U}, so that the square can be completed.",
            c=Λ,
            u=it.loss.model.layer.u,
            U=it.loss.model.layer.U,
        ),
        meaning=say(
            "One matrix must serve all prompts, but each prompt would need the inverse of its own covariance. The "
            "best compromise is {V}. However long the prompts are, it leaves {low} of the loss, and this is zero only "
            "where all prompts share one covariance: a single layer of linear attention cannot adapt to the "
            "covariance of the prompt. If the covariances do not commute, this closed form is lost; a linear equation "
            "for the best matrix, with exactly one solution, takes its place.",
            V=it.best,
            low=low,
        ),
        parts=(*_optimum(it, equation, found, both), *limit, *independent, *general),
        formulas={
            "uU": random_moments.m_2 / random_moments.scale(),
            "loss": closed.least.theorem.statement.rhs,
            "limit": closed.limit.theorem.statement.rhs,
        },
        claims={
            "best": it.best,
            "diagonal-loss": it.loss.lines.theorem.statement.rhs,
            "least": found.star.body,
            "rest": low.body,
            "upper": part["above"].also[0].statement.rhs,
            "at-length": part["lengths"].theorem.statement.rhs,
            "general-left": E(any_loss.Gamma @ any_loss.Lambda @ H @ any_loss.Lambda),
            "general-right": E(any_loss.Lambda @ any_loss.Lambda),
            "general-least": around.star.body,
            "general-loss": any_loss.lines.theorem.statement.rhs,
        },
        uses=("prediction",),
        model=it.loss.model,
    )
