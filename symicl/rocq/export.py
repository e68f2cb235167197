"""A record as a file of Rocq: a head in plain words, the letters, a lemma a step, and the results as theorems."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..errors import SymiclError
from ..kernel.theorem import Theorem
from ..records.replay import Verified
from .assumed import DERIVATIVES, assumed
from .held import Held, Remade, of_outcomes, words_of
from .instances import Numbers
from .letters import Vocabulary
from .names import identifier, inverse_name, result_name, root_name
from .parts import Parts, parts_of_steps
from .slopes import derivatives_of
from .terms import NotExported, Terms
from .verify_build import library

IMPORTS = (
    "Numbers Moments Means Words Meaning Pairing Polynomials Context NormalForm Division Tactics Order Slopes "
    "Diagonal Positive Events"
)
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
    "gradient",
    "stationary",
    "optimum",
    "optimum-full",
    "trained-prediction",
    "rates",
    "risk",
    "shifts",
    "learnability",
    "random-covariance",
    "gradient-descent",
    "nonlinear",
)


@dataclass(frozen=True)
class Exported:
    """The text of a file, the names of its theorems, and what of the record it leaves out, each with the reason.

    ``rest`` holds the files of results that do not fit in this one: they call by one name what is another letter here,
    or have derivatives that move what a sign here rests on.
    """

    name: str
    text: str
    theorems: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]
    rest: tuple[Exported, ...] = ()

    @property
    def files(self) -> tuple[Exported, ...]:
        """All files."""
        return (self, *self.rest)


def export(verified: Verified, change: Callable[[Any, Any], Any] | None = None) -> Exported:
    """The file for a record whose steps the kernel has made; it holds the others that there are.

    ``change`` may alter the statement of a step, given its number, or the body of a definition, given its name: what
    is then written is wrong, and a test sees where Rocq refuses it.
    """
    return _Writer(verified, change).write()


def exported_results(verified: Verified) -> list[Any]:
    """The results of a record that its files are about: its own, and not those of chapters that it stands on."""
    return [row for row in verified.results if row[0] == verified.record.id] or list(verified.results)


class _Writer:
    def __init__(self, verified: Verified, change: Callable[[Any, Any], Any] | None) -> None:
        self.verified, self.change = verified, change
        self.numbers = Numbers(verified.steps)
        self.own = exported_results(verified)
        #: the results that are exported with letters held, by their keys
        self.remade: dict[str, Remade] = {}
        self.held = Held(self.numbers)

    def write(self) -> Exported:
        groups, left_out = self._exportable()
        if not groups:
            raise NotExported(f"{self.verified.record.id}: nothing of it can be exported: {left_out[0][1]}")
        first, *others = (self._file(i, groups, left_out) for i in range(len(groups)))
        return replace(first, rest=tuple(others))

    def _name(self, number: int, groups: list[list[Any]]) -> str:
        key = f"_{groups[number][0][1]}" if number else ""
        return result_name(f"{self.verified.record.id}{key}")

    def _file(self, number: int, groups: list[list[Any]], left_out: list[tuple[str, str]]) -> Exported:
        kept = groups[number]
        steps = self._behind(t for _, _, _, states in kept for t in states)
        words, terms = self._words(steps)
        parts = parts_of_steps(steps, self.numbers, words, terms, self.change)
        theorems = self._theorems(parts, kept)
        body = [
            PREAMBLE,
            "Section Main.",
            *parts.body(),
            *(text for _, text in theorems),
            *parts.after(),
            "End Main.",
            "",
            *(f"Check {name}.\nPrint Assumptions {name}." for name, _ in theorems),
        ]
        names = tuple(name for name, _ in theorems)
        beside = [
            f"{title}: in {self._name(i, groups)}.v"
            for i, g in enumerate(groups)
            if g is not kept
            for _, _, title, _ in g
        ]
        text = self._head(kept, left_out, words, beside) + "\n".join(body) + "\n"
        return Exported(self._name(number, groups), text, names, tuple(left_out))

    # ---- which results ----

    def _exportable(self) -> tuple[list[list[Any]], list[tuple[str, str]]]:
        """The results that can be exported, those of each file, and the others with the reason."""
        groups: list[list[Any]] = []
        left_out: list[tuple[str, str]] = []
        for row, reason in (part for whole in self.own for part in self._parts(whole)):
            if reason is not None:
                left_out.append((f"{row[1]} ({row[2]})", reason))
                continue
            fitting = next((g for g in groups if self._fits([t for other in (*g, row) for t in other[3]])), None)
            if fitting is None:
                groups.append(fitting := [])
            fitting.append(row)
        return groups, left_out

    def _parts(self, row: Any) -> list[tuple[Any, str | None]]:
        """A result, or where it does not fit in one file what it states one by one; each with the reason why not."""
        chapter, key, title, states = row
        whole = self._exported(row)
        if whole[1] is None or len(states) == 1:
            return [whole]
        parts = [self._exported((chapter, f"{key}-{i}", title, (one,))) for i, one in enumerate(states, 1)]
        return parts if any(reason is None for _, reason in parts) else [whole]

    def _exported(self, row: Any) -> tuple[Any, str | None]:
        """A result as it is, or with letters held where only then it can be exported; or the reason why not at all."""
        reason = self._reason(row[3])
        if reason is None and (stated := of_outcomes(row[3])) is not None:
            reason = (
                f"{stated}: what is said of one outcome of random letters is exported only where no mean is over them"
            )
        if reason is None:
            return row, None
        try:
            remade = self.held.result(row[3], self._behind(row[3]))
        except NotExported:  # of values that are put in
            return row, reason
        if remade is None or of_outcomes(remade.states) is not None or self._reason(remade.states) is not None:
            return row, reason
        self.remade[row[1]] = remade
        return (*row[:3], remade.states), None

    def _fits(self, states: Sequence[Theorem]) -> bool:
        """Whether results can stand in one file."""
        if self._clash(states) is not None:
            return False
        steps = self._behind(states)
        try:
            if any(derivatives_of(t.statement) for t in steps):
                parts_of_steps(steps, self.numbers, *self._words(steps)).check()
        except NotExported:
            return False
        return True

    def _clash(self, states: Sequence[Theorem]) -> str | None:
        """The name that two letters of results have, or their sizes, roots and inverses."""
        words, _ = self._words(self._behind(states))
        letters = (*words.dimensions, *words.symbols, *words.letters, *words.defined)
        names = [identifier(letter.name) for letter in letters]
        names += [root_name(letter.name) for letter in (*words.rooted, *words.given)]
        names += [inverse_name(letter.name) for letter in words.inverted]
        return next((name for name in names if names.count(name) > 1), None)

    def _reason(self, states: Sequence[Theorem]) -> str | None:
        try:
            steps = self._behind(states)
            words, terms = self._words(steps)
            parts = parts_of_steps(steps, self.numbers, words, terms)
            parts.check()
            for theorem in states:
                parts.theorem("", theorem)
        except NotExported as error:
            return str(error)
        for theorem in steps:
            try:
                if theorem.rule != "assume":
                    parts.lemma(theorem)
            except NotExported as error:
                return f"step {self.numbers[id(theorem)]} (by {theorem.rule}): {error}"
        name = self._clash(states)
        return f"two letters of it are called {name}" if name else None

    def _behind(self, theorems: Iterable[Theorem]) -> list[Theorem]:
        """The steps behind these theorems, in the order of the record."""
        found: dict[int, Theorem] = {}
        todo = list(theorems)
        while todo:
            theorem = todo.pop()
            if id(theorem) not in found:
                found[id(theorem)] = theorem
                todo += self.numbers.behind(theorem)
        return sorted(found.values(), key=lambda t: self.numbers[id(t)])

    def _words(self, steps: Sequence[Theorem]) -> tuple[Vocabulary, Terms]:
        words = Vocabulary()
        for node in dict.fromkeys(node for t in steps for node in _nodes(_spoken(t))):
            words.meet(node)
            words.meet_divisors(node)
        for theorem in steps:
            if theorem.rule in ("nonnegative", "positive", "vanishes"):
                words.meet_sign(theorem.arguments[0])
        roots = _roots(steps)
        terms = Terms(roots, {base: f"below{i + 1}" for i, base in enumerate(words.divisors)})
        terms.written |= {tail: f"E event{i + 1}" for i, tail in enumerate(words.tails)}
        return words, terms

    # ---- lemmas and theorems ----

    def _theorems(self, parts: Parts, kept: list[Any]) -> list[tuple[str, str]]:
        made = []
        for _, key, title, states in kept:
            for i, theorem in enumerate(states):
                first = result_name(f"theorem_{key}") + (f"_{i + 1}" if len(states) > 1 else "")
                for name, stated, proof in parts.theorem(first, theorem):
                    text = f"(* {_plain(title)} *)\nTheorem {name} :\n  {stated}.\nProof.\n{proof}\nQed.\n"
                    made.append((name, text))
        return made

    def _head(self, kept: list[Any], left_out: list[tuple[str, str]], words: Vocabulary, beside: list[str]) -> str:
        record, steps = self.verified.record, self._behind(t for *_, states in kept for t in states)
        field = "real closed field" if _roots(steps) else "real field"
        sizes = ", ".join(identifier(n.name) for n in words.dimensions)
        lines = [
            f"{record.title} ({record.source}).",
            "",
            f"Made by {record.made_by} from the proof record {record.id}: a lemma for each step, with the number that",
            "the step has there, and the results as theorems.",
            *self.numbers.words(steps),
            "",
            f"What is proved, for every {sizes} of at least 1 and over every {field} R:",
            *(f"  {title}: {_shown(theorem)}" for _, _, title, states in kept for theorem in states),
            "",
            *assumed(words),
        ]
        lines += words_of([self.remade[key] for _, key, *_ in kept if key in self.remade])
        if any(derivatives_of(t.statement) for _, _, _, states in kept for t in states):
            lines += DERIVATIVES
        lines += ["No axiom is used: Print Assumptions, at the end, says so for each theorem."]
        if beside:
            lines += [
                "",
                "Other results of the record, which do not fit in this file (other letters of the same names, or",
                "derivatives that move what a sign rests on):",
            ]
            lines += [f"  {b}" for b in beside]
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


def _shown(theorem: Theorem) -> str:
    """A theorem in the words of symicl."""
    given = ", ".join(sorted(map(str, theorem.assumptions)))
    return f"{theorem.statement}, assuming {given}" if given else str(theorem.statement)


def _spoken(theorem: Theorem) -> tuple[Any, ...]:
    """What a step speaks of; letters that have values do not occur in the proof for these values."""
    return (theorem.statement, *(theorem.arguments if theorem.rule != "instantiate" else ()))


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
