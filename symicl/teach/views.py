"""A chapter as a class sees it: with some lines hidden behind numbered blanks, wherever they stand, or with all shown.

>>> from symicl import derive
>>> from symicl.teach.steps import find
>>> chapter = derive("moments")
>>> seen = view(chapter, {find(chapter, "second.2").line: 1})
>>> [str(step.line) for step in seen.results[0].calculations[0].steps][1]
'blank_1'
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..language.expressions import is_matrix
from ..language.letters import matrix, scalar
from ..language.nodes import as_node
from ..language.statements import Connective, Eq, Relation, Statement
from ..proof.chapter import Chapter, Definition, Prose
from ..report.messages import Messages, messages
from ..report.outline import opening
from .steps import Place, places


@dataclass(frozen=True)
class StepView:
    """A line as it is shown; ``blank`` is the number of its blank, or 0."""

    place: Place
    line: Any
    reason: Prose
    blank: int = 0

    @property
    def relation(self) -> str:
        """How it relates to the line before."""
        return self.place.step.relation


@dataclass(frozen=True)
class CalculationView:
    """A chain of lines."""

    start: Any
    intro: Prose
    steps: tuple[StepView, ...]


@dataclass(frozen=True)
class ResultView:
    """A result: its word, its title, what is said before it, its statements, its calculations, what is said after."""

    key: str
    kind: str
    title: str
    opening: Prose
    statements: tuple[Any, ...]
    calculations: tuple[CalculationView, ...]
    conclusion: Prose


@dataclass(frozen=True)
class DefinitionView:
    """A letter and what it stands for."""

    letter: Any
    body: Any
    note: Prose


@dataclass(frozen=True)
class View:
    """A chapter as it is shown."""

    chapter: Chapter
    summary: Prose
    meaning: Prose
    parts: tuple[ResultView | DefinitionView, ...]

    @property
    def results(self) -> tuple[ResultView, ...]:
        """The results, in order."""
        return tuple(part for part in self.parts if isinstance(part, ResultView))

    @property
    def definitions(self) -> tuple[DefinitionView, ...]:
        """The definitions, in order."""
        return tuple(part for part in self.parts if isinstance(part, DefinitionView))

    def proses(self) -> list[Prose]:
        """Every sentence."""
        found = [self.summary, self.meaning, *(d.note for d in self.definitions)]
        for result in self.results:
            found += [result.opening, result.conclusion]
            for calculation in result.calculations:
                found += [calculation.intro, *(step.reason for step in calculation.steps)]
        return found

    def formulas(self) -> list[Any]:
        """Every formula and statement, those in sentences too."""
        found: list[Any] = [node for d in self.definitions for node in (d.letter, d.body)]
        for result in self.results:
            found += result.statements
            for calculation in result.calculations:
                found += [calculation.start, *(step.line for step in calculation.steps)]
        return found + [part for prose in self.proses() for part in prose.parts.values()]


def blank(number: int, node: Any) -> Any:
    """The letter that stands for a hidden formula, of its shape; an equation has it on both sides."""
    if isinstance(node, Statement):
        box = blank(number, node.sides[0] if node.sides else 0)
        return Eq(box, box)
    name = f"blank_{number}"
    return matrix(name, *node.shape) if is_matrix(as_node(node)) else scalar(name)


class _Cover:
    """Hides formulas wherever they stand as a whole line, side of a statement, body or part of a sentence."""

    def __init__(self, hidden: Mapping[Any, int]) -> None:
        self.hidden = hidden

    def __call__(self, node: Any) -> Any:
        if not self.hidden:
            return node
        if node in self.hidden:
            return blank(self.hidden[node], node)
        if isinstance(node, Connective):
            return type(node)(*map(self, node.parts))
        if isinstance(node, Relation):
            left, right = self(node.lhs), self(node.rhs)
            return node if (left, right) == (node.lhs, node.rhs) else type(node)(left, right)
        return node

    def prose(self, prose: Prose) -> Prose:
        """A sentence with its formulas covered."""
        return Prose(prose.template, {name: self(getattr(p, "statement", p)) for name, p in prose.parts.items()})


def view(chapter: Chapter, hidden: Mapping[Any, int] | None = None, say: Messages | None = None) -> View:
    """The chapter with the formulas in ``hidden`` behind blanks of these numbers."""
    cover, words = _Cover(hidden or {}), say or messages()
    found = iter(places(chapter))
    parts: list[ResultView | DefinitionView] = []
    for part in chapter.parts:
        if isinstance(part, Definition):
            body = getattr(part.letter, "body", None)
            parts.append(DefinitionView(part.letter, cover(body), cover.prose(part.note)))
            continue
        calculations = []
        for calculation in part.calculations:
            steps = tuple(_step(next(found), cover) for _ in calculation.steps)
            calculations.append(CalculationView(cover(calculation.start), cover.prose(calculation.intro), steps))
        said = cover.prose(opening(part, words))
        statements = tuple(cover(statement) for statement in part.statements)
        end = cover.prose(part.conclusion)
        parts.append(ResultView(part.key, part.kind, part.title, said, statements, tuple(calculations), end))
    return View(chapter, cover.prose(chapter.summary), cover.prose(chapter.meaning), tuple(parts))


def _step(place: Place, cover: _Cover) -> StepView:
    return StepView(place, cover(place.line), cover.prose(place.step.reason), cover.hidden.get(place.line, 0))


__all__ = ["CalculationView", "DefinitionView", "ResultView", "StepView", "View", "blank", "view"]
