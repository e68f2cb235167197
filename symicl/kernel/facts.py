"""Side conditions: what is symmetric, commutes, is invertible, positive or nonzero.  Checked, never assumed.

A fact about a definition is worked out from its body; a fact about a plain letter is part of the letter.  Each
function answers True only where it has a reason, so that False means "not known".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Any

from sympy import Add, Mul, Pow, Rational, Symbol
from sympy.core.basic import Basic
from sympy.matrices.expressions import Identity, MatAdd, MatMul

from ..errors import ProofError
from ..language.blocks import Block
from ..language.expressions import Inverted, Trace, Transposed, is_matrix, split, transpose
from ..language.functions import functions_of
from ..language.letters import Centred, Defined, Gaussian, Letter, is_random, letters_of
from ..language.mean import DefinedScalar, MatrixMean, Mean, Tail
from ..language.nodes import as_node, remembered
from ..language.rewrite import definitions_of_statement, letters_of_statement
from ..language.statements import Connective
from . import words
from .budget import spend
from .polynomial import Reading

#: the name of a letter: Latin or Greek letters, then digits, underscores and primes too, and a superscript of letters
NAME = re.compile(r"(?!grad_)[A-Za-zΑ-ΡΣ-Ωα-ω][A-Za-z0-9Α-ΡΣ-Ωα-ω_']*(\^(?![Tt]$)[A-Za-z]+)?")
#: what stands for something else in a formula
TAKEN = frozenset({"I", "D2", "tr", "or", "and", "grad", "flow"})
#: what is written before a bracket, so that no function may have that name
CALLED = TAKEN | {"E", "P", "d"}
#: Greek letters that look like Latin ones, and final sigma
ALIKE = str.maketrans("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧονς", "ABEZHIKMNOPTYXovσ")


def same(left: Any, right: Any) -> bool:
    """Whether two expressions have one normal form, with nothing averaged or unfolded."""
    reading = Reading()
    return (reading.read(left) + reading.read(right).scale(-1)).is_zero()


def conditions(node: Any) -> frozenset[tuple[str, Any]]:
    """What an expression divides by and inverts, as it is written: ``("nonzero", scalar)``, ``("invertible", A)``."""
    return _conditions(as_node(node))


@remembered
def _conditions(node: Any) -> frozenset[tuple[str, Any]]:
    own: set[tuple[str, Any]] = set()
    if isinstance(node, Inverted):
        own.add(("invertible", words.core(node)))
    elif isinstance(node, Pow) and not is_matrix(node) and not node.exp.is_nonnegative:
        own.add(("nonzero", node.base))
    found = frozenset(own).union(*(_conditions(part) for part in node.args if isinstance(part, Basic)))
    if isinstance(node, (Mean, MatrixMean, Tail)):
        refuse_bound(found, node.over)
    if isinstance(node, (Mean, MatrixMean)) and _needs_reading(found, node.over):
        Reading().read(node)  # which refuses a mean that may be infinite or unknown
    return found


def _needs_reading(conditions: Any, over: Any) -> bool:
    """Whether the terms of a mean decide if there is one.

    They do where it averages over an inverse that exists almost surely, or over what is known to second order only.
    """
    return any(type(letter) is Centred for letter in over) or any(
        kind == "invertible" and wide_gram(part) in over for kind, part in conditions
    )


def refuse_bound(conditions: Any, over: Any) -> None:
    """A condition on what is averaged over cannot be stated outside the average: it must be known to hold.

    Where it holds almost surely, the mean of the inverse must be finite too (see ``integrable`` for its powers).
    """
    for kind, part in conditions:
        known = nonzero(part) if kind == "nonzero" else _inverse_has_mean(part)
        if not known and letters_of(part) & frozenset(over):
            raise ProofError(f"{part}: this is divided by or inverted inside an average over a letter that it holds")


@remembered
def symmetric(node: Any) -> bool:
    """A matrix equal to its transpose."""
    if isinstance(node, Defined):
        return same(node.body, transpose(node.body))
    return isinstance(node, Letter) and node.symmetric


def symmetric_matrix(node: Any) -> bool:
    """Any square matrix expression equal to its transpose."""
    return symmetric(node) or (node.shape[0] == node.shape[1] and same(node, transpose(node)))


@remembered
def honest(node: Any) -> bool:
    """Whether a definition is what its author claims of it."""
    if not isinstance(node, Defined):
        return True
    if not node.body.has(Block) and not _meaningful(node.body):
        return False
    if node.positive and not definite(node.body):
        return False
    if node.semidefinite and not semidefinite(node.body):
        return False
    if node.diagonal and not diagonal(node.body):
        return False
    return not node.symmetric or symmetric(node)


def _meaningful(body: Any) -> bool:
    """Whether everything that is inverted or divided by in a body is known to allow it."""
    reading = Reading()
    reading.read(body)
    tests = {"invertible": invertible, "nonzero": nonzero}
    return all(tests[kind](part) for kind, part in reading.conditions)


@remembered
def commuting(a: Any, b: Any) -> bool:
    """Two letters or transposed letters: both diagonal, or at least one of them defined and their bodies commute."""
    if diagonal(a) and diagonal(b):
        return True
    if not (isinstance(words.core(a), Defined) or isinstance(words.core(b), Defined)):
        return False
    x, y = _body(a), _body(b)
    return same(x @ y, y @ x)


def _body(node: Any) -> Any:
    """What a letter, or a transposed one, stands for."""
    if isinstance(node, Transposed):
        return transpose(_body(node.arg))
    return node.body if isinstance(node, Defined) else node


@remembered
def diagonal(node: Any) -> bool:
    """A square matrix that is zero off the diagonal."""
    match node:
        case Defined() | MatrixMean():
            return diagonal(node.body)
        case Identity():
            return True
        case Letter():
            return node.diagonal
        case Inverted() | Transposed():
            return diagonal(node.arg)
        case MatAdd():
            return all(map(diagonal, node.args))
        case MatMul():
            return all(map(diagonal, split(node)[1]))
    return False


@remembered
def definite(node: Any) -> bool:
    """A symmetric positive definite matrix."""
    match node:
        case Defined() | MatrixMean():
            return definite(node.body)
        case Identity():
            return True
        case Letter():
            return node.positive
        case Inverted() | Transposed():
            return definite(node.arg)
        case MatAdd():
            return any(map(definite, node.args)) and all(map(semidefinite, node.args))
        case MatMul():
            scalar, matrices = split(node)
            return positive(scalar) and _commuting_product(matrices, definite)
    return False


@remembered
def semidefinite(node: Any) -> bool:
    """A symmetric positive semidefinite matrix."""
    if definite(node):
        return True
    if isinstance(node, (Defined, MatrixMean)):
        return semidefinite(node.body)
    if isinstance(node, Letter):
        return node.semidefinite
    if isinstance(node, MatAdd):
        return all(map(semidefinite, node.args))
    if isinstance(node, MatMul):
        scalar, matrices = split(node)
        half = len(matrices) // 2
        gram = same(_times(matrices[:half]), transpose(_times(matrices[half:]))) if len(matrices) % 2 == 0 else False
        return nonnegative(scalar) and (_commuting_product(matrices, semidefinite) or gram)
    return False


def _times(matrices: Any) -> Any:
    from ..language.expressions import product

    return product(*matrices)


def _commuting_product(matrices: Any, test: Any) -> bool:
    """A product of commuting symmetric factors that all pass the test."""
    if not all(map(test, matrices)):
        return False
    pairs = [(a, b) for i, a in enumerate(matrices) for b in matrices[i + 1 :]]
    return all(a == b or same(a @ b, b @ a) for a, b in pairs)


@remembered
def positive(node: Any) -> bool:
    """A scalar that is greater than 0."""
    node = as_node(node)
    match node:
        case Rational():
            return bool(node > 0)
        case Symbol():
            return bool(node.is_positive)
        case Add():
            counted = _at_least(node)
            return (any(map(positive, node.args)) and all(map(nonnegative, node.args))) or bool(counted and counted > 0)
        case Mul():
            return all(map(positive, node.args))
        case Pow():
            return positive(node.base) or (bool(node.exp.is_even) and _real(node.base) and nonzero(node.base))
        case Trace():
            return definite(node.arg)
        case Mean() | DefinedScalar():
            return positive(node.body)
    return False


def _at_least(total: Add) -> Any:
    """A bound from below for a sum of sizes and numbers, such as 0 for d − 1: a size is at least 1; or None."""
    least: Any = 0
    for term in total.args:
        number, size = term.as_coeff_Mul()
        if size != 1 and not (isinstance(size, Symbol) and size.is_integer and size.is_positive and number > 0):
            return None
        least += number
    return least


def _real(node: Any) -> bool:
    """A scalar in which every symbol is real, as every matrix is."""
    return all(symbol.is_extended_real for symbol in node.free_symbols if isinstance(symbol, Symbol))


@remembered
def nonnegative(node: Any) -> bool:
    """A scalar that is at least 0."""
    node = as_node(node)
    if positive(node) or node == 0:
        return True
    match node:
        case Symbol():
            return bool(node.is_nonnegative)
        case Add() if (least := _at_least(node)) is not None and least >= 0:
            return True
        case Add() | Mul():
            return all(map(nonnegative, node.args))
        case Pow() if node.exp.is_even:
            return _real(node.base) and (bool(node.exp > 0) or nonzero(node.base))
        case Pow():
            return nonnegative(node.base) and bool(node.exp > 0)
        case Trace():
            return semidefinite(node.arg) or gram(node.arg) is not None
        case Mean() | DefinedScalar():
            return nonnegative(node.body)
    return False


@remembered
def nonzero(node: Any) -> bool:
    """A scalar that is not 0."""
    node = as_node(node)
    if isinstance(node, Mul):
        return all(map(nonzero, node.args))
    if isinstance(node, Pow):
        return nonzero(node.base)
    return positive(node) or positive(-node)


@remembered
def invertible(node: Any) -> bool:
    """A square matrix with an inverse."""
    if isinstance(node, (Inverted, Transposed)):
        return invertible(node.arg)
    return definite(node) or (isinstance(node, Letter) and not isinstance(node, Defined) and node.invertible)


def nonsingular(node: Any) -> bool:
    """A square matrix with an inverse, or with one almost surely: G Gᵀ for a Gaussian G that is no taller than wide."""
    return invertible(node) or wide_gram(node) is not None


def wide_gram(node: Any) -> Any:
    """The Gaussian letter G of which a matrix is a multiple of G Gᵀ, where G has at least as many columns as rows.

    Its covariance must be definite: with a singular one G Gᵀ never has an inverse.
    """
    scalar, matrices = split(as_node(node))
    if len(matrices) != 2 or type(matrices[0]) is not Gaussian or matrices[1] != transpose(matrices[0]):
        return None
    rows, columns = matrices[0].shape
    sure = nonzero(scalar) and not any(map(is_random, letters_of(scalar))) and definite(matrices[0].covariance)
    return matrices[0] if sure and (columns - rows).is_nonnegative else None


def rank_used(conditions: Any) -> bool:
    """Whether something is inverted that has an inverse almost surely only."""
    return any(kind == "invertible" and not invertible(part) and nonsingular(part) for kind, part in conditions)


def _inverse_has_mean(node: Any) -> bool:
    """Whether a matrix has an inverse whose mean is finite too."""
    letter = wide_gram(node)
    return invertible(node) or (letter is not None and (letter.shape[1] - letter.shape[0] - 2).is_nonnegative)


def gram(node: Any) -> tuple[Any, Any, Any] | None:
    """The product read as P A Q Aᵀ with P and Q semidefinite: (P, A, Q), or None where it is not of that form."""
    return next(grams(node), None)


def grams(node: Any) -> Iterator[tuple[Any, Any, Any]]:
    """All ways to read it so."""
    scalar, matrices = split(node)
    if not nonnegative(scalar):
        return
    n = len(matrices)
    for i in range(n):
        for j in range(i + 1, n + 1):
            for k in range(j, n):
                spend(n)
                p, a, q, b = matrices[:i], matrices[i:j], matrices[j:k], matrices[k:]
                if b and _fits(p, a, q, b):
                    left = _times([scalar, *p]) if p else scalar
                    yield left, _times(a), _times(q) if q else 1


def _fits(p: Any, a: Any, q: Any, b: Any) -> bool:
    turned = transpose(_times(a))
    if not is_matrix(turned) or turned.shape != _times(b).shape or not same(turned, _times(b)):
        return False
    return all(not part or semidefinite(_times(part)) for part in (p, q))


def refuse_false_claims(*statements: Any) -> None:
    """No letter of these statements claims what it is not, and no two letters or definitions share a name."""
    seen: dict[str, Any] = {}
    for letter in (*_all(letters_of_statement, statements), *_all(definitions_of_statement, statements)):
        if not NAME.fullmatch(letter.name) or letter.name in TAKEN:
            raise ProofError(f"{letter.name!r}: a letter with this name could be read as a part of a formula")
        if not honest(letter):
            claimed = " or ".join(sorted(letter.facts)) or "meaningful"
            raise ProofError(f"{letter}: its definition is not {claimed}, as is claimed")
        if seen.setdefault(_as_seen(letter.name), letter) != letter:
            raise ProofError(f"two different letters are called {letter}, so that a reader could not tell them apart")
    for name in _all(_functions_of_statement, statements):
        if name in CALLED or _as_seen(name) in seen:
            raise ProofError(
                f"{name}: a function with this name could be read as a product, or another part of a formula"
            )


def _functions_of_statement(statement: Any) -> frozenset[str]:
    if isinstance(statement, Connective):
        return frozenset().union(*map(_functions_of_statement, statement.parts))
    return frozenset().union(*map(functions_of, statement.sides))


@cache
def _as_seen(name: str) -> str:
    """A name as a reader sees it: ``Λ`` and ``Lambda`` are one letter, and so are a Greek and a Latin A."""
    return "".join(char if char <= "z" else _spelled(char) for char in name.translate(ALIKE))


def _spelled(char: str) -> str:
    word = unicodedata.name(char).split()[-1].replace("LAMDA", "LAMBDA")
    return word.capitalize() if char.isupper() else word.lower()


def _all(look: Any, statements: Any) -> Any:
    return dict.fromkeys(letter for statement in statements for letter in look(statement))


words._commute.append(commuting)
words._symmetric.append(symmetric)
words._diagonal.append(diagonal)
