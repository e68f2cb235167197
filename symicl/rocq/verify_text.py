"""The text of a Rocq file cut into its sentences, with the comments taken out.

What is compiled is the text without comments that this module made, not the file: so what Rocq reads is what was looked
at here, even where Rocq's rules for comments and strings have a corner that this module does not know.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..errors import ProofError

#: before a sentence in a proof: bullets and braces, and a selector of goals
LEADING = re.compile(r"\s*(?:[-+*{}]|(?:\d+|all|par|!)\s*:(?!:))")
COMMENT_OR_STRING = re.compile(r'\(\*|\*\)|"')
END = re.compile(r"\.(?=\s|$)")


class RefusedSource(ProofError):
    """A Rocq file that may not be compiled as a proof; the message names file, line and reason."""


@dataclass(frozen=True)
class Sentence:
    """One sentence without its full stop, in one line, and the line of the file where it begins."""

    line: int
    text: str

    @property
    def words(self) -> list[str]:
        """Its identifiers and keywords, in order."""
        return re.findall(r"[A-Za-z_][\w']*", self.text)


def bare(name: str, text: str) -> str:
    """The text with blanks for comments, line by line as before; ``RefusedSource`` where it cannot be read surely.

    >>> bare("a.v", "Lemma a (* of (* two *) *) : True.")
    'Lemma a                    : True.'
    >>> bare("a.v", 'Check "a".')
    Traceback (most recent call last):
    symicl.rocq.verify_text.RefusedSource: a.v:1: a string, which a proof does not need
    """
    kept, place = [], 0
    while found := COMMENT_OR_STRING.search(text, place):
        kept.append(text[place : found.start()])
        if found[0] != "(*":
            what = "a string, which a proof does not need" if found[0] == '"' else "*) ends no comment"
            raise RefusedSource(f"{name}:{line_of(text, found.start())}: {what}")
        place = _after_comment(name, text, found.start())
        kept.append(re.sub(r"[^\n]", " ", text[found.start() : place]))
    plain = "".join([*kept, text[place:]])
    if odd := re.search(r"[^\x20-\x7e\n\t\r]", plain):
        raise RefusedSource(f"{name}:{line_of(plain, odd.start())}: the character {odd[0]!r} outside of a comment")
    return plain


def _after_comment(name: str, text: str, start: int) -> int:
    """Where the comment ends that begins at ``start``; comments nest, and a string inside one hides its ends."""
    depth, place = 1, start + 2
    while depth:
        found = COMMENT_OR_STRING.search(text, place)
        if found is None:
            raise RefusedSource(f"{name}:{line_of(text, start)}: a comment that does not end")
        place = found.end()
        if found[0] == '"':
            place = text.find('"', place) + 1
            if not place:
                raise RefusedSource(f"{name}:{line_of(text, found.start())}: a string in a comment that does not end")
        else:
            depth += 1 if found[0] == "(*" else -1
    return place


def line_of(text: str, place: int) -> int:
    """The line of a place in a text, counted from 1."""
    return text.count("\n", 0, place) + 1


def sentences(name: str, plain: str) -> list[Sentence]:
    """The sentences of a text without comments, freed of bullets, braces and selectors.

    >>> [sentence.text for sentence in sentences("a.v", "Proof. - { by []. } all: exact: A.b. Qed.")]
    ['Proof', 'by []', 'exact: A.b', 'Qed']
    """
    found, place = [], 0
    for end in END.finditer(plain):
        found += _sentence(plain, place, end.start())
        place = end.end()
    rest = _sentence(plain, place, len(plain))
    if rest:
        raise RefusedSource(f"{name}:{rest[0].line}: a sentence without its full stop")
    return found


def _sentence(plain: str, start: int, end: int) -> list[Sentence]:
    while leading := LEADING.match(plain, start, end):
        start = leading.end()
    text = plain[start:end]
    start += len(text) - len(text.lstrip())
    return [Sentence(line_of(plain, start), " ".join(text.split()))] if text.strip() else []
