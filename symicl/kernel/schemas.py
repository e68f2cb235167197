"""Inferences that put values in for letters: in a theorem that is proved, or in a lemma of the ledger.

A theorem holds for all values of its free letters, so it holds for those put in, if each value is all that is known
of its letter: of the same shape, symmetric, invertible or definite where the letter is, positive where it is.  A
letter that is averaged over, that a covariance is made of, or that counts something, is no free letter.
"""

from __future__ import annotations

from typing import Any

from sympy import Symbol

from ..errors import ProofError, UserError
from ..language.blocks import written_out
from ..language.expressions import is_matrix
from ..language.letters import Centred, Defined, Letter, is_random, letters_of
from ..language.mean import free_letters
from ..language.rewrite import averaged_letters, letters_of_statement, substitute
from . import facts
from .arguments import Proved, Several
from .budget import spend
from .conclusion import Conclusion, averaged, refuse_infinite, stated
from .lemmas import LEMMAS


def instantiate(theorem: Proved, values: Several) -> Conclusion:
    """A theorem with values put in for free letters; ``values`` are pairs (letter, value).

    The assumptions of the theorem are instantiated as well, and what the values divide by is assumed to be nonzero.
    """
    if any(type(pair) is not tuple or len(pair) != 2 for pair in values):
        raise ProofError("the values of letters are pairs (letter, value)")
    table = dict(values)
    spoken = (theorem.statement, *theorem.assumptions)
    for letter, value in table.items():
        _refuse_bound(letter, spoken)
        _refuse_unlike(letter, value)
    kept = {_put(assumed, table) for assumed in theorem.assumptions}
    used = frozenset().union(*(averaged(value) for letter, value in table.items() if _needs(letter)))
    return Conclusion(_put(theorem.statement, table), "logic", *used, extra=_divided(table.values()), kept=kept)


def cite(name: str, values: Several, *hypotheses: Proved) -> Conclusion:
    """A lemma of the ledger for these values, with a theorem for each of its hypotheses, in their order."""
    lemma = LEMMAS.get(name)
    if lemma is None:
        raise ProofError(f"the ledger has no lemma {name!r}; it has {', '.join(sorted(LEMMAS))}")
    found = tuple("matrix" if is_matrix(value) else "scalar" for value in values)
    if found != lemma.kinds:
        raise ProofError(f"{name} is about {', '.join(lemma.kinds)}, not about {', '.join(found)}")
    needed, conclusion = lemma.state(*values)
    given = [theorem.statement for theorem in hypotheses]
    if given != list(needed):
        raise ProofError(f"{name} needs {list(needed)}, in this order, but {given} is given")
    _refuse_one_outcome(conclusion, hypotheses)
    return Conclusion(conclusion, f"lemma: {name}", extra=_divided(values))


def _refuse_one_outcome(conclusion: Any, hypotheses: Any) -> None:
    """A hypothesis on what the conclusion averages over must hold for every outcome, not for an assumed one."""
    moving = frozenset().union(*map(averaged_letters, _sides(conclusion)))
    for theorem in hypotheses:
        spoken = frozenset().union(*(free_letters(s) for assumed in theorem.assumptions for s in _sides(assumed)))
        if caught := spoken & moving:
            raise ProofError(f"{theorem}: {min(map(str, caught))} is averaged over, so nothing may be assumed of it")


def _refuse_bound(letter: Any, spoken: Any) -> None:
    """A letter that a theorem says nothing general about cannot be replaced."""
    if isinstance(letter, Defined) or is_random(letter) or not isinstance(letter, (Letter, Symbol)):
        raise ProofError(f"{letter}: only a plain letter or a scalar can be given a value")
    if letter.is_integer:
        raise ProofError(f"{letter} counts something, so it cannot be given a value here")
    met = frozenset().union(*map(letters_of_statement, spoken))
    for other in met:
        if isinstance(other, Centred) and letter in letters_of(other.covariance):
            raise ProofError(f"{letter} is the covariance of {other}, so it cannot be given a value here")


def _refuse_unlike(letter: Any, value: Any) -> None:
    """A value must be all that is known of its letter."""
    for word, test in _needs(letter):
        if not test(value):
            raise ProofError(f"{letter} := {value}: nothing says that this is {word}, as {letter} is")


def _needs(letter: Any) -> list[tuple[str, Any]]:
    """What is known of a letter, each with its test."""
    needs: list[tuple[str, Any]] = []
    if is_matrix(letter):
        needs = [("positive definite", facts.definite)] if letter.positive else []
        needs += [("positive semidefinite", facts.semidefinite)] if letter.semidefinite and not letter.positive else []
        needs += [("symmetric", facts.symmetric_matrix)] if letter.symmetric else []
        needs += [("invertible", facts.invertible)] if letter.invertible else []
        needs += [("diagonal", facts.diagonal)] if letter.diagonal else []
    elif letter.is_positive:
        needs = [("positive", facts.positive)]
    elif letter.is_nonnegative:
        needs = [("nonnegative", facts.nonnegative)]
    return needs


def _put(statement: Any, table: dict[Any, Any]) -> Any:
    try:
        other = substitute(statement, table)
    except UserError as error:
        raise ProofError(str(error)) from error
    for side in _sides(other):
        spend(written_out(side) // 8)
        refuse_infinite(side, f"{statement} at {table}")
    return other


def _sides(statement: Any) -> list[Any]:
    if hasattr(statement, "parts"):
        return [side for part in statement.parts for side in _sides(part)]
    return list(statement.sides)


def _divided(values: Any) -> Any:
    return stated(frozenset().union(*map(facts.conditions, values)))
