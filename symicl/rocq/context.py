"""The context that the tactic computes in: the table of letters, the proof that it tells the truth, the lookups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sympy import Integer
from sympy.matrices.expressions import Identity

from ..kernel import facts
from ..language.expressions import is_matrix
from ..language.letters import Defined, Gaussian
from . import given
from .letters import Vocabulary
from .names import identifier, inverse_name, root_name
from .squares import Squares
from .terms import Terms


@dataclass
class Entry:
    """One line of the table of letters: its term in Rocq, its sizes, and what is known of it."""

    term: str
    rows: Any
    cols: Any
    random: bool = False
    symmetric: bool = False
    unit: bool = False
    inverse: int = 0
    number: int = -1
    covariance: Any = None
    limit: int = 6
    group: str = ""


class Context:
    """Makes contexts: the base one, and that with definitions and what is known of them."""

    def __init__(self, words: Vocabulary, squares: Squares, roots: dict[Any, str], change: Any = None) -> None:
        self.words, self.squares, self.change = words, squares, change
        self.roots = roots
        self.terms: Terms = squares.terms

    def group(self, letter: Any) -> int:
        """The number of the group that a random letter is in."""
        groups = list(dict.fromkeys(other.group for other in self.words.drawn))
        return groups.index(letter.group)

    def _could_commute(self) -> list[Any]:
        w = self.words
        return list(dict.fromkeys([*w.given, *w.rooted, *filter(facts.diagonal, w.constants), *w.matrices]))

    def has_unit(self, letter: Any) -> bool:
        """Whether a definition is shown to be invertible."""
        if letter in self.words.averaged:
            return letter in self.words.inverted
        return letter in self.words.inverted or facts.definite(letter)

    def commuting_letters(self) -> list[tuple[Any, Any]]:
        """The letters that are shown to commute, each with one before it."""
        known = self._could_commute()
        return [
            (a, b)
            for i, a in enumerate(known)
            if a not in self.words.given
            for b in known[:i]
            if a.shape == b.shape and facts.commuting(a, b)
        ]

    # ---- the context ----

    def context(self, suffix: str, full: bool, signed: bool = False) -> list[str]:
        """The table of letters with its proof, and what the tactic looks up; ``full`` with definitions and inverses,
        ``signed`` where the signs of definitions are known."""
        table = self._entries(full)
        index = {entry.term: i for i, entry in enumerate(table)}
        units = {entry.rows: i for i, entry in enumerate(table) if entry.unit}
        pairs = self._pairs(index) if full else []
        numbers = [*self.words.numbers(full), *self.roots.values(), *self.terms.divisors.values()]
        nonzero = [self._nonzero(n, signed) for n in numbers]
        env = "; ".join(f"{'moving' if e.random else 'constant RV'} {self._cast(e)}" for e in table)
        infos = ";\n  ".join(self._info(e, units, index) for e in table)
        k = len(self.words.dimensions)
        size_terms = "; ".join(["1%N", *(identifier(n.name) for n in self.words.dimensions)])
        lines = [
            f"Definition env{suffix} : seq (matrices RV) := [:: {env}].",
            f"Definition scalars{suffix} : seq R := [:: {'; '.join(numbers)}].",
            f"Definition table{suffix} : seq info := [::\n  {infos}].",
            f"Definition commuting{suffix} : seq (nat * nat) := [:: {'; '.join(f'({i}, {j})%N' for i, j in pairs)}].",
            f"Definition dims{suffix} : seq nat := [:: {size_terms}].",
            f"Definition sizes{suffix} : seq nat := [:: {'; '.join(map(str, range(k + 1)))}]%N.",
            f"Definition nonzero{suffix} : seq bool := [:: {'; '.join('true' if n else 'false' for n in nonzero)}].",
            f"Lemma known{suffix} : context E given letters env{suffix} scalars{suffix} table{suffix} "
            f"commuting{suffix} dims{suffix} sizes{suffix} nonzero{suffix}.",
            "Proof.",
            "split; [exact: means | by [] | | | |].",
            "- by letter_facts.",
            "- by commuting_facts." if pairs else "- by [].",
            "- by repeat split.",
            "- by repeat split; rewrite /scal /=; apply: lt0r_neq0; sign.",
            "Qed.",
        ]
        return lines + self._lookups(suffix, table, numbers)

    def _entries(self, full: bool) -> list[Entry]:
        w = self.words
        table = [Entry("1%:M", n, n, symmetric=True, unit=True) for n in (Integer(1), *w.dimensions)]
        roots = [Entry(root_name(x.name), *x.shape) for x in w.rooted]
        table += roots
        for letter in w.given:
            for name, symmetric in ((root_name(letter.name), False), (identifier(letter.name), True)):
                table.append(Entry(name, *letter.shape, random=True, symmetric=symmetric, number=0, limit=0, group="0"))
        constants = [letter for letter in w.constants if full or w.still(letter)]
        for letter in [*constants, *(w.matrices if full else [])]:
            known = letter.symmetric or (isinstance(letter, Defined) and facts.symmetric(letter))
            table.append(Entry(identifier(letter.name), *letter.shape, symmetric=bool(known)))
            if letter in w.inverted:
                table[-1].inverse = len(table) + 1
                table.append(Entry(inverse_name(letter.name), *letter.shape, symmetric=bool(known)))
                table[-1].inverse = len(table) - 1
        table += [Entry(name, *node.shape) for name, node in w.slopes.items() if is_matrix(node)]
        for number, letter in enumerate(w.drawn):
            limit = 6 if isinstance(letter, Gaussian) else 2
            cov = None if isinstance(letter.covariance, Identity) else identifier(letter.covariance.name)
            table.append(
                Entry(
                    identifier(letter.name),
                    *letter.shape,
                    random=True,
                    number=number,
                    covariance=cov,
                    limit=limit,
                    group=str(self.group(letter)),
                )
            )
        return table

    def _cast(self, entry: Entry) -> str:
        return f"(1%:M : 'M[R]_{'1' if entry.rows == 1 else identifier(entry.rows.name)})" if entry.unit else entry.term

    def _info(self, e: Entry, units: dict[Any, int], index: dict[str, int]) -> str:
        flags = f"{str(e.symmetric).lower()} {str(e.unit).lower()} {e.inverse}"
        sizes = f"{self.words.size(e.rows)} {self.words.size(e.cols)}"
        if not e.random:
            return f"Info {sizes} {flags} false 0 0 0 0 0"
        cov = units[e.rows] if e.covariance is None else index[e.covariance]
        return f"Info {sizes} {flags} true {e.number} {e.group} {e.limit} {cov} {units[e.cols]}"

    def _nonzero(self, number: str, signed: bool) -> bool:
        positive = {identifier(s.name) for s in self.words.symbols if s.is_positive}
        if signed:
            positive |= {identifier(d.name) for d in self.words.signs if facts.positive(d)}
            positive |= {name for base, name in self.terms.divisors.items() if facts.positive(base)}
        return number.endswith("%:R") or number in positive or (signed and number in self.roots.values())

    def _pairs(self, index: dict[str, int]) -> list[tuple[int, int]]:
        return [
            (index[a], index[b])
            for one, other in self.commuting_letters()
            for a in self._forms(one)
            for b in self._forms(other)
        ]

    def _forms(self, letter: Any) -> list[str]:
        inverse = [inverse_name(letter.name)] if letter in self.words.inverted else []
        return [identifier(letter.name), *inverse]

    def known_rules(self, full: bool) -> list[str]:
        """What the proof of a context looks up: which matrices are symmetric, inverse to another, commute."""
        w = self.words
        names = [*w.given, *w.constants, *(w.matrices if full else [])]
        symmetric, inverse, commuting = ["trmx1"], [], []
        for letter in names:
            name = identifier(letter.name)
            if letter.symmetric or (isinstance(letter, Defined) and facts.symmetric(letter)):
                symmetric += [f"{name}_sym", *([f"(inverse_symmetric {name}_sym)"] if letter in w.inverted else [])]
            if letter in w.inverted:
                inverse += [f"(mulmxV {name}_unit)", f"(mulVmx {name}_unit)"]
        for a, b in self.commuting_letters() if full else []:
            h = f"{identifier(a.name)}_{identifier(b.name)}"
            commuting.append(h)
            if a in w.inverted:
                lemma = "inverse_commutes_given" if b in w.given else "inverse_commutes"
                commuting.append(f"({lemma} {identifier(a.name)}_unit {h})")
            if b in w.inverted:
                back = f"(esym (inverse_commutes {identifier(b.name)}_unit (esym {h})))"
                commuting.append(back)
                commuting += [f"(inverse_commutes {identifier(a.name)}_unit {back})"] if a in w.inverted else []
        lines = []
        for word, found in (("symmetric", symmetric), ("inverse", inverse), ("commuting", commuting)):
            if found:
                lines.append(f"Ltac known_{word} ::= first [{' | '.join(f'exact: {f}' for f in found)}].")
        units = [f"{root_name(x.name)}_unit" for x in w.rooted if x.positive]
        units += [
            f"{identifier(x.name)}_unit"
            for x in names
            if x not in w.given
            if (x in w.matrices and self.has_unit(x)) or (x not in w.matrices and x.invertible)
        ]
        lines += given.rules(w.given)
        inverses = [f"?/{inverse_name(x.name)}" for x in names if x in w.inverted]
        if units:
            opened = " ".join(inverses)
            lines.append(
                f"Ltac units ::= rewrite {opened} ?(unitmx_tr, unitmx_mul, unitmx1, unitmx_inv, {', '.join(units)}) //."
            )
        return lines

    def _lookups(self, suffix: str, table: list[Entry], numbers: list[str]) -> list[str]:
        w = self.words

        def rows(entries: list[tuple[str, str]]) -> str:
            return " ".join(f"| {pattern} => {value}" for pattern, value in entries)

        def size(n: Any) -> str:
            return "1%N" if n == 1 else identifier(n.name)

        env = f"env{suffix}"
        constant = [
            (f"@scalar_mx _ {size(e.rows)} _" if e.unit else e.term, f"constr:(@MLetter _ _ {env} false {i})")
            for i, e in enumerate(table)
            if not e.random
        ]
        random = [(e.term, f"constr:(@MLetter _ _ {env} true {i})") for i, e in enumerate(table) if e.random]
        shown = [Integer(1), *w.dimensions]
        lines = [f"Ltac constant_letter the_term ::= lazymatch the_term with {rows(constant)} end."]
        lines += [f"Ltac random_letter the_term ::= lazymatch the_term with {rows(random)} end."] if random else []
        lines += [
            f"Ltac scalar_letter the_term ::= lazymatch the_term with "
            f"{rows([(n, f'constr:({i}%N)') for i, n in enumerate(numbers)])} end."
        ]
        lines += [f"Ltac env_of ::= constr:({env}).", f"Ltac context_of ::= constr:(known{suffix})."]
        lines += [
            "Ltac size_of the_size ::= lazymatch the_size with "
            + rows([(size(n), f"constr:({i}%N)") for i, n in enumerate(shown)])
            + " end."
        ]
        return lines
