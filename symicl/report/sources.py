"""The works that a report cites: found in the sources of chapters and axioms, listed, and written as BibTeX."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from ..kernel.ledger import LEDGER, Axiom
from ..proof.chapter import Chapter
from .escape import Tex, escape_tex
from .templates import source

#: combining marks and the accents of TeX
ACCENTS = {"\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0308": '"', "\u030a": "r "}


@dataclass(frozen=True)
class Work:
    """A work with the fields that BibTeX knows, and the names that sources have for it."""

    key: str
    kind: str
    said: tuple[str, ...]
    fields: dict[str, str]

    @property
    def label(self) -> str:
        """Its key in a paper, which no other work has."""
        return f"icl:{self.key}"

    @property
    def authors(self) -> str:
        """The authors with initials: “R. Zhang, S. Frei, P. L. Bartlett”."""
        return ", ".join(map(_initialled, self.fields["author"].split(" and ")))

    @property
    def where(self) -> str:
        """Where and when it appeared."""
        f = self.fields
        if self.kind == "article":
            number = f"({f['number']})" if "number" in f else ""
            place = f"{f['journal']} {f['volume']}{number} ({f['year']}) {f['pages']}"
        elif self.kind == "book":
            edition = f", {f['edition'].lower()} edition" if "edition" in f else ""
            place = f"{f['publisher']}{edition}, {f['year']}"
        else:
            place = f"{f['booktitle']}, {f['year']}, {f['pages']}"
        return f"{place}, {f['note']}" if "note" in f else place

    def __str__(self) -> str:
        return f"{self.authors}, {self.fields['title']}, {self.where}"

    @property
    def tex(self) -> Tex:
        """The same for a list of references."""
        authors, title, where = map(escape_tex, (self.authors, self.fields["title"], self.where))
        return Tex(rf"{authors}, \emph{{{title}}}, {where}.")

    def bibtex(self) -> str:
        """Its entry in a file of BibTeX."""
        braced = {name: f"{{{value}}}" if name == "title" else value for name, value in self.fields.items()}
        lines = [f"  {name} = {{{_bibtex(value)}}}," for name, value in braced.items()]
        return "\n".join([f"@{self.kind}{{{self.label},", *lines, "}"])


def _initialled(author: str) -> str:
    last, _, first = author.partition(", ")
    initials = " ".join("-".join(f"{part[0]}." for part in name.split("-")) for name in first.split())
    return f"{initials} {last}"


def _bibtex(text: str) -> str:
    """Text as BibTeX reads it on every machine: letters with accents as commands.

    >>> _bibtex("Grönwall, 1–55")
    'Gr{\\\\"o}nwall, 1--55'
    """
    out = []
    for char in text.replace("–", "--"):
        base, *marks = list(unicodedata.normalize("NFD", char))
        accent = ACCENTS.get(marks[0]) if marks else None
        out.append(char if accent is None else f"{{\\{accent}{base}}}")
    return "".join(out)


@cache
def works() -> tuple[Work, ...]:
    """All works that are known, in the order of the list of references."""
    found = []
    for key, fields in tomllib.loads(source("works.toml")).items():
        said, kind = fields.pop("said"), fields.pop("type")
        found.append(Work(key, kind, (said,) if isinstance(said, str) else tuple(said), fields))
    return tuple(found)


def references(text: str) -> list[tuple[Work | None, str]]:
    """A source as works with the place in each; what is no known work is text.

    >>> [(work and work.key, place) for work, place in references("Fubini; arXiv:2306.09927, §4.1")]
    [(None, 'Fubini'), ('zhang-2024', '§4.1')]
    """
    found: list[tuple[Work | None, str]] = []
    for part in text.split("; "):
        work, name = next(((w, name) for w in works() for name in w.said if part.startswith(name)), (None, ""))
        found.append((work, re.sub(r"^[,\s]+", "", part[len(name) :])))
    return found


def used_works(chapters: Sequence[Chapter], *more: str) -> list[Work]:
    """The works that chapters and their axioms name, in the order of the list of references."""
    texts = [*(chapter.source for chapter in chapters), *(axiom.source for axiom in axioms(chapters)), *more]
    named = {work.key for text in texts for work, _ in references(text) if work}
    return [work for work in works() if work.key in named]


def cited(chapters: Sequence[Chapter], *more: str) -> list[str]:
    """The same as text."""
    return list(map(str, used_works(chapters, *more)))


def bibliography(found: Iterable[Any]) -> str:
    """A file for BibTeX."""
    head = "% The works that the fragment beside this file cites.  Add its name to your \\bibliography.\n"
    return head + "".join(f"\n{work.bibtex()}\n" for work in found)


def axioms(chapters: Sequence[Chapter]) -> list[Axiom]:
    """The axioms that the chapters stand on, in the order of the ledger."""
    used = frozenset().union(*(chapter.axioms for chapter in chapters))
    known = [axiom for name, axiom in LEDGER.items() if name in used]
    return known + [Axiom(name, "", "") for name in sorted(used - set(LEDGER))]
