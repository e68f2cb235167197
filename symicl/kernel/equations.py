"""Inferences that end in an equation: the normal form, the Wick step, derivatives, blocks; joining and replacing.

Each checks what it claims and returns its ``Conclusion``; ``theorem`` makes theorems of these.
"""

from __future__ import annotations

import itertools
from typing import Any

from ..errors import ProofError
from ..language.blocks import written_out
from ..language.expressions import add, inverse, is_matrix, product, tr, transpose
from ..language.expressions import identity as eye
from ..language.letters import Centred
from ..language.mean import E, MatrixMean, free_letters
from ..language.nodes import as_node
from ..language.rewrite import averaged_letters, exchange, holds_derivative, letters_of_statement
from ..language.statements import Eq, Statement
from . import facts
from .arguments import Node, Proved, Several
from .budget import spend
from .conclusion import Conclusion, averaged, equated, refuse_infinite, stated
from .polynomial import Reading
from .spelling import spell


def identity(goal: Statement, open: Several = ()) -> Conclusion:
    """An equation that holds by matrix algebra, where the definitions in ``open`` may be replaced by their bodies."""
    opened = {"definition"} if open else set()
    return _decide(goal, Reading(open=open), "matrix algebra", opened)


def expectation(goal: Statement, over: Several = ()) -> Conclusion:
    """An equation between expectations: linearity, and the Wick step for the Gaussian letters in ``over``."""
    for letter in over:
        if not isinstance(letter, Centred):
            raise ProofError(f"{letter}: nothing is known of its law, so that means over it cannot be worked out")
    return _decide(goal, Reading(over=over), "the rules of expectation")


def blocks(goal: Statement) -> Conclusion:
    """An equation that holds by multiplying block matrices."""
    return _decide(goal, Reading(blocks=True), "block multiplication")


def cancel(node: Node) -> Conclusion:
    """A A⁻¹ = I for a square matrix that is not a letter: a sum such as XXᵀ + λI, or a product XXᵀ.

    A letter cancels beside its inverse of itself, but inside an inverse the normal form does not look.
    """
    if not is_matrix(node) or not facts.nonsingular(node):
        raise ProofError(f"{node}: nothing says that it is an invertible matrix")
    return Conclusion(Eq(product(node, inverse(node)), eye(node.shape[0])), "inverse", *averaged(node))


def derivative(goal: Statement) -> Conclusion:
    """The value of a gradient, of a derivative or of a second variation."""
    return _decide(goal, Reading(derive=True), "the product rule")


def _decide(goal: Any, reading: Reading, words: str, more: Any = ()) -> Conclusion:
    if type(goal) is not Eq:
        raise ProofError(f"{goal}: an equation is needed")
    difference = reading.read(goal.lhs) + reading.read(goal.rhs).scale(-1)
    if not difference.is_zero():
        raise ProofError(f"{goal} does not follow by {words}: the two sides differ by {spell(difference)}")
    return by_algebra(goal, reading, more)


def by_algebra(goal: Statement, reading: Reading, more: Any = ()) -> Conclusion:
    """What was read, with the axioms that reading used and the conditions that it met."""
    inverted = [part for kind, part in reading.conditions if kind == "invertible"]
    met = {"inverse"} if inverted else set()
    met = met.union(*(averaged(part) for _, part in reading.conditions))
    met |= {"full rank"} if facts.rank_used(reading.conditions) else set()
    return Conclusion(goal, "matrix algebra", *reading.used, *met, *more, extra=stated(reading.conditions))


def combine(goal: Statement, using: Several, open: Several = ()) -> Conclusion:
    """An equation that is a combination of proved ones: goal.lhs − goal.rhs = Σ left (lhs − rhs) right.

    Each entry of ``using`` is (theorem of an equation, left, right); where the goal is a scalar and the equation is
    one of matrices, the trace of the product is meant.
    """
    if type(goal) is not Eq:
        raise ProofError(f"{goal}: an equation is needed")
    reading = Reading(open=open)
    left = add(goal.lhs, product(-1, goal.rhs))
    parts = []
    for entry in using:
        theorem, before, after = entry if type(entry) is tuple and len(entry) == 3 else (None, 1, 1)
        reading.conditions |= facts.conditions(before) | facts.conditions(after)
        known = equated(theorem)
        gap = add(known.lhs, product(-1, known.rhs))
        part = product(before, gap, after)
        parts.append(tr(part) if is_matrix(part) and not is_matrix(left) else part)
    total = add(*parts) if parts else 0
    difference = reading.read(left) + reading.read(product(-1, total)) if parts else reading.read(left)
    if not difference.is_zero():
        raise ProofError(f"{goal} is not that combination of what is known: they differ by {spell(difference)}")
    return by_algebra(goal, reading)


def inside(mean: Node, left: Node, right: Node) -> Conclusion:
    """tr(A E[M] B) = E tr(A M B), for A and B that do not depend on what is averaged over."""
    if type(mean) is not MatrixMean:
        raise ProofError(f"{mean}: the expectation of a matrix is needed")
    groups = {g.group for g in mean.over if isinstance(g, Centred)}
    outside = free_letters(as_node(left)) | free_letters(as_node(right))
    if caught := [g for g in outside if g in mean.over or getattr(g, "group", None) in groups]:
        raise ProofError(f"{min(map(str, caught))} is averaged over, so it cannot be taken inside the expectation")
    within = E(tr(product(left, mean.body, right)), over=mean.over)
    goal = Eq(tr(product(left, mean, right)), within)
    conditions = facts.conditions(goal.lhs) | facts.conditions(goal.rhs)
    return Conclusion(goal, "matrix algebra", "linearity of expectation", extra=stated(conditions))


def chain(*steps: Proved) -> Conclusion:
    """a = b, b = c, … give a = c."""
    equations = [equated(s) for s in steps]
    if not equations:
        raise ProofError("a chain needs at least one equation")
    for first, second in itertools.pairwise(equations):
        if first.rhs != second.lhs:
            raise ProofError(f"{first} and {second} do not join: {first.rhs} is not {second.lhs}")
    return Conclusion(Eq(equations[0].lhs, equations[-1].rhs), "logic")


def replace(node: Node, known: Proved) -> Conclusion:
    """node = node with one side of a proved equation replaced by the other.

    An equation that stands on assumptions is not taken under a derivative, nor under an expectation over a letter
    that the assumptions speak of: there it would have to hold for other values too.
    """
    found = equated(known)
    if known.assumptions:
        spoken = set().union(*map(letters_of_statement, known.assumptions))
        if holds_derivative(node) or spoken & averaged_letters(node):
            raise ProofError(f"{found} holds under assumptions only, so it cannot be used inside {node}")
    other = exchange(node, found.lhs, found.rhs)
    spend(written_out(other) // 8)
    refuse_infinite(other, f"{found} put into {node}")
    return Conclusion(Eq(node, other), "logic", extra=stated(facts.conditions(node) | facts.conditions(other)))


def turn(theorem: Proved) -> Conclusion:
    """a = b gives b = a."""
    known = equated(theorem)
    return Conclusion(Eq(known.rhs, known.lhs), "logic")


def flip(theorem: Proved) -> Conclusion:
    """A = B gives Aᵀ = Bᵀ."""
    known = equated(theorem)
    return Conclusion(Eq(transpose(known.lhs), transpose(known.rhs)), "matrix algebra")
