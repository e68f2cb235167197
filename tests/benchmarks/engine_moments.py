"""E of S A₁ S A₂ … S with different letters, and of powers of S, beside FORM where it is installed.

FORM is given the least it has to do: one global pairing ``dd_``, the same pairing of rows and of columns, contracted;
it does not bring chains and traces into normal form, so that its true time is longer.  Goals: 10,395 and 135,135 terms
at least 20 × faster, 2,027,025 terms in less than FORM takes for 135,135; caches are cleared before each repetition.
"""

import resource
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from symicl import Gaussian, dimension, engine, matrix, positive_definite

d, N = dimension("d"), dimension("N")
COVARIANCE = positive_definite("Lambda", d)
X = Gaussian("X", d, N, COVARIANCE)


def word(k: int) -> engine.Form:
    """S A₁ S A₂ … S with k copies of S."""
    out = X @ X.T / N
    for i in range(1, k):
        out = out @ matrix(f"A{i}", d) @ X @ X.T / N
    return engine.form(out)


def form_program(k: int) -> str:
    """The same for FORM: ends 1 … 2k, ends 2m − 1 and 2m belong to the m-th S."""
    ends = range(1, 2 * k + 1)
    names = {letter: ",".join(f"{letter}{i}" for i in ends) for letter in "krl"}
    columns = "*".join(f"d_(l{2 * m - 1},l{2 * m})" for m in range(1, k + 1))
    letters = "*".join(f"A{m}(r{2 * m},r{2 * m + 1})" for m in range(1, k))
    return (
        f"Off Statistics;\nSymbol N;\nIndex i,j,{names['k']},{names['r']};\nIndex {names['l'].replace(',', '=N,')}=N;\n"
        f"CFunction p,{','.join(f'A{m}' for m in range(1, k))};\nSet SK:{names['k']};\nSet SR:{names['r']};\n"
        f"Set SL:{names['l']};\nSymbol m,n;\nLocal E = dd_({names['k']});\n"
        "id d_(i?SK[m],j?SK[n]) = p(i,j);\n"
        "repeat;\nid once p(i?SK[m],j?SK[n]) = d_(SR[m],SR[n])*d_(SL[m],SL[n]);\nendrepeat;\n"
        f"multiply {columns};\nmultiply {letters};\n.sort\n.end\n"
    )


def seconds(work: Callable[[], object], rounds: int) -> float:
    """The median time of one call."""
    times = []
    for _ in range(rounds):
        engine.clear_caches()
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def run_form(program: str) -> None:
    """One run of FORM."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "moment.frm"
        path.write_text(program)
        done = subprocess.run(["form", str(path)], cwd=folder, capture_output=True, text=True, check=True)
        if "error" in done.stdout.lower():
            raise RuntimeError(done.stdout)


def main() -> None:
    """Print the ratios."""
    ours = {k: seconds(lambda k=k: len(engine.expect(word(k), X)), 5 if k < 8 else 2) for k in (6, 7, 8)}
    whole = {k: seconds(lambda k=k: engine.expect(word(k), X).data, 3) for k in (6, 7)}
    if shutil.which("form") is None:
        print("form: not installed, skipped")
        return
    theirs = {k: seconds(lambda k=k: run_form(form_program(k)), 3 if k < 7 else 1) for k in (6, 7)}
    for k in (6, 7):
        fast, written = theirs[k] / ours[k], theirs[k] / whole[k]
        print(f"k = {k}: {fast:6.1f} × faster than FORM ({written:.1f} × with all terms written)")
    print(f"k = 8: {theirs[7] / ours[8]:6.1f} × faster than FORM at k = 7")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"peak memory of this process: {peak:.1f} GiB")
    power = seconds(lambda: engine.wishart_power(10, COVARIANCE, N), 5)
    print(f"E S^10 by partitions: {power / ours[6]:.2f} × the time of k = 6 with different letters")


if __name__ == "__main__":
    main()
