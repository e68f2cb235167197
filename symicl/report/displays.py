r"""Statements and calculations as ``align`` environments that fit the page.

All widths are in em.  A page of A4 with margins of 25 mm is 41.5 em wide at 11 pt; the number of a line takes three.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..language.expressions import is_matrix
from ..language.printing import Printer
from ..language.statements import Relation
from .escape import Tex, escaped
from .layout import Line, Piece, fitted, pieces
from .measure import prose_width, width
from .messages import Messages, messages
from .names import Names
from .outline import Anchor, CalculationEntry, DefinitionEntry, StatementEntry
from .printer import ReportPrinter, unmarked

TEXT, TAG, GAP, SIGN = 41.0, 3.2, 1.3, 1.35
#: how wide a left side may be with the first relation still beside it
BESIDE = 12.0
#: how wide the left sides may be of statements whose signs stand below each other
ALIGNED = 6.0
#: small print relative to the text
SMALL = 0.83
SIGNS = {"=": "=", "≥": r"\geq", ">": ">", "≤": r"\leq", "⇔": r"\iff"}


def spaces(indent: float) -> str:
    r"""An indent in TeX.

    >>> spaces(1), spaces(3)
    ('\\quad', '\\qquad\\quad')
    """
    return r"\qquad" * (int(indent) // 2) + r"\quad" * (int(indent) % 2)


@dataclass(frozen=True)
class Reason:
    """A reason as TeX, with the width of its small print."""

    tex: str
    width: float


@dataclass(frozen=True)
class Plan:
    """How a calculation is laid out: the lines of its start (none where it stands beside the first relation), of each
    step, and the width of the column of reasons."""

    start: list[Line]
    rows: list[list[Line]]
    column: float
    hung: bool
    cost: float


class Displays:
    """Prints displays for one report; ``prose`` turns a sentence into TeX."""

    def __init__(
        self, names: Names, prose: Callable[[Any], str], say: Messages | None = None, text_width: float = TEXT
    ) -> None:
        self.names, self.prose, self.say, self.text_width = names, prose, say or messages(), text_width
        self.printer: Printer = ReportPrinter(names)
        self._shown: dict[Any, str] = {}
        self._pieces: dict[str, list[Piece]] = {}
        self._lines: dict[tuple[str, float], list[Line]] = {}

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
        if tex not in self._pieces:
            self._pieces[tex] = pieces(tex, self.names.expand)
        if (tex, room) not in self._lines:
            self._lines[tex, room] = fitted(self._pieces[tex], room)
        return self._lines[tex, room]

    # -- statements and definitions

    def sides(self, left: str, sign: str, right: str) -> list[str]:
        """``left sign right`` as rows of an align."""
        room = self.text_width - TAG
        whole = self.width(left) + SIGN + self.width(right)
        if whole <= room:
            return [f"{unmarked(left)} &{sign} {unmarked(right)}"]
        if self.width(left) <= BESIDE:
            rows = self.lines(right, room - self.width(left) - SIGN)
            return [f"{unmarked(left)} &{sign} {rows[0].tex}", *map(continued, rows[1:])]
        head, rows = self.lines(left, room), self.lines(right, room - SIGN - 1)
        top = [f"&{head[0].tex}", *map(continued, head[1:])]
        return [*top, rf"&\quad {sign} {rows[0].tex}", *(continued(row, 1) for row in rows[1:])]

    def statement(self, statement: Any) -> list[str]:
        """A statement as rows of an align."""
        if isinstance(statement, Relation):
            sign = self.printer.RELATIONS[type(statement)][True]
            return self.sides(self.show(statement.lhs), sign, self.show(statement.rhs))
        rows = self.lines(self.show(statement), self.text_width - TAG)
        return [f"&{rows[0].tex}", *map(continued, rows[1:])]

    def statements(self, entries: tuple[StatementEntry, ...]) -> Tex:
        """The statements of a result, one below the other: their signs aligned where the left sides are short."""
        shown = [self.statement(entry.statement) for entry in entries]
        short = all(
            isinstance(entry.statement, Relation) and self.width(self.show(entry.statement.lhs)) <= ALIGNED
            for entry in entries
        )
        centred = len(shown) > 1 and not short and all(len(rows) == 1 for rows in shown)
        out: list[str] = []
        for entry, (*above, last) in zip(entries, shown, strict=True):
            end = "." if entry is entries[-1] else ","
            out += [*kept(above), rf"{last}{end} \label{{{entry.anchor.label}}}"]
            out[-1] += "" if entry is entries[-1] else r"\\"
        return align([row.replace("&", "", 1) for row in out], "gather") if centred else align(out)

    def definition(self, entry: DefinitionEntry) -> Tex:
        """A letter and what it stands for, or what is known of it."""
        letter = entry.definition.letter
        *above, last = self.sides(*self.defining(letter))
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
        power = self.show(rows) if cols == 1 else rf"{self.show(rows)} \times {self.show(cols)}"
        return rf"\iclR^{{{unmarked(power)}}}"

    # -- calculations

    def calculation(self, entry: CalculationEntry, *, last: bool = False) -> Tex:
        """A calculation, each line with its reason and its label; ``last`` ends it with a full stop."""
        reasons = [self.reason(step.step.reason) for step in entry.steps]
        start = self.show(entry.calculation.start)
        shown = [self.repeated(step.repeats) if step.repeats else self.show(step.step.line) for step in entry.steps]
        plan = self.plan(start, shown, reasons)
        out = [f"&{plan.start[0].tex} \\notag\\\\*"] if plan.hung else []
        out += [rf"{continued(row)} \notag\\*" for row in plan.start[1:]] if plan.hung else []
        hang = r"\quad " if plan.hung else ""
        for i, (step, rows, reason) in enumerate(zip(entry.steps, plan.rows, reasons, strict=True)):
            left = unmarked(start) + " " if i == 0 and not plan.hung else ""
            sign = SIGNS.get(step.step.relation, step.step.relation)
            head = f"{left}&{hang}{sign} {rows[0].tex}"
            tail = [continued(row, int(plan.hung)) for row in rows[1:]]
            end = "." if last and i == len(shown) - 1 else ""
            out += self.step(step.anchor.label, [head, *tail], reason, plan.column, end)
            out[-1] += "" if i == len(shown) - 1 else r"\\"
        return align(out)

    def repeated(self, anchor: Anchor) -> str:
        """A reference in place of a long line that stands in a statement already."""
        line = Tex(rf"\eqref{{{anchor.label}}}")
        said = self.say.fill("report.right-side", escaped, {"line": line})
        return rf"\text{{{said}}}"

    def reason(self, prose: Any) -> Reason:
        """A reason and how wide it is."""
        tex = self.prose(prose)
        return Reason(tex, SMALL * prose_width(self.names.expand(tex)) + 0.8)

    def step(self, label: str, rows: list[str], reason: Reason, column: float, end: str) -> list[str]:
        """The rows of one step: the number and the reason stand at its last line."""
        *above, last = rows
        out = kept(above)
        place = self.place(reason, column)
        if place == "below":
            width_ = f"{column:.1f}em"
            return [*out, rf"{last}{end} \label{{{label}}}\\*", rf"&&& \icllowwhy{{{width_}}}{{{reason.tex}}} \notag"]
        why = rf"\iclwhy{{{reason.tex}}}" if place == "beside" else rf"\icllongwhy{{{column:.1f}em}}{{{reason.tex}}}"
        return [*out, rf"{last}{end} && {why} \label{{{label}}}"]

    def place(self, reason: Reason, column: float) -> str:
        """Where a reason stands: beside its line, beside it on several lines, or below it."""
        if reason.width <= column:
            return "beside"
        return "wrapped" if column and _turns(reason, column) <= 3 else "below"

    def plan(self, start: str, shown: list[str], reasons: list[Reason]) -> Plan:
        """The layout with the fewest lines."""
        widest = max(reason.width for reason in reasons)
        columns = sorted({min(widest, most) for most in (0.0, 7.0, 8.5, 10.0, 12.0, 15.0, 20.0)})
        plans = [self._plan(start, shown, reasons, column, hung=True) for column in columns]
        if self.width(start) <= BESIDE:
            plans += [self._plan(start, shown, reasons, column, hung=False) for column in columns]
        return min(plans, key=lambda plan: plan.cost)

    def _plan(self, start: str, shown: list[str], reasons: list[Reason], column: float, *, hung: bool) -> Plan:
        room = self.text_width - TAG - (GAP + column if column else 0)
        head = self.lines(start, room)
        inner = room - SIGN - (1.0 if hung else self.width(start))
        rows = [self.lines(tex, inner) for tex in shown]
        cost = sum(map(len, rows)) + (len(head) + 0.3 if hung else 0)
        cost += sum(self._price(reason, column) for reason in reasons)
        cost += sum(10 * max(0.0, line.indent + line.width - inner) for row in rows for line in row)
        return Plan(head, rows, column, hung, cost)

    def _price(self, reason: Reason, column: float) -> float:
        place = self.place(reason, column)
        return {"beside": 0.0, "wrapped": 0.65 * (_turns(reason, column) - 1), "below": 1.2}[place]


def _turns(reason: Reason, column: float) -> int:
    """On how many lines a reason stands in a column of that width."""
    return int(-(-reason.width * 1.12 // column)) if column else 99


def continued(row: Line, further: float = 0) -> str:
    """A line that goes on with the one above it."""
    return rf"&{spaces(row.indent + further)} {{}}{row.tex}"


def kept(rows: list[str]) -> list[str]:
    """Rows that another one goes on with: no number, and no new page but in the midst of many."""
    middle = range(2, len(rows) - 2)
    return [row + (r" \notag\\" if i in middle else r" \notag\\*") for i, row in enumerate(rows)]


def align(rows: list[str], environment: str = "align") -> Tex:
    """The rows as an align environment."""
    inner = "\n".join(f"  {row}" for row in rows)
    return Tex(f"\\begin{{{environment}}}\n{inner}\n\\end{{{environment}}}")


__all__ = ["Displays", "continued", "spaces"]
