"""What a step folds out: its rule in general, its side conditions, what it uses, and who looked at it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from ..kernel.facts import conditions
from ..kernel.ledger import LEDGER
from ..kernel.theorem import Theorem
from ..language.letters import Centred, Letter
from ..language.mean import DefinedScalar
from ..language.printing import text
from ..language.statements import Connective, Flow
from .inferences import CONDITIONS, FORMULAS, inferences, lemmas
from .letters import facts
from .mathml import mathml
from .messages import Messages
from .outline import Anchor, StepEntry, slug
from .uses import NOWHERE, Uses


@dataclass(frozen=True)
class General:
    """A rule in general: its words, and its formula."""

    words: str
    formula: Markup


@dataclass(frozen=True)
class Fold:
    """What stands under one step."""

    rule: str
    general: list[General]
    conditions: list[Markup]
    uses: tuple[Anchor, ...]
    used_by: tuple[Anchor, ...]
    axioms: list[tuple[str, str]]
    statement: str


class Folds:
    """Makes the folds of a page; ``sentence`` shows words with expressions between them."""

    def __init__(self, uses: Uses, say: Messages, sentence: Callable[..., Markup]) -> None:
        self.uses, self.say, self.sentence = uses, say, sentence
        self._general: dict[str, General] = {}

    def fold(self, entry: StepEntry) -> Fold:
        """What stands under a step."""
        theorem = entry.step.theorem
        behind = self.uses.premises(entry)
        place = entry.anchor.id
        return Fold(
            self.say.rule(entry.step.rule),
            [self.general(name) for name in inferences(behind)] + [self.lemma(name) for name in lemmas(behind)],
            list(dict.fromkeys(self._conditions(theorem, behind, entry.place))),
            self.uses.uses.get(place, NOWHERE),
            self.uses.used_by.get(place, NOWHERE),
            [(self.say.rule(name), axiom_id(name)) for name in sorted(theorem.axioms)],
            text(theorem.statement),
        )

    def general(self, name: str) -> General:
        """An inference of the kernel."""
        if name not in self._general:
            self._general[name] = General(self.say(f"inferences.{name}"), mathml(FORMULAS[name], f"inference {name}"))
        return self._general[name]

    def lemma(self, name: str) -> General:
        """A lemma of the ledger, in its own words."""
        return General(self.say.prose(LEDGER[name].statement), Markup(""))

    # -- side conditions

    def _conditions(self, theorem: Theorem, behind: Iterable[Theorem], place: str) -> Iterator[Markup]:
        """What is assumed, which signs were proved, what is inverted or divided by, what is averaged over."""
        for assumed in sorted(theorem.assumptions, key=str):
            yield self._said("fold.assumed", place, it=assumed)
        for other in behind:
            if other.rule in CONDITIONS:
                yield self._said("fold.proved", place, it=other.statement)
        for kind, part in sorted(_met(theorem.statement), key=str):
            yield self._said(f"fold.{kind}", place, it=part) + self._because(part)
        for letter in dict.fromkeys(letter for other in behind for letter in _averaged(other)):
            yield self._said("fold.letter", place, it=letter) + self._because(letter)

    def _said(self, key: str, place: str, **parts: Any) -> Markup:
        return self.sentence(self.say.sentence(key, **parts), place)

    def _because(self, part: Any) -> Markup:
        """What is known of a letter."""
        plain = isinstance(part, Letter) or getattr(part, "is_Symbol", False)
        if not plain or isinstance(part, DefinedScalar):
            return Markup("")
        known = self.sentence(facts(part, self.say), "the letters")
        return Markup("{}{}").format(self.say("fold.colon"), known)


def _met(statement: Any) -> frozenset[tuple[str, Any]]:
    """What a statement inverts and divides by."""
    if isinstance(statement, Flow):
        return frozenset()
    if isinstance(statement, Connective):
        return frozenset().union(*map(_met, statement.parts))
    return frozenset().union(*map(conditions, statement.sides))


def _averaged(theorem: Theorem) -> Iterator[Any]:
    """The letters that an expectation was worked out over."""
    if theorem.rule == "expectation":
        for argument in theorem.arguments[1:]:
            yield from (letter for letter in argument if isinstance(letter, Centred))


def axiom_id(name: str) -> str:
    """The id of an axiom's place on the page.

    >>> axiom_id("lemma: Cauchy–Schwarz")
    'axiom-lemma-Cauchy-Schwarz'
    """
    return f"axiom-{slug(name)}"
