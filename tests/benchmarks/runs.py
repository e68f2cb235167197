"""The runner: two workers beside one, and the runner's own share beside a bare loop.

Goals: two workers at least 1.7 × one worker's throughput on two processors that are otherwise idle; the runner at most
1.1 × the bare loop, checkpoints included.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from symicl.runs.document import Document
from symicl.runs.engines import engine
from symicl.runs.kinds import Options, kind_of
from symicl.runs.runner import compute, run

ROUNDS = 3
TEXT = """
estimator = "forward"
samples = 12_000
[setting]
d = 20
N = 100
[sweep]
M = [100, 101]
"""


def seconds(work: Callable[[], object]) -> float:
    """The wall time of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    """All in turn, so that all of them meet the same noise; the ratios of their medians."""
    document = Document("benchmark", TEXT)

    def job():
        return kind_of(document).read(document, Options())

    def loop() -> None:
        for chunk in job().wave({}):
            chunk.do()

    def kept() -> None:
        with tempfile.TemporaryDirectory() as folder:
            run(job(), engine("serial"), Path(folder) / "result.json")

    works: dict[str, Callable[[], object]] = {
        "a bare loop": loop,
        "serial, with checkpoints": kept,
        "one worker": lambda: compute(job(), engine("loky", 1)),
        "two workers": lambda: compute(job(), engine("loky", 2)),
    }
    for work in works.values():
        work()  # workers are started, theorems derived
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            times[name].append(seconds(work))
    median = {name: statistics.median(found) for name, found in times.items()}
    print(f"serial, with checkpoints  {median['serial, with checkpoints'] / median['a bare loop']:5.2f} × a bare loop")
    print(f"one worker                {median['one worker'] / median['a bare loop']:5.2f} × a bare loop")
    print(f"two workers               {median['one worker'] / median['two workers']:5.2f} × one worker's throughput")


if __name__ == "__main__":
    main()
