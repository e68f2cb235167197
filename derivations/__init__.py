"""The derivations, one file a theorem, in reading order; which file imports which is the graph of the proof.

This file knows only their names, so that listing them costs nothing; a derivation is imported when it is asked for.

>>> [entry.id for entry in CATALOGUE][:3]
['prediction', 'moments', 'loss']
>>> derive("prediction").results[0].kind
'Proposition'
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from symicl.errors import UserError
from symicl.names import meant

if TYPE_CHECKING:
    from symicl.attention import Task
    from symicl.proof.chapter import Chapter


@dataclass(frozen=True)
class Entry:
    """A row of the catalogue."""

    id: str
    title: str
    source: str

    def chapter(self, **parts: Any) -> Chapter:
        """The chapter on this row: what its derivation hands over."""
        from symicl.proof.chapter import Chapter

        return Chapter(self.id, self.title, self.source, **parts)


PAPER = "arXiv:2306.09927"

CATALOGUE = (
    Entry("prediction", "The prediction of one linear attention layer", f"{PAPER}, §3.2"),
    Entry("moments", "Moments of the empirical covariance", f"{PAPER}, appendix; Isserlis 1918"),
    Entry("loss", "The population loss", f"{PAPER}, Lemma 5.2"),
    Entry("loss-full", "The population loss over all parameters", "symicl"),
    Entry("gradient", "The gradients of both losses", f"{PAPER}, §A.2"),
    Entry("stationary", "The stationary points", f"{PAPER}, §5"),
    Entry("optimum", "The global optimum", f"{PAPER}, Theorem 4.1"),
    Entry("flow", "Where gradient flow goes, and how fast", f"{PAPER}, Theorem 4.1, Lemmas 5.3, 5.4"),
    Entry("optimum-full", "The optimum over all parameters", "symicl"),
    Entry("trained-prediction", "What the trained layer predicts", f"{PAPER}, §4.1"),
    Entry("rates", "How many examples a wanted error takes", f"{PAPER}, Theorem 4.2"),
    Entry("risk", "The risk on prompts of any law", f"{PAPER}, Theorem 4.2"),
    Entry("nonlinear", "Nonlinear tasks", f"{PAPER}, §4.1"),
    Entry("shifts", "Tests that are not like the training", f"{PAPER}, §4.2"),
    Entry("learnability", "Linear models are learned in context", f"{PAPER}, §3.1"),
    Entry("random-covariance", "When every prompt has its own covariance", f"{PAPER}, Theorem 4.5"),
    Entry("gradient-descent", "Which algorithm the layer is, beside others", f"arXiv:2212.07677; {PAPER}, §4"),
)


#: All rows as one book.
BOOK = Entry("book", "Linear attention learns linear models in context", PAPER)


def entry(id: str) -> Entry:
    """The row with that id; ``UserError`` names the nearest one where there is none."""
    for row in CATALOGUE:
        if row.id == id:
            return row
    near = meant(id, (row.id for row in CATALOGUE))
    hint = f"did you mean {near!r}?" if near else "`symicl list` shows them all"
    raise UserError(f"unknown id {id!r}: {hint}")


@lru_cache(maxsize=64)
def derive(id: str, task: Task | None = None) -> Chapter:
    """Derive one result of the catalogue, by default for the paper's task, or for a task of one's own."""
    row = entry(id)
    module: Any = import_module(f"{__name__}.{row.id.replace('-', '_')}")
    return module.derive(task)


def derive_again(id: str, task: Task | None = None) -> Chapter:
    """Derive afresh, past every cache: for whoever wants to measure how long it takes."""
    from symicl import engine

    derive.cache_clear()
    for name in ("loss", "loss_full"):
        import_module(f"{__name__}.{name}").forget()
    engine.clear_caches()
    return derive(id, task)


def reading(id: str, task: Task | None = None) -> tuple[Chapter, ...]:
    """The chapters that ``id`` stands on, in reading order, and ``id`` itself last; for the book, all of them."""
    if id == BOOK.id:
        return tuple(derive(row.id, task) for row in CATALOGUE)
    needed = {id}
    todo = [id]
    while todo:
        for used in derive(todo.pop(), task).uses:
            if used not in needed:
                needed.add(used)
                todo.append(used)
    return tuple(derive(row.id, task) for row in CATALOGUE if row.id in needed)
