"""E[S A₁ S … A_{k−1} S] with general matrices A_i between, S = X Xᵀ/N, beside FORM doing the same.

Goals: k = 6 (10,395 terms) and k = 7 (135,135 terms) at least 20 × faster than FORM, k = 8 (2,027,025 terms) in less
time than FORM takes for k = 7; E[S¹⁰] in less than 27 ms.  Two times are shown: until the form exists, its terms
counted and standing in arrays, and until each term is a Python object.  Every cache is cleared before each round; FORM
runs as a process, start included, with one global pairing (dd_), and puts chains and traces together from the pairs.
"""

from __future__ import annotations

import re
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from symicl import Gaussian, dimension, matrix, positive_definite
from symicl.engine import clear_caches, expect, form, wishart_power

FORM = r"""
#define K "@K@"
#define M "{2*`K'}"
Symbols N,x,y,z,Lm,E0,e1,...,e`K',f1,...,f`K';
Dimension N;
Indices n1,...,n`K';
Vectors v1,...,v`M';
CFunctions C,D,G(symmetric),tr,chain;
Set vv: v1,...,v`M';
Set nn: n1,n1
#do i=2,`K'
 ,n`i',n`i'
#enddo
;
Set nxt: 0
#do i=1,{`K'-1}
 ,{2*`i'+1},{2*`i'}
#enddo
 ,0;
Set lab: E0
#do i=1,{`K'-1}
 ,e`i',f`i'
#enddo
 ,E0;
Local E = dd_(v1,...,v`M');
repeat id v1?vv[x].v2?vv[y] = G(x,y)*d_(nn[x],nn[y]);
Multiply C(1);
repeat id C(?a,x?)*G(x?,y?) = C(?a,lab[y],nxt[y]);
id C(?a,0) = chain(?a);
#do i=1,{`K'-1}
id once G(x?,y?) = D(x,lab[y],nxt[y]);
repeat;
  id D(x?,?a,x?) = tr(?a);
  id D(x?,?a,y?)*G(y?,z?) = D(x,?a,lab[z],nxt[z]);
endrepeat;
id D(x?,?a,x?) = tr(?a);
#enddo
.end
"""
d, N = dimension("d"), dimension("N")
L = positive_definite("Lambda", d)
X = Gaussian("X", d, N, L)


def word(k: int) -> Any:
    """S A₁ S … A_{k−1} S."""
    node = X @ X.T
    for i in range(1, k):
        node = node @ matrix(f"A{i}", d) @ X @ X.T
    return node / N**k


def seconds(work: Callable[[], Any], rounds: int) -> float:
    """The median time of ``work``, each time without anything remembered."""
    times = []
    for _ in range(rounds):
        clear_caches()
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def form_seconds(k: int, rounds: int) -> tuple[float, int]:
    """The median wall time of FORM, and the number of terms that it reports."""
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "moment.frm"
        program.write_text(FORM.replace("@K@", str(k)))
        times, terms = [], 0
        for _ in range(rounds):
            start = time.perf_counter()
            run = subprocess.run(["form", program.name], cwd=folder, capture_output=True, text=True, check=True)
            times.append(time.perf_counter() - start)
            terms = int(re.findall(r"Terms in output =\s*(\d+)", run.stdout)[-1])
    return statistics.median(times), terms


def main() -> None:
    """Print one line for each k."""
    peer = shutil.which("form")
    if not peer:
        print("FORM: not on this machine; skipped (apt-get install form)")
    last = 0.0
    for k, rounds in ((2, 9), (3, 9), (4, 9), (5, 9), (6, 7), (7, 5), (8, 3)):
        node = word(k)
        arrays = seconds(lambda node=node: len(expect(form(node))), rounds)
        line = f"k = {k}  {len(expect(form(node))):>9,} terms   arrays {arrays * 1e3:9.2f} ms"
        if k < 8:
            objects = seconds(lambda node=node: expect(form(node)).data, min(rounds, 3))
            line += f"   as objects {objects * 1e3:9.2f} ms"
        if peer and k < 8:
            last, terms = form_seconds(k, min(rounds, 3))
            line += (
                f"   FORM {last * 1e3:9.2f} ms ({terms:,} terms)   ratio {last / arrays:6.1f} and {last / objects:6.1f}"
            )
        elif peer:
            line += f"   FORM at k = 7: {last * 1e3:.0f} ms, ratio {last / arrays:.1f}"
        print(line, flush=True)
    print(f"E[S^10] (97 products of traces): {seconds(lambda: wishart_power(10, L, N), 15) * 1e3:.2f} ms, goal 27 ms")
    print(f"E[S^12]: {seconds(lambda: wishart_power(12, L, N), 15) * 1e3:.2f} ms")


if __name__ == "__main__":
    main()
