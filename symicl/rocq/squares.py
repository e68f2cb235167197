"""Sums of squared norms: tr(P A Q Aᵀ) with P and Q positive semidefinite, written so that Rocq sees its sign.

A product of commuting symmetric letters is M L M with as few letters L in the middle as can be; each of these is a sum
of terms c B Bᵀ, so that tr(P A Q Aᵀ) is a sum of terms c tr((Bᵀ A D)(Bᵀ A D)ᵀ).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sympy import Integer, Mul
from sympy.matrices.expressions import Identity, MatAdd

from ..kernel import facts
from ..language.expressions import Inverted, Trace, inverse, is_matrix, product, split, tr, transpose
from ..language.expressions import identity as eye
from ..language.letters import Defined, Letter, Random
from .names import root_name
from .terms import NotExported, Terms, moving

#: a coefficient and a matrix B, for the term c B Bᵀ
Part = tuple[Any, Any]


@dataclass(frozen=True)
class Split:
    """One way to write a trace as a sum of squared norms: the factors outside, and each term with its matrix."""

    scalar: Any
    outer: tuple[Any, Any]
    middle: Any
    left: tuple[Part, ...]
    right: tuple[Part, ...]

    def coefficient(self, i: int, j: int) -> Any:
        """The coefficient of a term."""
        return self.scalar * self.left[i][0] * self.right[j][0]


class Squares:
    """Finds squares; ``terms`` prints them, ``random`` where they stand among random numbers."""

    def __init__(self, terms: Terms, random: bool = False) -> None:
        self.terms, self.random = terms, random

    def definite_parts(self, body: Any) -> tuple[str, tuple[str, str], list[tuple[str, str]]]:
        """A positive definite matrix as a sum of H L Hᵀ, and its terms c B Bᵀ, one with an invertible B first."""
        middle = []
        for c, word in multiplied(body):
            half, rest = _halves(word, body.shape[0])
            middle.append(f"({self._scalar(c)}) *: ({self._whole(product(half, *rest, transpose(half)))})")
        sure, first, *others = self.sums(body)
        if not sure:
            raise NotExported(f"{body}: no part of it is seen to be positive definite")
        return " + ".join(middle), first, others

    def sums(self, body: Any) -> tuple[Any, ...]:
        """A positive semidefinite matrix as terms c B Bᵀ; before them, whether the first is positive definite."""
        parts = sorted(decompose(body), key=lambda part: not (_sure(part[0]) and _invertible(part[1])))
        sure = _sure(parts[0][0]) and _invertible(parts[0][1])
        return sure, *((self._factor(c), self._matrix(b)) for c, b in parts)

    def _matrix(self, node: Any) -> str:
        return self.terms.matrix_factor(node, self.random)

    def _whole(self, node: Any) -> str:
        return self.terms.matrix(node, self.random)

    def _factor(self, node: Any) -> str:
        """A coefficient; one that is constant among random numbers is said to be one, also where it is 1."""
        if self.random and not moving(node):
            return f"({self.terms.scalar(node, False)})%:A"
        return self._scalar(node)

    def _scalar(self, node: Any) -> str:
        return self.terms.scalar(node, self.random)

    def gram(self, node: Any) -> Split:
        """A positive multiple of a Gram trace, split into squares."""
        traces = [f for f in Mul.make_args(node) if isinstance(f, Trace)]
        others = [f for f in Mul.make_args(node) if not isinstance(f, Trace)]
        found = list(facts.grams(traces[0].arg)) if len(traces) == 1 else []
        if not found:
            raise NotExported(f"{node}: this is not seen to be a squared norm")
        for any_gram in (False, True):
            for p, a, q in found:
                try:
                    left = decompose(p, any_gram) if is_matrix(p) else [(p, eye(a.shape[0]))]
                    right = decompose(q, any_gram) if is_matrix(q) else [(q, eye(a.shape[1]))]
                except NotExported:
                    continue
                return Split(Mul(*others), (p, q), a, tuple(left), tuple(right))
        raise NotExported(f"{node}: its factors are not seen to be sums of squares")

    def shown(self, split_: Split) -> list[tuple[str, str]]:
        """Each term as its coefficient and its matrix Bᵀ A D; the surest one first."""
        rank = [
            (not (_sure(split_.coefficient(i, j)) and _invertible(b) and _invertible(d)), i, j)
            for i, (_, b) in enumerate(split_.left)
            for j, (_, d) in enumerate(split_.right)
        ]
        shown = []
        for _, i, j in sorted(rank):
            b, d = self._matrix(split_.left[i][1]), self._matrix(split_.right[j][1])
            middle = self._whole(split_.middle)
            coefficient = self._factor(split_.coefficient(i, j))
            shown.append((f"({coefficient})", f"{b}^T *m ({middle}) *m {d}"))
        return shown

    def words(self, node: Any) -> tuple[list[str], list[str], list[str]]:
        """A sum of positive multiples of traces of commuting products: as tr(H L Hᵀ), with L a letter or the identity
        once definitions are unfolded, and as squared norms."""
        middle, opened, found = [], [], []
        for term in node.args if node.is_Add else (node,):
            traces = [f for f in Mul.make_args(term) if isinstance(f, Trace)]
            scalar = Mul(*[f for f in Mul.make_args(term) if not isinstance(f, Trace)])
            if len(traces) != 1:
                raise NotExported(f"{term}: this is not seen to be positive")
            for c, word in multiplied(traces[0].arg):
                half, rest = _halves(word, traces[0].arg.shape[0])
                inside = self._whole(product(half, *rest, transpose(half)))
                middle.append(f"({self._scalar(scalar * c)}) * \\tr ({inside})")
                for e, b in decompose(product(c, *word)):
                    front = f"({self._scalar(scalar * e)})"
                    opened.append(f"{front} * \\tr ({self._whole(_whole(b))})")
                    found.append(f"{front} * {self.square(self._matrix(b))}")
        return middle, opened, found

    @staticmethod
    def square(shown: str) -> str:
        """tr(B Bᵀ)."""
        return f"\\tr (({shown}) *m ({shown})^T)"

    def settled(self, split_: Split) -> list[str]:
        """The trace with P and Q multiplied out, as products H L H."""
        a, turned = self._matrix(split_.middle), self._matrix(transpose(split_.middle))
        shown = []
        for c, left in self._settled(split_.outer[0]):
            for e, right in self._settled(split_.outer[1]):
                inside = " *m ".join([*left, a, *right, turned])
                shown.append(f"({self._scalar(split_.scalar * c * e)}) * \\tr ({inside})")
        return shown

    def _settled(self, part: Any) -> list[tuple[Any, list[str]]]:
        if not is_matrix(part):
            return [(part, [])]
        found = []
        for c, word in multiplied(part):
            half, rest = _halves(word, part.shape[0])
            found.append((c, [self._matrix(product(half, *rest, transpose(half)))]))
        return found


def _whole(node: Any) -> Any:
    """B Bᵀ, where a last factor of B that is the root of a letter gives that letter."""
    factors = list(split(node)[1])
    letter = _ROOTS.get(factors[-1])
    if letter is None:
        return product(*factors, transpose(node))
    front = factors[:-1]
    return product(*front, letter, *map(transpose, reversed(front)))


#: the letters by their roots
_ROOTS: dict[Any, Any] = {}


def _sure(coefficient: Any) -> bool:
    """Whether a coefficient is a positive constant."""
    return facts.positive(coefficient) and not moving(coefficient)


def _invertible(node: Any) -> bool:
    """Whether a product is of invertible letters."""
    _, factors = split(node)
    return all(isinstance(f, Identity) or getattr(f, "invertible", False) or facts.invertible(f) for f in factors)


def root(letter: Any) -> Any:
    """The matrix whose product with its transpose is the letter."""
    known = ["invertible"] if letter.positive else []
    kind = Random if isinstance(letter, Random) else Letter
    made = kind(root_name(letter.name), *letter.shape, *known)
    _ROOTS[made] = letter
    return made


def multiplied(node: Any) -> list[tuple[Any, tuple[Any, ...]]]:
    """A matrix multiplied out: coefficients and words."""
    if isinstance(node, MatAdd):
        return [term for part in node.args for term in multiplied(part)]
    if isinstance(node, Identity):
        return [(Integer(1), (node,))]
    scalar, factors = split(node)
    found: list[tuple[Any, tuple[Any, ...]]] = [(scalar, ())]
    for factor in factors:
        parts = multiplied(factor) if isinstance(factor, MatAdd) else [(Integer(1), (factor,))]
        found = [(a * b, v + w) for a, v in found for b, w in parts]
    return found


def decompose(node: Any, any_gram: bool = True) -> list[Part]:
    """A positive semidefinite matrix as a sum of c B Bᵀ with c ≥ 0; without ``any_gram``, of symmetric letters only."""
    if isinstance(node, MatAdd):
        return [part for term in node.args for part in decompose(term, any_gram)]
    scalar, factors = split(node)
    if not facts.nonnegative(scalar):
        raise NotExported(f"{node}: its coefficient is not seen to be nonnegative")
    if any(isinstance(f, MatAdd) for f in factors):
        return [part for c, word in multiplied(node) for part in decompose(product(c, *word), any_gram)]
    half, rest = _halves(factors, node.shape[0], any_gram)
    return [(scalar * c, product(half, b)) for c, b in _middle(rest, half.shape[1])]


def _halves(factors: Any, size: Any, any_gram: bool = True) -> tuple[Any, list[Any]]:
    """The product as H L Hᵀ: the half H, and the letters L that are left over."""
    powers: Counter[Any] = Counter()
    for factor in factors:
        if isinstance(factor, Inverted):
            powers[factor.arg] -= 1
        elif not isinstance(factor, Identity):
            powers[factor] += 1
    if not all(facts.symmetric(letter) for letter in powers):
        n = len(factors) // 2
        if any_gram and n and product(*factors[n:]) == transpose(product(*factors[:n])):
            return product(*factors[:n]), []
        raise NotExported(f"{product(*factors)}: this is not seen to be a product of symmetric letters")
    half: list[Any] = []
    for letter, power in powers.items():
        step = letter if power > 0 else inverse(letter)
        half += [step] * (power // 2 if power > 0 else -(power // 2))
    return product(*half) if half else eye(size), [letter for letter, power in powers.items() if power % 2]


def _middle(rest: list[Any], size: Any) -> list[Part]:
    """Commuting letters, each once, as a sum of c B Bᵀ."""
    if not rest:
        return [(Integer(1), eye(size))]
    for k, letter in enumerate(rest):
        if isinstance(letter, Defined):
            others = rest[:k] + rest[k + 1 :]
            return [part for c, word in multiplied(letter.body) for part in decompose(product(c, *word, *others))]
    if len(rest) > 1:
        raise NotExported(f"{product(*rest)}: this is not seen to be positive semidefinite")
    return [(Integer(1), root(rest[0]))]


__all__ = ["Split", "Squares", "decompose", "multiplied", "root", "tr"]
