"""The population loss from the prediction, symbolic d and N, beside FORM with a normal form of chains and traces.

Goals: the loss at p = q = 0 in less than 2 ms, the loss of all blocks (31 monomials) in less than 7 ms and not slower
than FORM.  Every cache is cleared before each round; FORM runs as a process, start included, and must find as many
monomials.
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

from symicl import Gaussian, dimension, matrix, positive_definite, scalar, vector
from symicl.engine import clear_caches, expect, form

FORM = r"""
Symbols N,u,x,y,P,Q,Um,Ut,Lm;
Dimension N;
Indices n1,n2;
Dimension 1000;
Indices i,j,k,a1,a2,a3,b1,b2,b3;
Tensors U,L(symmetric),V1,V2,w;
Vectors v1,...,v4,s1,...,s6;
CFunctions XX,ss,ww,C,D,S,S1,Sd,T(cyclesymmetric),T1(cyclesymmetric),Td(cyclesymmetric),cc(symmetric),f;
Set vv: v1,v2,v3,v4;
Set sv: s1,...,s6;
Set vr: a1,a2,b1,b2;
Set vn: n1,n1,n2,n2;
Set sr: a1,a2,a3,b1,b2,b3;
Local E = 1/2
#do c={a,b}
 *(
#if `c' == a
  #define p "v1,v2"
  #define s "s3"
  #define t "s1,s2,s3"
#else
  #redefine p "v3,v4"
  #redefine s "s6"
  #redefine t "s4,s5,s6"
#endif
  N^-1*( XX(`p')*(V1(`c'1)+u*w(`c'1))*(U(`c'2,`c'3)+w(`c'2)*V2(`c'3))*ss(`s')
       + V1(`c'1)*U(`c'2,`c'3)*ss(`t') )
  - w(`c'3)*ss(`s') )
#enddo
;
Multiply ww*XX*ss;
repeat;
  id ww(?a)*w(i?) = ww(?a,i);
  id XX(?a)*XX(?b) = XX(?a,?b);
  id ss(?a)*ss(?b) = ss(?a,?b);
endrepeat;
id ww(i?) = 0;
id ww(i?,j?,k?) = 0;
id ww(?a) = dd_(?a);
id ss(?a) = dd_(?a);
id XX(?a) = dd_(?a);
repeat;
  id v1?vv[x].v2?vv[y] = L(vr[x],vr[y])*d_(vn[x],vn[y]);
  id s1?sv[x].s2?sv[y] = L(sr[x],sr[y]);
endrepeat;
#do r=1,4
  id once V1(i?) = C(P,i);
  if (match(C(?a)) == 0) id once V2(i?) = C(Q,i);
  repeat;
    id C(?a,i?)*L(i?,j?) = C(?a,Lm,j);
    id C(?a,i?)*U(i?,j?) = C(?a,Um,j);
    id C(?a,i?)*U(j?,i?) = C(?a,Ut,j);
  endrepeat;
  id C(?a,i?)*V1(i?) = S(?a,P)*S1(?a,P);
  id C(?a,i?)*V2(i?) = S(?a,Q)*S1(?a,Q);
  transform,S1,replace(1,last)=(Um,Ut,Ut,Um),reverse(1,last);
  id S(?a)*S1(?b) = cc(f(?a),f(?b));
  id cc(f(?a),f(?b)) = Sd(?a);
#enddo
#do r=1,4
  id once L(i?,j?) = D(i,Lm,j);
  repeat;
    id D(i?,?a,i?) = T(?a)*T1(?a);
    id D(i?,?a,j?)*L(j?,k?) = D(i,?a,Lm,k);
    id D(i?,?a,j?)*U(j?,k?) = D(i,?a,Um,k);
    id D(i?,?a,j?)*U(k?,j?) = D(i,?a,Ut,k);
  endrepeat;
  id D(i?,?a,i?) = T(?a)*T1(?a);
  transform,T1,replace(1,last)=(Um,Ut,Ut,Um),reverse(1,last);
  id T(?a)*T1(?b) = cc(T(?a),T(?b));
  id cc(T(?a),T(?b)) = Td(?a);
#enddo
.end
"""
SMALL = "  N^-1*( XX(`p')*u*w(`c'1)*U(`c'2,`c'3)*ss(`s') )"
d, N, u = dimension("d"), dimension("N"), scalar("u")
L = positive_definite("Lambda", d)
X, x, w = Gaussian("X", d, N, L), Gaussian("x_q", d, 1, L), Gaussian("w", d)
U, p, q = matrix("U", d), vector("p", d), vector("q", d)


def prediction(full: bool) -> Any:
    """ŷ, with all blocks or with p = q = 0."""
    y = X.T @ w
    if not full:
        return u / N * (y.T @ X.T @ U @ x)
    past = p.T @ (X @ X.T + x @ x.T) @ U @ x + (p.T @ X @ y) * (q.T @ x)
    return (past + u * (y.T @ X.T @ U @ x) + u * (y.T @ y) * (q.T @ x)) / N


def loss(full: bool) -> Any:
    """From the normal form of ŷ to that of ½E(ŷ − wᵀx)²."""
    error = form(prediction(full)) - form(w.T @ x)
    return expect(error * error / 2)


def seconds(work: Callable[[], Any], rounds: int) -> float:
    """The median time of ``work``, each time without anything remembered."""
    times = []
    for _ in range(rounds):
        clear_caches()
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def form_seconds(full: bool, rounds: int) -> tuple[float, int]:
    """The median wall time of FORM, and the number of terms that it reports."""
    program = FORM if full else re.sub(r"  N\^-1\*\(.*?`c'3\)\*ss\(`t'\) \)", lambda _: SMALL, FORM, flags=re.S)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "loss.frm").write_text(program)
        times, terms = [], 0
        for _ in range(rounds):
            start = time.perf_counter()
            run = subprocess.run(["form", "loss.frm"], cwd=folder, capture_output=True, text=True, check=True)
            times.append(time.perf_counter() - start)
            terms = int(re.findall(r"Terms in output =\s*(\d+)", run.stdout)[-1])
    return statistics.median(times), terms


def main() -> None:
    """Print one block for each of the two losses."""
    for full, name, goal in ((False, "loss (p = q = 0)", 2), (True, "loss, all blocks", 7)):
        ours = seconds(lambda full=full: loss(full), 31)
        print(f"{name}: {ours * 1e3:.2f} ms, {len(loss(full))} monomials, goal {goal} ms")
        if shutil.which("form"):
            theirs, terms = form_seconds(full, 15)
            assert terms == len(loss(full))
            print(f"   FORM {theirs * 1e3:.2f} ms, {terms} monomials, ratio {theirs / ours:.1f}")
        else:
            print("   FORM: not on this machine; skipped (apt-get install form)")


if __name__ == "__main__":
    main()
