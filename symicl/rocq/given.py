"""What a file says of random matrices of any law, on which others are drawn: such as the covariance of one prompt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .letters import Vocabulary
from .names import identifier, inverse_name, root_name
from .squares import Squares
from .terms import NotExported, Terms


def back_name(letter: Any) -> str:
    """The name of the inverse of a random matrix's root."""
    return inverse_name(root_name(letter.name))


def variables(letter: Any, kind: str) -> list[str]:
    """A positive definite random matrix: a matrix that has an inverse, times its transpose."""
    if not letter.positive:
        raise NotExported(f"{letter}: a random matrix that is not positive definite is not exported")
    name, root, back = identifier(letter.name), root_name(letter.name), back_name(letter)
    return [
        f"Variables {root} {back} : {kind}.",
        f"Hypothesis {root}_inverse : {root} *m {back} = 1%:M /\\ {back} *m {root} = 1%:M.",
        f"Definition {name} : {kind} := {root} *m {root}^T.",
        *([f"Hypothesis {name}_diag : diagonal {name}."] if letter.diagonal else []),
    ]


def known_first(letters: Sequence[Any]) -> str:
    """What is given before the others are drawn: what is made of the entries of these matrices."""
    entries = [f"entry_of {name} z" for x in letters for name in (root_name(x.name), back_name(x))]
    either = " \\/ ".join(entries)
    return f"Definition given : RV -> Prop := {f'fun z => {either}' if entries else '@nothing_given RV'}."


def known_of(letter: Any) -> list[str]:
    """That it is symmetric and has an inverse, and that it is given."""
    name, root = identifier(letter.name), root_name(letter.name)
    return [
        f"Lemma {name}_sym : {name}^T = {name}. Proof. by rewrite /{name} trmx_mul trmxK. Qed.",
        f"Lemma {root}_given row_ col_ : made_of given ({root} row_ col_). Proof. by given_entry. Qed.",
        f"Lemma {name}_given row_ col_ : made_of given ({name} row_ col_).",
        f"Proof. exact: (made_square {root}_given). Qed.",
        f"Lemma {root}_invertible : invertible {root}. Proof. by exists {back_name(letter)}. Qed.",
    ]


def rules(letters: Sequence[Any]) -> list[str]:
    """What the proof of a context looks up of them."""
    if not letters:
        return []
    names = [name for x in letters for name in (root_name(x.name), identifier(x.name))]
    given = " | ".join(f"exact: {name}_given" for name in names)
    inverses = " | ".join(f"exact: {root_name(x.name)}_invertible" for x in letters)
    return [f"Ltac known_given ::= first [{given}].", f"Ltac known_invertible ::= first [{inverses}]."]


def sign_of_mean(terms: Terms, words: Vocabulary, letter: Any, inside: Any) -> list[str]:
    """That the mean of what is positive (semi)definite for every outcome is so too."""
    name, found = identifier(letter.name), Squares(terms, random=True)
    opened = " ".join(f"?/{x}" for x in [*words.unfolded, *(identifier(x.name) for x in words.given)])
    shown = f"have -> : {terms.matrix(inside, True)} =\n    "
    sure, *parts = found.sums(inside)
    first, *others = (f"({c}) *: ({b} *m {b}^T)" for c, b in parts)
    if sure:
        kind, whole = "definite", f"{first} + ({' + '.join(others) or '0'})"
        proof = "mean_definite squares means.1); [by sign | by invertible_by_parts | by form_by_parts]"
    else:
        kind, whole, proof = "semidefinite", " + ".join([first, *others]), "mean_semidefinite squares); form_by_parts"
    return [
        f"Lemma {name}_{kind} : {kind} {name}.\nProof.\nrewrite /{name}.\n"
        f"{shown}{whole} by rewrite {opened}; normal_form.\n"
        f"rewrite {opened}; apply: ({proof}.\nQed."
    ]


def diagonal_rules(letters: Sequence[Any]) -> list[str]:
    """What is looked up of diagonal letters: that they are, and the sign of what is on their diagonals."""
    known = " | ".join(f"exact: {identifier(x.name)}_diag" for x in letters)
    return [f"Ltac known_diagonal ::= first [{known}]."] if letters else []


def definite(terms: Terms, words: Vocabulary, letter: Any) -> bool:
    """Whether a letter is shown to be positive definite, and not only semidefinite."""
    if letter in words.averaged:
        return bool(Squares(terms, random=True).sums(letter.body.body)[0])
    return bool(letter.positive)


def diagonal_signs(terms: Terms, words: Vocabulary, letters: Sequence[Any]) -> list[str]:
    """The signs of diagonals, and the rules by which they are found."""
    lines: list[str] = []
    found: dict[bool, list[str]] = {True: [], False: []}
    for letter in letters:
        name = identifier(letter.name)
        sure = definite(terms, words, letter)
        kind, word = ("positive", "definite") if sure else ("nonnegative", "semidefinite")
        lines.append(
            f"Lemma {name}_{kind} : diagonal_{kind} {name}. "
            f"Proof. exact: ({word}_diagonal {name}_{word} {name}_diag). Qed."
        )
        found[sure].append(f"exact: {name}_{kind}")
        if letter in words.inverted:
            found[True].append(f"exact: (diagonal_positive_inverse {name}_positive)")
    for sure, rules in found.items():
        kind = "positive" if sure else "nonnegative"
        lines += [f"Ltac known_diagonal_{kind} ::= first [{' | '.join(rules)}]."] if rules else []
    return lines
