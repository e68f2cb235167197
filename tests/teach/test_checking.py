"""A student's answer: what is equal passes however it is written, what is not never does, hints name what differs."""

from collections import Counter
from contextlib import suppress
from functools import cache
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from symicl.derivations import CATALOGUE
from sympy import Add
from sympy.matrices.expressions import MatAdd

from symicl import UserError, derive, dimension, matrix, tr, transpose
from symicl.engine import form
from symicl.formulas.answers import Letters, read
from symicl.language.expressions import Trace, add, product, split
from symicl.language.printing import text
from symicl.language.rewrite import parts_of, rebuild
from symicl.language.statements import Eq, Statement
from symicl.report.messages import messages
from symicl.teach import check_answer
from symicl.teach.blanks import can_be_asked
from symicl.teach.checking import judged
from symicl.teach.steps import places
from symicl.trust.mutants import mutants
from symicl.trust.truth import truth

IDS = [row.id for row in CATALOGUE]
SAY = messages()


@cache
def asked(id):
    """The steps of a row that can be asked for and are formulas."""
    chapter = derive(id)
    return [p for p in places(chapter) if not isinstance(p.line, Statement) and can_be_asked(chapter, p)]


def rewritten(node, rng):
    """An equal expression: terms in another order, traces turned round or transposed, at random."""
    parts = [rewritten(part, rng) for part in parts_of(node)] if isinstance(node, (Add, MatAdd, Trace)) else []
    if isinstance(node, MatAdd):
        rng.shuffle(parts)
        return add(*parts)
    if isinstance(node, Trace) and node.arg.shape != (1, 1):
        scalar, word = split(parts[0])
        if word and not isinstance(parts[0], MatAdd):
            cut = rng.randrange(len(word))
            turned = product(*word[cut:], *word[:cut])
            return product(scalar, tr(transpose(turned) if rng.random() < 0.5 else turned))
    return rebuild(node, parts) if parts else node


def expanded(node, unfold=False):
    return form(node, unfold=unfold).to_sympy()


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(IDS), st.integers(0, 10**6))
def test_equal_forms_pass(id, seed):
    rng = Random(seed)
    if not asked(id):
        return
    place = rng.choice(asked(id))
    forms = [rewritten(place.line, rng), place.line * 2 / 2]
    with suppress(UserError):  # a mean over letters of no law has no normal form
        forms += [expanded(place.line), expanded(place.line, unfold=True)]
    for other in forms:
        assert judged(place, other, SAY).verdict in ("right", "before"), (id, place.key, text(other))


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(IDS), st.integers(0, 10**6))
def test_false_mutants_never_pass(id, seed):
    rng = Random(seed)
    if not asked(id):
        return
    place = rng.choice(asked(id))
    changed = mutants(place.line)
    for mutant in rng.sample(changed, min(3, len(changed))):
        if truth(Eq(place.line, mutant.value), place.step.theorem.assumptions).verdict == "false":
            assert judged(place, mutant.value, SAY).verdict == "wrong", (id, place.key, str(mutant))


#: what a hint may call a mutant of a kind: the answer lacks what was dropped, and a number can be a factor or a term
CALLED = {
    "sign": {"sign"},
    "coefficient": {"factor", "missing"},
    "transpose": {"transpose"},
    "inverse": {"inverse"},
    "letter": {"letter"},
    "order": {"order"},
    "trace": {"trace"},
    "power": {"power", "factor", "extra factor", "missing factor"},
    "dropped term": {"missing", "missing trace"},
    "dropped factor": {"missing factor", "power", "factor"},
    "dimension": {"letter", "power", "factor"},
    "nonzero": {"extra", "nonzero"},
}


def test_hints_name_the_kind_of_most_mutants():
    rng, named, seen = Random(3), Counter(), Counter()
    for id in IDS:
        for place in rng.sample(asked(id), min(3, len(asked(id)))):
            changed = mutants(place.line)
            for mutant in rng.sample(changed, min(4, len(changed))):
                if truth(Eq(place.line, mutant.value), place.step.theorem.assumptions).verdict == "false":
                    hint = judged(place, mutant.value, SAY).hint
                    seen[mutant.kind] += 1
                    named[mutant.kind] += hint.kind in CALLED[mutant.kind]
    assert seen.total() > 100
    assert named.total() >= 0.85 * seen.total(), {kind: (named[kind], seen[kind]) for kind in seen}


@pytest.mark.parametrize(
    "answer, kind",
    [
        ("Lambda A Lambda + 1/N (Lambda A Lambda + tr(A Lambda) Lambda)", "transpose"),
        ("Lambda A Lambda + 1/N (Lambda A^T Lambda)", "missing trace"),
        ("Lambda A Lambda - 1/N (Lambda A^T Lambda + tr(A Lambda) Lambda)", "sign"),
        ("Lambda A Lambda + 1/N (2 Lambda A^T Lambda + tr(A Lambda) Lambda)", "factor"),
        ("Lambda A Lambda + 1/N^2 Lambda A^T Lambda + 1/N tr(A Lambda) Lambda", "power"),
        ("Lambda A S + 1/N (Lambda A^T Lambda + tr(A Lambda) Lambda)", "letter"),
        ("2 (Lambda A Lambda + 1/N (Lambda A^T Lambda + tr(A Lambda) Lambda))", "factor"),
        ("tr(Lambda A Lambda)", "shape"),
        ("Lambda A Lambda + 1/N (Lambda A^T Lambda + Lambda tr(A) Lambda)", "trace"),
        ("Lambda A Lambda + 1/N (Lambda A^T Lambda + tr(A Lambda) Lambda) + Lambda", "extra"),
        ("0", "zero"),
        ("Lambda A Lambda + 1/N (Lambda A^T Lambda + tr(A Lambda))", None),
    ],
)
def test_hints(answer, kind):
    reply = check_answer("moments", "second.3", answer)
    assert not reply.right
    assert reply.verdict == ("unread" if kind is None else "wrong")
    assert kind is None or reply.hint.kind == kind, reply


@pytest.mark.parametrize(
    "answer",
    [
        "Lambda A Lambda + 1/N (Lambda A.T Lambda + tr(A Lambda) Lambda)",
        "Λ*A*Λ + Λ·Aᵀ·Λ/N + N⁻¹ tr(Λ A^T) Λ".replace("N⁻¹", "1/N"),
        "(N Λ A Λ + Λ A^T Λ)/N + tr(Λ*A)*Λ/N",
        "ΛAΛ + 1/N(ΛA^TΛ + Ntr(AΛ)Λ/N)",
        "= Lambda A Lambda + 1/N (Lambda A.T Lambda + tr(A Lambda) Lambda)",
        "E[S A S] = Lambda A Lambda + 1/N (Lambda A.T Lambda + tr(A Lambda) Lambda)",
    ],
)
def test_other_spellings_are_right(answer):
    assert check_answer("moments", "second.3", answer).right


def test_letters_side_by_side_are_a_product_in_one_reading_only():
    d = dimension("d")
    letters = Letters([matrix(name, d) for name in ("A", "B", "AB", "C")])
    assert read("BAC", letters) == read("B A C", letters) != read("B C A", letters)
    assert read("AB", letters) == letters.find("AB")  # a letter of that name comes first
    with pytest.raises(UserError, match="no letter CAB"):
        read("CAB", letters)
    with pytest.raises(UserError, match="no letter AQ"):
        read("AQ", letters)


def test_a_definition_may_be_unfolded():
    unfolded = "1/2 u^2 tr(((1 + 1/N) Λ + 1/N tr(Λ) I) Λ U Λ U.T) - u tr(Λ Λ U.T) + 1/2 tr(Λ)"
    assert check_answer("loss", "loss.6", unfolded).right


def test_what_holds_under_assumptions_only_is_decided_at_points():
    assert check_answer("optimum", "balanced.2", "u tr(U Gamma^-1)").right
    assert check_answer("optimum", "balanced.2", "u tr(U Gamma^-2)").verdict == "wrong"


def test_another_power_under_a_root_is_named():
    """The line has tr(Γ⁻²) to the power −1/4."""
    reply = check_answer("optimum", "balanced.4", "tr(Gamma^-1 Gamma^-1)^(-1/2) Gamma^-1")
    assert reply.hint.kind == "power" and str(reply.hint.parts["letters"]) == "tr(Gamma^-1 Gamma^-1)"
    assert check_answer("optimum", "balanced.4", "tr(Gamma^-1 Gamma^-1)^(-1/4) Gamma^-1").right


def test_the_line_before_is_not_the_step():
    before = "1/2 u^2 tr(Gamma Lambda U Lambda U.T) - u tr(Lambda Lambda U.T) + 1/2 tr(Lambda)"
    reply = check_answer("optimum", "square.2", before)
    assert reply.verdict == "before" and "complete the square" in reply.message
    assert check_answer("loss", "gamma.2", "E[1/N^2 X X.T X X.T]").verdict == "unfinished"


def test_equations():
    assert check_answer("optimum", "minimum.5", "u U = Γ⁻¹").right
    assert check_answer("optimum", "minimum.4", "Gamma^-1 - u U = 0").right
    assert check_answer("optimum", "minimum.5", "u U = Gamma").verdict == "wrong"
    assert check_answer("optimum", "minimum.5", "u U").hint.key == "equation"


@pytest.mark.parametrize("empty", ["", None, "  ", "...", "…"])
@pytest.mark.parametrize("lang, said", [("en", "Not answered yet."), ("zh", "尚未作答。")])
def test_nothing_is_no_mistake(empty, lang, said):
    reply = check_answer("optimum", "square.2", empty, lang=lang)
    assert reply.verdict == "open" and str(reply) == said


@pytest.mark.parametrize(
    "answer, names",
    [
        ("Lambda Q Lambda", "no letter Q"),
        ("Lamda A Lambda", "is Lambda meant?"),
        ("tr(Lambda", "never closed"),
        ("__import__('os').system('true')", "meaning"),
        ("Lambda^(1/2)", "only a number has roots"),
        ("A = B = A", "one = at most"),
        ("1/0", "zero"),
        ("(" * 200, "deep"),
        ("A" * 5000, "characters"),
        ("Lambda^99", "exponent"),
    ],
)
def test_what_cannot_be_read_says_why(answer, names):
    reply = check_answer("moments", "second.3", answer)
    assert reply.verdict == "unread" and names in reply.message


def test_unknown_ids_and_steps_are_refused():
    with pytest.raises(UserError, match=r"square\.1"):
        check_answer("optimum", "square.9", "0")
    with pytest.raises(UserError, match="optimum"):
        check_answer("optimun", "square.1", "0")


def test_a_hint_does_not_hold_the_line():
    place = next(p for p in places(derive("loss")) if p.key == "loss.6")
    replies = [judged(place, mutant.value, SAY) for mutant in mutants(place.line)]
    assert sum(reply.hint is not None for reply in replies) > 20
    for reply in replies:
        assert text(place.line) not in reply.message
