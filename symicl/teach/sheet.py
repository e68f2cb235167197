"""An exercise sheet: lines to fill in and a proof to put in order; the solutions are a document of their own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ..errors import UserError
from ..proof.chapter import Calculation, Chapter, Definition
from ..report.escape import Tex
from ..report.letters import known_letters
from ..report.messages import Messages
from ..report.outline import Anchor, CalculationEntry, StatementEntry, StepEntry
from ..report.rows import align
from ..report.templates import tex_environment
from .blanks import chosen, numbered
from .ordering import Piece, Puzzle, puzzle_of
from .steps import Place
from .typeset import Row, Writer
from .views import CalculationView, DefinitionView, View, view

#: a line of A4 at 11 points in em, and the part of it that a piece of a puzzle has for its formula
WIDTH, PIECE = 41.0, 26.0


@dataclass(frozen=True)
class Exercise:
    """What a class is asked: the steps that are blank, and the puzzle, if the chapter has one."""

    chapter: Chapter
    blanks: tuple[Place, ...]
    puzzle: Puzzle | None
    seed: int

    @property
    def hidden(self) -> dict[Any, int]:
        """The lines that nobody sees, with the numbers of their blanks."""
        return numbered(self.blanks)

    def view(self, say: Messages) -> View:
        """The chapter as students see it."""
        return view(self.chapter, self.hidden, say)


def exercise(chapter: Chapter, blanks: int = 5, seed: int = 0) -> Exercise:
    """The exercise of a chapter; ``seed`` decides between steps that are equally important, and shuffles the puzzle."""
    try:
        puzzle = puzzle_of(chapter, seed)
    except UserError:  # no step depends on another
        puzzle = None
    return Exercise(chapter, chosen(chapter, blanks, seed), puzzle, seed)


@dataclass(frozen=True)
class Shown:
    """A piece of a puzzle or the solution of a blank: its name, its TeX, its reason, and what it uses or its key."""

    name: str
    tex: Tex
    reason: Tex
    note: str = ""


class Sheet:
    """Writes the sheet and its solutions."""

    def __init__(self, asked: Exercise, say: Messages, heading: str = "", version: str = "") -> None:
        self.asked, self.say, self.heading, self.version = asked, say, heading, version

    def students(self) -> str:
        """``ID-sheet.tex``: nothing in it gives an answer away."""
        writer, seen = Writer(self.say, WIDTH), self.asked.view(self.say)
        return self._render(
            writer,
            solved=False,
            kind=writer.say("teach.sheet"),
            count=str(len(self.asked.blanks)),
            letters=known_letters([self.asked.chapter], self.say),
            summary=seen.summary,
            parts=self._parts(writer, seen),
            pieces=self._pieces(writer, seen),
        )

    def solutions(self) -> str:
        """``ID-solutions.tex``."""
        writer, seen = Writer(self.say, WIDTH), view(self.asked.chapter, say=self.say)
        puzzle = self.asked.puzzle
        return self._render(
            writer,
            solved=True,
            kind=writer.say("teach.solutions"),
            solutions=[self._solution(writer, number, place) for number, place in enumerate(self.asked.blanks, 1)],
            pieces=self._pieces(writer, seen),
            order=r"\enspace ".join(puzzle.solution()) if puzzle else "",
        )

    def _render(self, writer: Writer, **parts: Any) -> str:
        """The document.  It is made twice, because its preamble holds a macro for each letter that is met in it."""
        template, chapter = tex_environment(self.say.cjk).get_template("sheet.tex"), self.asked.chapter
        for _ in range(2):
            made = template.render(
                w=writer,
                say=writer.say,
                lang=self.say.lang,
                title=writer.title(chapter.title),
                source=chapter.source,
                heading=writer.words(self.heading),
                version=self.version,
                notation=writer.notation(),
                **parts,
            )
        return made

    def _parts(self, writer: Writer, seen: View) -> list[dict[str, Any]]:
        """The definitions, and the results: with their calculations where something is asked in them."""
        found: list[dict[str, Any]] = []
        for part in seen.parts:
            if isinstance(part, DefinitionView):
                rows = writer.definition(part.letter, part.body)
                found.append({"definition": _aligned(rows, "align*"), "note": part.note})
                continue
            claims = tuple(
                StatementEntry(node, Anchor(f"icl:{part.key}:claim{i}", "", 0))
                for i, node in enumerate(part.statements)
            )
            asked = any(step.blank for calculation in part.calculations for step in calculation.steps)
            shown = [
                {"intro": calculation.intro, "display": _display(writer, calculation)}
                for calculation in part.calculations
                if asked
            ]
            found.append({"result": part, "statements": writer.displays.statements(claims), "calculations": shown})
        return found

    def _pieces(self, writer: Writer, seen: View) -> list[Shown]:
        """The pieces of the puzzle, with what is hidden hidden."""
        return [_piece(writer, piece, seen, self.asked.puzzle) for piece in (self.asked.puzzle or Puzzle(())).pieces]

    def _solution(self, writer: Writer, number: int, place: Place) -> Shown:
        rows = _narrow(writer).statement(place.line)
        return Shown(str(number), _inline(rows), writer.prose(place.step.reason), place.key)


def _narrow(writer: Writer) -> Writer:
    """The same writer for the width of a piece."""
    narrow = Writer(writer.messages, PIECE)
    narrow.names, narrow.inline, narrow.displays = writer.names, writer.inline, writer.displays
    return narrow


def _display(writer: Writer, calculation: CalculationView) -> Tex:
    """A calculation as a report would print it."""
    steps = [replace(step.place.step, line=step.line, reason=step.reason) for step in calculation.steps]
    made = Calculation(calculation.start, tuple(steps), calculation.steps[0].place.calculation.theorem)
    entries = [
        StepEntry(step, Anchor(f"icl:{seen.place.key}", "", 0), seen.place.key)
        for step, seen in zip(steps, calculation.steps, strict=True)
    ]
    return writer.displays.calculation(CalculationEntry(made, tuple(entries), ""))


def _piece(writer: Writer, piece: Piece, seen: View, puzzle: Any) -> Shown:
    """A piece of a puzzle."""
    narrow = _narrow(writer)
    names = {p.key: p.name for p in puzzle.pieces}
    uses = ", ".join(sorted(names[key] for key in piece.uses))
    if isinstance(piece.what, Definition):
        part = next(d for d in seen.definitions if d.letter == piece.what.letter)
        return Shown(piece.name, _inline(narrow.definition(part.letter, part.body)), writer.prose(part.note), uses)
    step, start = next(
        (step, calculation.start)
        for result in seen.results
        for calculation in result.calculations
        for step in calculation.steps
        if step.place.key == piece.key
    )
    left, head = narrow.start(start, [step.line]) if piece.what.index == 0 else ("", [])
    rows = [*head, *narrow.step(step.relation, step.line, left, bool(head), True)]
    return Shown(piece.name, _inline(rows), writer.prose(step.reason), uses)


def _aligned(rows: list[Row], environment: str) -> Tex:
    return align([f"{row.left} &{row.right}" + (r"\\" if row is not rows[-1] else "") for row in rows], environment)


def _inline(rows: list[Row]) -> Tex:
    """Rows inside a line of text."""
    return Tex(rf"$\displaystyle {_aligned(rows, 'aligned').replace('{aligned}', '{aligned}[t]', 1)}$")


__all__ = ["Exercise", "Sheet", "exercise"]
