"""Inferences of logic: assumptions and their discharge, conjunction, disjunction, cases, equivalence.

Each checks what it claims and returns its ``Conclusion``; ``theorem`` makes theorems of these.
"""

from __future__ import annotations

from ..errors import ProofError
from ..language.statements import And, Eq, Iff, Ne, Or, Statement
from .arguments import Proved
from .conclusion import Conclusion


def assume(statement: Statement) -> Conclusion:
    """A statement from itself."""
    return Conclusion(statement, "logic", extra=[statement])


def both(*theorems: Proved) -> Conclusion:
    """A and B and …"""
    return Conclusion(And(*(t.statement for t in theorems)), "logic")


def part(theorem: Proved, i: int) -> Conclusion:
    """The i-th part of a conjunction."""
    if type(theorem.statement) is not And:
        raise ProofError(f"{theorem.statement}: a conjunction is needed")
    if not 0 <= i < len(theorem.statement.parts):
        raise ProofError(f"{theorem.statement} has no part {i}; its parts are counted from 0")
    return Conclusion(theorem.statement.parts[i], "logic")


def either(goal: Statement, theorem: Proved) -> Conclusion:
    """A gives A or B."""
    if type(goal) is not Or or theorem.statement not in goal.parts:
        raise ProofError(f"{theorem.statement} is no part of {goal}")
    return Conclusion(goal, "logic")


def choose(alternatives: Proved, *branches: Proved) -> Conclusion:
    """A or B, and C from A as well as from B, give C."""
    if type(alternatives.statement) is not Or or not branches or len(branches) != len(alternatives.statement.parts):
        raise ProofError(f"{alternatives.statement}: one branch for each alternative is needed")
    kept: set[Statement] = set()
    for case, branch in zip(alternatives.statement.parts, branches, strict=True):
        if branch.statement != branches[0].statement:
            raise ProofError(f"the branches prove {branches[0].statement} and {branch.statement}")
        kept |= branch.assumptions - {case}
    return Conclusion(branches[0].statement, "logic", kept=alternatives.assumptions | kept)


def cases(equation: Statement, equal: Proved, different: Proved) -> Conclusion:
    """C from a = b, and C from a ≠ b, give C."""
    if type(equation) is not Eq:
        raise ProofError(f"{equation}: an equation is needed, of which either it or its contrary holds")
    if equal.statement != different.statement:
        raise ProofError(f"the cases prove {equal.statement} and {different.statement}")
    kept = equal.assumptions - {equation} | different.assumptions - {Ne(equation.lhs, equation.rhs)}
    return Conclusion(equal.statement, "logic", kept=kept)


def iff(forward: Proved, backward: Proved) -> Conclusion:
    """B from A, and A from B, give A ⇔ B."""
    a, b = backward.statement, forward.statement
    kept = forward.assumptions - {a} | backward.assumptions - {b}
    return Conclusion(Iff(a, b), "logic", kept=kept)


def cut(theorem: Proved, known: Proved) -> Conclusion:
    """B from A, and A, give B: an assumption is replaced by its proof."""
    kept = theorem.assumptions - {known.statement} | known.assumptions
    return Conclusion(theorem.statement, "logic", kept=kept)


def modus(equivalence: Proved, known: Proved) -> Conclusion:
    """A ⇔ B and A give B; A ⇔ B and B give A."""
    if type(equivalence.statement) is not Iff or known.statement not in equivalence.statement.parts:
        raise ProofError(f"{known.statement} is no side of {equivalence.statement}")
    a, b = equivalence.statement.parts
    return Conclusion(b if known.statement == a else a, "logic")
