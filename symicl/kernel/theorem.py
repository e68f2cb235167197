"""Theorems and the inferences that make them: the only place where one can be made.

``Theorem`` has no public constructor: the functions below are its constructors, each of which checks what it claims.
Search and calculation live elsewhere and only propose; here they are compared.

>>> from symicl import dimension, matrix, Eq, tr
>>> A, B = matrix("A", dimension("d")), matrix("B", dimension("d"))
>>> identity(Eq(tr(A @ B), tr(B.T @ A.T)))
⊢ tr(A B) = tr(B.T A.T)
>>> identity(Eq(A @ B, B @ A))
Traceback (most recent call last):
    ...
symicl.errors.ProofError: A B = B A does not follow by matrix algebra: the two sides differ by A B - B A
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Any

from sympy import Pow, Rational, S, sympify

from ..errors import ProofError
from ..language.expressions import Trace, add, is_matrix, product, tr, transpose
from ..language.rewrite import averaged_letters, exchange, holds_derivative, letters_of_statement
from ..language.statements import And, Eq, Ge, Gt, Iff, Lt, Ne, Or, Statement
from . import facts
from .polynomial import Reading
from .spelling import spell

_SEAL = object()


class Theorem:
    """A statement that the kernel has proved from ``assumptions`` and the axioms named in ``axioms``."""

    __slots__ = ("assumptions", "axioms", "data", "premises", "rule", "statement")

    statement: Statement
    assumptions: frozenset[Statement]
    axioms: frozenset[str]
    rule: str
    premises: tuple[Theorem, ...]
    data: tuple[Any, ...]

    def __init__(self, seal: object, **fields: Any) -> None:
        if seal is not _SEAL:
            raise ProofError("a Theorem is made by the inferences of symicl.kernel, not by its constructor")
        for name, value in fields.items():
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: Any) -> None:
        raise ProofError(f"a Theorem cannot be changed: {name}")

    def __delattr__(self, name: str) -> None:
        raise ProofError(f"a Theorem cannot be changed: {name}")

    def __repr__(self) -> str:
        given = ", ".join(sorted(map(str, self.assumptions)))
        return f"{given} ⊢ {self.statement}".lstrip()

    def _repr_latex_(self) -> str:
        return self.statement._repr_latex_()


def _theorem(
    rule: str,
    statement: Statement,
    premises: Sequence[Theorem] = (),
    *,
    axioms: Iterable[str] = (),
    data: Any = (),
    extra: Iterable[Statement] = (),
    discharge: Iterable[Statement] = (),
) -> Theorem:
    _refuse_false_claims(statement)
    assumed = frozenset().union(*(p.assumptions for p in premises)) - frozenset(discharge) | frozenset(extra)
    used = frozenset(axioms).union(*(p.axioms for p in premises))
    return Theorem(
        _SEAL,
        rule=rule,
        statement=statement,
        premises=tuple(premises),
        assumptions=assumed,
        axioms=used,
        data=tuple(data),
    )


def _refuse_false_claims(statement: Statement) -> None:
    """No letter claims what it is not, no two letters share a name, and no node is of a kind of its own."""
    seen: dict[str, Any] = {}
    for letter in letters_of_statement(statement):
        if not type(letter).__module__.startswith(("symicl.language.", "sympy.")):
            raise ProofError(f"{letter}: a node of kind {type(letter).__name__} is not part of the language")
        if not facts.honest(letter):
            raise ProofError(f"{letter}: its definition is not {_claims(letter)}, as is claimed")
        if seen.setdefault(letter.name, letter) != letter:
            raise ProofError(f"two different letters are called {letter}, so that a reader could not tell them apart")


def _claims(letter: Any) -> str:
    return " or ".join(sorted(letter.facts)) or "meaningful"


# -- equations


def identity(goal: Eq, *, open: Iterable[Any] = ()) -> Theorem:
    """An equation that holds by matrix algebra, where the definitions in ``open`` may be replaced by their bodies."""
    return _decide("identity", goal, Reading(open=open), "matrix algebra", data=tuple(open))


def expectation(goal: Eq, over: Iterable[Any] = ()) -> Theorem:
    """An equation between expectations: linearity, and the Wick step for the Gaussian letters in ``over``."""
    letters = tuple(over)
    return _decide("expectation", goal, Reading(over=letters), "the rules of expectation", data=letters)


def blocks(goal: Eq) -> Theorem:
    """An equation that holds by multiplying block matrices."""
    return _decide("blocks", goal, Reading(blocks=True), "block multiplication")


def derivative(goal: Eq) -> Theorem:
    """The value of a gradient, of a derivative or of a second variation."""
    return _decide("derivative", goal, Reading(derive=True), "the product rule")


def _decide(rule: str, goal: Eq, reading: Reading, words: str, data: Any = ()) -> Theorem:
    if type(goal) is not Eq:
        raise ProofError(f"{goal}: an equation is needed")
    difference = reading.read(goal.lhs) + reading.read(goal.rhs).scale(-1)
    if not difference.is_zero():
        raise ProofError(f"{goal} does not follow by {words}: the two sides differ by {spell(difference)}")
    axioms = {"matrix algebra", *reading.used} | ({"definition"} if data and rule == "identity" else set())
    return _theorem(rule, goal, axioms=axioms | _inverse(reading), data=data, extra=_conditions(reading))


def _inverse(reading: Reading) -> set[str]:
    return {"inverse"} if any(kind == "invertible" for kind, _ in reading.conditions) else set()


def _conditions(reading: Reading) -> set[Statement]:
    """What was divided by and is not known to be nonzero becomes an assumption; an unknown inverse is refused."""
    return _stated(reading.conditions)


def _stated(conditions: Iterable[tuple[str, Any]]) -> set[Statement]:
    extra: set[Statement] = set()
    for kind, node in conditions:
        if kind == "nonzero" and not facts.nonzero(node):
            extra.add(Ne(node, 0))
        if kind == "invertible" and not facts.invertible(node):
            raise ProofError(f"{node} is inverted, but nothing says that it is invertible")
    return extra


def combine(goal: Statement, using: Sequence[tuple[Theorem, Any, Any]], *, open: Iterable[Any] = ()) -> Theorem:
    """An equation that is a combination of proved ones: goal.lhs − goal.rhs = Σ left (lhs − rhs) right.

    Each entry of ``using`` is (theorem of an equation, left, right); where the goal is a scalar and the equation is
    one of matrices, the trace of the product is meant.
    """
    if type(goal) is not Eq:
        raise ProofError(f"{goal}: an equation is needed")
    reading = Reading(open=open)
    left = add(goal.lhs, product(-1, goal.rhs))
    parts = []
    for theorem, before, after in using:
        reading.conditions |= facts.conditions(before) | facts.conditions(after)
        equation = _equation(theorem)
        gap = add(equation.lhs, product(-1, equation.rhs))
        part = product(before, gap, after)
        parts.append(tr(part) if is_matrix(part) and not is_matrix(left) else part)
    total = add(*parts) if parts else 0
    difference = reading.read(left) + reading.read(product(-1, total)) if parts else reading.read(left)
    if not difference.is_zero():
        raise ProofError(f"{goal} is not that combination of what is known: they differ by {spell(difference)}")
    data = tuple((before, after) for _, before, after in using)
    axioms = {"matrix algebra", *reading.used} | _inverse(reading)
    return _theorem(
        "combine", goal, [t for t, _, _ in using], axioms=axioms, data=(data, tuple(open)), extra=_conditions(reading)
    )


def _equation(theorem: Theorem) -> Eq:
    if type(theorem.statement) is not Eq:
        raise ProofError(f"{theorem.statement}: an equation is needed")
    return theorem.statement


def chain(*steps: Theorem) -> Theorem:
    """a = b, b = c, … give a = c."""
    equations = [_equation(s) for s in steps]
    for first, second in itertools.pairwise(equations):
        if first.rhs != second.lhs:
            raise ProofError(f"{first} and {second} do not join: {first.rhs} is not {second.lhs}")
    return _theorem("chain", Eq(equations[0].lhs, equations[-1].rhs), steps, axioms=["logic"])


def replace(node: Any, equation: Theorem) -> Theorem:
    """node = node with one side of a proved equation replaced by the other.

    An equation that stands on assumptions is not taken under a derivative, nor under an expectation over a letter
    that the assumptions speak of: there it would have to hold for other values too.
    """
    known = _equation(equation)
    if equation.assumptions:
        spoken = set().union(*map(letters_of_statement, equation.assumptions))
        if holds_derivative(node) or spoken & averaged_letters(node):
            raise ProofError(f"{known} holds under assumptions only, so it cannot be used inside {node}")
    other = exchange(node, known.lhs, known.rhs)
    if other.has(S.ComplexInfinity, S.NaN, S.Infinity, S.NegativeInfinity):
        raise ProofError(f"{known} put into {node} divides by zero")
    conditions = facts.conditions(node) | facts.conditions(other)
    return _theorem("replace", Eq(node, other), [equation], axioms=["logic"], data=(node,), extra=_stated(conditions))


def turn(theorem: Theorem) -> Theorem:
    """a = b gives b = a."""
    known = _equation(theorem)
    return _theorem("turn", Eq(known.rhs, known.lhs), [theorem], axioms=["logic"])


def flip(theorem: Theorem) -> Theorem:
    """A = B gives Aᵀ = Bᵀ."""
    known = _equation(theorem)
    return _theorem("flip", Eq(transpose(known.lhs), transpose(known.rhs)), [theorem], axioms=["matrix algebra"])


# -- order


def nonnegative(node: Any) -> Theorem:
    """node ≥ 0, for sums of squares, of traces tr(P A Q Aᵀ) with P, Q semidefinite, and of positive scalars."""
    if not facts.nonnegative(node):
        raise ProofError(f"{node}: nothing says that this is nonnegative")
    return _theorem("nonnegative", Ge(node, 0), axioms=["Gram", "order"], data=(node,))


def positive(node: Any) -> Theorem:
    """node > 0, for positive scalars and traces of positive definite matrices."""
    if not facts.positive(node):
        raise ProofError(f"{node}: nothing says that this is positive")
    return _theorem("positive", Gt(node, 0), axioms=["Gram", "order"], data=(node,))


def at_least(equation: Theorem, excess: Theorem) -> Theorem:
    """a = b + c and c ≥ 0 give a ≥ b; with c > 0, a > b."""
    known, gap = _equation(equation), excess.statement
    if type(gap) not in (Ge, Gt) or gap.rhs != 0:
        raise ProofError(f"{gap}: an inequality c ≥ 0 or c > 0 is needed")
    least = add(known.rhs, product(-1, gap.lhs))
    kind: Any = type(gap)
    return _theorem("at_least", kind(known.lhs, least), [equation, excess], axioms=["order"])


def weaken(inequality: Theorem, equation: Theorem) -> Theorem:
    """a ≥ b and b = c give a ≥ c, likewise for >."""
    known, gap = inequality.statement, _equation(equation)
    if type(known) not in (Ge, Gt) or known.rhs != gap.lhs:
        raise ProofError(f"{known} and {gap} do not join")
    kind: Any = type(known)
    return _theorem("weaken", kind(known.lhs, gap.rhs), [inequality, equation], axioms=["logic"])


def mirror(inequality: Theorem) -> Theorem:
    """a > b gives b < a."""
    known = inequality.statement
    if type(known) is not Gt:
        raise ProofError(f"{known}: an inequality a > b is needed")
    return _theorem("mirror", Lt(known.rhs, known.lhs), [inequality], axioms=["order"])


def descend(*steps: Theorem) -> Theorem:
    """a = b, b ≥ c, c > e, … give a ≥ e, or a > e where one of them is strict."""
    statements = [s.statement for s in steps]
    for first, second in itertools.pairwise(statements):
        if type(first) not in (Eq, Ge, Gt) or type(second) not in (Eq, Ge, Gt) or first.rhs != second.lhs:
            raise ProofError(f"{first} and {second} do not join")
    kinds = {type(s) for s in statements}
    kind = Gt if Gt in kinds else Ge if Ge in kinds else Eq
    return _theorem("descend", kind(statements[0].lhs, statements[-1].rhs), steps, axioms=["order"])


def vanishes(node: Any) -> Theorem:
    """tr(P A Q Aᵀ) = 0 ⇔ A = 0, for positive definite P and Q; the scalar in front must be positive."""
    scalar, traces = sympify(node).as_independent(*node.atoms(Trace))
    found = facts.gram(traces.arg) if isinstance(traces, Trace) and facts.positive(scalar) else None
    if found is None:
        raise ProofError(f"{node}: this is not a positive multiple of tr(P A Q Aᵀ) with P, Q positive definite")
    p, a, q = found
    if not all(facts.definite(m) if is_matrix(m) else facts.positive(m) for m in (p, q)):
        raise ProofError(f"{node}: {p} and {q} must both be positive definite")
    return _theorem("vanishes", Iff(Eq(node, 0), Eq(a, 0)), axioms=["Gram"], data=(node,))


def root(equation: Theorem, sign: Theorem) -> Theorem:
    """uⁿ = c with u > 0 and c > 0 gives u = c^(1/n); ``sign`` is the theorem u > 0."""
    known = _equation(equation)
    base, exponent = known.lhs.as_base_exp()
    if not (exponent.is_Integer and exponent > 1 and facts.positive(known.rhs) and sign.statement == Gt(base, 0)):
        raise ProofError(f"{known}: an equation uⁿ = c with positive u and c is needed, and the theorem u > 0")
    goal = Eq(base, Pow(known.rhs, Rational(1, int(exponent))))
    return _theorem("root", goal, [equation, sign], axioms=["root"])


def unroot(equation: Theorem) -> Theorem:
    """u = c^(1/n) with c > 0 gives uⁿ = c."""
    known = _equation(equation)
    base, exponent = known.rhs.as_base_exp()
    if not (isinstance(exponent, Rational) and exponent.p == 1 and exponent.q > 1 and facts.positive(base)):
        raise ProofError(f"{known}: an equation u = c^(1/n) with positive c is needed")
    return _theorem("unroot", Eq(known.lhs**exponent.q, base), [equation], axioms=["root"])


# -- logic


def assume(statement: Statement) -> Theorem:
    """A statement from itself."""
    return _theorem("assume", statement, data=(statement,), extra=[statement], axioms=["logic"])


def both(*theorems: Theorem) -> Theorem:
    """A and B and …"""
    return _theorem("both", And(*(t.statement for t in theorems)), theorems, axioms=["logic"])


def part(theorem: Theorem, i: int) -> Theorem:
    """The i-th part of a conjunction."""
    if type(theorem.statement) is not And:
        raise ProofError(f"{theorem.statement}: a conjunction is needed")
    return _theorem("part", theorem.statement.parts[i], [theorem], data=(i,), axioms=["logic"])


def either(goal: Or, theorem: Theorem) -> Theorem:
    """A gives A or B."""
    if type(goal) is not Or or theorem.statement not in goal.parts:
        raise ProofError(f"{theorem.statement} is no part of {goal}")
    return _theorem("either", goal, [theorem], data=(goal,), axioms=["logic"])


def choose(alternatives: Theorem, *branches: Theorem) -> Theorem:
    """A or B, and C from A as well as from B, give C."""
    if type(alternatives.statement) is not Or or len(branches) != len(alternatives.statement.parts):
        raise ProofError(f"{alternatives.statement}: one branch for each alternative is needed")
    kept: set[Statement] = set()
    for case, branch in zip(alternatives.statement.parts, branches, strict=True):
        if branch.statement != branches[0].statement:
            raise ProofError(f"the branches prove {branches[0].statement} and {branch.statement}")
        kept |= branch.assumptions - {case}
    return _discharged("choose", branches[0].statement, [alternatives, *branches], alternatives.assumptions | kept)


def cases(equation: Eq, equal: Theorem, different: Theorem) -> Theorem:
    """C from a = b, and C from a ≠ b, give C."""
    if equal.statement != different.statement:
        raise ProofError(f"the cases prove {equal.statement} and {different.statement}")
    kept = equal.assumptions - {equation} | different.assumptions - {Ne(equation.lhs, equation.rhs)}
    return _discharged("cases", equal.statement, [equal, different], kept, data=(equation,))


def iff(forward: Theorem, backward: Theorem) -> Theorem:
    """B from A, and A from B, give A ⇔ B."""
    a, b = backward.statement, forward.statement
    kept = forward.assumptions - {a} | backward.assumptions - {b}
    return _discharged("iff", Iff(a, b), [forward, backward], kept)


def nonzero(sign: Theorem) -> Theorem:
    """a > 0 gives a ≠ 0."""
    known = sign.statement
    if type(known) is not Gt or known.rhs != 0:
        raise ProofError(f"{known}: an inequality a > 0 is needed")
    return _theorem("nonzero", Ne(known.lhs, 0), [sign], axioms=["order"])


def cut(theorem: Theorem, known: Theorem) -> Theorem:
    """B from A, and A, give B: an assumption is replaced by its proof."""
    kept = theorem.assumptions - {known.statement} | known.assumptions
    return _discharged("cut", theorem.statement, [theorem, known], kept)


def modus(equivalence: Theorem, known: Theorem) -> Theorem:
    """A ⇔ B and A give B; A ⇔ B and B give A."""
    if type(equivalence.statement) is not Iff or known.statement not in equivalence.statement.parts:
        raise ProofError(f"{known.statement} is no side of {equivalence.statement}")
    a, b = equivalence.statement.parts
    return _theorem("modus", b if known.statement == a else a, [equivalence, known], axioms=["logic"])


def _discharged(rule: str, goal: Statement, premises: Sequence[Theorem], kept: Any, data: Any = ()) -> Theorem:
    everything = frozenset().union(*(p.assumptions for p in premises))
    return _theorem(rule, goal, premises, axioms=["logic"], data=data, discharge=everything, extra=kept)
