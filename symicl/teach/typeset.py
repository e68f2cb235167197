r"""Formulas and sentences of a lesson as TeX: the report's macros, rows of a given width, and boxes for blanks.

>>> from symicl import dimension, matrix
>>> from symicl.report.messages import messages
>>> writer = Writer(messages(), 36.0)
>>> writer.formula(matrix("blank_3", dimension("d"))), writer.names.generated()
('$\\iclblankThree$', [('\\iclblankThree', '\\boxed{\\vphantom{\\Big|}\\qquad\\qquad\\qquad\\quad 3}', 'blank_3')])
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..kernel.theorem import Theorem
from ..language.statements import Relation
from ..proof.chapter import Prose
from ..report.displays import Displays
from ..report.escape import Tex, escape_tex, escaped
from ..report.layout import Line
from ..report.measure import prose_width
from ..report.messages import Messages
from ..report.names import LETTERS, OPERATORS, Names
from ..report.outline import is_empty
from ..report.printer import FACTOR, ReportPrinter, unmarked
from ..report.rows import SIGNS, spaces
from ..report.templates import tex_environment

#: how high rows are, in em: one of letters, what a fraction adds, one of a matrix
ROW, FRACTION, ENTRY = 1.55, 1.1, 1.25
#: how wide a left side may be, as a share of the line, with the first relation beside it
BESIDE = 0.3


class BoxedNames(Names):
    """Names in which the letter ``blank_3`` is an empty box with its number."""

    def letter(self, name: str) -> str:
        known = name in self.letters
        macro = super().letter(name)
        if not known and name.startswith("blank_"):
            box = rf"\boxed{{\vphantom{{\Big|}}\qquad\qquad\qquad\quad {name.removeprefix('blank_')}}}"
            self.letters[name], self.expansions[macro] = (macro, box), box
        return macro


@dataclass(frozen=True)
class Row:
    """A row of a display: what stands left and right of the place where rows are aligned, and how high it is."""

    left: str
    right: str
    height: float


class Writer:
    """Writes for lines of ``width`` em."""

    def __init__(self, say: Messages, width: float) -> None:
        self.messages, self.width = say, width
        self.names = BoxedNames(say.connectives())
        self.inline = ReportPrinter(self.names, display=False)
        self.displays = Displays(self.names, self.prose, say, width)

    tex, empty = staticmethod(Tex), staticmethod(is_empty)

    # -- sentences

    def words(self, text: Any) -> Tex:
        """Text of a person as TeX, in the characters of the lesson's language."""
        return escape_tex(text, self.messages.cjk)

    def escaped(self, value: Any) -> Tex:
        """The same for what may be TeX of ours already."""
        return escaped(value, self.messages.cjk)

    def formula(self, node: Any) -> Tex:
        """A formula in a sentence; a long product may be broken between its factors."""
        if isinstance(node, str):
            return self.words(node)
        tex = self.inline.show(node.statement if isinstance(node, Theorem) else node)
        if self.displays.width(tex) > 6:
            tex = tex.replace(f" {FACTOR}", r" \allowbreak ")
        return Tex(f"${unmarked(tex)}$")

    def prose(self, prose: Prose) -> Tex:
        """A sentence."""
        return Tex(self.messages.translated(prose).fill(self.words, self.formula))

    def say(self, key: str, **values: Any) -> Tex:
        """A message."""
        return Tex(self.messages.fill(key, self.escaped, values))

    def title(self, text: str) -> Tex:
        """A title or another sentence without formulas."""
        return self.words(self.messages.prose(text))

    def word(self, kind: str) -> Tex:
        """The word that a result is introduced by."""
        return self.words(self.messages(f"words.{kind.lower()}"))

    def command(self, text: str) -> Tex:
        """What a reader may type."""
        return Tex(rf"\texttt{{{escape_tex(text)}}}")

    def space(self, known: Any) -> Tex:
        """The set that a letter is taken from."""
        return Tex("") if known.shape is None else Tex(f"${self.displays.space(known.letter, *known.shape)}$")

    def facts(self, known: Any) -> Tex:
        """What is known of a letter, without the number of its section: a lesson has one."""
        section = f" {self.messages('facts.section', numbers='1')}"
        return self.prose(Prose(known.facts.template.removesuffix(section), known.facts.parts))

    def height(self, tex: Tex) -> float:
        """How high a sentence is."""
        return 1.25 * (1 + int(prose_width(self.names.expand(tex)) * 1.05 / self.width)) if tex else 0.0

    # -- rows

    def sides(self, left: str, sign: str, right: str) -> list[Row]:
        """``left sign right``."""
        before = self.displays.width(left)
        if before <= BESIDE * self.width or before + self.displays.width(right) + 1.4 <= self.width:
            rows = self.displays.lines(right, self.width - before - 1.4)
            return [self.row(unmarked(left), sign, rows[0], 0), *(self.row("", "{}", line, 1) for line in rows[1:])]
        head, rows = self.displays.lines(left, self.width), self.displays.lines(right, self.width - 2.4)
        top = [self.row("", "", line, 0) for line in head]
        return [*top, self.row("", sign, rows[0], 1), *(self.row("", "{}", line, 1) for line in rows[1:])]

    def row(self, left: str, sign: str, line: Line, further: float) -> Row:
        """One row."""
        right = f"{spaces(line.indent + further)} {sign} {line.tex}".strip()
        return Row(left, right, _height(self.names.expand(left + right)))

    def statement(self, node: Any) -> list[Row]:
        """A statement."""
        if isinstance(node, Relation):
            sign = self.displays.printer.RELATIONS[type(node)][True]
            return self.sides(self.displays.show(node.lhs), sign, self.displays.show(node.rhs))
        return [self.row("", "", line, 0) for line in self.displays.lines(self.displays.show(node), self.width)]

    def definition(self, letter: Any, body: Any) -> list[Row]:
        """A letter and what it stands for, or where it is taken from."""
        if body is None:
            return self.sides(*self.displays.defining(letter))
        return self.sides(self.displays.show(letter), r"\coloneqq", self.displays.show(body))

    def start(self, node: Any, lines: Sequence[Any]) -> tuple[str, list[Row]]:
        """What a calculation begins with: beside its first line where all lines fit then, or on rows of its own."""
        tex = self.displays.show(node)
        room = self.width - 1.4 - self.displays.width(tex)
        if self.displays.width(tex) <= BESIDE * self.width and all(self.fits(line, room) for line in lines):
            return unmarked(tex), []
        return "", [self.row("", "", line, 0) for line in self.displays.lines(tex, self.width)]

    def fits(self, node: Any, room: float) -> bool:
        """Whether a formula can be broken into lines of that width."""
        return all(line.indent + line.width <= room for line in self.displays.lines(self.displays.show(node), room))

    def step(self, relation: str, node: Any, left: str, hung: bool, first: bool) -> list[Row]:
        """One line of a calculation; ``left`` stands beside the relation of the first."""
        room = self.width - 1.4 - (1.0 if hung else self.displays.width(left))
        rows = self.displays.lines(self.displays.show(node), room)
        top = self.row(left if first else "", SIGNS.get(relation, relation), rows[0], int(hung))
        return [top, *(self.row("", "{}", line, 1 + int(hung)) for line in rows[1:])]

    # -- the preamble

    def notation(self) -> Tex:
        """The macros of all letters that were used; to be asked for last."""
        template = tex_environment(self.messages.cjk).get_template("notation.tex")
        letters = [(Tex(macro), Tex(shown), Tex(name.replace("^", " "))) for name, macro, shown in LETTERS]
        made = [(Tex(macro), Tex(shown), name) for macro, shown, name in self.names.generated()]
        return Tex(template.render(operators=[tuple(map(Tex, row)) for row in OPERATORS], letters=letters, macros=made))


def _height(tex: str) -> float:
    if "matrix" in tex:
        return 1.0 + ENTRY * (1 + tex.count("\\\\"))
    if re.search(r"\\frac|\\partial|\\bigg", tex):
        return ROW + FRACTION + (0.3 if r"\bigg" in tex else 0.0)
    return ROW + (0.7 if r"\Big" in tex else 0.2 if "frac" in tex else 0.0)


__all__ = ["Row", "Writer"]
