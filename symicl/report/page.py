"""The web page: one file with MathML, which needs no network, and no JavaScript to be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, cast

from markupsafe import Markup, escape

from ..language.statements import Relation
from ..proof.chapter import Prose, Result
from . import graph, scripts
from .appendix import Appendix
from .displays import SIGNS, Displays
from .escape import escape_html, upright
from .explorers import EIGENVALUES, LENGTHS, NOISES, START, Curve, Explorer, entries, explorers
from .folds import Fold, Folds, axiom_id
from .judged import figures, filled, hole
from .latex import Document
from .letters import known_letters
from .mathml import mathml
from .names import Names
from .outline import Anchor, Outline, StepEntry, is_empty, opening
from .pictures import svg
from .plots import HEIGHT, WIDTH, shown
from .printer import ReportPrinter, unmarked
from .sources import axioms, cited
from .templates import html_environment, source
from .uses import NOWHERE, Uses

#: how wide a line of a calculation may be, in em
ROOM = 33.0
#: how wide beside a reason
STEP = 26.0
#: how wide beside a curve
NARROW = 20.0


#: with more links than these a list of them is folded up
FEW = 6


def web_page(document: Document) -> str:
    """The page of a report; ``SymiclError`` names the step whose formula cannot be shown."""
    verdicts = list(document.verdicts) if isinstance(document.verdicts, Iterator) else document.verdicts
    page = Page(replace(document, verdicts=verdicts))
    early, late = scripts.early(), scripts.late(page.explorers.values())
    written = (
        html_environment()
        .get_template("page.html")
        .render(
            w=page,
            say=page.say,
            doc=document,
            chapters=page.outline.chapters,
            letters=known_letters(document.chapters, document.messages),
            verdicts=verdicts,
            axioms=axioms(document.chapters),
            works=cited(document.chapters, document.source),
            style=Markup(source("page.css")),
            graph=page.graph(),
            end=Appendix(cast(Any, page)),  # of which it asks what all writers have: the document
            early=early,
            late=late,
            policy=scripts.policy(early, late),
            empty=is_empty,
        )
    )
    return filled(written, verdicts, [chapter.id for chapter in document.chapters], document.messages)


def _spaced(tex: str) -> str:
    """A sign at the beginning of a line is between two terms, not in front of one."""
    return "{}" + tex if tex.startswith(("+", "-")) else tex


class Page:
    """What the template calls."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.messages = document.messages
        self.outline = Outline(document.chapters, self.messages, document.detail)
        self.names = Names(self.messages.connectives())
        self.inline = ReportPrinter(self.names, display=False)
        self.displays = Displays(self.names, lambda prose: str(prose), self.messages)
        self.uses = Uses(self.outline)
        self.folds = Folds(self.uses, self.messages, self.prose)
        self.explorers = explorers(document.chapters)
        self._formulas: dict[str, Markup] = {}
        results = [entry for chapter in self.outline.chapters for entry in chapter.results]
        self._titles = {entry.anchor.id: self.title(entry.result.title) for entry in results}

    def formula(self, node: Any, place: str = "the page") -> Markup:
        """A formula in a sentence."""
        tex = self.names.expand(unmarked(self.inline.show(getattr(node, "statement", node))))
        if tex not in self._formulas:
            self._formulas[tex] = mathml(tex, place)
        return self._formulas[tex]

    def prose(self, prose: Prose, place: str = "the page") -> Markup:
        """A sentence."""
        said = self.messages.translated(prose)
        return Markup(said.fill(escape_html, lambda node: self.formula(node, place)))

    def say(self, key: str, **values: Any) -> Markup:
        """A message."""
        return Markup(self.messages.fill(key, lambda value: escape(upright(value)), values))

    def title(self, text: str) -> str:
        """A title or another sentence without formulas."""
        return upright(self.messages.prose(text))

    def told(self, said: str) -> str:
        """What a judge says."""
        return upright(self.messages.told(said))

    def opening(self, result: Result) -> Prose:
        """What is said before a statement."""
        return opening(result, self.messages)

    def command(self, text: str) -> Markup:
        """What a reader may type."""
        return Markup("<code>{}</code>").format(upright(text))

    def rule(self, id: str) -> str:
        """The name of a rule or an axiom."""
        return self.messages.rule(id)

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

    def fold(self, entry: StepEntry) -> Fold:
        """What a step folds out."""
        return self.folds.fold(entry)

    def used(self, anchor: Anchor) -> tuple[tuple[str, tuple[Anchor, ...]], ...]:
        """The links of a definition or a result both ways, each with the message that introduces it."""
        places = (("page.uses", self.uses.uses), ("page.used-by", self.uses.used_by))
        return tuple((key, found) for key, known in places if (found := known.get(anchor.id, NOWHERE)))

    def links(self, anchors: Sequence[Anchor]) -> Markup:
        """Links to places, one after the other; a result says what it is called when one points at it."""
        return Markup(self.messages("words.comma")).join(map(self._link, anchors))

    def _link(self, anchor: Anchor) -> Markup:
        name = f"{anchor.word} {anchor.number}" if anchor.word else f"({anchor.number})"
        called = Markup(' title="{}"').format(self._titles[anchor.id]) if anchor.id in self._titles else ""
        return Markup('<a href="#{}"{}>{}</a>').format(anchor.id, called, name)

    def many(self, anchors: Sequence[Anchor]) -> bool:
        """Whether there are too many links to show them all at once."""
        return len(anchors) > FEW

    def graph(self) -> Markup:
        """The chapters and what they stand on, as a picture; nothing where there is but one."""
        drawn = graph.chapters(self.outline)
        titled = tuple(graph.Vertex(v.id, v.number, self.title(v.title)) for v in drawn.vertices)
        return svg(graph.Graph(titled, drawn.edges), self.messages("report.graph")) if titled[1:] else Markup("")

    # -- verdicts

    def hole(self, id: str) -> Markup:
        """Where the verdicts on a chapter will stand."""
        return hole(id)

    def cases(self, verdict: Any) -> list[Any]:
        """The sampled cases behind a verdict."""
        return figures(verdict)

    def axiom_id(self, name: str) -> str:
        """The place of an axiom."""
        return axiom_id(name)

    # -- explorers

    def explorer(self, id: str) -> Explorer | None:
        """The pictures of a chapter."""
        return self.explorers.get(id)

    def canvas(self) -> str:
        """The view box of a picture."""
        return f"0 0 {WIDTH} {HEIGHT}"

    def here(self, curve: Curve) -> str:
        """The value of a formula where the sliders stand at first."""
        return ", ".join(map(shown, entries(curve.formula, START)))

    def start(self) -> dict[str, Any]:
        """Where the sliders stand at first."""
        return START

    def scale(self, name: str) -> tuple[Any, ...]:
        """Where a slider can stand."""
        return {"N": LENGTHS, "M": LENGTHS, "sigma": NOISES, "d": (1, 2, 3, 4, 5, 6)}.get(name, EIGENVALUES)

    def narrow(self, formula: Any) -> list[tuple[float, Markup]]:
        """A formula in the column beside a curve: in one line where that is not long."""
        if self.displays.width(self.names.expand(unmarked(self.inline.show(formula)))) <= NARROW + 1:
            return [(0.0, self.formula(formula, "the pictures"))]
        return self.lines(formula, "the pictures", NARROW)

    def symbol(self, tex: str) -> Markup:
        """A letter of a slider."""
        return mathml(tex, "the sliders")

    def space(self, known: Any) -> Markup:
        """The set that a letter is taken from."""
        if known.shape is None:
            return Markup("")
        return mathml(self.names.expand(self.displays.space(known.letter, *known.shape)), "the list of letters")

    def judged(self, verdict: Any) -> Markup:
        """What a verdict is about, as a link: a result, or a whole chapter."""
        anchor = self.outline.find(verdict.id)
        if anchor is not None:
            return Markup('<a href="#{}">{} {}</a>').format(anchor.id, anchor.word, anchor.number)
        chapter = next((entry for entry in self.outline.chapters if entry.chapter.id == verdict.id), None)
        if chapter is None:
            return escape_html(verdict.id)
        return Markup('<a href="#{}">{}</a>').format(chapter.id, self.title(chapter.chapter.title))
