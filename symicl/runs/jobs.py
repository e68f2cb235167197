"""What a runner runs: a job hands out chunks in waves, and makes a result of their answers.

An answer is plain data that JSON holds without loss (numbers as hexadecimal text where bits matter), because it goes
into a checkpoint and comes back from one.  What a job does next may depend on answers alone, never on who computed
them, when, or in which order they came: so a result is the same for any number of workers and for any engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

Answer = dict[str, Any]


class Key(NamedTuple):
    """Which chunk: the point of the grid and the chunk's place among those of the point."""

    point: int
    place: int


class Chunk(Protocol):
    """A piece of work that a worker does alone: picklable, and with the same answer wherever it is done."""

    @property
    def key(self) -> Key:
        """Its place in the job."""

    @property
    def size(self) -> int:
        """How much it is, such as its number of samples; a checkpoint of another size is not used for it."""

    @property
    def cost(self) -> float:
        """How long it takes beside other chunks of the job, for the time that is left."""

    def do(self) -> Answer:
        """The answer."""


class Job(Protocol):
    """An experiment, ready to run."""

    title: str

    def identity(self) -> dict[str, Any]:
        """All that an answer depends on; a checkpoint of another identity is refused.  It holds the ``kind``."""

    def written(self) -> dict[str, Any]:
        """All that it takes to make this job again, plain data for JSON; it holds the ``kind``."""

    def wave(self, answers: Mapping[Key, Answer]) -> Sequence[Chunk]:
        """What is to be done next, given all answers so far; nothing where the job is done."""

    def left(self, answers: Mapping[Key, Answer]) -> float:
        """About how much cost remains after the chunks that have been handed out."""

    def result(self, answers: Mapping[Key, Answer]) -> dict[str, Any]:
        """What the result holds beside the job and the versions, plain data for JSON, the same for the same answers."""
