"""Sentences that remember how they were put together, so that a report can say them in another language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Said(str):
    """An English sentence made of a ``template`` with ``{name}`` fields and of the ``parts`` that fill them.

    A part is text, or a sentence of its own, or a tuple of sentences, which stand one after the other.  For whoever
    does not ask for its parts it is a string like any other.

    >>> found = Said("{subject}: {count} cases", subject="the loss", count=3)
    >>> print(found, found.template, found.parts["subject"], sep=" | ")
    the loss: 3 cases | {subject}: {count} cases | the loss
    """

    template: str
    parts: Mapping[str, Any]

    def __new__(cls, template: str, /, **parts: Any) -> Said:
        """The sentence; parts that are no text are shown as ``str`` shows them."""
        texts = {name: part if isinstance(part, (str, tuple)) else str(part) for name, part in parts.items()}
        english = {name: "; ".join(part) if isinstance(part, tuple) else part for name, part in texts.items()}
        said = super().__new__(cls, template.format_map(english))
        said.template, said.parts = template, texts
        return said

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:  # type: ignore[override]
        return (self.template,), dict(self.parts)


def sizes(pairs: Any) -> str:
    """Sizes (d, N), one after the other.

    >>> sizes([(2, 5), (3, 10)])
    '(2, 5), (3, 10)'
    """
    return ", ".join(f"({d}, {N})" for d, N in pairs)


def at(d: int, N: int, why: Any) -> Said:
    """What happened at one size."""
    return Said("d = {d}, N = {N}: {why}", d=d, N=N, why=str(why))


def stopped(why: Any) -> Said:
    """What kept the judge from judging."""
    return Said("the judge could not run: {why}", why=str(why))
