"""The kernel judged: each theorem of the catalogue with one thing changed, and the inference that proved it.

Where an inference is told its goal, it is given a changed one with all else as it was; where it is not, what it works
on is changed, and what it concludes of that is looked at.  Of the premises one is left out or exchanged, so that an
assumption would be lost.  A theorem of the kernel that is false is a hole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from inspect import signature
from typing import Any

from ..errors import SymiclError
from ..kernel.lemmas import LEMMAS
from ..kernel.theorem import INFERENCES, Theorem
from ..language.rewrite import holds_derivative
from ..language.statements import Eq, Ge, Gt, Iff, Or, Statement
from ..proof.chapter import Chapter
from .mutants import mutants
from .outcome import Outcome
from .truth import truth

Inferences = Mapping[str, Callable[..., Any]]
Pick = Callable[[list[Any]], list[Any]]
#: The inferences that are told what to prove.
TOLD = ("identity", "expectation", "blocks", "derivative", "combine", "add_up")
#: The kind of a theorem that was not asked for.
OTHER = "another conclusion"
#: How many other theorems a premise is exchanged for.
OTHERS = 8


@dataclass(frozen=True)
class Attack:
    """A claim that an inference is asked to prove, by calling it with these arguments."""

    kind: str
    rule: str
    arguments: tuple[Any, ...]
    claim: Statement
    given: frozenset[Statement]


def theorems(chapters: Iterable[Chapter]) -> dict[Theorem, str]:
    """Every theorem that the results of the chapters are made of, each once, with the chapter it is met in first."""
    found: dict[Any, tuple[Theorem, str]] = {}
    for chapter in chapters:
        todo = [theorem for result in reversed(chapter.results) for theorem in reversed(result.theorems)]
        while todo:
            theorem = todo.pop()
            key = theorem.rule, theorem.statement, theorem.assumptions
            if key not in found:
                found[key] = theorem, chapter.id
                todo += reversed(theorem.premises)
    return dict(found.values())


def attack(
    theorem: Theorem,
    subject: str,
    pool: Iterable[Theorem],
    pick: Pick = list,
    inferences: Inferences = INFERENCES,
) -> list[Outcome]:
    """The outcomes of the attacks on one theorem; ``pool`` are the theorems that its premises are exchanged for.

    ``pick`` chooses among the attacks, ``inferences`` are those to be judged.
    """
    attacks = [*changed_goals(theorem), *lost_premises(theorem, pool)]
    return [outcome(one, subject, inferences) for one in pick(attacks)]


def outcome(one: Attack, subject: str, inferences: Inferences = INFERENCES) -> Outcome:
    """Run the inference; what it proves, or what it was asked to prove, is held against the points."""
    try:
        made = inferences[one.rule](*one.arguments)
    except SymiclError:
        made = None
    claim, given = (one.claim, one.given) if made is None else (made.statement, made.assumptions)
    found = truth(claim, given).verdict
    kind = one.kind if claim == one.claim else OTHER
    kept = found != "false" if kind != OTHER else found != "true"
    text = told(claim, given) if kept or (made is not None and found == "false") else ""
    return Outcome("kernel", subject, kind, found, made is not None, text)


def told(claim: Statement, given: frozenset[Statement]) -> str:
    """A claim with its assumptions, as a theorem is printed."""
    return f"{', '.join(sorted(map(str, given)))} ⊢ {claim}".lstrip()


def changed_goals(theorem: Theorem) -> Iterator[Attack]:
    """The inference of a theorem, told to prove something else, or given something else to work on."""
    rule, (first, *rest), given = theorem.rule, theorem.arguments or (None,), theorem.assumptions
    if rule in TOLD:
        for kind, goal in changed_equations(first):
            yield Attack(kind, rule, (goal, *rest), goal, given)
    elif rule == "either":
        for kind, other in _changed_alternatives(first):
            yield Attack(kind, rule, (other, *rest), other, given)
    elif rule == "replace" and isinstance(theorem.statement, Eq):
        for mutant in mutants(first):
            yield Attack(mutant.kind, rule, (mutant.value, *rest), Eq(mutant.value, theorem.statement.rhs), given)
    elif rule == "cite":
        yield from _other_values(theorem)
    elif rule in ("nonnegative", "positive", "vanishes"):
        for mutant in mutants(first):
            yield Attack(mutant.kind, rule, (mutant.value,), _said_of(theorem, mutant.value), given)


def changed_equations(goal: Any) -> Iterator[tuple[str, Any]]:
    """An equation or inequality with one thing changed on a side; a side that holds a derivative stays as it is."""
    kind: Any = type(goal)
    for side in ("lhs", "rhs"):
        node = getattr(goal, side)
        if not holds_derivative(node):
            other = goal.rhs if side == "lhs" else goal.lhs
            for mutant in mutants(node, cast=(other,)):
                yield mutant.kind, kind(mutant.value, other) if side == "lhs" else kind(other, mutant.value)


def _changed_alternatives(goal: Or) -> Iterator[tuple[str, Or]]:
    for i, part in enumerate(goal.parts):
        if isinstance(part, Eq):
            for kind, changed in changed_equations(part):
                yield kind, Or(*goal.parts[:i], changed, *goal.parts[i + 1 :])


def _other_values(theorem: Theorem) -> Iterator[Attack]:
    """A lemma about other values than its hypotheses are about."""
    name, values, *hypotheses = theorem.arguments
    for i, value in enumerate(values):
        for mutant in mutants(value):
            others = (*values[:i], mutant.value, *values[i + 1 :])
            try:
                claim = LEMMAS[name].state(*others)[1]
            except SymiclError:
                continue  # the lemma cannot even be stated for it
            yield Attack(mutant.kind, "cite", (name, others, *hypotheses), claim, theorem.assumptions)


def _said_of(theorem: Theorem, node: Any) -> Statement:
    """What an inference about order says of another node."""
    known: Any = theorem.statement
    if isinstance(known, Iff):
        return Iff(Eq(node, 0), known.parts[1])
    return Ge(node, 0) if isinstance(known, Ge) else Gt(node, 0)


def lost_premises(theorem: Theorem, pool: Iterable[Theorem]) -> Iterator[Attack]:
    """The same conclusion with a premise left out or exchanged, under the assumptions that would be left.

    Only where some assumption would be lost: else the claim is the theorem itself.
    """
    before = _assumed(theorem.premises)
    discharged, own = before - theorem.assumptions, theorem.assumptions - before
    for premise in dict.fromkeys(theorem.premises):
        for other in (None, *_rivals(premise, pool)):
            arguments = _exchanged(theorem.arguments, premise, other)
            if not _callable(theorem.rule, arguments):
                continue
            left = (_assumed(_theorems_of(arguments)) - discharged) | own
            if not left >= theorem.assumptions:
                yield Attack("dropped assumption", theorem.rule, arguments, theorem.statement, frozenset(left))


def _callable(rule: str, arguments: tuple[Any, ...]) -> bool:
    """Whether the inference takes so many arguments."""
    try:
        signature(INFERENCES[rule]).bind(*arguments)
    except TypeError:
        return False
    return True


def _assumed(premises: Iterable[Theorem]) -> frozenset[Statement]:
    return frozenset().union(*(p.assumptions for p in premises))


def _rivals(premise: Theorem, pool: Iterable[Theorem]) -> list[Theorem]:
    """Other theorems of the same kind, those under fewest assumptions first."""
    alike = [t for t in pool if type(t.statement) is type(premise.statement) and t.statement != premise.statement]
    return sorted(alike, key=lambda t: len(t.assumptions))[:OTHERS]


def _exchanged(arguments: tuple[Any, ...], premise: Theorem, other: Theorem | None) -> tuple[Any, ...]:
    """The arguments with another theorem for a premise, or without it and all that goes with it."""
    out: list[Any] = []
    for argument in arguments:
        if argument is premise:
            out += [] if other is None else [other]
        elif type(argument) is tuple and other is None and argument and argument[0] is premise:
            continue
        else:
            out.append(_exchanged(argument, premise, other) if type(argument) is tuple else argument)
    return tuple(out)


def _theorems_of(arguments: Any) -> Iterator[Theorem]:
    for argument in arguments:
        if isinstance(argument, Theorem):
            yield argument
        elif type(argument) is tuple:
            yield from _theorems_of(argument)
