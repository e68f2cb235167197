(* Rational numbers of Coq's library as numbers of a real field: what the normal form computes with. *)
From Coq Require Import ZArith QArith.
From mathcomp Require Import all_ssreflect all_algebra ssrZ.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Numbers.
Variable R : realFieldType.

Definition of_Z (z : Z) : R := (int_of_Z z)%:~R.
Definition of_pos (p : positive) : R := of_Z (Zpos p).
Definition of_Q (q : Q) : R := of_Z (Qnum q) / of_pos (Qden q).

Lemma of_Z_add x y : of_Z (x + y)%Z = of_Z x + of_Z y.
Proof. by rewrite /of_Z (raddfD ZInstances.int_of_Z_additive) intrD. Qed.
Lemma of_Z_mul x y : of_Z (x * y)%Z = of_Z x * of_Z y.
Proof. by rewrite /of_Z (rmorphM ZInstances.int_of_Z_rmorphism) intrM. Qed.
Lemma of_Z_opp x : of_Z (- x)%Z = - of_Z x.
Proof. by rewrite /of_Z (raddfN ZInstances.int_of_Z_additive) mulrNz. Qed.
Lemma of_pos_mul p q : of_pos (p * q)%positive = of_pos p * of_pos q.
Proof. by rewrite /of_pos -of_Z_mul. Qed.
Lemma of_pos_neq0 p : of_pos p != 0.
Proof.
rewrite /of_pos /of_Z intr_eq0; have := Pos2Nat.is_pos p; rewrite /int_of_Z.
by case: (Pos.to_nat p) => // /PeanoNat.Nat.lt_irrefl.
Qed.

Lemma of_Q_eq a b : Qeq a b -> of_Q a = of_Q b.
Proof.
rewrite /Qeq /of_Q => h; apply/eqP; rewrite eqr_div ?of_pos_neq0 //.
by rewrite /of_pos -2!of_Z_mul; apply/eqP; congr of_Z; exact: h.
Qed.
Lemma of_Q_add a b : of_Q (Qplus a b) = of_Q a + of_Q b.
Proof. by rewrite /of_Q addf_div ?of_pos_neq0 //= of_Z_add !of_Z_mul of_pos_mul. Qed.
Lemma of_Q_mul a b : of_Q (Qmult a b) = of_Q a * of_Q b.
Proof. by rewrite /of_Q mulf_div /= of_Z_mul of_pos_mul. Qed.
Lemma of_Q_opp a : of_Q (Qopp a) = - of_Q a.
Proof. by rewrite /of_Q /= of_Z_opp mulNr. Qed.
Lemma of_Q_red a : of_Q (Qred a) = of_Q a.
Proof. exact: of_Q_eq (Qred_correct a). Qed.
Lemma of_Q0 : of_Q (Qmake 0 1) = 0. Proof. by rewrite /of_Q /of_Z /= mulr0z mul0r. Qed.
Lemma of_Q1 : of_Q (Qmake 1 1) = 1. Proof. exact: divff (of_pos_neq0 1). Qed.

(* A natural number, and one divided by it. *)
Definition nat_Q (k : nat) : Q := Qmake (Z.of_nat k) 1.
Definition inv_Q (k : nat) : Q := if k is 0%N then Qmake 0 1 else Qmake 1 (Pos.of_nat k).
Lemma of_Z_nat k : of_Z (Z.of_nat k) = k%:R.
Proof. by rewrite /of_Z; elim: k => // k IH; rewrite Nat2Z.inj_succ -Z.add_1_r (raddfD ZInstances.int_of_Z_additive) intrD IH -addn1 natrD. Qed.
Lemma nat_QE k : of_Q (nat_Q k) = k%:R.
Proof. by rewrite /of_Q /= of_Z_nat /of_pos /of_Z divr1. Qed.
Lemma inv_QE k : of_Q (inv_Q k) = k%:R^-1.
Proof.
case: k => [|k]; first by rewrite of_Q0 invr0.
rewrite /of_Q /inv_Q /of_pos /= -(of_Z_nat k.+1) -(positive_nat_Z (Pos.of_nat k.+1)).
by rewrite Nat2Pos.id // /of_Z div1r.
Qed.
End Numbers.
