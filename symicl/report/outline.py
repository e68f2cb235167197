"""What a report consists of, with its numbers and labels: the same in the paper and on the web page.

Environments are numbered 1, 2, 3, … through the whole report and so are displayed lines; LaTeX counts in the same
order, so that (17) is one line in all formats.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ..proof.chapter import Calculation, Chapter, Definition, Prose, Result, Step
from .messages import Messages, messages

ENVIRONMENTS = ("lemma", "proposition", "theorem", "corollary", "definition")

#: rules whose steps a brief report leaves to the reader
ROUTINE = ("algebra", "blocks", "definition", "linear")

#: with more terms than this a formula is printed once and then referred to
LONG = 8


@dataclass(frozen=True)
class Anchor:
    """A place that can be referred to: its label, the word before its number, its number."""

    label: str
    word: str
    number: int

    @property
    def id(self) -> str:
        """The label as the id of an HTML element."""
        return self.label.replace(":", "-")


@dataclass(frozen=True)
class StepEntry:
    """A line of a calculation; ``place`` names it in messages.

    ``repeats`` is the statement whose long right side the line would only repeat.
    """

    step: Step
    anchor: Anchor
    place: str
    repeats: Anchor | None = None


@dataclass(frozen=True)
class CalculationEntry:
    """A calculation with its numbered lines."""

    calculation: Calculation
    steps: tuple[StepEntry, ...]
    place: str


@dataclass(frozen=True)
class StatementEntry:
    """A displayed statement."""

    statement: Any
    anchor: Anchor


@dataclass(frozen=True)
class ResultEntry:
    """A result with its numbers; ``environment`` is the LaTeX environment that it stands in."""

    result: Result
    anchor: Anchor
    environment: str
    statements: tuple[StatementEntry, ...]
    calculations: tuple[CalculationEntry, ...]
    place: str


@dataclass(frozen=True)
class DefinitionEntry:
    """A definition with its numbers."""

    definition: Definition
    anchor: Anchor
    line: Anchor
    place: str


@dataclass
class ChapterEntry:
    """A chapter with its parts; ``uses`` and ``used_by`` are its neighbours in the graph of the proof."""

    chapter: Chapter
    number: int
    parts: list[ResultEntry | DefinitionEntry] = field(default_factory=list)
    uses: list[ChapterEntry] = field(default_factory=list)
    used_by: list[ChapterEntry] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The id of its HTML section."""
        return f"chapter-{slug(self.chapter.id)}"

    @property
    def results(self) -> list[ResultEntry]:
        """The results, in order."""
        return [part for part in self.parts if isinstance(part, ResultEntry)]


def slug(text: str) -> str:
    """Text as part of a label: letters, digits and hyphens.

    >>> slug("W^PV & more")
    'W-PV-more'
    """
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-") or "x"


class Outline:
    """Chapters with numbers and labels; every label begins with ``icl:`` and is given once."""

    def __init__(self, chapters: Sequence[Chapter], say: Messages | None = None, detail: str = "full") -> None:
        self._say, self._detail = say or messages(), detail
        self._labels: set[str] = set()
        self._environments = self._lines = 0
        self.chapters = [self._chapter(chapter, i) for i, chapter in enumerate(chapters, 1)]
        known = {entry.chapter.id: entry for entry in self.chapters}
        for entry in self.chapters:
            for used in entry.chapter.uses:
                if used in known:
                    entry.uses.append(known[used])
                    known[used].used_by.append(entry)

    def _label(self, *parts: str) -> str:
        wanted = label = ":".join(["icl", *map(slug, parts)])
        count = 1
        while label in self._labels:
            count += 1
            label = f"{wanted}-{count}"
        self._labels.add(label)
        return label

    def _line(self, *parts: str) -> Anchor:
        self._lines += 1
        return Anchor(self._label(*parts), "", self._lines)

    def _environment(self, kind: str, *parts: str) -> Anchor:
        self._environments += 1
        return Anchor(self._label(*parts), self._say(f"words.{kind}"), self._environments)

    def _chapter(self, chapter: Chapter, number: int) -> ChapterEntry:
        entry = ChapterEntry(chapter, number)
        for part in chapter.parts:
            build: Any = self._definition if isinstance(part, Definition) else self._result
            entry.parts.append(build(chapter, part))
        return entry

    def _definition(self, chapter: Chapter, part: Definition) -> DefinitionEntry:
        name = getattr(part.letter, "name", str(part.letter))
        anchor = self._environment("definition", chapter.id, f"def-{name}")
        line = self._line(chapter.id, f"def-{name}", "body")
        return DefinitionEntry(part, anchor, line, f"chapter {chapter.id}, definition of {name}")

    def _result(self, chapter: Chapter, part: Result) -> ResultEntry:
        environment = part.kind.lower() if part.kind.lower() in ENVIRONMENTS else "proposition"
        anchor = self._environment(environment, chapter.id, part.key)
        place = f"chapter {chapter.id}, result {part.key}"
        statements = tuple(
            StatementEntry(statement, self._line(chapter.id, part.key, "statement")) for statement in part.statements
        )
        calculations, count = [], 0
        for calculation in part.calculations:
            steps = []
            for step in shown_steps(calculation.steps, self._detail):
                count += 1
                line = self._line(chapter.id, part.key, str(count))
                steps.append(StepEntry(step, line, f"{place}, step {count}", _repeats(step.line, statements)))
            calculations.append(CalculationEntry(calculation, tuple(steps), place))
        return ResultEntry(part, anchor, environment, statements, tuple(calculations), place)

    def find(self, name: str) -> Anchor | None:
        """The result that the id of a verdict names by chapter and key; none for a whole chapter."""
        head, _, key = re.sub(r"[:/. ]", ":", name).partition(":")
        for entry in self.chapters:
            if entry.chapter.id == head and entry.results:
                keyed = [r.anchor for r in entry.results if r.result.key == key]
                return keyed[0] if keyed else None
        return None


def shown_steps(steps: Sequence[Step], detail: str) -> tuple[Step, ...]:
    """The steps that are shown: all where ``detail`` is full; where it is brief, runs of routine steps become one.

    A step of routine (algebra, a definition, multiplying blocks) is left out before one that goes on from it, which
    keeps its own reason; an equality may be left out before any relation, another relation only before the same.
    """
    if detail == "full":
        return tuple(steps)
    kept: list[Step] = []
    for step, after in zip(steps, [*steps[1:], None], strict=True):
        joins = after is not None and step.relation in ("=", after.relation)
        if not (joins and step.rule in ROUTINE):
            kept.append(step)
    return tuple(kept)


def _repeats(line: Any, statements: Sequence[StatementEntry]) -> Anchor | None:
    """The statement that has a long line for its right side."""
    if len(getattr(line, "args", ())) <= LONG:
        return None
    return next((s.anchor for s in statements if getattr(s.statement, "rhs", None) == line), None)


def opening(result: Result, say: Messages) -> Prose:
    """What is said before a statement: for what it holds, and every assumption that it stands on."""
    given = say.translated(result.given)
    found = {assumed for theorem in (result.theorem, *result.also) for assumed in theorem.assumptions}
    if not found:
        return given
    names = {f"assumed{i}": assumed for i, assumed in enumerate(sorted(found, key=str))}
    full = given.template.endswith((".", "。"))
    key = "report.given-full-if-then" if full else "report.given-if-then"
    template = say.template("report.if-then" if is_empty(given) else key)
    fields = {"{assumptions}": say.listed([f"{{{name}}}" for name in names]), "{given}": given.template}
    for field_, text in fields.items():
        template = template.replace(field_, text)
    return Prose(template, {**given.parts, **names})


def is_empty(prose: Prose) -> bool:
    """Whether there is nothing to say."""
    return not prose.template.strip()
