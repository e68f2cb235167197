r"""How a calculation is set: where its lines end, and where the reasons stand.

A reason stands beside its line, beside it on several lines, or below it at the right.  Of all plans the one is taken
that a reader has least to complain of: few lines, no reason torn from its line, nothing that sticks out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .escape import Tex, escaped
from .layout import Line
from .measure import prose_width, width
from .outline import Anchor, CalculationEntry
from .printer import unmarked
from .rows import GAP, HANG, SIGN, SIGNS, TAG, Row, align, continued, kept, opening_row

if TYPE_CHECKING:
    from .displays import Displays

#: how wide a left side may be, as a share of the line, with the first relation still beside it
BESIDE = 0.3
#: small print relative to the text, and by how much a line of it is longer than its words
SMALL, RAGGED = 0.83, 1.12
#: the widths that a column of reasons may have
COLUMNS = (0.0, 5.5, 7.0, 8.5, 10.0, 12.0, 15.0, 20.0)


@dataclass(frozen=True)
class Reason:
    """A reason as TeX, with the width of its small print and of the widest formula in it."""

    tex: str
    width: float
    formula: float


@dataclass(frozen=True)
class Plan:
    """The lines of a calculation's start and of each step, the width of the column of reasons, and what it costs.

    The start is ``hung`` where the relations stand below it, and beside the first relation where it is not.
    """

    start: list[Line]
    rows: list[list[Line]]
    column: float
    hung: bool
    cost: float


class Planner:
    """Sets the calculations of one report for one width."""

    def __init__(self, displays: Displays) -> None:
        self.displays = displays
        self.room = displays.text_width - TAG

    def calculation(self, entry: CalculationEntry) -> Tex:
        """A calculation, each line with its reason and its label."""
        reasons = [self.reason(step.step.reason) for step in entry.steps]
        start = self.displays.show(entry.calculation.start)
        shown = [
            self.repeated(step.repeats) if step.repeats else self.displays.show(step.step.line) for step in entry.steps
        ]
        plan = self.plan(start, shown, reasons)
        first, *rest = plan.start
        out = [f"{row} " + r"\notag\\*" for row in (f"&{first.tex}", *map(continued, rest))] if plan.hung else []
        for i, (step, rows, reason) in enumerate(zip(entry.steps, plan.rows, reasons, strict=True)):
            left = unmarked(start) if i == 0 and not plan.hung else ""
            sign = SIGNS.get(step.step.relation, step.step.relation)
            head = opening_row(left, 0.0, sign, rows[0], HANG if plan.hung else 0.0)
            tail = [continued(row, HANG if plan.hung else 0.0) for row in rows[1:]]
            out += self.step(step.anchor.label, [head, *tail], reason, plan.column)
            out[-1] += "" if i == len(shown) - 1 else r"\\"
        return align(out)

    def repeated(self, anchor: Anchor) -> str:
        """A reference in place of a long line that stands in a statement already."""
        line = Tex(rf"\eqref{{{anchor.label}}}")
        say = self.displays.say
        return rf"\text{{{say.fill('report.right-side', lambda part: escaped(part, say.cjk), {'line': line})}}}"

    def reason(self, prose: Any) -> Reason:
        """A reason and how wide it is."""
        tex = self.displays.prose(prose)
        expanded = self.displays.names.expand(tex)
        formulas = re.split(r"(?<!\\)\$", expanded)[1::2]
        return Reason(tex, SMALL * prose_width(expanded) + 0.8, SMALL * max(map(width, formulas), default=0.0))

    def step(self, label: str, rows: Sequence[Row], reason: Reason, column: float) -> list[str]:
        """The rows of one step: the number and the reason stand at its last line."""
        *above, last = rows
        out = kept(above)
        place = self.place(reason, column)
        if place == "below":
            wide = min(reason.width * RAGGED, self.room - GAP)
            return [
                *out,
                rf"{last} \label{{{label}}}\\*",
                rf"&&& \mbox{{\icllowwhy{{{wide:.1f}em}}{{{reason.tex}}}}} \notag",
            ]
        why = rf"\iclwhy{{{reason.tex}}}" if place == "beside" else rf"\icllongwhy{{{column:.1f}em}}{{{reason.tex}}}"
        return [*out, rf"{last} && \mbox{{{why}}} \label{{{label}}}"]

    def place(self, reason: Reason, column: float) -> str:
        """Where a reason stands: beside its line, beside it on several lines, or below it."""
        if reason.width <= column:
            return "beside"
        return "wrapped" if reason.formula < column and _turns(reason, column) <= 3 else "below"

    def plan(self, start: str, shown: Sequence[str], reasons: Sequence[Reason]) -> Plan:
        """The plan that costs least."""
        widest = max(reason.width for reason in reasons)
        columns = sorted({min(widest, most) for most in COLUMNS})
        plans = [self._plan(start, shown, reasons, column, hung=True) for column in columns]
        if self.displays.width(start) <= BESIDE * self.displays.text_width:
            plans += [self._plan(start, shown, reasons, column, hung=False) for column in columns]
        return min(plans, key=lambda plan: plan.cost)

    def _plan(self, start: str, shown: Sequence[str], reasons: Sequence[Reason], column: float, *, hung: bool) -> Plan:
        room = self.room - (GAP + column if column else 0)
        head = self.displays.lines(start, room)
        inner = room - SIGN - (HANG if hung else self.displays.width(start))
        rows = [self.displays.lines(tex, inner) for tex in shown]
        cost = sum(map(len, rows)) + (len(head) + 0.3 if hung else 0)
        cost += sum(self._price(reason, column) for reason in reasons)
        cost += sum(10 * max(0.0, line.indent + line.width - inner) for row in rows for line in row)
        cost += sum(10 * max(0.0, line.indent + line.width - room) for line in head) if hung else 0
        return Plan(head, rows, column, hung, cost)

    def _price(self, reason: Reason, column: float) -> float:
        place = self.place(reason, column)
        return {"beside": 0.0, "wrapped": 0.65 * (_turns(reason, column) - 1), "below": 1.2}[place]


def _turns(reason: Reason, column: float) -> int:
    """On how many lines a reason stands in a column of that width."""
    return int(-(-reason.width * RAGGED // column)) if column else 99
