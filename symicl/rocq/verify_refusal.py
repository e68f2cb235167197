"""What is said of a proof that coqc does not accept: the file and the line, the lemma with its comment, its statement.

The comment above a lemma is the file's own word; in a file that symicl wrote it says the step of the proof record, and
the inference that made it.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from .verify_build import said
from .verify_rules import STATEMENT, Source
from .verify_text import RefusedSource, Sentence

WIDE, LINES = 110, 40


class RefusedStep(RefusedSource):
    """A statement or a definition, ``name``, in a ``file`` that coqc does not accept."""

    def __init__(self, message: str, file: str, name: str) -> None:
        super().__init__(message)
        self.file, self.name = file, name


def rejected(source: Source, text: str, printed: str) -> RefusedSource:
    """Which file, line and lemma, what coqc says of it, and on further lines what the lemma states."""
    place = re.search(r'File "[^"]*", line (\d+)', printed)
    if place is None:
        return RefusedSource(f"{source.name}: {said(printed)}")
    line = int(place[1])
    inside = [s for s in source.sentences if s.line <= line and STATEMENT.match(s.text)]
    if not inside:
        return RefusedSource(f"{source.name}:{line}: {said(printed)}")
    last = inside[-1]
    kind, name = STATEMENT.match(last.text).group(1, 2)  # type: ignore[union-attr]
    comment = next(_comments_above(text, last.line), "")
    head = f"{source.name}:{line}: `{name}`{f' ({comment})' if comment else ''} is not accepted: {said(printed)}"
    shown = [f"  `{name}` states (line {last.line}):", *_shown(last, name)] if kind != "Definition" else []
    return RefusedStep("\n".join([head, *shown]), source.name, name)


def _shown(sentence: Sentence, name: str) -> Iterator[str]:
    """The statement, in lines of a width that can be read."""
    stated = sentence.text.partition(name)[2].strip().removeprefix(":").strip()
    stated = stated.replace("\\tr (", "\\tr\u00a0(")  # not to be torn apart
    wrapped = textwrap.wrap(stated, WIDE, break_long_words=False, break_on_hyphens=False)
    lines = [line.replace("\u00a0", " ") for line in wrapped]
    yield from (f"    {line}" for line in lines[:LINES])
    if len(lines) > LINES:
        yield "    …"


def _comments_above(text: str, line: int) -> Iterator[str]:
    """The comment that stands right above a line, in one short line."""
    above = "\n".join(text.splitlines()[: line - 1]).rstrip()
    if above.endswith("*)"):
        comment = " ".join(above[above.rfind("(*") + 2 : -2].split())
        yield comment if len(comment) <= 160 else f"{comment[:160]} …"
