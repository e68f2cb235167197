"""Writing a calculation: the first line, then each next line and its reason.

>>> from symicl import dimension, matrix, tr
>>> from symicl.proof import rules
>>> A, B = matrix("A", dimension("d")), matrix("B", dimension("d"))
>>> print(proof(tr(A @ B)).eq(tr(B.T @ A.T), by=rules.algebra).qed())
tr(A B) = tr(B.T A.T)    [expand and collect]
>>> proof(tr(A @ B)).eq(tr(A @ B.T), by=rules.algebra)
Traceback (most recent call last):
    ...
symicl.errors.ProofError: line 1, tr(A B) = tr(A B.T), by “algebra” (expand and collect): tr(A B) = tr(A B.T) does
not follow by matrix algebra: the two sides differ by tr(A B) - tr(A B.T)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import ProofError
from ..kernel import theorem as kernel
from ..kernel.theorem import Theorem
from ..language.printing import text
from ..language.statements import Eq, Ge, Gt, Statement
from .chapter import NOTHING, Calculation, Prose, Step, say
from .rules import Rule, join


class Lines:
    """A calculation under construction; each method checks its line and returns the longer calculation."""

    def __init__(self, start: Any, steps: tuple[Step, ...] = (), intro: Prose = NOTHING) -> None:
        self.start, self.steps, self.intro = start, steps, intro

    @property
    def last(self) -> Any:
        """The line that stands at the bottom."""
        return self.steps[-1].line if self.steps else self.start

    def _add(self, relation: str, line: Any, reason: Prose, theorem: Theorem, rule: str) -> Lines:
        return Lines(self.start, (*self.steps, Step(relation, line, reason, theorem, rule)), self.intro)

    def _refusal(self, relation: str, line: Any, rule: str, reason: Prose, error: Exception) -> ProofError:
        place = f"line {len(self.steps) + 1}, {text(self.last)} {relation} {text(line)}"
        return ProofError(f"{place}, by “{rule}” ({reason}): {error}")

    def eq(self, line: Any, *, by: Rule) -> Lines:
        """The next line, equal to the last one by a rule.  ``ProofError`` shows line, rule and difference."""
        try:
            theorem = by.prove(Eq(self.last, line))
        except ProofError as error:
            raise self._refusal("=", line, by.name, by.reason, error) from error
        return self._add("=", line, by.reason, theorem, by.name)

    def then(self, by: Rule) -> Lines:
        """The next line as the rule itself proposes it; the kernel checks it all the same."""
        return self.eq(by.next(self.last), by=by)

    def ge(self, line: Any, excess: Theorem, reason: str, **parts: Any) -> Lines:
        """The next line is at most the last one, since what is left out is nonnegative (or positive)."""
        relation = "≥" if type(excess.statement) is Ge else ">"
        words = say(reason, **parts)
        try:
            gap = kernel.identity(Eq(self.last, line + excess.statement.lhs))
            theorem = kernel.at_least(gap, excess)
            wanted = (Ge if relation == "≥" else Gt)(self.last, line)
            if theorem.statement != wanted:
                rest = kernel.identity(Eq(theorem.statement.rhs, line))
                theorem = kernel.weaken(theorem, rest)
        except ProofError as error:
            raise self._refusal(relation, line, "order", words, error) from error
        return self._add(relation, line, words, theorem, "order")

    def by(self, theorem: Theorem, reason: str, **parts: Any) -> Lines:
        """The next line as a proved equation or inequality about the last one has it."""
        known: Any = theorem.statement
        words = say(reason, **parts)
        signs = {Eq: "=", Ge: "≥", Gt: ">"}
        if type(known) not in signs or known.lhs != self.last:
            error = ProofError(f"{known} says nothing of this line")
            raise self._refusal("≥", self.last, "use", words, error)
        return self._add(signs[type(known)], known.rhs, words, theorem, "use")

    def iff(self, line: Statement, by: Callable[[Any, Any], Theorem], reason: str, **parts: Any) -> Lines:
        """The next statement, equivalent to the last one."""
        words = say(reason, **parts)
        try:
            theorem = by(self.last, line)
        except ProofError as error:
            raise self._refusal("⇔", line, "equivalence", words, error) from error
        return self._add("⇔", line, words, theorem, "equivalence")

    def qed(self) -> Calculation:
        """The finished calculation with the theorem that its lines add up to."""
        theorems = [step.theorem for step in self.steps]
        relations = {step.relation for step in self.steps}
        if relations == {"⇔"}:
            whole = theorems[0]
            for theorem in theorems[1:]:
                whole = join(whole, theorem)
        elif relations == {"="}:
            whole = kernel.chain(*theorems) if len(theorems) > 1 else theorems[0]
        else:
            whole = kernel.descend(*theorems) if len(theorems) > 1 else theorems[0]
        return Calculation(self.start, self.steps, whole, self.intro)


def proof(start: Any, intro: Prose | str = NOTHING) -> Lines:
    """Begin a calculation at an expression or a statement."""
    return Lines(start, (), say(intro) if isinstance(intro, str) else intro)
