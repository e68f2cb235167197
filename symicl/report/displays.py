r"""Statements, definitions and calculations as ``align`` environments that fit a line of a given width."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..language.expressions import is_matrix
from ..language.printing import Printer
from ..language.statements import Relation
from .escape import Tex
from .layout import Line, Lines
from .measure import width
from .messages import Messages, messages
from .names import Names
from .outline import CalculationEntry, DefinitionEntry, StatementEntry
from .plans import BESIDE, Planner
from .printer import ReportPrinter, unmarked
from .rows import HANG, SIGN, SIGNS, TAG, Row, align, continued, fits, kept, opening_row, spaces

#: how wide the left sides may be of statements whose signs stand below each other
ALIGNED = 6.0


class Displays:
    """Prints displays for lines of one width; ``prose`` turns a sentence into TeX."""

    def __init__(
        self, names: Names, prose: Callable[[Any], str], say: Messages | None = None, text_width: float = 41.0
    ) -> None:
        self.names, self.prose, self.say, self.text_width = names, prose, say or messages(), text_width
        self.printer: Printer = ReportPrinter(names)
        self.planner = Planner(self)
        self._lines = Lines(names.expand)
        self._shown: dict[Any, str] = {}

    def of_width(self, text_width: float) -> Displays:
        """The same for lines of another width; what is printed once is not printed again."""
        other = Displays(self.names, self.prose, self.say, text_width)
        other.printer, other._lines, other._shown = self.printer, self._lines, self._shown
        return other

    def show(self, node: Any) -> str:
        """An expression with marks."""
        if node not in self._shown:
            self._shown[node] = self.printer.show(node)
        return self._shown[node]

    def width(self, tex: str) -> float:
        """The printed width of TeX with our macros in it."""
        return width(self.names.expand(unmarked(tex)))

    def lines(self, tex: str, room: float) -> list[Line]:
        """The TeX on lines of that width."""
        return self._lines(tex, room)

    # -- statements and definitions

    def sides(self, left: str, sign: str, right: str, beside: float) -> list[Row]:
        """``left sign right`` as rows; a left side wider than ``beside`` has a line of its own where it needs one.

        Where ``beside`` is 0 no signs stand below each other, and what fits on a line begins at its left end.
        """
        room, before = self.text_width - TAG, self.width(left)
        whole = before + SIGN + self.width(right)
        if whole <= room and beside:
            return [opening_row(unmarked(left), before, sign, Line(unmarked(right), 0.0, self.width(right)))]
        if whole <= room:
            return [Row("", f"{unmarked(left)} {sign} {unmarked(right)}", 0.0, whole)]
        if before <= beside:
            first, *rest = self.lines(right, room - before - SIGN)
            return [opening_row(unmarked(left), before, sign, first), *map(continued, rest)]
        head, (first, *rest) = self.lines(left, room), self.lines(right, room - SIGN - HANG)
        top = [Row("", head[0].tex, 0.0, head[0].width), *map(continued, head[1:])]
        return [*top, opening_row("", 0.0, sign, first, HANG), *(continued(row, HANG) for row in rest)]

    def statement(self, statement: Any, beside: float) -> list[Row]:
        """A statement as rows."""
        if isinstance(statement, Relation):
            sign = self.printer.RELATIONS[type(statement)][True]
            return self.sides(self.show(statement.lhs), sign, self.show(statement.rhs), beside)
        first, *rest = self.lines(self.show(statement), self.text_width - TAG)
        return [Row("", first.tex, 0.0, first.width), *map(continued, rest)]

    def statements(self, entries: tuple[StatementEntry, ...]) -> Tex:
        """The statements of a result, one below the other: their signs aligned where the left sides are short."""
        room = self.text_width - TAG
        for beside in (BESIDE * self.text_width, ALIGNED, 0.0):
            shown = [self.statement(entry.statement, beside) for entry in entries]
            short = all(0 < rows[0].before <= ALIGNED for rows in shown)
            centred = len(shown) > 1 and not short and all(len(rows) == 1 for rows in shown)
            if centred or fits([row for rows in shown for row in rows], room):
                break
        out: list[str] = []
        for entry, (*above, last) in zip(entries, shown, strict=True):
            line = last.left + " " + last.right if centred else str(last)
            end = "." if entry is entries[-1] else ","
            out += [*kept(above), rf"{line.lstrip()}{end} \label{{{entry.anchor.label}}}"]
            out[-1] += "" if entry is entries[-1] else r"\\"
        return align(out, "gather" if centred else "align")

    def definition(self, entry: DefinitionEntry) -> Tex:
        """A letter and what it stands for, or what is known of it."""
        *above, last = self.sides(*self.defining(entry.definition.letter), BESIDE * self.text_width)
        return align([*kept(above), rf"{last} \label{{{entry.line.label}}}"])

    def defining(self, letter: Any) -> tuple[str, str, str]:
        """The left side, the sign and the right side of a definition."""
        body = getattr(letter, "body", None)
        if body is not None:
            return self.show(letter), r"\coloneqq", self.show(body)
        rows, cols = letter.shape if is_matrix(letter) else (1, 1)
        return self.show(letter), r"\in", self.space(letter, rows, cols)

    def space(self, letter: Any, rows: Any, cols: Any) -> str:
        """The set that a letter belongs to."""
        if (rows, cols) == (1, 1):
            return r"\iclR"
        sizes = [self.show(size) if size.is_Atom else f"({self.show(size)})" for size in (rows, cols)]
        power = self.show(rows) if cols == 1 else rf"{sizes[0]} \times {sizes[1]}"
        return rf"\iclR^{{{unmarked(power)}}}"

    def calculation(self, entry: CalculationEntry) -> Tex:
        """A calculation, each line with its reason and its label."""
        return self.planner.calculation(entry)


__all__ = ["SIGNS", "Displays", "continued", "spaces"]
