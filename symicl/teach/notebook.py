r"""Notebooks: cells in which a student answers and is told what differs, and the same with the answers for the teacher.

The notebook is written as a script with cells (jupytext's percent format) and converted.  Markdown is made of text that
is escaped and of formulas that are ours; code is made of names of the catalogue only.

>>> escape_markdown("<b>50% of $x_1$</b>\n# `rm`")
'&lt;b&gt;50% of \\$x\\_1\\$&lt;/b&gt; \\# \\`rm\\`'
"""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..errors import MissingTool
from ..language.printing import text
from ..proof.chapter import Definition, Prose
from ..report.messages import Messages
from ..report.printer import unmarked
from ..report.rows import SIGNS
from .sheet import Exercise
from .steps import Place, letters_for
from .typeset import Row, Writer
from .views import DefinitionView, ResultView, StepView, View, view

#: how wide a display is in a notebook, in em
WIDTH = 44.0
INSTALL = "notebooks need jupytext: pip install 'symicl[teach]'"
SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|$~])")


@dataclass(frozen=True)
class Cell:
    """A cell: Markdown or code."""

    text: str
    is_code: bool = False


def escape_markdown(text: Any) -> str:
    """Text as Markdown on one line: no character keeps a special meaning, and none turns the reading round."""
    plain = "".join(c for c in str(text) if unicodedata.category(c) not in ("Cf", "Cc") or c.isspace())
    escaped = SPECIAL.sub(r"\\\1", html.escape(" ".join(plain.split()), quote=False))
    return escaped.replace("%%", "&#37;&#37;")  # which begins a cell in a script


class Notebook:
    """Writes the cells of one exercise."""

    def __init__(self, asked: Exercise, say: Messages, heading: str = "") -> None:
        self.asked, self.say, self.heading = asked, say, heading
        self.chapter = asked.chapter
        self.writer = Writer(say, WIDTH)

    # -- Markdown

    def formula(self, node: Any) -> str:
        """A formula in a sentence."""
        if isinstance(node, str):
            return escape_markdown(node)
        node = getattr(node, "statement", node)
        return f"${self.plain(unmarked(self.writer.inline.show(node)))}$"

    def plain(self, tex: str) -> str:
        """TeX without macros of ours and of mathtools, which a notebook does not know."""
        return self.writer.names.expand(tex).replace(r"\coloneqq", ":=")

    def prose(self, prose: Prose) -> str:
        """A sentence."""
        return self.say.translated(prose).fill(_between, self.formula)

    def display(self, rows: list[Row]) -> str:
        """Rows as a display."""
        inner = " \\\\\n".join(self.plain(f"{row.left} &{row.right}".strip()) for row in rows)
        return f"$$\n\\begin{{aligned}}\n{inner}\n\\end{{aligned}}\n$$"

    def reason(self, step: StepView) -> str:
        return f"*{self.say('teach.why')}* {self.prose(step.reason)}"

    # -- cells

    def cells(self, solved: bool) -> Iterator[Cell]:
        """All cells; with the answers where ``solved``."""
        seen = view(self.chapter, {} if solved else self.asked.hidden, self.say)
        kind = self.say("teach.teachers" if solved else "teach.students")
        top = [f"# {escape_markdown(self.say.prose(self.chapter.title))}", escape_markdown(self.heading)]
        top += [f"{escape_markdown(kind)} ({escape_markdown(self.chapter.source)})", self.prose(seen.summary)]
        yield Cell("\n\n".join(filter(None, top)))
        yield Cell(self.say("teach.typing") + "\n\n" + self.alphabet())
        yield Cell("from symicl.teach import check_answer, check_order", is_code=True)
        for part in seen.parts:
            yield from self.definition(part) if isinstance(part, DefinitionView) else self.result(part, solved)
        yield from self.puzzle(seen, solved)

    def alphabet(self) -> str:
        """How each letter is typed."""
        if not self.asked.blanks:
            return ""
        letters: dict[str, Any] = {}
        for place in self.asked.blanks:
            letters |= letters_for(self.chapter, place).by_name
        typed = [name for name in sorted(letters) if "^" not in name]
        return ", ".join(f"`{name}` {self.formula(letters[name])}" for name in typed)

    def definition(self, part: DefinitionView) -> Iterator[Cell]:
        """A letter and what it stands for."""
        note = "" if self.writer.empty(part.note) else self.say("report.where", note=self.prose(part.note))
        yield Cell(
            f"{self.say('report.write')}\n\n{self.display(self.writer.definition(part.letter, part.body))}\n\n{note}"
        )

    def result(self, part: ResultView, solved: bool) -> Iterator[Cell]:
        """A result, with its steps where something is asked in them."""
        title = f"## {self.say(f'words.{part.kind.lower()}')}: {escape_markdown(self.say.prose(part.title))}"
        rows = [row for statement in part.statements for row in self.writer.statement(statement)]
        yield Cell(f"{title}\n\n{self.prose(part.opening)}\n\n{self.display(rows)}")
        numbers = {place.key: number for number, place in enumerate(self.asked.blanks, 1)}
        asked = any(step.place.key in numbers for c in part.calculations for step in c.steps)
        for calculation in part.calculations if asked or solved else ():
            left, head = self.writer.start(calculation.start, [step.line for step in calculation.steps])
            intro = "" if self.writer.empty(calculation.intro) else self.prose(calculation.intro)
            begun = head or [Row(left, "", 0.0)]
            yield Cell(f"{intro}\n\n{self.display(begun)}".strip())
            for step in calculation.steps:
                rows = self.writer.step(step.relation, step.line, "", False, False)
                yield Cell(f"{self.display(rows)}\n\n{self.reason(step)}")
                if step.place.key in numbers:
                    yield from self.blank(step.place, numbers[step.place.key], solved)

    def blank(self, place: Place, number: int, solved: bool) -> Iterator[Cell]:
        """The cell in which a line is answered."""
        sign = SIGNS.get(place.step.relation, place.step.relation)
        yield Cell(self.say("teach.blank", number=number, relation=f"${sign}$"))
        name, options = f"answer_{number}", self._options()
        call = f"check_answer({json.dumps(self.chapter.id)}, {json.dumps(place.key)}, {name}{options})"
        if solved:
            shown = json.dumps(text(place.line), ensure_ascii=False)
            yield Cell(f"{name} = {shown}\nassert {call}.right\n{call}", is_code=True)
        else:
            yield Cell(f'{name} = ""\n{call}', is_code=True)

    def _options(self) -> str:
        return "" if self.say.lang == "en" else f", lang={json.dumps(self.say.lang)}"

    def puzzle(self, seen: View, solved: bool) -> Iterator[Cell]:
        """The pieces, and the cell in which they are put in order."""
        puzzle = self.asked.puzzle
        if puzzle is None:
            return
        lines = [f"## {self.say('teach.part-order')}", self.say("teach.order-instructions")]
        for piece in puzzle.pieces:
            lines.append(f"**{piece.name}** {self.piece(piece.what, seen)}")
        yield Cell("\n\n".join(lines))
        call = f"check_order({json.dumps(self.chapter.id)}, order, seed={self.asked.seed}{self._options()})"
        if solved:
            order = json.dumps(" ".join(puzzle.solution()))
            yield Cell(f"order = {order}\nassert {call}.right\n{call}", is_code=True)
        else:
            yield Cell(f'order = ""\n{call}', is_code=True)

    def piece(self, what: Definition | Place, seen: View) -> str:
        """A piece of the puzzle on one line."""
        if isinstance(what, Definition):
            part = next(d for d in seen.definitions if d.letter == what.letter)
            left, sign, right = self.writer.displays.defining(what.letter)
            body = right if part.body is None else self.writer.displays.show(part.body)
            return f"${self.plain(unmarked(f'{left} {sign} {body}'))}$ [{self.prose(part.note)}]"
        for result in seen.results:
            for calculation in result.calculations:
                for step in calculation.steps:
                    if step.place.key == what.key:
                        start = "" if what.index else self.writer.inline.show(calculation.start)
                        sign = SIGNS.get(step.relation, step.relation)
                        shown = f"{start} {sign} {self.writer.inline.show(step.line)}"
                        return f"${self.plain(unmarked(shown)).strip()}$ [{self.prose(step.reason)}]"
        return ""

    # -- files

    def percent(self, solved: bool) -> str:
        """The cells as a script."""
        return "\n".join(_scripted(cell) for cell in self.cells(solved))

    def file(self, solved: bool) -> str:
        """The notebook; ``MissingTool`` where jupytext is not installed."""
        try:
            import jupytext
        except ImportError:
            raise MissingTool(INSTALL) from None
        made = jupytext.reads(self.percent(solved), fmt="py:percent")
        for number, cell in enumerate(made.cells, 1):
            cell["id"] = f"cell-{number}"  # else they are drawn at random
        made.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
        made.metadata.pop("jupytext", None)
        return jupytext.writes(made, fmt="ipynb")


def _scripted(cell: Cell) -> str:
    """A cell as part of a script; Markdown stands in comments."""
    if cell.is_code:
        return f"# %%\n{cell.text}\n"
    lines = "\n".join(f"# {line}".rstrip() for line in cell.text.splitlines())
    return f"# %% [markdown]\n{lines}\n"


def _between(words: str) -> str:
    """Text between formulas, with the blanks at its ends."""
    inner = escape_markdown(words)
    return f"{' ' if words[:1].isspace() else ''}{inner}{' ' if inner and words[-1:].isspace() else ''}"


__all__ = ["INSTALL", "Cell", "Notebook", "escape_markdown"]
