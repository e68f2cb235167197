r"""The LaTeX of a report: a fragment to be read into a paper, its notation, and a document of its own."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ..kernel.theorem import Theorem
from ..proof.chapter import Chapter, Prose, Result, Table
from .appendix import Appendix
from .checks import Sample, cases, levels, samples, subject, tables
from .displays import Displays
from .escape import Tex, escaped
from .letters import Known, known_letters
from .messages import Messages, messages
from .names import LETTERS, OPERATORS, Names
from .outline import ChapterEntry, Outline, is_empty, opening, slug
from .printer import FACTOR, ReportPrinter, unmarked
from .sources import Work, axioms, bibliography, references, used_works
from .templates import tex_environment
from .widths import WIDTHS, Adaptive


@dataclass(frozen=True)
class Document:
    """What a report is made of."""

    id: str
    title: str
    source: str
    version: str
    chapters: Sequence[Chapter]
    verdicts: Iterable[Any]
    lang: str = "en"
    widths: Sequence[float] = WIDTHS
    detail: str = "full"
    command: str = ""
    pictures: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def messages(self) -> Messages:
        """The catalogue of its language."""
        return messages(self.lang)


@dataclass(frozen=True)
class Letters:
    """Letters of one kind, and what is known of them."""

    names: Tex
    facts: Tex


class Latex:
    """Writes one report as LaTeX."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.messages = document.messages
        self.outline = Outline(document.chapters, self.messages, document.detail)
        self.names = Names(self.messages.connectives())
        self.inline = ReportPrinter(self.names, display=False)
        self.displays = Displays(self.names, self.prose, self.messages)
        self.adaptive = Adaptive(self.displays, document.widths)

    # -- what the templates call

    tex, slug = staticmethod(Tex), staticmethod(slug)

    def escape(self, value: Any) -> Tex:
        """A value as TeX."""
        return escaped(value, self.messages.cjk)

    def formula(self, node: Any) -> Tex:
        """A formula in a sentence; a long one may be broken between its factors and after its commas."""
        if isinstance(node, str):
            return self.escape(node)
        tex = self.inline.show(node.statement if isinstance(node, Theorem) else node)
        return Tex(f"${unmarked(breakable(tex) if self.displays.width(tex) > 6 else tex)}$")

    def prose(self, prose: Prose) -> Tex:
        """A sentence."""
        return Tex(self.messages.translated(prose).fill(self.escape, self.formula))

    def say(self, key: str, **values: Any) -> Tex:
        """A message."""
        return Tex(self.messages.fill(key, self.escape, values))

    def title(self, text: str) -> Tex:
        """A title or another sentence without formulas."""
        return self.escape(self.messages.prose(text))

    def opening(self, result: Result) -> Prose:
        """What is said before a statement."""
        return opening(result, self.messages)

    def command(self, text: str) -> Tex:
        """What a reader may type: no two hyphens become a dash, and a line may end after a full stop."""
        typed = self.escape(text).replace(".", r".\allowbreak{}").replace("-", "-{}")
        return Tex(rf"\texttt{{{typed}}}")

    def rule(self, id: str) -> str:
        """The name of a rule or an axiom."""
        return self.messages.rule(id)

    def name(self, letter: Any) -> Tex:
        """A letter as a formula."""
        return self.formula(letter)

    def reference(self, anchor: Any) -> Tex:
        """A reference by label."""
        return Tex(rf"{anchor.word}~\ref{{{anchor.label}}}" if anchor.word else rf"\eqref{{{anchor.label}}}")

    def built_on(self, entry: ChapterEntry) -> Tex:
        """The results of the chapters that a chapter uses."""
        return Tex(
            self.messages.listed([self.reference(used.results[-1].anchor) for used in entry.uses if used.results])
        )

    def sourced(self, entry: ChapterEntry) -> Tex:
        """Where a chapter comes from and what it builds on, in brackets."""
        key = "report.source-and-uses" if entry.uses else "report.source"
        return Tex(f"({self.say(key, source=self.cited(entry.chapter.source), results=self.built_on(entry))})")

    def cited(self, source: str) -> Tex:
        """A source, with works that are known as citations."""
        parts = []
        for work, place in references(source):
            where = f"[{{{self.title(place)}}}]" if place else ""
            parts.append(rf"\iclcite{where}{{{work.label}}}" if work else self.title(place))
        return Tex(";~".join(parts))

    def see(self, source: str) -> Tex:
        """Where an axiom stands."""
        known = any(work for work, _ in references(source))
        return self.say("report.see" if known else "report.from", source=self.cited(source))

    @property
    def proof(self) -> Tex:
        """The word that a proof begins with, where it is not for the paper to choose."""
        return Tex("" if self.messages.lang == "en" else f"[{{{self.say('words.proof')}}}]")

    def letters(self) -> list[Letters]:
        """The letters of the report, those together of which the same is known."""
        groups: dict[tuple[str, str], list[Tex]] = {}
        for known in known_letters(self.document.chapters, self.messages):
            key = self._space(known), str(self.prose(known.facts))
            groups.setdefault(key, []).append(self.name(known.letter))
        return [Letters(_belonging(names, space), Tex(said)) for (space, said), names in groups.items()]

    def _space(self, known: Known) -> str:
        return "" if known.shape is None else self.displays.space(known.letter, *known.shape)

    def judged(self, verdict: Any) -> Tex:
        """What a verdict is about: a reference where its id names a result."""
        anchor = self.outline.find(verdict.id)
        return self.reference(anchor) if anchor else self.escape(verdict.id)

    def share(self, table: Table, column: int) -> str:
        """How much of a line a column of a table has, by its longest word or formula; all together fill it."""
        widths = [max(self._room(row[i]) for row in table.rows) for i in range(len(table.head))]
        return f"{(0.99 - 0.02 * len(widths)) * widths[column] / sum(widths):.3f}"

    def _room(self, cell: Prose) -> float:
        """How wide a cell would like to be, within reason."""
        formulas = sum(self.displays.width(self.inline.show(part)) for part in cell.parts.values())
        return min(max(6.0, formulas + 0.5 * len(cell.template)), 24.0)

    def tables(self) -> list[list[Any]]:
        """The checks in tables that each fit on a page."""
        return tables(self.document.verdicts)

    def samples(self) -> list[list[Sample]]:
        """The figures of the judges that sample, in tables that each fit on a page."""
        return samples(self.document.verdicts)

    @property
    def level(self) -> str:
        """The level that z-scores hold at."""
        return ", ".join(levels(self.document.verdicts))

    def evidence(self, verdict: Any) -> Tex:
        """What a judge goes by; figures are left to the table of samples."""
        if cases(verdict):
            return self.say("report.evidence", what=self.told(subject(verdict)))
        return self.told(verdict.detail)

    def told(self, said: str) -> Tex:
        """What a judge says."""
        return self.escape(self.messages.told(said))

    # -- files

    def fragment(self) -> str:
        """``ID.tex``."""
        body = (
            tex_environment(self.messages.cjk)
            .get_template("chapters.tex")
            .render(
                w=self,
                say=self.say,
                d=self.adaptive,
                doc=self.document,
                chapters=self.outline.chapters,
                letters=self.letters(),
                axioms=axioms(self.document.chapters),
                empty=is_empty,
            )
        )
        head = (
            tex_environment(self.messages.cjk)
            .get_template("header.tex")
            .render(
                doc=self.document, macros=self._generated(), widths=", ".join(f"{w:g}" for w in self.document.widths)
            )
        )
        return _tidy(head + body)

    def notation(self) -> str:
        """``notation.tex``; to be asked for after the fragment, which names the letters."""
        return _tidy(
            tex_environment(self.messages.cjk)
            .get_template("notation.tex")
            .render(
                operators=[tuple(map(Tex, row)) for row in OPERATORS],
                letters=[(Tex(macro), Tex(shown), Tex(name.replace("^", " "))) for name, macro, shown in LETTERS],
                macros=self._generated(),
            )
        )

    def _generated(self) -> list[tuple[Tex, Tex, str]]:
        return [(Tex(macro), Tex(shown), name) for macro, shown, name in self.names.generated()]

    @property
    def works(self) -> list[Work]:
        """The works that the report cites."""
        return used_works(self.document.chapters)

    def bibliography(self) -> str:
        """``ID.bib``."""
        return bibliography(self.works)

    def standalone(self) -> str:
        """``ID-standalone.tex``."""
        template = tex_environment(self.messages.cjk).get_template("standalone.tex")
        return _tidy(
            template.render(
                w=self,
                say=self.say,
                doc=self.document,
                end=Appendix(self),
                pictures=[(name, self.say("report.picture-rates")) for name in self.document.pictures],
                works=self.works,
                date=_date(),
            )
        )


def _belonging(names: list[Tex], space: str) -> Tex:
    """Formulas one after the other, and the set that all of them belong to."""
    listed = ", ".join(names)
    return Tex(rf"{listed.removesuffix('$')} \in {space}$" if space else listed)


def breakable(tex: str) -> str:
    r"""A formula with marks that TeX may break outside braces.

    >>> breakable(r"f_{a, b}(c, d)")
    'f_{a, b}(c, \\allowbreak d)'
    """
    out, depth = [], 0
    for token in re.split(rf"([{{}}]|, | {FACTOR})", tex):
        depth += {"{": 1, "}": -1}.get(token, 0)
        here = depth == 0 and token in (", ", f" {FACTOR}")
        out.append(rf"{token}\allowbreak " if here else token)
    return "".join(out)


def _date() -> str:
    """The day that SOURCE_DATE_EPOCH names; nothing where it is not set, so that a report does not change by itself."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return datetime.fromtimestamp(int(epoch), UTC).strftime("%-d %B %Y") if epoch.isdigit() else ""


def _tidy(tex: str) -> str:
    """No blanks at line ends, no two empty lines in a row, one newline at the end."""
    lines: list[str] = []
    for line in map(str.rstrip, tex.splitlines()):
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines).strip() + "\n"


__all__ = ["Document", "Latex"]
