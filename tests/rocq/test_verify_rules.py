"""What may stand in a file of proofs: every way around a proof that we know of is refused before coqc sees it."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symicl.rocq.verify_build import LIBRARY, library
from symicl.rocq.verify_rules import FORBIDDEN, read
from symicl.rocq.verify_text import RefusedSource, bare, sentences

GOOD = """(* A head with (* a comment *) and "a *) string". *)
From mathcomp Require Import all_ssreflect all_algebra.
From Symicl Require Import Moments.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope.
Section A.
Variables (R : realFieldType) (d : nat) (L : 'M[R]_d).
Hypothesis symmetric : L^T = L.
Let twice := L + L.
Lemma step_1 : twice = 2%:R *: L.
Proof. by rewrite /twice scaler_nat mulr2n. Qed.
Theorem final : (twice)^T = twice.
Proof.
have h : L^T + L^T = L + L.
- { by rewrite symmetric. }
by rewrite linearD. Qed.
End A.
Print Assumptions final.
"""


def looked_at(text):
    return read("a.v", bare("a.v", text))


def test_a_proof_may_be_written():
    source = looked_at(GOOD)
    assert source.named("Theorem") == ["final"] and source.named("Lemma") == ["step_1"]
    assert dict(source.variables) == {"R": 8, "d": 8, "L": 8, "symmetric": 9, "twice": 10}
    assert not looked_at("Ltac units ::= idtac.").named("Theorem")
    assert source.plain.count("\n") == GOOD.count("\n") and "comment" not in source.plain


#: what is put before the theorem, and what the refusal says
TRICKS = {
    "an axiom": ("Axiom a : False.", "`Axiom` assumes"),
    "axioms": ("Axioms (a : False) (b : True).", "`Axioms` assumes"),
    "a parameter": ("Parameter a : False.", "`Parameter` assumes"),
    "a conjecture": ("Conjecture a : False.", "`Conjecture` assumes"),
    "an axiom that is local": ("Local Axiom a : False.", "`Axiom`"),
    "an axiom under an attribute": ("#[local] Axiom a : False.", "`Axiom`"),
    "a hypothesis outside": ("Hypothesis a : False.", "outside of a section"),
    "hypotheses outside": ("Hypotheses a b : False.", "outside of a section"),
    "a variable outside": ("Variable a : False.", "outside of a section"),
    "variables outside": ("Section B. End B. Variables a b : False.", "outside of a section"),
    "a context outside": ("Context (a : False).", "outside of a section"),
    "a proof left open": ("Lemma a : False. Proof. Admitted.", "`Admitted`"),
    "a goal left open": ("Lemma a : False. Proof. admit. Qed.", "`admit`"),
    "a goal given up": ("Lemma a : False. Proof. by give_up. Qed.", "`give_up`"),
    "after a bullet": ("Lemma a : False. Proof. - Admitted.", "`Admitted`"),
    "after a brace": ("Lemma a : False. Proof. { Axiom b : False.", "`Axiom`"),
    "after a selector": ("Lemma a : False. Proof. all: admit. Qed.", "`admit`"),
    "over two lines": ("\nAxiom\n  a : False.", "`Axiom`"),
    "after a comment": ("(* *)Axiom(* *)a : False.", "`Axiom`"),
    "after a comment that seems to go on": ("(* (* *) *) Axiom a : False. (* *)", "`Axiom`"),
    "after a string in a comment": ('(* "*) (*" *) Axiom a : False.', "`Axiom`"),
    "after another sentence": ("Section B. Check nat. Axiom a : False.", "`Axiom`"),
    "a check turned off": ("#[bypass_check(guard)] Fixpoint f (n : nat) : False := f n.", "`bypass_check`"),
    "guards off": ("Unset Guard Checking.", "`Unset Guard Checking`"),
    "positivity off": ("Unset Positivity Checking.", "`Unset Positivity Checking`"),
    "universes off": ("Unset Universe Checking.", "`Unset Universe Checking`"),
    "universes off for all": ("Global Unset Universe Checking.", "`Global Unset Universe`"),
    "type in type": ("Set Type In Type.", "`Set Type In`"),
    "definitional proofs": ("Set Definitional UIP.", "`Set Definitional UIP`"),
    "a rewrite rule": ("Symbol a : False.", "`Symbol a :`"),
    "primitives": ("Primitive a := #int63_add.", "`Primitive a :=`"),
    "a plugin": ("Declare ML Module a.", "`Declare`"),
    "another file": ("Load a.", "`Load`"),
    "a file written": ("Redirect a Check nat.", "`Redirect`"),
    "a program written": ("Extraction nat.", "`Extraction`"),
    "another folder": ("Add LoadPath a.", "`Add LoadPath a`"),
    "a change of folder": ("Cd.", "`Cd`"),
    "Rocq left": ("Drop.", "`Drop`"),
    "what is printed": ("Global Set Printing Width 10.", "`Global Set Printing`"),
    "a notation": ("Notation isserlis := True.", "`Notation`"),
    "a notation that is local": ("Local Notation isserlis := True.", "`Notation`"),
    "an infix": ("Infix a := and.", "`Infix`"),
    "a notation in a scope": ("Reserved Notation a.", "`Notation`"),
    "a string": ('Check "a".', "a string"),
    "a canonical structure": ("Canonical a := nat.", "`Canonical`"),
    "a coercion": ("Coercion a : nat >-> Sortclass.", "`Coercion`"),
    "a class": ("Existing Instance a.", "`Existing Instance a`"),
    "a hint": ("Hint Resolve a : core.", "`Hint Resolve a`"),
    "a module": ("Module GRing. End GRing.", "`Module`"),
    "a tactic": ("Ltac by_cert := idtac.", "`Ltac by_cert :=`"),
    "a proof left open by a tactic": ("Ltac units ::= admit.", "`admit` leaves"),
    "a tactic made new": ("Tactic Notation a := idtac.", "`Notation`"),
    "a program": ("Program Definition a : False := _.", "`Program Definition a`"),
    "an attribute": ("#[export] Set Printing All.", "`#[export] Set Printing`"),
    "arguments": ("Arguments isserlis : clear implicits.", "`Arguments isserlis :`"),
    "a universe": ("Universe u.", "`Universe u`"),
    "a command that fails": ("Fail Check a.", "`Fail Check a`"),
    "an inductive type": ("Inductive a : Prop := b.", "`Inductive a :`"),
    "a library that is none": ("From elpi Require Import elpi.", "`From elpi Require`"),
    "a library with no name": ("Require Import Moments.", "`Require Import Moments`"),
    "a section that is not open": ("Section B. End C.", "ends no section"),
    "a letter that looks like another": ("Definition isserlıs := True.", "character 'ı'"),
    "a space that is none": ("Definition\u00a0a := True.", "outside of a comment"),
    "a bell": ("Definition a := True. \x07", "outside of a comment"),
    "a comment that does not end": ("(* (* *)", "does not end"),
    "a comment that does not begin": ("*) Axiom a : False.", "ends no comment"),
    "a sentence that does not end": ("Check nat", "`Check nat Lemma`"),
    "a full stop that is none": ("Check nat.Axiom a : False.", "`Axiom`"),
}


@pytest.mark.parametrize("trick", TRICKS)
def test_a_trick_is_refused(trick):
    added, words = TRICKS[trick]
    before, theorem, after = GOOD.replace("Section A.", "").replace("End A.", "").partition("Lemma")
    before = re.sub(r"(?m)^(Variables|Hypothesis|Let).*\n", "", before)
    with pytest.raises(RefusedSource, match=re.escape(words)) as refused:
        looked_at(f"{before}{added}\n{theorem}{after}")
    assert str(refused.value).startswith("a.v:") and "\n" not in str(refused.value)


def test_the_line_is_the_files():
    with pytest.raises(RefusedSource, match=r"a\.v:4: `Axiom`"):
        looked_at("(* one\ntwo *)\n\nAxiom a : False.")


words = st.sampled_from(["Lemma a : True", "by []", "have: x.1 = y", "rewrite {1}a", "exact: A.b"])
comments = st.recursive(
    st.text("abc .\n", max_size=5) | st.just('"*)"'),
    lambda inner: st.lists(inner, max_size=2).map(lambda parts: "".join(f"(* {part} *)" for part in parts)),
    max_leaves=4,
)


@given(st.lists(st.tuples(words, comments), max_size=6))
def test_comments_change_nothing(pieces):
    plain = "".join(f"{word}. " for word, _ in pieces)
    commented = "".join(f"(*{comment}*){word}(*{comment}*).(*{comment}*)" for word, comment in pieces)
    found = sentences("a.v", bare("a.v", commented))
    assert [s.text for s in found] == [s.text for s in sentences("a.v", plain)]


def test_the_library_assumes_nothing():
    """The library may use more of the language, but no axiom, no open proof, no check turned off."""
    assumes = [word for word, why in FORBIDDEN.items() if re.match("assumes|leaves|turns|writes", why)]
    for name, text in library().items():
        plain = re.sub(r"\(\*.*?\*\)", " ", text.decode("utf-8"), flags=re.DOTALL)
        assert not re.search(rf"\b({'|'.join(assumes)}|Checking|Type In Type|ML)\b", plain), name
        depth = plain.count("Section ") - len(re.findall(r"\bEnd \w+\.", plain))
        assert depth <= 0, name


def test_the_library_travels_with_the_package():
    assert {path.name for path in Path(LIBRARY).iterdir() if path.suffix == ".v"} == set(library())
