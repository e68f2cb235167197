"""How a point's samples are cut into chunks, and how many chunks come next.

The sizes follow from how many numbers a sample holds and from nothing else: the first ``ROUND`` chunks are small, the
next twice as large, and so on up to a largest size.  A number of samples takes as many chunks as it needs, the last one
cut short.  A wanted error takes rounds: after each, the chunks so far, merged in order, say how many more it probably
takes.  So neither depends on who computes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

#: How many chunks have one size, and how many the first round has at least.
ROUND = 16
#: Numbers held in all samples of a first and of a largest chunk; some thousandths and some tenths of a second.
FIRST, LARGEST = 1 << 17, 1 << 24
#: A round of chunks aims a little beyond what seems to be needed, since the error is known only roughly.
BEYOND = 1.05


@dataclass(frozen=True)
class Sizes:
    """The sizes of a point's chunks, for samples that hold ``doubles`` numbers each.

    >>> sizes = Sizes(1 << 12)
    >>> sizes.of(0), sizes.of(15), sizes.of(16), sizes.of(10_000)
    (32, 32, 64, 4096)
    """

    doubles: int

    def of(self, index: int) -> int:
        """The samples of a chunk."""
        return max(1, min(FIRST << min(index // ROUND, 60), LARGEST) // self.doubles)

    def up_to(self, samples: int) -> list[int]:
        """The sizes of the chunks that hold that many samples, the last one cut short.

        >>> Sizes(1 << 12).up_to(70)
        [32, 32, 6]
        """
        found: list[int] = []
        left = samples
        for size in self._all():
            if left <= 0:
                return found
            found.append(min(size, left))
            left -= size
        return found

    def chunks(self, samples: int) -> int:
        """How many chunks hold that many samples, also where they are too many to be listed.

        >>> sizes = Sizes(1 << 12)
        >>> sizes.chunks(70), sizes.chunks(10**9) == len(sizes.up_to(10**9))
        (3, True)
        """
        found, index, largest = 0, 0, self.of(ROUND * 60)
        while samples > 0:
            size = self.of(index)
            taken = -(-samples // size)
            if size != largest:
                taken = min(ROUND, taken)
            found, index, samples = found + taken, index + ROUND, samples - taken * size
        return found

    def round(self, done: int, samples: int, wanted: float) -> list[int]:
        """The sizes of the chunks after ``done`` chunks of ``samples`` samples, where ``wanted`` samples seem enough.

        At least one chunk, and never more than double what is there, lest a first error that happened to be large
        makes the run long; but at least as many as the first round has, if that many are wanted.

        >>> sizes = Sizes(1 << 12)
        >>> len(sizes.round(0, 0, 0)), len(sizes.round(16, 512, 540)), len(sizes.round(64, 7680, 1e9))
        (16, 1, 64)
        """
        if not done:
            return [self.of(index) for index in range(ROUND)]
        found: list[int] = []
        for index in range(done, done + max(ROUND, done)):
            found.append(self.of(index))
            samples += found[-1]
            if samples >= BEYOND * wanted:
                break
        return found

    def _all(self) -> Iterator[int]:
        return map(self.of, count())
