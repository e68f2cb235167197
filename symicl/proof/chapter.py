"""What a derivation hands on: a chapter of definitions and results, each result with its lines and its theorem.

Prose holds formulas as ``{name}`` fields that are filled with expressions when it is printed, so that a symbol looks
the same in a sentence as in a display.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..errors import UserError
from ..kernel.theorem import Theorem
from ..language.printing import text


@dataclass(frozen=True)
class Prose:
    """A sentence with formulas in it: ``Prose("Write {G} for it.", G=Γ)``."""

    template: str
    parts: Mapping[str, Any] = field(default_factory=dict)

    def fill(self, words: Any, formula: Any) -> str:
        """The sentence, with ``words`` applied to its text and ``formula`` to its formulas."""
        from string import Formatter

        pieces = []
        for literal, name, _, _ in Formatter().parse(self.template):
            pieces.append(words(literal))
            if name is not None:
                pieces.append(formula(self.parts[name]))
        return "".join(pieces)

    def __str__(self) -> str:
        return self.fill(str, text)


def say(template: str, **parts: Any) -> Prose:
    """A sentence with formulas in it."""
    return Prose(template, parts)


NOTHING = say("")


@dataclass(frozen=True)
class Step:
    """One line of a calculation: how it relates to the line before, and why; ``theorem`` is the kernel's word on it."""

    relation: str
    line: Any
    reason: Prose
    theorem: Theorem
    rule: str

    def __str__(self) -> str:
        return f"{self.relation} {text(self.line)}    [{self.reason}]"

    def _repr_latex_(self) -> str:
        from ..language.printing import latex

        return f"${self.relation} {latex(self.line)}$"


@dataclass(frozen=True)
class Definition:
    """A letter and what it stands for."""

    letter: Any
    note: Prose = NOTHING


@dataclass(frozen=True)
class Calculation:
    """A chain of lines from ``start``, introduced by a sentence."""

    start: Any
    steps: tuple[Step, ...]
    theorem: Theorem
    intro: Prose = NOTHING

    def __str__(self) -> str:
        width = len(text(self.start))
        indent = "  " if width > 24 else " " * width + " "
        return "\n".join([text(self.start), *(f"{indent}{step}" for step in self.steps)])


@dataclass(frozen=True)
class Result:
    """A proved statement with the calculations that prove it.

    ``kind`` is the word it is introduced by (Lemma, Proposition, Theorem); ``given`` says for what it holds.
    """

    key: str
    kind: str
    title: str
    theorem: Theorem
    calculations: tuple[Calculation, ...]
    given: Prose = NOTHING
    conclusion: Prose = NOTHING
    also: tuple[Theorem, ...] = ()

    @property
    def statement(self) -> Any:
        """What is proved."""
        return self.theorem.statement

    @property
    def statements(self) -> tuple[Any, ...]:
        """All that is proved, the main statement first."""
        return (self.statement, *(t.statement for t in self.also))

    @property
    def lines(self) -> tuple[Theorem, ...]:
        """The theorem of each line of its calculations."""
        return tuple(step.theorem for calculation in self.calculations for step in calculation.steps)

    @property
    def theorems(self) -> tuple[Theorem, ...]:
        """Every theorem of the kernel behind it."""
        return (self.theorem, *self.also, *self.lines)

    @property
    def opening(self) -> Prose:
        """What is said before the statement: for what it holds, and every assumption that it stands on."""
        found = {assumed for theorem in (self.theorem, *self.also) for assumed in theorem.assumptions}
        if not found:
            return self.given
        names = {f"assumed{i}": assumed for i, assumed in enumerate(sorted(found, key=str))}
        listed = [f"{{{name}}}" for name in names]
        joined = ", ".join(listed[:-1]) + (" and " if listed[1:] else "") + listed[-1]
        before = f"{said} {'If' if said.endswith('.') else 'if'}" if (said := self.given.template) else "If"
        return Prose(f"{before} {joined}, then", {**self.given.parts, **names})

    def __str__(self) -> str:
        head = f"{self.kind} ({self.title}). {self.opening}".rstrip()
        return "\n".join([head, *(f"  {s}" for s in self.statements)])

    def _repr_latex_(self) -> str:
        return self.statement._repr_latex_()


@dataclass(frozen=True)
class Table:
    """Results side by side: a caption, the heads of the columns, and rows of sentences or formulas."""

    key: str
    caption: Prose
    head: tuple[str, ...]
    rows: tuple[tuple[Prose, ...], ...]


@dataclass(frozen=True)
class Chapter:
    """One derivation: its identity, what it uses, its definitions and results, and its formulas by name.

    ``formulas`` are what ``symicl evaluate`` gives; ``claims`` are further expressions that a judge asks for.
    """

    id: str
    title: str
    source: str
    summary: Prose
    meaning: Prose
    parts: tuple[Definition | Result, ...]
    formulas: Mapping[str, Any]
    uses: tuple[str, ...] = ()
    model: Any = None
    claims: Mapping[str, Any] = field(default_factory=dict)
    tables: tuple[Table, ...] = ()

    @property
    def results(self) -> tuple[Result, ...]:
        """The results, in order."""
        return tuple(p for p in self.parts if isinstance(p, Result))

    @property
    def definitions(self) -> tuple[Definition, ...]:
        """The definitions, in order."""
        return tuple(p for p in self.parts if isinstance(p, Definition))

    def result(self, key: str) -> Result:
        """The result with that key."""
        for found in self.results:
            if found.key == key:
                return found
        raise UserError(f"{self.id} has no result {key!r}; it has {', '.join(r.key for r in self.results)}")

    @property
    def axioms(self) -> frozenset[str]:
        """The axioms that the chapter's theorems stand on."""
        return frozenset().union(*(t.axioms for r in self.results for t in r.theorems))

    def _repr_latex_(self) -> str:
        return self.results[-1]._repr_latex_()
