"""How long the command line takes, as a ratio to importing SymPy in the same run.

Goals: `symicl --help` at most 0.5, `symicl prove optimum` (derive, check, tex and html) at most 3.
"""

import statistics
import subprocess
import sys
import tempfile
import time

ROUNDS = 7


def seconds(command: list[str]) -> float:
    """The wall time of one run of a command."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    """Run the commands in turn, so that all of them meet the same noise, and print the ratios of their medians."""
    with tempfile.TemporaryDirectory() as folder:
        symicl = [sys.executable, "-m", "symicl"]
        commands = {
            "import sympy": [sys.executable, "-c", "import sympy"],
            "symicl --help": [*symicl, "--help"],
            "symicl list": [*symicl, "list"],
            "symicl prove optimum": [*symicl, "prove", "optimum", "--out", folder, "--format", "tex,html"],
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(ROUNDS):
            for name, command in commands.items():
                times[name].append(seconds(command))
    base = statistics.median(times["import sympy"])
    for name, found in times.items():
        print(f"{name:22} {statistics.median(found) / base:5.2f} × import sympy")


if __name__ == "__main__":
    main()
