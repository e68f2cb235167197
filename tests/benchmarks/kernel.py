"""What trust costs: replaying the record of `optimum` beside deriving it, and `prove optimum` with and without kernel.

Goals: replaying takes less time than deriving; the kernel adds at most 50 % to `symicl prove optimum`.  Each run is
a process of its own, so that nothing is remembered from one to the next.  "Without kernel" is a kernel that reads
nothing and believes every equation.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 9
BLIND = """
from symicl.kernel import equations
from symicl.kernel.polynomial import Poly
class Blind:
    def __init__(self, **allowed): self.conditions, self.used = set(), set()
    def read(self, node): return Poly({})
equations.Reading = Blind
"""
PROVE = "from symicl.cli import main; import sys; main(['prove', 'optimum', '--out', sys.argv[1]])"
DERIVE = """
import gc, time; gc.disable()
from sympy.tensor import tensor
from symicl.derivations import gradient, loss_full, moments, optimum, reading, stationary
start = time.perf_counter(); reading("optimum"); print(time.perf_counter() - start)
"""
REPLAY = """
import gc, sys, time; gc.disable()
from pathlib import Path
from sympy.tensor import tensor
from symicl.records.reading import load
from symicl.records.replay import verify
start = time.perf_counter(); verify(load(Path(sys.argv[1]) / "optimum.proof.json")); print(time.perf_counter() - start)
"""


def run(script: str, folder: str) -> tuple[float, str]:
    """The wall time of a script in a new process, and what it prints."""
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", script, folder], check=True, capture_output=True, text=True)
    return time.perf_counter() - start, done.stdout


def main() -> None:
    """Print the ratios."""
    with tempfile.TemporaryDirectory() as folder:
        run(PROVE, folder)
        kept = (Path(folder) / "optimum.proof.json").read_text("utf-8")
        seen: dict[str, list[float]] = {"derive": [], "replay": [], "prove": [], "blind": []}
        for _ in range(ROUNDS):
            seen["derive"].append(float(run(DERIVE, folder)[1]))
            seen["replay"].append(float(run(REPLAY, folder)[1]))
            seen["prove"].append(run(PROVE, folder)[0])
            seen["blind"].append(run(BLIND + PROVE, folder)[0])
            (Path(folder) / "optimum.proof.json").write_text(kept, "utf-8")
    middle = {name: statistics.median(times) for name, times in seen.items()}
    print(f"replaying the record of optimum: {middle['replay'] / middle['derive']:.2f} × deriving it")
    print(f"prove optimum with the kernel: {middle['prove'] / middle['blind']:.2f} × without it")


if __name__ == "__main__":
    main()
