"""What a file assumes and how it means things, in plain words for its head."""

from __future__ import annotations

from .letters import Vocabulary
from .names import identifier, root_name

MEANS = (
    "What is assumed: RV is a commutative algebra over R (the random numbers), E a linear functional on it for",
    "which the random letters follow Isserlis' recursion (Moments.v says it in words; Model.v shows that it is",
    "consistent; that independent Gaussian matrices satisfy it is Isserlis' theorem, which is cited).",
)
DERIVATIVES = (
    "",
    "A derivative is meant by the exact expansion in a step t, which is proved for every t (Slopes.v):",
    "  is_gradient f U G: f (U + t V) = f U + t tr(G^T V) + t^2 r(t), r a polynomial, for every V;",
    "  is_derivative f u c: f (u + t) = f u + t c + t^2 r(t);",
    "  is_second_derivative f c: f t = f 0 + a t + t^2 c/2 + t^3 r(t).",
    "There is one such G or c at most, as Slopes.v proves.",
    "",
)


def assumed(words: Vocabulary) -> list[str]:
    """What is assumed of the mean, of matrices and of events."""
    lines = list(MEANS)
    if words.given:
        lines += _given(words)
    elif words.squared:
        lines.append("E of a square is not negative; Model.v shows that this too is consistent.")
    for letter in words.rooted:
        name = identifier(letter.name)
        lines.append(f"{name} is C C^T for a matrix C" + (" that is invertible." if letter.positive else "."))
    lines += [f"{identifier(x.name)} is diagonal." for x in words.constants if x.diagonal]
    lines += _letters(words)
    for i, tail in enumerate(words.tails):
        lines.append(f"event{i + 1} is any event on which |{tail.body}| >= {tail.level}, in the sense of Events.v; the")
        lines.append(f"probability of that, {tail}, is E event{i + 1} for the largest one.")
    return lines


def _letters(words: Vocabulary) -> list[str]:
    """Of numbers, and of matrices that are no product with a transpose."""
    plain = [x for x in words.constants if x not in words.rooted]
    found = (
        ("positive", [n for n in words.symbols if n.is_positive]),
        ("symmetric", [x for x in plain if x.symmetric and not x.diagonal]),
        ("invertible", [x for x in plain if x.invertible]),
    )
    named = ((word, [identifier(x.name) for x in letters]) for word, letters in found if letters)
    return [f"{', '.join(names)} {'is' if len(names) == 1 else 'are'} {word}." for word, names in named]


def _given(words: Vocabulary) -> list[str]:
    """Of random matrices on which others are drawn."""
    names = [(identifier(x.name), root_name(x.name), x) for x in words.given]
    lines = []
    for name, root, letter in names:
        also = "diagonal, and is " if letter.diagonal else ""
        lines.append(f"{name} is {also}{root} {root}^T for a random matrix {root} that has an inverse: of any law.")
    which = " and ".join(name for name, _, _ in names)
    return [
        *lines,
        f"Isserlis' recursion is assumed once {which} is given: also where both of its sides are multiplied by a",
        "random number that is made of entries of the root and its inverse.  E of a square is positive, but for",
        "the square of 0.  RandomModel.v shows that all this is consistent, for every finite law.",
    ]
