"""Search judged: engine and rules are let loose on changed lines of the catalogue, and must not prove a false one.

Every way to the next line is tried on every changed equation: the engine's normal form, the rules that a derivation
may use, and the rule that its own line was written by.  Then the first line of an average is changed and search writes
the next one itself; what it proves is held against the points.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any

from .. import engine
from ..errors import SymiclError
from ..kernel import theorem as kernel
from ..kernel.theorem import Theorem
from ..language.letters import Defined, gaussians_of, letters_of
from ..language.mean import DefinedScalar
from ..language.statements import Eq, Statement
from ..proof import rules
from .attacks import Pick, changed_equations, told
from .mutants import mutants
from .outcome import Outcome
from .truth import Truth, truth

#: What a way to prove an equation hands back: what it says is proved, and under which assumptions.
Proved = tuple[Statement, frozenset[Statement]]
Way = Callable[[Eq], Proved]
FALSE = Truth("false")
OWN_LINES = "search, own lines"


def lines(theorems: dict[Theorem, str]) -> dict[Theorem, str]:
    """The theorems that are equations, each equation once."""
    found: dict[Any, tuple[Theorem, str]] = {}
    for theorem, subject in theorems.items():
        if isinstance(theorem.statement, Eq):
            found.setdefault((theorem.statement, theorem.assumptions), (theorem, subject))
    return dict(found.values())


def search(theorem: Theorem, subject: str, pick: Pick = list, more: Iterable[Way] = ()) -> list[Outcome]:
    """The outcomes of changes of one line: a false one is let through where any way proves it.

    ``pick`` chooses among the changes, ``more`` are further ways to be judged.
    """
    equation: Any = theorem.statement
    ways = (*_ways(equation), *_own(theorem), *more)
    changes = pick(list(changed_equations(equation)))
    outcomes = [_tried(kind, changed, theorem, subject, ways) for kind, changed in changes]
    if theorem.rule == "expectation" and len(theorem.arguments) == 2:
        outcomes += _written(theorem, subject, pick)
    return outcomes


def _tried(kind: str, changed: Eq, theorem: Theorem, subject: str, ways: Iterable[Way]) -> Outcome:
    proved = [one for way in ways if (one := _proved(way, changed))]
    wrong = next((p for p in dict.fromkeys(proved) if truth(*p).verdict == "false"), None)
    found = FALSE if wrong else truth(changed, theorem.assumptions)
    passed = bool(proved) if found.verdict != "false" else wrong is not None
    kept = found.verdict != "false" or passed
    return Outcome("search", subject, kind, found.verdict, passed, told(changed, theorem.assumptions) if kept else "")


def _proved(way: Way, changed: Eq) -> Proved | None:
    try:
        return way(changed)
    except SymiclError:
        return None


def _ways(equation: Eq) -> Iterator[Way]:
    """The engine, and every rule with all that it may open, average and differentiate."""
    parts = _definitions(equation)
    drawn = tuple(dict.fromkeys((*gaussians_of(equation.lhs), *gaussians_of(equation.rhs))))
    yield by_the_engine
    for rule in (rules.algebra, rules.blocks, rules.linear, rules.average(*drawn), rules.unfold(*parts)):
        yield _by(rule.prove)
    yield _by(kernel.derivative)


def _definitions(equation: Eq) -> tuple[Any, ...]:
    nodes = [node for side in (equation.lhs, equation.rhs) for node in side.atoms(DefinedScalar)]
    letters = letters_of(equation.lhs) | letters_of(equation.rhs)
    return (*dict.fromkeys(nodes), *sorted((x for x in letters if isinstance(x, Defined)), key=str))


def _by(prove: Callable[[Eq], Theorem]) -> Way:
    def way(goal: Eq) -> Proved:
        made = prove(goal)
        return made.statement, made.assumptions

    return way


def by_the_engine(goal: Eq) -> Proved:
    """Both sides have one normal form, with every definition unfolded; ``ProofError`` where they have not."""
    if _form(goal.lhs) != _form(goal.rhs):
        raise SymiclError(f"{goal}: two normal forms")
    return goal, frozenset()


@lru_cache(maxsize=64)
def _form(node: Any) -> Any:
    return engine.form(node, unfold=True)


def _own(theorem: Theorem) -> Iterator[Way]:
    """The rule that a line was written by: putting a theorem to use, or differentiating through it."""
    for step in (theorem, *theorem.premises):
        if step.rule == "replace" and isinstance(step.arguments[1], Theorem):
            known = step.arguments[1]
            for rule in (rules.from_(known, ""), rules.differentiate(known), rules.known(known, template="")):
                yield _by(rule.prove)


def _written(theorem: Theorem, subject: str, pick: Pick) -> Iterator[Outcome]:
    """A changed first line, and the next one as search writes and proves it."""
    equation, over = theorem.arguments
    rule = rules.average(*over)
    for mutant in pick(list(mutants(equation.lhs))):
        try:
            made = rule.prove(Eq(mutant.value, rule.next(mutant.value)))
        except SymiclError:
            continue
        found = truth(made.statement, made.assumptions).verdict
        yield Outcome(OWN_LINES, subject, mutant.kind, found, True, str(made) if found == "false" else "")
