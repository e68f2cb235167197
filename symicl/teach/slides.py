"""Slides: each step is revealed with its reason, and what does not fit on a slide goes on on the next one.

>>> from symicl import derive
>>> from symicl.report.messages import messages
>>> frames = slides(derive("moments"), messages())
>>> [len(frame.whys) for frame in frames if frame.whys]
[3, 1]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import Any

from ..proof.chapter import Chapter
from ..report.escape import Tex
from ..report.letters import known_letters
from ..report.messages import Messages
from ..report.sources import axioms
from .typeset import Row, Writer
from .views import CalculationView, DefinitionView, ResultView, View, view

#: a slide of 16 cm by 9 cm at 10 points, in em: how wide its lines are, and how high what stands between its title and
#: the reason at its foot
WIDTH, HEIGHT = 38.0, 15.8
LETTERS, VERDICTS = 8, 8


@dataclass(frozen=True)
class Shown:
    """A row that is seen from one step on."""

    row: Row
    since: int


@dataclass
class Frame:
    """One slide: what stands on it, and the reasons of the steps that it reveals."""

    title: Tex
    kind: str = "text"
    before: str = ""
    rows: list[Shown] = field(default_factory=list)
    whys: list[tuple[int, Tex]] = field(default_factory=list)
    table: list[Any] = field(default_factory=list)
    environment: str = "align*"

    def display(self) -> Tex:
        """The rows of the display."""
        rows = " \\\\\n".join(_revealed(shown) for shown in self.rows)
        return Tex(rows.replace("&", "") if self.environment == "gather*" else rows)


def _revealed(shown: Shown) -> str:
    left, right, since = shown.row.left, shown.row.right, shown.since
    if since <= 1:
        return f"{left} &{right}".strip()
    return rf"{left} &\uncover<{since}->{{{{}}{right}}}".strip()


@dataclass
class _Page:
    """A slide that is being filled: how high it is so far, and the step that was revealed last."""

    frame: Frame
    used: float
    since: int

    def put(self, rows: Sequence[Row], since: int) -> None:
        self.frame.rows += [Shown(row, since) for row in rows]
        self.used += _height(rows)

    def count(self, rows: Sequence[Row], room: float) -> int:
        """How many of the rows fit, one at least."""
        heights = list(accumulate((row.height for row in rows), initial=self.used))[1:]
        return max(1, sum(height <= room for height in heights))

    def reveal(self, rows: Sequence[Row], why: Tex) -> None:
        self.since += 1
        self.put(rows, self.since)
        self.frame.whys.append((self.since, why))


def _height(rows: Sequence[Row]) -> float:
    return sum(row.height for row in rows)


class Slides:
    """Makes the frames of a chapter."""

    def __init__(self, say: Messages) -> None:
        self.writer = Writer(say, WIDTH)
        self.say = self.writer.say

    def frames(self, seen: View, verdicts: Iterable[Any] = ()) -> Iterator[Frame]:
        """All frames but the title."""
        yield Frame(self.say("teach.about"), before=self.writer.prose(seen.summary))
        yield from self.letters(seen.chapter)
        definitions: list[DefinitionView] = []
        for part in seen.parts:
            if isinstance(part, DefinitionView):
                definitions.append(part)
                continue
            yield from self.definitions(definitions)
            definitions = []
            yield from self.result(part)
        yield from self.definitions(definitions)
        if not self.writer.empty(seen.meaning):
            yield Frame(self.say("report.in-words"), before=self.writer.prose(seen.meaning))
        yield from self.checks(seen.chapter, list(verdicts))

    def letters(self, chapter: Chapter) -> Iterator[Frame]:
        """The letters of the chapter, with what is known of them."""
        known = known_letters([chapter], self.writer.messages)
        for page in _batches(known, LETTERS):
            rows = [(self.writer.formula(k.letter), self.writer.space(k), self.writer.facts(k)) for k in page]
            yield Frame(self.say("report.letters"), "letters", table=rows)

    def definitions(self, found: Sequence[DefinitionView]) -> Iterator[Frame]:
        """Definitions, each with its note, as many on a slide as fit."""
        frame, used = Frame(self.say("teach.definitions"), "definitions"), 0.0
        for part in found:
            rows = self.writer.definition(part.letter, part.body)
            note = Tex("") if self.writer.empty(part.note) else self.writer.prose(part.note)
            height = sum(row.height for row in rows) + self.writer.height(note) + 1.5
            if frame.table and used + height > HEIGHT + 2:
                yield frame
                frame, used = replace(frame, table=[]), 0.0
            display = Tex(" \\\\\n".join(f"{row.left} &{row.right}".strip() for row in rows))
            frame.table.append((display, note))
            used += height
        if frame.table:
            yield frame

    def result(self, part: ResultView) -> Iterator[Frame]:
        """The statement, and then the calculations that prove it."""
        yield from self.statement(part)
        for calculation in part.calculations:
            yield from self.calculation(self.writer.title(part.title), calculation)
        if not self.writer.empty(part.conclusion):
            yield Frame(self.writer.title(part.title), before=self.writer.prose(part.conclusion))

    def statement(self, part: ResultView) -> Iterator[Frame]:
        """What is claimed, on as many slides as it takes."""
        title = Tex(f"{self.writer.word(part.kind)}: {self.writer.title(part.title)}")
        before = self.writer.prose(part.opening)
        claims = [self.writer.statement(statement) for statement in part.statements]
        rows = [row for claim in claims for row in claim]
        first, used = Frame(title, "claim", before), self.writer.height(before)
        if any(not row.left for row in rows) and all(len(claim) == 1 for claim in claims):
            first.environment = "gather*"  # there is no sign that all of them could be aligned at
            rows = [Row("", f"{row.left} {row.right}".strip(), row.height) for row in rows]
        for row in rows:
            if first.rows and used + row.height > HEIGHT:
                yield first
                first, used = Frame(self.continued(title), "claim"), 0.0
            first.rows.append(Shown(row, 1))
            used += row.height
        yield first

    def calculation(self, title: Tex, calculation: CalculationView) -> Iterator[Frame]:
        """The lines, each revealed with its reason; a line that is higher than a slide goes on on the next."""
        before = Tex("") if self.writer.empty(calculation.intro) else self.writer.prose(calculation.intro)
        left, head = self.writer.start(calculation.start, [step.line for step in calculation.steps])
        page = _Page(Frame(title, "steps", before), self.writer.height(before), 1)
        page.put(head, 1)
        for number, step in enumerate(calculation.steps):
            rows = self.writer.step(step.relation, step.line, left, bool(head), number == 0)
            why = self.writer.prose(step.reason)
            room = HEIGHT - max(0.0, self.writer.height(why) - 1.3)
            if page.frame.whys and page.used + _height(rows) > room:
                yield page.frame
                page = self.next_page(title, rows)
            while rows:
                count = page.count(rows, room)
                page.reveal(rows[:count], why)
                rows = rows[count:]
                if rows:
                    yield page.frame
                    page = self.next_page(title, [])
        yield page.frame

    def next_page(self, title: Tex, rows: list[Row]) -> _Page:
        """A slide that goes on with the one before; its first line has dots to its left."""
        if rows and not rows[0].left:
            rows[0] = replace(rows[0], left=r"\cdots")
        return _Page(Frame(self.continued(title), "steps"), 0.0, 0)

    def continued(self, title: Tex) -> Tex:
        """The title of a slide that goes on with the one before."""
        return Tex(f"{title} " + self.say("teach.continued"))

    def checks(self, chapter: Chapter, verdicts: list[Any]) -> Iterator[Frame]:
        """What the theorem stands on, what the judges say, and how to check it again."""
        names: list[str] = [self.writer.words(self.writer.messages.rule(axiom.name)) for axiom in axioms([chapter])]
        stands = self.say("teach.stands-on", axioms=Tex(self.writer.messages.listed(names)))
        again = self.say("teach.again", command=self.writer.command(f"symicl verify {chapter.id}.proof.json"))
        yield Frame(self.say("report.checks"), before=Tex(f"{stands}\n\n{again}"))
        for page in _batches(verdicts, VERDICTS):
            rows = [
                (self.writer.words(v.id), *(self.say(f"checks.{word}") for word in (v.judge, v.verdict))) for v in page
            ]
            yield Frame(self.say("report.checks"), "verdicts", table=rows)


def _batches(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def slides(chapter: Chapter, say: Messages, verdicts: Iterable[Any] = ()) -> list[Frame]:
    """The frames of a chapter."""
    return list(Slides(say).frames(view(chapter, say=say), verdicts))


__all__ = ["Frame", "Slides", "slides"]
