"""The web page: one file with MathML, which needs no network and no JavaScript."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from markupsafe import Markup, escape

from ..language.printing import text
from ..language.statements import Relation
from ..proof.chapter import Prose, Result
from .displays import SIGNS, Displays
from .escape import escape_html
from .latex import Document
from .letters import known_letters
from .mathml import mathml
from .names import Names
from .outline import ChapterEntry, Outline, StepEntry, is_empty, opening
from .printer import ReportPrinter, unmarked
from .sources import axioms, cited
from .templates import html_environment, source

#: how wide a line of a calculation may be, in em
ROOM = 33.0
#: how wide beside a reason
STEP = 26.0


def web_page(document: Document) -> str:
    """The page of a report; ``SymiclError`` names the step whose formula cannot be shown."""
    page = Page(document)
    return (
        html_environment()
        .get_template("page.html")
        .render(
            w=page,
            say=page.say,
            doc=document,
            chapters=page.outline.chapters,
            letters=known_letters(document.chapters, document.messages),
            verdicts=document.verdicts,
            axioms=axioms(document.chapters),
            works=cited(document.chapters, document.source),
            style=Markup(source("page.css")),
            empty=is_empty,
        )
    )


def _spaced(tex: str) -> str:
    """A sign at the beginning of a line is between two terms, not in front of one."""
    return "{}" + tex if tex.startswith(("+", "-")) else tex


class Page:
    """What the template calls."""

    def __init__(self, document: Document) -> None:
        self.messages = document.messages
        self.outline = Outline(document.chapters, self.messages)
        self.names = Names()
        self.inline = ReportPrinter(self.names, display=False)
        self.displays = Displays(self.names, lambda prose: str(prose), self.messages)

    def formula(self, node: Any, place: str = "the page") -> Markup:
        """A formula in a sentence."""
        tex = self.names.expand(unmarked(self.inline.show(getattr(node, "statement", node))))
        return mathml(tex, place)

    def prose(self, prose: Prose, place: str = "the page") -> Markup:
        """A sentence."""
        said = self.messages.translated(prose)
        return Markup(said.fill(escape_html, lambda node: self.formula(node, place)))

    def say(self, key: str, **values: Any) -> Markup:
        """A message."""
        return Markup(self.messages.fill(key, escape, values))

    def title(self, text: str) -> str:
        """A title or another sentence without formulas."""
        return self.messages.prose(text)

    def opening(self, result: Result) -> Prose:
        """What is said before a statement."""
        return opening(result, self.messages)

    def command(self, text: str) -> Markup:
        """What a reader may type."""
        return Markup("<code>{}</code>").format(text)

    def rule(self, id: str) -> str:
        """The name of a rule or an axiom."""
        return self.messages.rule(id)

    def rules(self, ids: Iterable[str]) -> str:
        """The names of axioms, in order."""
        return self.messages("words.comma").join(map(self.messages.rule, sorted(ids)))

    def lines(self, node: Any, place: str, room: float = ROOM) -> list[tuple[float, Markup]]:
        """A display, broken into lines: how far each is indented, and its MathML."""
        return self._broken(self.displays.show(node), place, room)

    def _broken(self, tex: str, place: str, room: float) -> list[tuple[float, Markup]]:
        rows = self.displays.lines(tex, room)
        return [(row.indent, mathml(_spaced(self.names.expand(row.tex)), place, display=True)) for row in rows]

    def step(self, entry: StepEntry) -> list[tuple[float, Markup]]:
        """A line of a calculation; a long one that stands in the statement already is referred to."""
        if entry.repeats:
            link = Markup('<a href="#{}">({})</a>').format(entry.repeats.id, entry.repeats.number)
            return [(0.0, self.say("report.right-side", line=link))]
        return self.lines(entry.step.line, entry.place, STEP)

    def statement(self, statement: Any, place: str) -> list[tuple[float, Markup]]:
        """A statement as a display; a long equation has its left side on the first line."""
        tex = self.displays.show(statement)
        if not isinstance(statement, Relation) or self.displays.width(tex) <= ROOM:
            return self._broken(tex, place, ROOM)
        sign = self.displays.printer.RELATIONS[type(statement)][True]
        left = self._broken(self.displays.show(statement.lhs), place, ROOM)
        right = self._broken(f"{sign} {self.displays.show(statement.rhs)}", place, ROOM - 2)
        return [*left, *((indent + 1.5, line) for indent, line in right)]

    def definition(self, letter: Any, place: str) -> list[tuple[float, Markup]]:
        """A letter and what it stands for."""
        left, sign, right = self.displays.defining(letter)
        return self._broken(f"{left} {sign} {right}", place, ROOM)

    def sign(self, relation: str) -> Markup:
        """The relation in front of a line."""
        return mathml(SIGNS.get(relation, relation), "the signs")

    def plain(self, node: Any) -> str:
        """A statement as text."""
        return text(node)

    def sorted(self, things: Sequence[Any]) -> list[str]:
        """Things as text, in order."""
        return sorted(map(str, things))

    def space(self, known: Any) -> Markup:
        """The set that a letter is taken from."""
        if known.shape is None:
            return Markup("")
        return mathml(self.names.expand(self.displays.space(known.letter, *known.shape)), "the list of letters")

    def judged(self, verdict: Any) -> Markup:
        """What a verdict is about, as a link."""
        anchor = self.outline.find(verdict.id)
        if anchor is None:
            return escape_html(verdict.id)
        return Markup('<a href="#{}">{} {}</a>').format(anchor.id, anchor.word, anchor.number)

    def judged_of(self, entry: ChapterEntry, verdicts: Sequence[Any]) -> list[Any]:
        """The verdicts on one chapter."""
        return [v for v in verdicts if v.id == entry.chapter.id]
