"""A record made again: each step through the kernel, in order, and its conclusion held against what is written.

There is no search here.  A step is an inference of the kernel called with the arguments that are written down; the
theorems it is made of are those of earlier steps, as the kernel made them just now.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import ProofError, SymiclError
from ..kernel.budget import allowance, spend
from ..kernel.theorem import INFERENCES, Theorem
from . import limits
from .limits import RecordError, within
from .reading import Record, load
from .terms import Sizes, nodes, references, statements


class Refused(ProofError):
    """A step that does not prove what is written."""


@dataclass(frozen=True)
class Verified:
    """What a record proves: its steps as theorems of the kernel, and its results by chapter, key and title."""

    record: Record
    steps: tuple[Theorem, ...]

    @property
    def results(self) -> list[tuple[str, str, str, tuple[Theorem, ...]]]:
        """Chapter, key, title and what is stated, for each result."""
        return [
            (row["chapter"], row["key"], row["title"], tuple(self.steps[i] for i in row["states"]))
            for row in self.record.results
        ]

    @property
    def axioms(self) -> frozenset[str]:
        """The axioms that the results stand on."""
        return frozenset().union(*(theorem.axioms for *_, theorems in self.results for theorem in theorems))


def verify(record: Record) -> Verified:
    """Make every theorem of a record again.

    ``RecordError`` where a row cannot be read, ``Refused`` (a ``ProofError``) names the first step that fails, or
    says that the checksum is not that of the content.
    """
    with allowance(limits.WORK):
        replayer = Replayer(record)
        for i, row in enumerate(record.steps):
            replayer.steps.append(replayer.step(i, row))
    stated = 0
    for i, row in enumerate(record.results):
        named = [*row["states"], *row["lines"]]
        stated += sum(
            replayer.stated_sizes.tree[record.steps[k]["proves"]] for k in named if k in range(len(replayer.steps))
        )
        within(stated, limits.STATED, "nodes of all that the results state")
        if not row["states"] or references(named, len(replayer.steps), f"result {i}") != named:
            raise RecordError(f"result {i}: it must name the steps that prove it")
    if not record.intact:
        raise Refused("every step holds, but the checksum is not that of the content: the record was changed")
    return Verified(record, tuple(replayer.steps))


def verify_record(path: Path | str) -> Verified:
    """The record in a file, made again: what ``symicl verify FILE`` does."""
    return verify(load(Path(path)))


class Replayer:
    """Makes the steps of a record one by one; ``steps`` are those made so far."""

    def __init__(self, record: Record) -> None:
        self.sizes = Sizes()
        self.nodes = nodes(record.nodes, self.sizes)
        self.statements, self.stated_sizes = statements(record.statements, self.nodes, self.sizes)
        self.steps: list[Theorem] = []

    def step(self, number: int, row: dict[str, Any]) -> Theorem:
        """The theorem of a step; ``Refused`` where the kernel or what is written says otherwise."""
        place = f"step {number} (by {row['by'][:40]})"
        infer = INFERENCES.get(row["by"])
        if infer is None:
            raise Refused(f"{place}: the kernel has no such inference")
        arguments = [self.argument(part, place) for part in row["from"]]
        try:
            theorem = infer(*arguments)
            self.compare(place, row, theorem)
        except (Refused, RecordError):
            raise
        except SymiclError as error:
            raise Refused(f"{place}: {error}") from error
        except RecursionError as error:
            raise Refused(f"{place}: this is nested too deeply to be worked with") from error
        except (TypeError, ValueError, ArithmeticError, AttributeError, LookupError, AssertionError) as error:
            raise Refused(f"{place}: the arguments are not what this inference takes ({error})") from error
        except MemoryError as error:
            raise Refused(f"{place}: this takes more memory than there is") from error
        return theorem

    def compare(self, place: str, row: dict[str, Any], theorem: Theorem) -> None:
        """What a step proves, assumes and uses must be what is written."""
        (written,) = self.stated([row["proves"]], place)
        if theorem.statement != written:
            raise Refused(f"{place}: it proves {theorem.statement}, not {written}, as is written")
        given = frozenset(self.stated(row["given"], place))
        if theorem.assumptions != given:
            held = ", ".join(sorted(map(str, theorem.assumptions))) or "nothing"
            raise Refused(f"{place}: it stands on {held}, and not on what is written")
        if sorted(theorem.axioms) != row["axioms"]:
            raise Refused(f"{place}: it uses the axioms {', '.join(sorted(theorem.axioms))}, and not those written")

    def stated(self, numbers: list[Any], place: str) -> list[Any]:
        """The statements with these numbers."""
        if references(numbers, len(self.statements), place) != numbers:
            raise RecordError(f"{place}: {numbers} are not numbers of statements")
        return [self.statements[i] for i in numbers]

    def argument(self, part: Any, place: str, depth: int = 0) -> Any:
        """An argument of an inference, from how it is written."""
        within(depth, 4, f"{place}: lists inside one another")
        if not isinstance(part, list) or not part or part[0] not in _KINDS:
            raise RecordError(f"{place}: an argument is one of {', '.join(_KINDS)}")
        kind, *rest = part
        within(len(rest), limits.PARTS, f"{place}: parts of a list")
        if kind == "list":
            return tuple(self.argument(inner, place, depth + 1) for inner in rest)
        if len(rest) != 1 or type(rest[0]) is not _KINDS[kind]:
            raise RecordError(f"{place}: {kind} is followed by one {_KINDS[kind].__name__}")
        value: Any = rest[0]
        if kind in ("name", "number"):
            within(len(str(value)), limits.NAME, f"{place}: characters")
            return value
        table: Any = {"step": self.steps, "statement": self.statements, "node": self.nodes}[kind]
        references([value], len(table), place)
        if kind in ("node", "statement"):
            # Walking through an expression takes time even where nothing is multiplied out.
            spend(1 + (self.sizes if kind == "node" else self.stated_sizes).tree[value])
        return table[value]


_KINDS: dict[str, type] = {"step": int, "statement": int, "node": int, "number": int, "name": str, "list": list}
