"""The named rules a line can be justified by: what each does, why it holds, and how the next line is found.

A rule proposes (with the engine) and lets the kernel decide; it never decides itself.

>>> from symicl import dimension, matrix, Gaussian, positive_definite, E
>>> d = dimension("d")
>>> x, A = Gaussian("x", d, 1, positive_definite("Lambda", d)), matrix("A", d)
>>> str(average(x).reason), average(x).next(E(x.T @ A @ x))
('average over x', tr(A Lambda))
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .. import engine
from ..errors import ProofError
from ..kernel import theorem as kernel
from ..kernel.theorem import Theorem
from ..language.expressions import is_matrix
from ..language.letters import Defined, gaussians_of, letters_of
from ..language.mean import E, MatrixMean, Mean
from ..language.rewrite import exchange
from ..language.statements import Eq, Statement
from .chapter import Prose, say


@dataclass(frozen=True)
class Rule:
    """A reason with the inference behind it: ``prove`` takes the equation of two lines to its theorem.

    ``propose``, where a rule has it, computes the next line from the last one.
    """

    name: str
    reason: Prose
    prove: Callable[[Eq], Theorem]
    propose: Callable[[Any], Any] | None = None

    def next(self, line: Any) -> Any:
        """The line that the rule proposes after ``line``."""
        if self.propose is None:
            raise ProofError(f"the rule “{self.name}” needs its next line written out")
        return self.propose(line)


algebra = Rule("algebra", say("expand and collect"), kernel.identity)
blocks = Rule("blocks", say("multiply the blocks"), kernel.blocks)
meaning = Rule("definition", say("definition"), kernel.blocks)


def because(rule: Rule, template: str, **parts: Any) -> Rule:
    """The same rule with its reason in other words."""
    return Rule(rule.name, say(template, **parts), rule.prove, rule.propose)


linear = Rule("linear", say("expectation is linear"), kernel.expectation)


def average(*letters: Any) -> Rule:
    """Take the expectation over Gaussian letters: all pairings (Isserlis 1918, Wick 1950)."""
    names = {f"g{i}": letter for i, letter in enumerate(letters)}
    words = " and ".join(f"{{{name}}}" for name in names)
    reason = say(f"average over {words}", **names)
    return Rule(
        "average", reason, lambda goal: kernel.expectation(goal, letters), lambda line: _averaged(line, letters)
    )


def _averaged(line: Any, letters: tuple[Any, ...]) -> Any:
    """The line with the expectation over ``letters`` worked out and the other letters left inside one mean."""
    mean = next((m for m in line.atoms(Mean, MatrixMean)), None) if hasattr(line, "atoms") else None
    if mean is None:
        raise ProofError(f"{line}: there is no expectation to work out")
    met = [g for g in letters if g in gaussians_of(mean.body)]
    drawn = [s for s in letters_of(mean.body) if isinstance(s, Defined) and gaussians_of(s.body)]
    body = engine.expect(engine.form(mean.body, unfold=drawn), *met).to_sympy()
    left = [g for g in mean.over if g not in letters]
    value = exchange(line, mean, E(body, over=left) if left else body)
    return value if left or not is_matrix(value) else engine.form(value).to_sympy()


def unfold(*letters: Any) -> Rule:
    """Write definitions out, or gather terms into them."""
    names = {f"g{i}": letter for i, letter in enumerate(letters)}
    words = " and ".join(f"{{{name}}}" for name in names)
    return Rule("definition", say(f"definition of {words}", **names), lambda goal: kernel.identity(goal, open=letters))


def from_(theorem: Theorem, template: str, **parts: Any) -> Rule:
    """Put a proved equation to use anywhere in the line, then simplify by matrix algebra."""

    def prove(goal: Eq) -> Theorem:
        return _settled(kernel.replace(goal.lhs, theorem), goal.rhs)

    equation = theorem.statement
    return Rule("use", say(template, **parts), prove, lambda line: exchange(line, equation.lhs, equation.rhs))


def from_all(*theorems: Theorem, template: str, **parts: Any) -> Rule:
    """Several proved equations put to use one after the other, then matrix algebra."""

    def prove(goal: Eq) -> Theorem:
        first, *rest = theorems
        return _settled(_at(kernel.replace(goal.lhs, first), tuple(rest)), goal.rhs)

    return Rule("use", say(template, **parts), prove)


def known(theorem: Theorem, *at: Theorem, template: str, **parts: Any) -> Rule:
    """A proved equation for the whole line, taken at values that are assumed of its letters."""

    def prove(goal: Eq) -> Theorem:
        return _settled(_at(theorem, at), goal.rhs)

    return Rule("use", say(template, **parts), prove, lambda line: _at(theorem, at).statement.rhs)


def differentiate(theorem: Theorem, *at: Theorem, template: str = "product rule", **parts: Any) -> Rule:
    """Differentiate a named scalar through the formula that is proved for it, then take it at assumed values."""

    def propose(line: Any) -> Any:
        equation = theorem.statement
        value = engine.form(exchange(line, equation.lhs, equation.rhs)).to_sympy()
        for assumed in at:
            value = exchange(value, assumed.statement.lhs, assumed.statement.rhs)
        return value

    def prove(goal: Eq) -> Theorem:
        changed = kernel.replace(goal.lhs, theorem)
        inner = changed.statement.rhs
        value = goal.rhs if not at else engine.form(inner).to_sympy()
        found = kernel.chain(changed, kernel.derivative(Eq(inner, value)))
        return _settled(_at(found, at), goal.rhs)

    return Rule("derivative", say(template, **parts), prove, propose)


def _at(theorem: Theorem, at: tuple[Theorem, ...]) -> Theorem:
    """a = b with letters of b replaced by the values that they are assumed to have."""
    for assumed in at:
        theorem = kernel.chain(theorem, kernel.replace(theorem.statement.rhs, assumed))
    return theorem


def _settled(theorem: Theorem, line: Any) -> Theorem:
    """The same equation with its right side written as ``line``."""
    right = theorem.statement.rhs
    return theorem if right == line else kernel.chain(theorem, kernel.identity(Eq(right, line)))


def combination(*using: tuple[Theorem, Any, Any], reason: str, **parts: Any) -> Rule:
    """An equation that is a combination of known ones, each multiplied from both sides."""
    return Rule("combine", say(reason, **parts), lambda goal: kernel.combine(goal, using))


def multiply(left: Any, right: Any, back: tuple[Any, Any], reason: str, **parts: Any) -> Callable[[Any, Any], Theorem]:
    """Two equations that follow from each other by multiplying: ``back`` holds the inverse multipliers."""

    def prove(a: Statement, b: Statement) -> Theorem:
        forward = kernel.combine(b, [(kernel.assume(a), left, right)])
        backward = kernel.combine(a, [(kernel.assume(b), *back)])
        return kernel.iff(forward, backward)

    return prove


def same_sides(equation: Theorem) -> Callable[[Any, Any], Theorem]:
    """lhs = 0 ⇔ rhs = 0, for a proved equation lhs = rhs."""

    def prove(a: Statement, b: Statement) -> Theorem:
        forward = kernel.combine(b, [(kernel.assume(a), 1, 1), (equation, -1, 1)])
        backward = kernel.combine(a, [(kernel.assume(b), 1, 1), (equation, 1, 1)])
        return kernel.iff(forward, backward)

    return prove


def same_gap(equation: Theorem) -> Callable[[Any, Any], Theorem]:
    """a = b ⇔ c = 0, for a proved equation a = b + c."""

    def prove(a: Eq, b: Eq) -> Theorem:
        forward = kernel.combine(b, [(kernel.assume(a), 1, 1), (equation, -1, 1)])
        backward = kernel.combine(a, [(kernel.assume(b), 1, 1), (equation, 1, 1)])
        return kernel.iff(forward, backward)

    return prove


def join(first: Theorem, second: Theorem) -> Theorem:
    """A ⇔ B and B ⇔ C give A ⇔ C."""
    a, c = first.statement.parts[0], second.statement.parts[1]
    forward = kernel.modus(second, kernel.modus(first, kernel.assume(a)))
    backward = kernel.modus(first, kernel.modus(second, kernel.assume(c)))
    return kernel.iff(forward, backward)
