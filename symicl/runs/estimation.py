"""The job of the kind ``estimate``: the mean of a quantity over sampled prompts at each point of a grid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ..errors import UserError
from ..simulate import Moments, Setting
from ..simulate import estimator as estimator_of
from ..simulate.stopping import enough, needed
from .jobs import Answer, Chunk, Key
from .plan import Sizes

#: The relative standard error that is wanted where nothing is said.
TARGET = 0.01
#: More than that is not begun: weeks of one processor.
MOST_CHUNKS, MOST_SAMPLES = 1_000_000, 1e15


@dataclass(frozen=True)
class Draws:
    """A chunk: so many values of an estimator, from a generator that its key and the seed make.

    >>> from numpy.random import SeedSequence
    >>> Draws(Key(1, 2), 4, 1.0, 7, "forward", None).generator().random() == np.random.default_rng(
    ...     SeedSequence(7).spawn(2)[1].spawn(3)[2]).random()
    True
    """

    key: Key
    size: int
    cost: float
    seed: int
    estimator: str
    setting: Setting

    def generator(self) -> np.random.Generator:
        """Its own random numbers."""
        return np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=self.key))

    def do(self) -> Answer:
        """The moments of its values."""
        values = estimator_of(self.estimator).draw(self.setting, self.generator(), self.size)
        return Moments.of(values).as_dict()


@dataclass(frozen=True)
class Asked:
    """A point of the grid with the estimator that is used there, and which theorem is asked (any, for None)."""

    at: dict[str, Any]
    setting: Setting
    estimator: str
    theorem: str | None

    @property
    def sizes(self) -> Sizes:
        """How its samples are cut into chunks."""
        return Sizes(estimator_of(self.estimator).doubles(self.setting))


@dataclass(frozen=True)
class Stop:
    """``samples`` at each point, or as many as a relative standard error of ``target`` takes."""

    samples: int | None = None
    target: float | None = None


class Estimation:
    """A job of this kind: the points, and when there are enough samples."""

    kind = "estimate"

    def __init__(
        self, title: str, seed: int, shared: dict[str, Any], asked: Sequence[Asked], stop: Stop, plot: dict[str, Any]
    ) -> None:
        self.title, self.seed, self.shared, self.asked, self.stop, self.plot = title, seed, shared, asked, stop, plot
        self._target = stop.target or TARGET
        self._merged: dict[int, tuple[int, Moments]] = {}

    def identity(self) -> dict[str, Any]:
        """All that a chunk's moments depend on: not when to stop, so that a run can go on to a closer target."""
        points = [{"at": asked.at, "estimator": asked.estimator} for asked in self.asked]
        return {"kind": self.kind, "seed": self.seed, "setting": self.shared, "points": points}

    def written(self) -> dict[str, Any]:
        """All that it takes to run it again."""
        return {**self.identity(), "stop": asdict(self.stop), "theorem": self.asked[0].theorem, "plot": self.plot}

    def merged(self, point: int, answers: Mapping[Key, Answer]) -> tuple[int, Moments]:
        """The number of chunks of a point and their moments, merged in order."""
        done, moments = self._merged.get(point, (0, Moments()))
        while (answer := answers.get(Key(point, done))) is not None:
            done, moments = done + 1, moments + Moments.from_dict(answer)
        self._merged[point] = done, moments
        return done, moments

    def wave(self, answers: Mapping[Key, Answer]) -> Sequence[Chunk]:
        """The next chunks of all points that need more."""
        chunks: list[Chunk] = []
        for point, asked in enumerate(self.asked):
            done, moments = self.merged(point, answers)
            doubles = asked.sizes.doubles
            for index, size in enumerate(self._next(asked, done, moments), start=done):
                chunks.append(Draws(Key(point, index), size, size * doubles, self.seed, asked.estimator, asked.setting))
        return chunks

    def _next(self, asked: Asked, done: int, moments: Moments) -> list[int]:
        if self.stop.samples is not None:
            return [] if done else asked.sizes.up_to(self.stop.samples)
        if done and enough(moments, self._target):
            return []
        wanted = needed(moments, self._target)
        if not wanted < MOST_SAMPLES or asked.sizes.chunks(int(wanted)) > MOST_CHUNKS:
            where = ", ".join(f"{key} = {value}" for key, value in asked.at.items())
            raise UserError(
                f"a relative error of {self._target:g} would take {wanted:.2g} samples with {asked.estimator}"
                f"{' at ' + where if where else ''}; wish for less, or take a more precise estimator"
            )
        return asked.sizes.round(done, moments.count, wanted)

    def left(self, answers: Mapping[Key, Answer]) -> float:
        """The cost of what points with a target will still want after the chunks that they are given now."""
        if self.stop.samples is not None:
            return 0.0
        total = 0.0
        for point, asked in enumerate(self.asked):
            done, moments = self.merged(point, answers)
            given = sum(self._next(asked, done, moments))
            total += max(0.0, needed(moments, self._target) - moments.count - given) * asked.sizes.doubles
        return total

    def result(self, answers: Mapping[Key, Answer]) -> dict[str, Any]:
        """The estimates with what theorems say, and the verdict over all of them."""
        from threadpoolctl import threadpool_limits

        from .comparison import compared

        with threadpool_limits(limits=1):  # as in the chunks, so that no bit depends on the machine's cores
            return compared(self.asked, [self.merged(point, answers) for point in range(len(self.asked))])
