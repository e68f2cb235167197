"""Proof records in Rocq: coqc accepts them, and refuses each changed one at the step that was changed."""

import re
import shutil
from fractions import Fraction
from functools import cache

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from symicl.derivations import derive

from symicl.cli import main
from symicl.language.expressions import tr
from symicl.language.letters import Gaussian, dimension, scalar
from symicl.language.mean import Derivative, Gradient, Mean, SecondVariation, Tail, named, second_variation, tail
from symicl.language.rewrite import exchange
from symicl.language.statements import Ge
from symicl.records.reading import parse
from symicl.records.replay import verify
from symicl.records.writing import Named, record
from symicl.rocq.export import COVERED, export
from symicl.rocq.letters import Vocabulary
from symicl.rocq.names import TAKEN, identifier
from symicl.rocq.slopes import Slopes
from symicl.rocq.squares import Squares
from symicl.rocq.steps import Steps
from symicl.rocq.terms import NotExported, Terms
from symicl.rocq.verify_build import Coqc, compiled_library
from symicl.rocq.verify_refusal import LINES
from symicl.rocq.verify_rules import read
from symicl.rocq.verify_text import bare

needs_coqc = pytest.mark.skipif(shutil.which("coqc") is None, reason="coqc is not on this machine")
CLOSED = "Closed under the global context"


@cache
def verified(id):
    """The record of a row, or of one result of it (``row:result``), made again by the kernel."""
    id, _, key = id.partition(":")
    chapter = derive(id)
    kept = [r for r in chapter.results if key in ("", r.key)]
    results = [Named(chapter.id, r.key, r.title, (r.theorem, *r.also)) for r in kept]
    return verify(parse(record(results, id=id, title=chapter.title, source=chapter.source, version="")))


def compiled(folder, exported):
    """What coqc says of a file."""
    (folder / f"{exported.name}.v").write_text(exported.text)
    coqc = Coqc()
    with compiled_library(coqc, lambda name, seconds: None) as library:
        return coqc.compile(folder, f"{exported.name}.v", {"Symicl": library, "Proofs": folder})


@needs_coqc
@pytest.mark.parametrize("id", COVERED)
def test_coqc_accepts_a_row(tmp_path, id):
    for exported in export(verified(id)).files:
        answer = compiled(tmp_path, exported)
        assert answer.accepted, answer.printed[-2000:]
        assert answer.printed.count(CLOSED) == len(exported.theorems) > 0


def step(id, rule, holds):
    """The number of the first step by that rule of whose statement something holds."""
    steps = verified(id).steps
    return next(i for i, t in enumerate(steps) if t.rule == rule and holds(t.statement))


def in_step(number, alter):
    """A change of the right side of one step."""

    def change(key, stated):
        return type(stated)(stated.lhs, alter(stated.rhs)) if key == number else stated

    return change


Γ = derive("loss").definitions[0].letter
u, U, N = derive("loss").model.layer.u, derive("loss").model.layer.U, derive("loss").model.task.N


def twice_in_gamma(key, body):
    """2/N for 1/N in Γ."""
    task = derive("loss").model.task
    return (1 + 2 / N) * task.Lambda + 2 / N * tr(task.Lambda) * task.identity if key == "Gamma" else body


def shorter_criterion(key, body):
    """The number that decides at the spurious points, without one of its terms."""
    return body - body.args[-1] if key == "C" else body


MUTANTS = [
    *("2/N in Γ", "2Γ⁻¹", "a lost transpose", "½ dropped", "risk"),
    *("twice a gradient", "a gradient's lost transpose", "half a second derivative"),
    *("a root doubled", "u² doubled where u ≠ 0", "the mean of a square at least 1", "a sum divided by", "shifts"),
    *("a value put in", "a gradient of data in hand", "a sum inverted"),
    *("a second variation without a term", "a quotient doubled", "the criterion without a term"),
    *("2/N in Γ_τ", "a third moment too many", "C for A in the least loss", "Chebyshev with ε for ε²"),
]


def mutants():
    """The row, what is changed, and the step that is then wrong."""
    unfolded = step("optimum", "identity", lambda s: s.rhs.has(Γ) and not s.lhs.has(Γ))
    square = step("optimum", "identity", lambda s: s.rhs.has(Γ.inv()) and not s.lhs.has(Γ.inv()))
    averaged = step("optimum", "expectation", lambda s: s.rhs.has(U.T) and not s.rhs.has(type(s.lhs.args[-1])))
    risk = step("risk", "identity", lambda s: s.rhs.is_Add and s.rhs.has(N))
    yield "optimum", twice_in_gamma, unfolded
    yield "optimum", in_step(square, lambda side: exchange(side, Γ.inv(), 2 * Γ.inv())), square
    yield "optimum", in_step(averaged, lambda side: exchange(side, U.T, U)), averaged
    yield "optimum", in_step(unfolded, lambda side: 2 * side), unfolded
    yield "risk", in_step(risk, lambda side: side + side.args[0]), risk
    in_U = step("gradient", "derivative", lambda s: isinstance(s.lhs, Gradient) and s.rhs.has(Γ))
    in_u = step("gradient", "derivative", lambda s: isinstance(s.lhs, Derivative) and s.rhs.has(Γ))
    bend = step("stationary", "derivative", lambda s: isinstance(s.lhs, SecondVariation))
    yield "gradient", in_step(in_U, lambda side: 2 * side), in_U
    yield "gradient", in_step(in_u, lambda side: exchange(side, U.T, U)), in_u
    yield "stationary", in_step(bend, lambda side: side / 2), bend
    root = step("optimum", "root", lambda s: True)
    mean_square = step("optimum-full", "nonnegative", lambda s: s.lhs.has(Mean))
    divided = step("optimum-full", "combine", lambda s: str(s) == "q.T Lambda q = 0")
    solved = step("optimum", "combine", lambda s: s.lhs == u**2 and not s.rhs.has(Γ))
    shifted = step("shifts", "identity", lambda s: s.rhs.is_Add and s.rhs.has(N))
    yield "optimum", in_step(root, lambda side: 2 * side), root
    yield "optimum", in_step(solved, lambda side: 2 * side), solved
    yield "optimum-full", in_step(mean_square, lambda side: side + 1), mean_square
    yield "optimum-full", in_step(divided, lambda side: side + 1), divided
    yield "shifts", in_step(shifted, lambda side: side + side.args[0]), shifted
    put = step("shifts", "instantiate", lambda s: True)
    yield "shifts", in_step(put, lambda side: 2 * side), put
    data = step("gradient-descent", "derivative", lambda s: True)
    inverted = step("gradient-descent", "combine", lambda s: str(s).startswith("sigma^2 tr(B B.T"))
    yield "gradient-descent", in_step(data, lambda side: 2 * side), data
    yield "gradient-descent", in_step(inverted, lambda side: side + side.args[0]), inverted
    along = step("optimum-full:not-largest", "derivative", lambda s: isinstance(s.lhs, SecondVariation))
    yield "optimum-full:not-largest", in_step(along, lambda side: side - side.args[-1]), along
    spurious = "optimum-full:local-minimum"
    quotient = step(spurious, "identity", lambda s: str(s).startswith("d h = "))
    criterion = step(spurious, "combine", lambda s: str(s.rhs) == "lambda*C/(n*gamma**2)")
    yield spurious, in_step(quotient, lambda side: 2 * side), quotient
    yield spurious, shorter_criterion, criterion
    yield from random_mutants()


def random_mutants():
    """What is changed where a covariance is random, and about an event."""
    loss, third, least = (f"random-covariance:{key}" for key in ("loss", "third", "above"))
    letters = {d.letter.name: d.letter for d in derive("random-covariance").definitions if hasattr(d, "letter")}
    Γ_τ = letters["Gamma_tau"]
    unfolded = step(loss, "identity", lambda s: s.rhs.has(Γ_τ) and not s.lhs.has(Γ_τ))
    moments = step(third, "identity", lambda s: s.lhs.has(Γ_τ) and not s.rhs.has(Γ_τ))
    stood_for = step(least, "identity", lambda s: str(s.lhs) == "L_star")
    unlikely = step("trained-prediction:unlikely", "cite", lambda s: True)
    yield loss, lambda key, body: body + Γ_τ.body.args[-1] if key == "Gamma_tau" else body, unfolded
    yield third, in_step(moments, lambda side: side + side.args[0]), moments
    yield least, in_step(stood_for, lambda side: exchange(side, letters["A"].inv(), letters["C"].inv())), stood_for
    yield "trained-prediction:unlikely", nearer, unlikely


def nearer(key, stated):
    """1/ε for 1/ε² in Chebyshev's inequality."""
    level = scalar("epsilon", positive=True)
    return Ge(level * stated.lhs, stated.rhs) if isinstance(stated, Ge) and stated.rhs.has(Tail) else stated


@needs_coqc
@pytest.mark.parametrize("case", range(len(MUTANTS)), ids=MUTANTS)
def test_a_changed_step_is_refused_where_it_is(tmp_path, case):
    """By the command, which names file, line, lemma, step and inference, and shows what the lemma states."""
    id, change, wrong = list(mutants())[case]
    files = zip(export(verified(id), change).files, export(verified(id)).files, strict=True)
    exported = next(changed for changed, right in files if changed.text != right.text)
    (tmp_path / f"{exported.name}.v").write_text(exported.text)
    result = CliRunner().invoke(main, ["verify", str(tmp_path)])
    assert result.exit_code == 1 and "verified" not in result.stdout
    said, *shown = result.stderr.splitlines()
    named = rf"symicl: {exported.name}\.v:(\d+): `step{wrong}` \(step {wrong}: (\w+)\) is not accepted: "
    line, rule = re.match(named, said).groups()
    assert rule == verified(id).steps[wrong].rule
    lemma = re.search(rf"Lemma step{wrong} :\n(.*?)\.\nProof.*?Qed\.", exported.text, re.S)
    first = exported.text.count("\n", 0, lemma.start()) + 1
    assert first < int(line) <= first + lemma[0].count("\n")
    assert shown[0] == f"  `step{wrong}` states (line {first}):"
    told, whole = "".join("".join(shown[1:]).split()), "".join(lemma[1].split())
    if len(shown) == LINES + 2:  # a long statement is cut
        assert told[-1] == "…" and whole.startswith(told[:-1])
    else:
        assert told == whole


#: what a hypothesis of a file says, and the words for it in its head
HYPOTHESES = (
    (r"\(0 < (\w+)\)%N", r"for every [\w, ]*\b{}\b[\w, ]* of at least 1"),
    (r"0 < (\w+)", r"\b{}\b[\w, ]* (is|are) positive\."),
    (r"root_(\w+) \\in unitmx", r"{} is C C\^T for a matrix C that is invertible\."),
    (r"(\w+) \\in unitmx", r"\b{}\b[\w, ]* (is|are) invertible\."),
    (r"(\w+)\^T = \w+", r"\b{}\b[\w, ]* (is|are) symmetric\."),
    (r"diagonal (\w+)", r"{} is diagonal"),
    (r"(root_\w+) \*m .* = 1%:M", r"for a random matrix {} that has an inverse"),
    (r"isserlis (E) given letters", r"follow Isserlis' recursion"),
    (r"squares_nonnegative (E)", r"{} of a square is not negative"),
    (r"squares_positive (E)", r"{} of a square is positive, but for the square of 0"),
    (r"far_on (event\d+) .*", r"{} is any event on which"),
)


@pytest.mark.parametrize("id", COVERED)
def test_the_head_of_a_file_says_all_that_it_assumes(id):
    for exported in export(verified(id)).files:
        head, _, rest = exported.text.partition("*)\n")
        head = " ".join(head.split())
        for stated in re.findall(r"^Hypothesis \w+ : (.*)\.$", rest, re.M):
            words, name = next((w, f[1]) for p, w in HYPOTHESES if (f := re.fullmatch(p, stated)))
            assert re.search(words.format(re.escape(name)), head), stated


@pytest.mark.parametrize("id", COVERED)
def test_a_file_assumes_nothing_and_says_what_it_leaves_out(id):
    for exported in export(verified(id)).files:
        source = read(f"{exported.name}.v", bare(f"{exported.name}.v", exported.text))
        assert set(source.named("Theorem")) == set(exported.theorems)
        head = exported.text.partition("*)")[0]
        for what, reason in exported.left_out:
            assert what in head and reason.replace('"', "''") in head
        parts = [re.findall(r"^Lemma step(\d+) :", part, re.M) for part in exported.text.split("End Line.")]
        found = [n for numbers in parts for n in numbers]
        assert len(set(found)) == len(found)
        assert all(numbers == sorted(numbers, key=int) for numbers in parts)


def test_results_that_call_another_letter_by_one_name_are_in_a_second_file():
    first, second, *_ = export(verified("shifts")).files
    assert (first.name, second.name) == ("shifts", "shifts_query")
    assert "theorem_query" in second.theorems and not set(first.theorems) & set(second.theorems)
    assert ": in shifts_query.v" in first.text.partition("*)")[0]


def test_every_result_of_these_rows_is_exported():
    for id in set(COVERED) - {"gradient-descent", "nonlinear"}:
        files = export(verified(id)).files
        keys = [key.replace("-", "_").replace(":", "_") for _, key, _, _ in verified(id).results]
        assert not files[0].left_out
        assert all(any(t.startswith(f"theorem_{key}") for f in files for t in f.theorems) for key in keys)


def stated(exported, name):
    """The statement of a theorem, in one line."""
    return " ".join(re.search(rf"Theorem {name} :\n(.*?)\.\nProof", exported.text, re.S)[1].split())


def test_theorems_say_what_a_derivative_is():
    """The gradient is no name of the file's own in a theorem, and what holds of it is said of whatever it is."""
    first, full = export(verified("gradient")).files
    residual = "(u ^+ 2) *: (Gamma *m Lambda *m U *m Lambda) - u *: (Lambda *m Lambda)"
    assert stated(first, "theorem_reduced_1") == f"is_gradient (fun U => L u U) U ({residual})"
    kept = "(p = 0) -> (q = 0) -> is_gradient (fun p => L_full u p U q) p (0)"
    assert stated(full, "theorem_invariant_1") == kept
    (saddles,) = export(verified("stationary")).files
    assert "forall grad_U_L, is_gradient (fun U => L u U) U (grad_U_L) ->" in stated(saddles, "theorem_families")


def test_the_spurious_points_say_what_is_assumed_of_a_derivative_and_keep_the_names_in_a_direction():
    _, points = export(verified("optimum-full")).files
    assert points.name == "optimum_full_points"
    others = stated(points, "theorem_no_others")
    each = [f"forall grad_{x}_L_full, is_gradient (fun {x} => L_full u p U q) {x} (grad_{x}_L_full) -> " for x in "pq"]
    assert others.startswith("".join(each))
    assert "(grad_q_L_full = 0) -> " in others and others.endswith(
        "(Lambda *m p = lambda *: p) /\\ (q = (gamma^-1 * n^-1) *: p)"
    )
    strict = stated(points, "theorem_not_largest")
    along = "L_full u (p + line_t *: ((gamma * lambda * n) *: z)) U (q + line_t *: (mu *: z))"
    assert f"is_second_derivative (fun line_t => {along}) (bend_p_q_L_full) -> " in strict
    assert strict.endswith("bend_p_q_L_full < 0")


@given(st.fractions(-3, 3, max_denominator=5), st.integers(1, 4))
def test_coefficients_along_a_line_are_those_of_the_polynomial(t, power):
    u, v = scalar("u"), scalar("v")
    body = (u + 2) ** power * u - v * u**2
    bend = second_variation(named("f", body), {u: 3, v: u})
    coefficients = Slopes.coefficients(SecondVariation(body, *bend.args[1:]))
    x, y, z = Fraction(7, 3), Fraction(-1, 2), Fraction(str(t))
    moved_u, moved_v = x + 3 * z, y + z * x
    value = sum(Fraction(str(c.subs({u: x, v: y}))) * z**k for k, c in enumerate(coefficients))
    assert value == (moved_u + 2) ** power * moved_u - moved_v * moved_u**2


def test_what_has_no_export_is_refused_by_name():
    flow = next(t for t in verified("flow").steps if t.rule != "assume" and not hasattr(Steps, f"by_{t.rule}"))
    with pytest.raises(NotExported, match=f"no export for the inference {flow.rule}"):
        Steps({}, None, None, Squares(Terms())).lemma(flow)
    reasons = dict(export(verified("flow")).left_out)
    assert "what no step gives a formula for" in reasons["balance (What is conserved)"]


def test_an_event_that_leaves_letters_random_is_refused():
    w, x = Gaussian("w", dimension("d")), Gaussian("x", dimension("d"))
    level = scalar("epsilon", positive=True)
    Vocabulary().meet(tail(w.T @ x, level))
    with pytest.raises(NotExported, match="leaves x random"):
        Vocabulary().meet(tail(w.T @ x, level, over=[w]))


def test_a_random_number_with_a_name_is_refused_where_it_is_computed_with():
    reasons = dict(export(verified("nonlinear")).left_out)
    assert "y: a random number is computed with only by what it stands for" in reasons["linear (The linear task)"]


def test_the_command_line_refuses_what_is_not_covered(tmp_path):
    result = CliRunner().invoke(main, ["prove", "flow", "--format", "coq", "--out", str(tmp_path / "out")])
    assert result.exit_code == 2 and "flow is not exported to Rocq" in result.stderr
    assert not (tmp_path / "out").exists()


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1), unique=True))
def test_names_are_identifiers_of_rocq(names):
    for name in names:
        found = identifier(name)
        assert re.fullmatch(r"[A-Za-z_]\w*", found, re.ASCII) and found not in TAKEN
