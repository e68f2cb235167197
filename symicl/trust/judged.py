"""The judges of a chapter judged: a formula that they look at with one thing changed, by the suite's own route.

Which formulas a judge looks at is seen by watching it read the chapter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from .. import suite
from ..derivations import derive
from ..language.expressions import tr
from ..language.letters import dimension, matrix, positive_definite, scalar
from ..language.mean import second_variation
from ..language.statements import Eq, Ge, Gt, Lt, Statement
from ..proof.chapter import Chapter
from .mutants import mutants
from .outcome import Outcome
from .truth import truth

Judge = Callable[..., list[Any]]
d = dimension("d")
LAMBDA, U, u = positive_definite("Lambda", d), matrix("U", d), scalar("u")
#: What a direction of descent is asked for, and where: the second family of stationary points.
SADDLES = frozenset({Eq(u, 0), Eq(tr(LAMBDA @ LAMBDA @ U.T), 0)})


@dataclass(frozen=True)
class Change:
    """A formula of a chapter, by name, with one thing changed."""

    chapter: Chapter
    name: str
    kind: str
    value: Any

    @property
    def changed(self) -> Chapter:
        """The chapter with the changed formula."""
        if self.name in self.chapter.formulas:
            return replace(self.chapter, formulas={**self.chapter.formulas, self.name: self.value})
        return replace(self.chapter, claims={**self.chapter.claims, self.name: self.value})

    @property
    def claim(self) -> Statement:
        """What is true exactly where the changed formula may stand for the one that is proved.

        Of a direction of descent, of a bound and of a length that is enough a judge asks less than that they are the
        proved ones.
        """
        everything = {**self.chapter.claims, **self.chapter.formulas}
        if self.name == "bound":
            return Gt(self.value, everything["value"])
        if f"least_{self.name}" in everything:
            return Ge(self.value, everything[f"least_{self.name}"])
        if self.name.startswith("descent:"):
            directions = {letter: self._claims[f"descent:{letter.name}"] for letter in (u, U)}
            return Lt(second_variation(derive("loss").formulas["value"], directions), 0)
        return Eq(everything[self.name], self.value)

    @property
    def given(self) -> frozenset[Statement]:
        """The assumptions of the claim."""
        return SADDLES if self.name.startswith("descent:") else frozenset()

    @property
    def _claims(self) -> Mapping[str, Any]:
        return {**self.chapter.claims, self.name: self.value}

    def __str__(self) -> str:
        return f"{self.chapter.id}, {self.name}: {self.value}"


class Watched(dict):
    """A mapping that remembers what was read."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        super().__init__(given)
        self.read: list[str] = []

    def __getitem__(self, name: str) -> Any:
        self.read.append(name)
        return super().__getitem__(name)


def looked_at(chapter: Chapter, judge: str) -> list[str]:
    """The names of the formulas and claims that a judge reads; none where it has no verdict on the chapter."""
    formulas, claims = Watched(chapter.formulas), Watched(chapter.claims)
    verdicts = suite.judge(
        replace(chapter, formulas=formulas, claims=claims), samples=20_000, thorough=False, by=(judge,)
    )
    if all(verdict.verdict == "skipped" for verdict in verdicts):
        return []
    return list(dict.fromkeys([*formulas.read, *claims.read]))


def changes(chapter: Chapter, name: str) -> list[Change]:
    """All changes of one formula."""
    formula = {**chapter.claims, **chapter.formulas}[name]
    return [Change(chapter, name, mutant.kind, mutant.value) for mutant in mutants(formula)]


def judged(some: Iterable[Change], judge: str, ask: Judge = suite.judge, **options: Any) -> list[Outcome]:
    """The outcomes of changed formulas before one judge; ``ask`` gives the verdicts."""
    outcomes = []
    for change in some:
        verdicts = [v.verdict for v in ask(change.changed, by=(judge,), **options)]
        passed = "pass" in verdicts and "fail" not in verdicts
        found = truth(change.claim, change.given).verdict
        text = str(change) if passed or found != "false" else ""
        outcomes.append(Outcome(judge, change.chapter.id, change.kind, found, passed, text))
    return outcomes
