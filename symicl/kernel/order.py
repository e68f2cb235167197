"""Inferences about order: sums of squares and Gram traces, chains of inequalities, roots.

Each checks what it claims and returns its ``Conclusion``; ``theorem`` makes theorems of these.
"""

from __future__ import annotations

import itertools
from typing import Any

from sympy import Mul, Pow, Rational

from ..errors import ProofError
from ..language.expressions import Trace, add, inverse, is_matrix, product, tr, transpose
from ..language.mean import DefinedScalar, Mean, free_letters
from ..language.nodes import as_node
from ..language.statements import Eq, Ge, Gt, Iff, Le, Lt, Ne, Statement
from . import facts
from .arguments import Node, Proved, Several
from .conclusion import Conclusion, averaged, equated, stated
from .equations import by_algebra
from .polynomial import Reading
from .spelling import spell


def nonnegative(node: Node) -> Conclusion:
    """node ≥ 0, for sums of squares, of traces tr(P A Q Aᵀ) with P, Q semidefinite, and of positive scalars."""
    if not facts.nonnegative(node):
        raise ProofError(f"{node}: nothing says that this is nonnegative")
    return Conclusion(Ge(node, 0), "Gram", "order", *_behind(node))


def positive(node: Node) -> Conclusion:
    """node > 0, for positive scalars and traces of positive definite matrices."""
    if not facts.positive(node):
        raise ProofError(f"{node}: nothing says that this is positive")
    return Conclusion(Gt(node, 0), "Gram", "order", *_behind(node))


def _behind(node: Node) -> frozenset[str]:
    """The axioms behind the sign of an average, and of a scalar that is defined."""
    return averaged(node) | frozenset({"definition"} if as_node(node).has(DefinedScalar) else ())


def nonzero(sign: Proved) -> Conclusion:
    """a > 0 gives a ≠ 0."""
    known = sign.statement
    if type(known) is not Gt or known.rhs != 0:
        raise ProofError(f"{known}: an inequality a > 0 is needed")
    return Conclusion(Ne(known.lhs, 0), "order")


def at_least(equation: Proved, excess: Proved) -> Conclusion:
    """a = b + c and c ≥ 0 give a ≥ b; with c > 0, a > b."""
    known, gap = equated(equation), excess.statement
    if type(gap) not in (Ge, Gt) or gap.rhs != 0:
        raise ProofError(f"{gap}: an inequality c ≥ 0 or c > 0 is needed")
    least = add(known.rhs, product(-1, gap.lhs))
    kind: Any = type(gap)
    return Conclusion(kind(known.lhs, least), "order")


def weaken(inequality: Proved, equation: Proved) -> Conclusion:
    """a ≥ b and b = c give a ≥ c, likewise for >."""
    known, gap = inequality.statement, equated(equation)
    if type(known) not in (Ge, Gt) or known.rhs != gap.lhs:
        raise ProofError(f"{known} and {gap} do not join")
    kind: Any = type(known)
    return Conclusion(kind(known.lhs, gap.rhs), "logic")


def mirror(inequality: Proved) -> Conclusion:
    """a > b gives b < a, and a ≥ b gives b ≤ a."""
    known = inequality.statement
    if type(known) not in (Gt, Ge):
        raise ProofError(f"{known}: an inequality a > b or a ≥ b is needed")
    return Conclusion((Lt if type(known) is Gt else Le)(known.rhs, known.lhs), "order")


def descend(*steps: Proved) -> Conclusion:
    """a = b, b ≥ c, c > e, … give a ≥ e, or a > e where one of them is strict."""
    statements = [s.statement for s in steps]
    if not all(type(s) in (Eq, Ge, Gt) for s in statements) or not statements:
        raise ProofError(f"{statements}: equations and inequalities a ≥ b, a > b are needed")
    for first, second in itertools.pairwise(statements):
        if first.rhs != second.lhs:
            raise ProofError(f"{first} and {second} do not join")
    kinds = {type(s) for s in statements}
    kind = Gt if Gt in kinds else Ge if Ge in kinds else Eq
    return Conclusion(kind(statements[0].lhs, statements[-1].rhs), "order")


def add_up(goal: Statement, using: Several, open: Several = ()) -> Conclusion:
    """a ≥ b, or a > b, as a sum of proved ones: a − b = Σ factor (left − right), where no factor is negative.

    Each entry of ``using`` is (theorem, factor).  The factor of an equation may be any scalar; for a > b one of the
    factors of a strict inequality must be positive.
    """
    if type(goal) not in (Ge, Gt):
        raise ProofError(f"{goal}: an inequality a ≥ b or a > b is needed")
    reading, strict, total = Reading(open=open), False, [goal.rhs]
    axioms = {"order", *(["definition"] if open else [])}
    for entry in using:
        if type(entry) is not tuple or len(entry) != 2:
            raise ProofError("what is added up are pairs (theorem, factor)")
        known, factor = entry[0].statement, as_node(entry[1])
        if type(known) not in (Eq, Ge, Gt) or is_matrix(known.lhs) or is_matrix(factor):
            raise ProofError(f"{known}: an equation or an inequality a ≥ b, a > b of scalars is needed, and a scalar")
        if type(known) is not Eq and not facts.nonnegative(factor):
            raise ProofError(f"{factor}: nothing says that this is nonnegative, so {known} cannot be multiplied by it")
        if type(known) is not Eq and not isinstance(factor, Rational):
            axioms |= {"Gram", *_behind(factor)}
        strict |= type(known) is Gt and facts.positive(factor)
        reading.conditions |= facts.conditions(factor)
        total.append(product(factor, add(known.lhs, product(-1, known.rhs))))
    difference = reading.read(goal.lhs) + reading.read(product(-1, add(*total)))
    if not difference.is_zero():
        raise ProofError(f"{goal} is not that sum of what is known: they differ by {spell(difference)}")
    if type(goal) is Gt and not strict:
        raise ProofError(f"{goal}: nothing that is added up is strictly greater")
    return by_algebra(goal, reading, axioms)


def divisor(known: Proved, factor: Node, other: Node) -> Conclusion:
    """a ≠ 0 gives f ≠ 0 for a factor f of a, where a = f g for scalars f and g."""
    statement = known.statement
    if type(statement) is not Ne or statement.rhs != 0 or is_matrix(factor) or is_matrix(other):
        raise ProofError(f"{statement}: a theorem a ≠ 0 about a scalar is needed, and two scalars")
    if not facts.same(statement.lhs, product(factor, other)):
        raise ProofError(f"{statement.lhs} is not the product of {factor} and {other}")
    return Conclusion(Ne(factor, 0), "order", extra=stated(facts.conditions(other)))


def dominates(left: Node, node: Node, right: Node) -> Conclusion:
    """tr(P⁻¹) tr(Q⁻¹) tr(P A Q Aᵀ) ≥ tr(A Aᵀ) for positive definite P and Q."""
    if not (facts.definite(left) and facts.definite(right) and is_matrix(node)):
        raise ProofError(f"{left} and {right} must both be positive definite matrices, and {node} a matrix")
    least = tr(inverse(left)) * tr(inverse(right))
    return Conclusion(Ge(least * tr(left @ node @ right @ transpose(node)), tr(node @ transpose(node))), "Gram bound")


def vanishes(node: Node) -> Conclusion:
    """tr(P A Q Aᵀ) = 0 ⇔ A = 0, for positive definite P and Q; the scalar in front must be positive.

    Likewise E tr(P A Q Aᵀ) = 0 ⇔ A = 0, where A does not depend on what is averaged over.
    """
    node = as_node(node)
    factors = Mul.make_args(node)
    means = [factor for factor in factors if isinstance(factor, Mean)]
    if len(means) == 1 and facts.positive(Mul(*[factor for factor in factors if factor is not means[0]])):
        inner = vanishes(means[0].body).statement.parts[1]
        if caught := free_letters(inner.lhs) & set(means[0].over):
            raise ProofError(f"{node}: {inner.lhs} depends on {min(map(str, caught))}, which is averaged over")
        return Conclusion(Iff(Eq(node, 0), inner), "Gram", "order of expectation")
    traces = [factor for factor in factors if isinstance(factor, Trace)]
    scalar = Mul(*[factor for factor in factors if not isinstance(factor, Trace)])
    found = list(facts.grams(traces[0].arg)) if len(traces) == 1 and facts.positive(scalar) else []
    if not found:
        raise ProofError(f"{node}: this is not a positive multiple of tr(P A Q Aᵀ) with P, Q positive definite")
    sure = [a for p, a, q in found if all(facts.definite(m) if is_matrix(m) else facts.positive(m) for m in (p, q))]
    if not sure:
        p, _, q = found[0]
        raise ProofError(f"{node}: {p} and {q} must both be positive definite")
    a = sure[0]
    return Conclusion(Iff(Eq(node, 0), Eq(a, 0)), "Gram", *averaged(node))


def root(equation: Proved, sign: Proved) -> Conclusion:
    """uⁿ = c with u > 0 and c > 0 gives u = c^(1/n); ``sign`` is the theorem u > 0."""
    known = equated(equation)
    base, exponent = known.lhs.as_base_exp()
    if not (exponent.is_Integer and exponent > 1 and facts.positive(known.rhs) and sign.statement == Gt(base, 0)):
        raise ProofError(f"{known}: an equation uⁿ = c with positive u and c is needed, and the theorem u > 0")
    goal = Eq(base, Pow(known.rhs, Rational(1, int(exponent))))
    return Conclusion(goal, "root", *averaged(known.rhs))


def unroot(equation: Proved) -> Conclusion:
    """u = c^(1/n) with c > 0 gives uⁿ = c."""
    known = equated(equation)
    base, exponent = known.rhs.as_base_exp()
    if not (isinstance(exponent, Rational) and exponent.p == 1 and exponent.q > 1 and facts.positive(base)):
        raise ProofError(f"{known}: an equation u = c^(1/n) with positive c is needed")
    return Conclusion(Eq(known.lhs**exponent.q, base), "root", *averaged(base))
