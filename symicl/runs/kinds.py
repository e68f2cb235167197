"""The kinds of experiment.  A kind is one class in one table, and a file names it: ``kind = "estimate"``, the default.

What is common to all of them is read here: ``title``, ``kind`` and ``seed``.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol

from ..errors import UserError
from .document import Document, nearest, shown
from .jobs import Job

#: Where each kind is, as module and class; one is imported when it is asked for.
KINDS = {"estimate": (".estimates", "Estimates"), "training": (".training", "Trainings")}
COMMON = ("title", "kind", "seed")
SEED, SEEDS = 20230616, 2**63 - 1


@dataclass(frozen=True)
class Options:
    """What the command line says in place of the file."""

    seed: int | None = None
    samples: int | None = None
    target_rel_error: float | None = None
    workers: int = 1


class Kind(Protocol):
    """How a kind of experiment is read, run again, shown and drawn.  A result is the plain data of its file."""

    def read(self, document: Document, options: Options) -> Job:
        """The job that a file asks for; ``UserError`` with the line where it asks for nothing that can be done."""

    def again(self, result: dict[str, Any]) -> Job:
        """The job that made a result."""

    def rows(self, result: dict[str, Any]) -> list[tuple[str, ...]]:
        """The result as a table, its head first."""

    def notes(self, result: dict[str, Any]) -> list[str]:
        """What is said below the table, line by line; the verdict last."""

    def failed(self, result: dict[str, Any]) -> bool:
        """Whether a comparison failed."""

    def draw(self, result: dict[str, Any], figure: Any) -> None:
        """The result as a matplotlib figure; ``UserError`` where there is nothing to draw."""


def kind(name: str) -> Kind:
    """The kind of that name; ``UserError`` for another."""
    if name not in KINDS:
        raise UserError(f"kind {shown(name)} is unknown: {nearest(name, KINDS)}")
    module, made = KINDS[name]
    found: Kind = getattr(import_module(module, __package__), made)()
    return found


def kind_of(document: Document) -> Kind:
    """The kind of experiment that a file asks for."""
    name = document.text_of("kind", "estimate")
    if name not in KINDS:
        raise document.error(("kind",), f"{shown(name)} is unknown: {nearest(name, KINDS)}")
    return kind(name)


def seed_of(document: Document, options: Options) -> int:
    """The seed: of the command line, else of the file, else a fixed one."""
    seed = document.integer("seed", 0, SEEDS) if options.seed is None else options.seed
    return SEED if seed is None else seed
