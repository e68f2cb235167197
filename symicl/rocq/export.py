"""A record as a file of Rocq: a head in plain words, the letters, a lemma a step, and the results as theorems."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import SymiclError
from ..kernel.theorem import Theorem
from ..records.replay import Verified
from .letters import Vocabulary
from .names import identifier
from .section import Section
from .squares import Squares
from .steps import Steps
from .terms import NotExported, Terms, has_matrix_mean
from .verify_build import library

IMPORTS = "Numbers Moments Words Meaning Pairing Polynomials Context NormalForm Tactics Order"
PREAMBLE = f"""From mathcomp Require Import all_ssreflect all_algebra.
From Symicl Require Import {IMPORTS}.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.
"""


#: the rows of the catalogue whose files coqc has accepted (tests say so); of others the writer may not know enough
COVERED = (
    "prediction",
    "moments",
    "loss",
    "loss-full",
    "optimum",
    "optimum-full",
    "trained-prediction",
    "rates",
    "risk",
    "shifts",
    "learnability",
    "gradient-descent",
    "nonlinear",
)


@dataclass(frozen=True)
class Exported:
    """The text of a file, the names of its theorems, and what of the record it leaves out, each with the reason."""

    name: str
    text: str
    theorems: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]


def export(verified: Verified, change: Callable[[Any, Any], Any] | None = None) -> list[Exported]:
    """The files for a record whose steps the kernel has made.

    A second file takes the results that call by one name another letter than results before them.  ``change`` may alter
    the statement of a step, given its number, or the body of a definition, given its name: what is then written is
    wrong, and a test sees where Rocq refuses it.
    """
    writer = _Writer(verified, change)
    found: list[Exported] = []
    rows: Sequence[Any] = writer.own
    while rows:
        made, rows = writer.write(rows, len(found) + 1)
        found.append(made)
    return found


class _Writer:
    def __init__(self, verified: Verified, change: Callable[[Any, Any], Any] | None) -> None:
        self.verified, self.change = verified, change
        self.numbers = {id(theorem): i for i, theorem in enumerate(verified.steps)}
        self.own = [row for row in verified.results if row[0] == verified.record.id] or list(verified.results)

    def write(self, rows: Sequence[Any], number: int) -> tuple[Exported, list[Any]]:
        """The file with this number for these results, and those that are for another file."""
        kept, left_out, later = self._exportable(rows)
        if not kept:
            raise NotExported(f"{self.verified.record.id}: nothing of it can be exported: {left_out[0][1]}")
        steps = self._behind(t for _, _, _, states in kept for t in states)
        words, terms, squares = self._words(steps)
        prover = Steps(self.numbers, words, terms, squares, self.change)
        lemmas = [self._lemma(prover, t) for t in steps if t.rule != "assume"]
        theorems = self._theorems(prover, kept)
        section = Section(words, squares, terms.roots, self.change)
        body = [
            PREAMBLE,
            "Section Main.",
            *section.given(),
            *section.plain_facts(),
            *section.inverses(),
            *section.assumed_means(),
            *section.definitions(),
            *section.knowledge(),
            "",
            *lemmas,
            *(text for _, text in theorems),
            "End Main.",
            "",
            *(f"Check {name}.\nPrint Assumptions {name}." for name, _ in theorems),
        ]
        names = tuple(name for name, _ in theorems)
        stem = identifier(self.verified.record.id.replace("-", "_"))
        told = left_out + [(what, f"{why}; see {stem}_{number + 1}.v") for what, why in self._told(kept, later)]
        text = self._head(kept, told, words) + "\n".join(body) + "\n"
        return Exported(stem + (f"_{number}" if number > 1 else ""), text, names, tuple(left_out)), later

    # ---- which results ----

    def _exportable(self, rows: Sequence[Any]) -> tuple[list[Any], list[tuple[str, str]], list[Any]]:
        """The results that can be exported whole, the others with the reason, and those for another file."""
        kept: list[Any] = []
        left_out: list[tuple[str, str]] = []
        later: list[Any] = []
        for row in rows:
            reason = self._reason(row[3]) or self._clash([], row[3])
            if reason is not None:
                left_out.append((f"{row[1]} ({row[2]})", reason))
            elif self._clash([t for other in kept for t in other[3]], row[3]):
                later.append(row)
            else:
                kept.append(row)
        return kept, left_out, later

    def _told(self, kept: list[Any], later: list[Any]) -> list[tuple[str, str]]:
        """Why results are in another file."""
        before = [t for other in kept for t in other[3]]
        return [(f"{row[1]} ({row[2]})", str(self._clash(before, row[3]))) for row in later]

    def _clash(self, before: list[Theorem], states: Sequence[Theorem]) -> str | None:
        """Why a result cannot stand in one file with others: another letter has the name of one of its own."""
        words, _, _ = self._words(self._behind([*before, *states]))
        names = [letter.name for letter in (*words.symbols, *words.letters, *words.defined)]
        twice = sorted({name for name in names if names.count(name) > 1})
        return f"it calls {twice[0]} what is another letter in results before it" if twice else None

    def _reason(self, states: Sequence[Theorem]) -> str | None:
        steps = self._behind(states)
        try:
            words, terms, squares = self._words(steps)
            prover = Steps(self.numbers, words, terms, squares)
            Section(words, squares, terms.roots).check()
        except NotExported as error:
            return str(error)
        for theorem in steps:
            try:
                if theorem.rule != "assume":
                    prover.lemma(theorem)
            except NotExported as error:
                return f"step {self.numbers[id(theorem)]} (by {theorem.rule}): {error}"
        return None

    def _behind(self, theorems: Iterable[Theorem]) -> list[Theorem]:
        """The steps behind these theorems, in the order of the record."""
        found: dict[int, Theorem] = {}
        todo = list(theorems)
        while todo:
            theorem = todo.pop()
            if id(theorem) not in found:
                found[id(theorem)] = theorem
                todo += theorem.premises
        return sorted(found.values(), key=lambda t: self.numbers[id(t)])

    def _words(self, steps: Sequence[Theorem]) -> tuple[Vocabulary, Terms, Squares]:
        words = Vocabulary()
        for theorem in steps:
            for node in _nodes((theorem.statement, *theorem.arguments)):
                words.meet(node)
                words.meet_divisors(node)
            if theorem.rule in ("nonnegative", "positive", "vanishes"):
                words.meet_sign(theorem.arguments[0])
        if any(has_matrix_mean(t.statement) for t in steps):
            words.meet_test()
        roots = _roots(steps)
        terms = Terms(roots, {base: f"below{i + 1}" for i, base in enumerate(words.divisors)})
        return words, terms, Squares(terms)

    # ---- lemmas and theorems ----

    def _lemma(self, prover: Steps, theorem: Theorem) -> str:
        number = self.numbers[id(theorem)]
        head = f"(* step {number}: {theorem.rule} *)"
        return f"{head}\n{prover.lemma(theorem)}"

    def _theorems(self, prover: Steps, kept: list[Any]) -> list[tuple[str, str]]:
        made = []
        for _, key, title, states in kept:
            for i, theorem in enumerate(states):
                name = "theorem_" + identifier(key.replace("-", "_")) + (f"_{i + 1}" if len(states) > 1 else "")
                stated = prover.statement(theorem)
                body = prover.name(theorem) if theorem.rule != "assume" else "id"
                made.append(
                    (name, f"(* {_plain(title)} *)\nTheorem {name} :\n  {stated}.\nProof. exact: {body}. Qed.\n")
                )
        return made

    def _head(self, kept: list[Any], left_out: list[tuple[str, str]], words: Vocabulary) -> str:
        record = self.verified.record
        field = "real closed field" if _roots(self._behind(t for *_, states in kept for t in states)) else "real field"
        sizes = ", ".join(identifier(n.name) for n in words.dimensions)
        lines = [
            f"{record.title} ({record.source}).",
            "",
            f"Made by {record.made_by} from the proof record {record.id}: a lemma for each step, with the number that",
            "the step has there, and the results as theorems.",
            "",
            f"What is proved, for every {sizes} of at least 1 and over every {field} R:",
            *(f"  {title}: {theorem.statement}" for _, _, title, states in kept for theorem in states),
            "",
            "What is assumed: RV is a commutative algebra over R (the random numbers), E a linear functional on it for",
            "which the random letters follow Isserlis' recursion (Moments.v says it in words; Model.v shows that it is",
            "consistent; that independent Gaussian matrices satisfy it is Isserlis' theorem, which is cited).",
        ]
        if words.squared:
            lines.append("E of a square is not negative; Model.v shows that this too is consistent.")
        for letter in words.rooted:
            name = identifier(letter.name)
            lines.append(f"{name} is C C^T for a matrix C" + (" that is invertible." if letter.positive else "."))
        lines += ["No axiom is used: Print Assumptions, at the end, says so for each theorem."]
        if left_out:
            lines += ["", "What is not in this file:"]
            lines += [f"  {what}: {reason}" for what, reason in left_out]
        return "(* " + "\n   ".join(_plain(line) for line in lines) + " *)\n"


def _roots(steps: Sequence[Theorem]) -> dict[Any, str]:
    """The roots that steps take, as the number under the root and which root it is, with their names."""
    roots: dict[Any, str] = {}
    for theorem in steps:
        if theorem.rule in ("root", "unroot"):
            equation: Any = theorem if theorem.rule == "root" else theorem.arguments[0]
            base, exponent = equation.statement.rhs.as_base_exp()
            q = int(exponent.q)
            if q & (q - 1):
                raise NotExported(f"{equation.statement.rhs}: only roots whose exponent is a power of two are exported")
            if (base, q) not in roots:
                roots[base, q] = f"root{q}" + (f"_{len(roots) + 1}" if roots else "")
    return roots


def _nodes(things: Iterable[Any]) -> Iterable[Any]:
    """The expressions in statements and arguments."""
    for thing in things:
        if isinstance(thing, (Theorem, int, str)):
            continue
        if isinstance(thing, tuple):
            yield from _nodes(thing)
        else:
            yield thing


def _plain(text: str) -> str:
    """Text that is safe inside a comment."""
    return text.replace("(*", "( *").replace("*)", "* )").replace('"', "''")


__all__ = ["COVERED", "Exported", "SymiclError", "export", "library"]
