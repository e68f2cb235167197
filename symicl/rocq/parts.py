"""The parts of a file: one where nothing is differentiated, and two where a scalar is a function of letters that move.

In the first part the letters that move are variables, with a step and directions; it proves the formulas of the scalars
and the expansions.  When its section is closed, what it proved holds at every place, and the second part speaks of
derivatives: each has a name for its value, and the step that puts a formula into it proves that this is the derivative.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from ..kernel.theorem import Theorem
from ..language.expressions import is_matrix
from .instances import Numbers
from .letters import Vocabulary
from .section import Section
from .slope_steps import LineSteps, SlopeSteps
from .slopes import Expansions, Slopes, derivatives_of
from .squares import Squares
from .steps import Steps
from .terms import NotExported, Terms

Change = Callable[[Any, Any], Any]


class Parts:
    """The proofs of some steps with all that stands before them."""

    def __init__(
        self,
        steps: Sequence[Theorem],
        numbers: Numbers,
        words: Vocabulary,
        terms: Terms,
        change: Change | None = None,
    ) -> None:
        self.steps, self.numbers, self.change = steps, numbers, change
        self.words = words
        squares = Squares(terms)
        self.outer = Section(words, squares, terms.roots, change)
        self.prover = Steps(numbers, words, terms, squares, change)

    def check(self) -> None:
        """``NotExported`` for a letter that there is no export for."""
        self.before()

    def prover_of(self, theorem: Theorem) -> Steps:
        """What proves a step."""
        return self.prover

    def lemma(self, theorem: Theorem) -> str:
        """A step with the comment that says which it is."""
        head = f"(* step {self.numbers[id(theorem)]}: {theorem.rule} *)"
        return f"{head}\n{self.prover_of(theorem).lemma(theorem)}"

    def before(self) -> list[str]:
        """What stands before the lemmas."""
        return [*self._given(), *self.outer.whole(), ""]

    def _given(self) -> list[str]:
        section = self.outer
        return [
            *section.given(),
            *section.plain_facts(),
            *section.inverses(),
            *section.assumed_means(),
            *section.definitions(),
            *section.knowledge(),
        ]

    def body(self) -> list[str]:
        """All before the theorems."""
        return [*self.before(), *(self.lemma(t) for t in self.steps if t.rule != "assume")]

    def theorem(self, name: str, theorem: Theorem) -> list[tuple[str, str, str]]:
        """A result as theorems: the name, the statement, the proof."""
        whole = self.prover.name(theorem) if theorem.rule != "assume" else "id"
        return [(name, self.prover.statement(theorem), f"exact: {whole}.")]

    def after(self) -> list[str]:
        """What closes the parts."""
        return []


class TwoParts(Parts):
    """The parts of a file that speaks of derivatives."""

    def __init__(
        self,
        steps: Sequence[Theorem],
        numbers: Numbers,
        words: Vocabulary,
        terms: Terms,
        change: Change | None = None,
    ) -> None:
        slopes = self.slopes = Slopes(steps)
        words = replace(words, moved=slopes.moved)
        super().__init__(steps, numbers, words, terms, change)
        self.still = self._still(words)
        self.early = self._early()
        line = slopes.line()
        matrices, symbols = [x for x in line if is_matrix(x)], [x for x in line if not is_matrix(x)]
        on_line = replace(
            words,
            letters=[*words.letters, *matrices],
            symbols=[*words.symbols, *symbols],
            moved=[*slopes.moved, *line],
        )
        squares = self.prover.signs.squares
        self.first = Section(on_line, squares, terms.roots, change)
        self.line_prover = LineSteps(numbers, on_line, terms, squares, change)
        self.line_prover.expansions = Expansions(slopes, terms)
        self.second = self._second(words, len(line))

    def _still(self, words: Vocabulary) -> Section:
        """What does not move, of which the signs are the same in both parts."""
        used = [*words.signs, *(base for base, _ in self.outer.roots), *self.outer.terms.divisors]
        if turning := [str(x) for x in used if not words.still(x)]:
            raise NotExported(f"{turning[0]}: a sign, a root or a divisor that a derivative moves is not exported")
        symbols, letters, defined = (
            [x for x in known if words.still(x)] for known in (words.symbols, words.letters, words.defined)
        )
        still = replace(words, symbols=symbols, letters=letters, defined=defined)
        return Section(still, self.outer.squares, self.outer.roots, self.change)

    def _early(self) -> set[int]:
        """The steps of the first part: the expansions, and those behind the formulas."""
        todo = [t.arguments[1] for t in self.steps if self.slopes.gives_formula(t)]
        todo += [t for t in self.steps if t.rule == "derivative"]
        found: set[int] = set()
        while todo:
            theorem = todo.pop()
            if id(theorem) not in found:
                found.add(id(theorem))
                todo += self.numbers.behind(theorem)
        return found

    def _second(self, words: Vocabulary, zeros: int) -> Section:
        terms = Terms(self.outer.terms.roots, self.outer.terms.divisors)
        says = self.says = Expansions(self.slopes, terms)
        named = [d for d in words.defined if not words.still(d)]
        terms.written = {d: says.applied(d) for d in named}
        values = {node: says.name(node) for node in self.slopes.nodes}
        terms.written |= values | {node: values[main] for node, main in self.slopes.named.items()}
        slopes = {name: node for node, name in values.items()}
        words = replace(words, applied={d: terms.written[d] for d in named}, slopes=slopes)
        squares = Squares(terms)
        self.prover = SlopeSteps(self.numbers, words, terms, squares, self.change)
        self.prover.settle(says, self.early, " ".join(["0"] * zeros))
        return Section(words, squares, terms.roots, self.change)

    def prover_of(self, theorem: Theorem) -> Steps:
        return self.line_prover if id(theorem) in self.early else self.prover

    def before(self) -> list[str]:
        """The first part, and the head of the second."""
        steps = [t for t in self.steps if t.rule != "assume" and id(t) in self.early]
        return [
            *self._given(),
            *self.still.signs("01"),
            "",
            "(* The formulas and the expansions, at every place of the letters that move. *)",
            "Section Line.",
            *self.first.moving_letters(),
            *self.first.definitions(still=False),
            *self.first.all_known(""),
            "",
            *(self.lemma(t) for t in steps),
            "End Line.",
            "",
            "(* The derivatives. *)",
            "Section Place.",
            *self.second.moving_letters(),
            *self._values(),
            *self.second.all_known("1"),
            "",
        ]

    def _values(self) -> list[str]:
        lines = []
        for node, name in self.prover.words.slopes.items():
            theorem = self.slopes.value[name]
            kind = self.second.kind(name, "R") if is_matrix(name) else "R"
            shown = self.prover.terms.term(self.prover.stated(theorem).rhs)
            lines.append(f"Definition {node} : {kind} :=\n  {shown}.")
            value = self.prover.value_name(theorem)
            lines.append(f"Lemma {value} : {node} = {shown}. Proof. by []. Qed.")
        return lines

    def body(self) -> list[str]:
        late = [t for t in self.steps if t.rule != "assume" and id(t) not in self.early]
        return [*self.before(), *(self.lemma(t) for t in late)]

    def theorem(self, name: str, theorem: Theorem) -> list[tuple[str, str, str]]:
        return self.prover.theorems(name, theorem)

    def after(self) -> list[str]:
        return ["End Place."]


def parts_of_steps(
    steps: Sequence[Theorem],
    numbers: Numbers,
    words: Vocabulary,
    terms: Terms,
    change: Change | None = None,
) -> Parts:
    """The parts that some steps need."""
    differentiated = any(derivatives_of(t.statement) for t in steps)
    return (TwoParts if differentiated else Parts)(steps, numbers, words, terms, change)
