"""The report as a document of Typst, for machines without TeX: its printer walks the expressions, not their TeX.

A long formula is a paragraph of short ones, so that Typst may break it before a term or a relation and nowhere else.
What is not made by us enters as a string of Typst, which no text can end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, cast

from ..kernel.theorem import Theorem
from ..language.expressions import is_matrix
from ..proof.chapter import Prose, Result
from . import graph
from .appendix import Appendix
from .checks import samples
from .escape import Typ, escape_typst, quoted
from .latex import Document
from .letters import Known, known_letters
from .outline import Anchor, ChapterEntry, Outline, is_empty, opening, slug
from .pictures import svg
from .printer import MARKS, RELATION, TERM, WORD, unmarked
from .sources import axioms, cited
from .templates import typst_environment
from .typst_printer import SIGNS, TypstPrinter

#: the fonts that have Chinese characters, the best first
CHINESE = ("Noto Serif CJK SC", "Noto Sans CJK SC", "Source Han Serif SC", "Source Han Sans SC")
#: how many letters the start of a calculation has at most that stands beside its first relation
SHORT = 12
#: how many characters stay on one line, and how many brackets deep a line may end where it has more
WHOLE, DEEP = 45, 3
OPENS, CLOSES = re.compile(r'\\[(\[]|"opening"'), re.compile(r'\\[)\]]|"closing"')
#: what stands between Chinese characters and a formula
APART = "#h(0.18em, weak: true);"
NO_MARKS = dict.fromkeys(map(ord, MARKS))
CUTS = re.compile(f"(?=[{TERM}{RELATION}{WORD}])")


def typst_source(document: Document) -> str:
    """The document in Typst."""
    writer = Typst(document)
    return (
        typst_environment()
        .get_template("report.typ")
        .render(
            w=writer,
            say=writer.say,
            doc=document,
            chapters=writer.outline.chapters,
            letters=known_letters(document.chapters, document.messages),
            verdicts=tuple(document.verdicts),
            end=Appendix(cast(Any, writer)),  # of which it asks what all writers have
            fonts=CHINESE if document.messages.cjk else (),
            samples=[row for rows in samples(document.verdicts) for row in rows],
            axioms=axioms(document.chapters),
            works=cited(document.chapters, document.source),
            empty=is_empty,
        )
    )


class Typst:
    """What the template calls."""

    slug = staticmethod(slug)

    def __init__(self, document: Document) -> None:
        self.document, self.messages = document, document.messages
        self.outline = Outline(document.chapters, self.messages, document.detail)
        words = self.messages.connectives()
        self.inline, self.large = TypstPrinter(words, display=False), TypstPrinter(words)

    def graph(self) -> str:
        """The chapters and what they stand on as an SVG without the page's colours; nothing where there is but one."""
        drawn = graph.chapters(self.outline)
        titled = tuple(graph.Vertex(v.id, v.number, self.messages.prose(v.title)) for v in drawn.vertices)
        picture = str(svg(graph.Graph(titled, drawn.edges), self.messages("report.graph"))) if titled[1:] else ""
        family = ", ".join(["New Computer Modern", *(CHINESE if self.messages.cjk else ())])
        return picture.replace('class="graph"', f'font-family="{family}"', 1).replace('fill="Canvas"', 'fill="white"')

    # -- words

    def formula(self, node: Any) -> Typ:
        """A formula in a sentence."""
        if isinstance(node, str):
            return escape_typst(node)
        shown = f"${unmarked(self.inline.show(node.statement if isinstance(node, Theorem) else node))}$"
        return Typ(f"{APART}{shown}{APART}" if self.messages.cjk else shown)

    def prose(self, prose: Prose) -> Typ:
        """A sentence."""
        return Typ(self.messages.translated(prose).fill(escape_typst, self.formula))

    def say(self, key: str, **values: Any) -> Typ:
        """A message."""
        return Typ(self.messages.fill(key, escape_typst, values))

    def title(self, text: str) -> Typ:
        """A title or another sentence without formulas."""
        return escape_typst(self.messages.prose(text))

    def told(self, said: str) -> Typ:
        """What a judge says."""
        return escape_typst(self.messages.told(said))

    def opening(self, result: Result) -> Prose:
        """What is said before a statement."""
        return opening(result, self.messages)

    def rule(self, id: str) -> Typ:
        """The name of a rule or an axiom."""
        return escape_typst(self.messages.rule(id))

    def code(self, text: str) -> Typ:
        """What a reader may type."""
        return Typ(f"#raw({quoted(text)});")

    def string(self, text: str) -> Typ:
        """Text as a string."""
        return Typ(quoted(text))

    # -- references

    def label(self, anchor: Anchor) -> Typ:
        """The label of an anchor."""
        return Typ(f"<{anchor.id}>")

    def reference(self, anchor: Anchor) -> Typ:
        """A link with the anchor's number."""
        shown = f"{anchor.word} {anchor.number}" if anchor.word else f"({anchor.number})"
        return Typ(f"#link(<{anchor.id}>)[{escape_typst(shown)}];")

    def sourced(self, entry: ChapterEntry) -> Typ:
        """Where a chapter comes from and what it builds on."""
        used = [self.reference(each.results[-1].anchor) for each in entry.uses if each.results]
        key = "report.source-and-uses" if used else "report.source"
        listed = Typ(self.messages.listed(used))
        return Typ(f"({self.say(key, source=entry.chapter.source, results=listed)})")

    def judged(self, verdict: Any) -> Typ:
        """What a verdict is about."""
        anchor = self.outline.find(verdict.id)
        return self.reference(anchor) if anchor else escape_typst(verdict.id)

    # -- displays

    def display(self, node: Any) -> Typ:
        """A formula on lines of its own."""
        return pieces(self.large.show(node))

    def is_short(self, start: Any) -> bool:
        """Whether what a calculation starts with has room beside its first relation."""
        shown = unmarked(self.large.show(start))
        return len(re.sub(r"[^A-Za-z0-9]+", "", shown)) <= SHORT and "frac" not in shown

    def line(self, entry: Any) -> Typ:
        """A line of a calculation; a long one that stands in the statement already is referred to."""
        if entry.repeats:
            return self.say("report.right-side", line=self.reference(entry.repeats))
        return self.display(entry.step.line)

    def sign(self, relation: str) -> Typ:
        """The relation in front of a line."""
        return Typ(f"${SIGNS.get(relation, quoted(relation))}$")

    def definition(self, letter: Any) -> Typ:
        """A letter and what it stands for, or what it is taken from."""
        body = getattr(letter, "body", None)
        if body is not None:
            return pieces(f"{self.large.show(letter)} {RELATION}:= {self.large.show(body)}")
        return Typ(f"${self.large.show(letter)} in {self._space(letter, *self._shape(letter))}$")

    @staticmethod
    def _shape(letter: Any) -> tuple[Any, Any]:
        return tuple(letter.shape) if is_matrix(letter) else (1, 1)

    def _space(self, letter: Any, rows: Any, cols: Any) -> str:
        if (rows, cols) == (1, 1):
            return "RR"
        sizes = [self.inline.show(size) if size.is_Atom else rf"\({self.inline.show(size)}\)" for size in (rows, cols)]
        return unmarked(f"RR^({self.inline.show(rows)})" if cols == 1 else f"RR^({sizes[0]} times {sizes[1]})")

    def space(self, known: Known) -> Typ:
        """The set that a letter is taken from."""
        return Typ("" if known.shape is None else f"$in {self._space(known.letter, *known.shape)}$")

    def heads(self, texts: Sequence[str]) -> list[Typ]:
        """The heads of a table's columns."""
        return [self.title(text) for text in texts]


def pieces(shown: str) -> Typ:
    """A formula as short ones with nothing between them, at which a line may end; a sign at the front is binary.

    A short bracket stays whole.
    """
    first, *rest = [part.translate(NO_MARKS).strip() for part in parts(shown) if part.strip()]
    return Typ("\u200b".join([f"#box[$display({first})$];", *(f'#box[$display("" {part})$];' for part in rest)]))


def parts(shown: str, depth: int = 0) -> list[str]:
    """The formula cut at its marks, first at those outside all brackets, where a part is long at those inside."""
    found, here = [""], 0
    for piece in CUTS.split(shown):
        if here <= depth:
            found.append(piece)
        else:
            found[-1] += piece
        here += len(OPENS.findall(piece)) - len(CLOSES.findall(piece))
    if depth == DEEP:
        return found
    return [part for long in found for part in (parts(long, depth + 1) if _length(long) > WHOLE else [long])]


def _length(shown: str) -> int:
    """About how many characters a reader sees."""
    return len(re.sub(r'fence\("\w+", #[\d.]+em, |op\(|upright|frac|inline|[^\w+=<>-]', "", shown))


__all__ = ["Typst", "typst_source"]
