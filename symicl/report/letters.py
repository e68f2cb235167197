"""The letters that a report uses, each with its shape and what is known of it: the reader's list of symbols."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sympy import Symbol

from ..language.expressions import identity, is_matrix
from ..language.letters import Centred, Defined, Gaussian, Random, is_random, letters_of
from ..language.mean import DefinedScalar
from ..language.rewrite import letters_of_statement
from ..proof.chapter import Chapter, Prose
from .messages import Messages, messages


@dataclass(frozen=True)
class Known:
    """A letter, its shape (none for a scalar), and what is known of it."""

    letter: Any
    shape: tuple[Any, Any] | None
    facts: Prose


def known_letters(chapters: Sequence[Chapter], say: Messages | None = None) -> list[Known]:
    """The letters of the chapters' statements: sizes, scalars, matrices; abbreviations are defined in the text.

    A letter that is not the same in all chapters stands there once for each meaning, with the chapters that mean it.
    """
    say = say or messages()
    found: dict[tuple[str, str, str], Any] = {}
    places: dict[tuple[str, str, str], list[int]] = {}
    for number, chapter in enumerate(chapters, 1):
        for letter in _letters_of(chapter):
            key = letter.name, str(getattr(letter, "shape", "")), str(facts(letter, say))
            found.setdefault(key, letter)
            places.setdefault(key, []).append(number)
    names = Counter(name for name, *_ in found)
    known = []
    for key, letter in sorted(found.items(), key=lambda item: _order(item[1])):
        said = facts(letter, say)
        if names[letter.name] > 1:
            shown = ", ".join(map(str, sorted(set(places[key]))))
            where = say("facts.sections" if "," in shown else "facts.section", numbers=shown)
            said = Prose(f"{said.template} {where}", said.parts)
        known.append(Known(letter, letter.shape if is_matrix(letter) else None, said))
    return known


def _letters_of(chapter: Chapter) -> Iterator[Any]:
    """The letters of a chapter's statements and definitions, without what is defined."""
    met = [letters_of_statement(statement) for result in chapter.results for statement in result.statements]
    met += [letters_of(getattr(d.letter, "body", d.letter)) for d in chapter.definitions]
    for letter in sorted(frozenset().union(*met), key=str):
        if not isinstance(letter, (Defined, DefinedScalar)):
            yield letter


def _order(letter: Any) -> tuple[int, str]:
    if isinstance(letter, Symbol):
        return (0 if letter.is_integer else 1), letter.name
    return (3 if is_random(letter) else 2), letter.name


def facts(letter: Any, say: Messages) -> Prose:
    """What is known of a letter, in words."""
    if isinstance(letter, Symbol):
        sign = "positive-" if letter.is_positive else "nonnegative-" if letter.is_nonnegative else ""
        return say.sentence(f"facts.{sign}{'integer' if letter.is_integer else 'real'}")
    if isinstance(letter, (Gaussian, Centred)):
        law = "normal" if isinstance(letter, Gaussian) else "centred"
        return say.sentence(f"facts.{law}-{'vector' if letter.shape[1] == 1 else 'columns'}", C=letter.covariance)
    known = [say(f"facts.{fact}") for fact in sorted(letter.facts)]
    if isinstance(letter, Random):
        known.insert(0, say("facts.random"))
    return Prose(say("words.comma").join(known or [say("facts.any")]))


__all__ = ["Known", "facts", "identity", "known_letters"]
