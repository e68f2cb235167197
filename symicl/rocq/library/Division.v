(* Division by sums: a letter stands for the sum, so that it cancels with one divided by it; a polynomial is multiplied
   by such letters until nothing is divided by them, and then each of them is replaced by its sum. *)
From Coq Require Import QArith.
From mathcomp Require Import all_ssreflect all_algebra.
From Symicl Require Import Numbers Moments Words Meaning Pairing Polynomials Context NormalForm.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Expand.
Variable nonzero : seq bool.

(* words are in normal form before, and stay so: products of normal forms need sorting only *)
Definition sorted_mono (m : mono) : mono :=
  (m.1.1, cancel_powers nonzero (sort power_le m.1.2), sort word_le m.2).
Definition gather (p : poly) : poly :=
  [seq m <- foldr add_mono [::] (map sorted_mono p) | ~~ is_zero_Q m.1.1].

(* how often a letter divides *)
Definition depth (k : nat) (p : poly) : nat := foldr (fun m : mono => maxn (count (pred1 (k, true)) m.1.2)) 0%N p.
Definition times (k n : nat) (p : poly) : poly := [seq (m.1.1, nseq n (k, false) ++ m.1.2, m.2) | m <- p].
Definition replaced (k : nat) (q : poly) (m : mono) : poly :=
  iter (count (pred1 (k, false)) m.1.2) (fun r => gather (mul_poly q r))
    [:: (m.1.1, filter (predC1 (k, false)) m.1.2, m.2)].
(* nothing is multiplied by a letter that may be zero *)
Definition clearing (k : nat) (p : poly) : nat := if nth false nonzero k then depth k p else 0%N.
Definition cleared (d : nat * poly) (p : poly) : poly :=
  gather (flatten (map (replaced d.1 d.2) (gather (times d.1 (clearing d.1 p) p)))).
Definition all_cleared (divisors : seq (nat * poly)) (p : poly) : poly := foldl (fun p d => cleared d p) (gather p) divisors.

Variables (R : realFieldType) (K : comRingType) (lift : {rmorphism R -> K}).
Variables (D : nat) (mat : nat -> 'M[K]_D) (scal : nat -> R).
Hypothesis nz : forall k, nth false nonzero k -> scal k != 0.
Local Notation value := (value lift mat scal).
Local Notation mono_value := (mono_value lift mat scal).

Lemma sorted_mono_ok m : mono_value (sorted_mono m) = mono_value m.
Proof. by rewrite /mono_value /coef /= (cancel_powers_ok nz) !(perm_big _ (permEl (perm_sort _ _))). Qed.
Lemma gather_ok p : value (gather p) = value p.
Proof.
rewrite /gather without_zeros_ok; elim: p => [|m p IH]; first by rewrite /value big_nil.
by rewrite /= add_mono_ok IH sorted_mono_ok /value big_cons.
Qed.
Lemma times_ok k n p : value (times k n p) = lift (scal k ^+ n) * value p.
Proof.
rewrite /value big_map mulr_sumr; apply: eq_bigr => m _.
rewrite /mono_value /coef /= big_cat /= big_nseq [RHS]mulrA -rmorphM; congr (lift _ * _).
by rewrite mulrCA /power_of /= iter_mulr_1.
Qed.
Lemma replaced_ok k q m : value q = lift (scal k) -> value (replaced k q m) = mono_value m.
Proof.
move=> h; rewrite /replaced; set n := count _ _; set s := filter _ _.
have -> : mono_value m = lift (scal k) ^+ n * mono_value (m.1.1, s, m.2).
  rewrite /mono_value /coef /= [RHS]mulrA -rmorphX -rmorphM; congr (lift _ * _); rewrite mulrCA; congr (_ * _).
  rewrite /n /s; elim: (m.1.2) => [|x v IH] /=; first by rewrite !big_nil mulr1.
  rewrite big_cons IH; case: eqP => [->|_] /=; first by rewrite add1n exprS mulrA.
  by rewrite big_cons add0n mulrCA.
elim: n => [|n IH]; first by rewrite /= /value big_seq1 mul1r.
by rewrite iterS gather_ok mul_poly_ok h IH exprS mulrA.
Qed.
Lemma cleared_ok d p : value d.2 = lift (scal d.1) ->
  value (cleared d p) = lift (scal d.1 ^+ clearing d.1 p) * value p.
Proof.
move=> h; rewrite gather_ok -times_ok -[in RHS]gather_ok; set q := gather _.
elim: q => [|m q IH]; first by rewrite /value !big_nil.
by rewrite /= value_cat IH (replaced_ok _ h) /value big_cons.
Qed.
Lemma clearing_neq0 k p : scal k ^+ clearing k p != 0.
Proof. by rewrite /clearing; case: ifP => [/nz|_]; [exact: expf_neq0 | exact: oner_neq0]. Qed.
Lemma all_cleared_ok divisors p : all_of (fun d => value d.2 = lift (scal d.1)) divisors ->
  value (all_cleared divisors p) = 0 -> value p = 0.
Proof.
rewrite /all_cleared -[value p]gather_ok; elim: divisors (gather p) => //= d s IH q [h hs] /(IH _ hs).
rewrite (cleared_ok _ h) => e; have u := clearing_neq0 d.1 q.
by rewrite -[value q]mul1r -(rmorph1 lift) -(mulVf u) rmorphM -mulrA e mulr0.
Qed.
End Expand.

Section Divided.
Variables (R : realFieldType) (A : comAlgType R) (E : {scalar A}) (given : A -> Prop).
Variables (letters : seq (letter A)) (env : seq (matrices A)) (scalars : seq R).
Variables (table : seq info) (commuting : seq (nat * nat)) (dims sizes : seq nat) (nonzero : seq bool).
Hypothesis known : context E given letters env scalars table commuting dims sizes nonzero.
Local Notation D := (room dims).
Local Notation sexp := (sexp env).
Local Notation mexp := (mexp env).
Local Notation seval := (seval E scalars).
Local Notation meval := (meval E scalars).
Local Notation snorm := (snorm table commuting sizes nonzero).
Local Notation sgood := (sgood table commuting sizes nonzero).
Local Notation mgood := (mgood table commuting sizes nonzero).
Local Notation valued := (valued env scalars dims).
Local Notation collected := (collect table commuting sizes nonzero).
Local Notation nz := (nonzero_scal known).

(* letters, each with the sum that it stands for *)
Variable sums : seq (nat * sexp false).
Hypothesis stand_for : all_of (fun d : nat * sexp false => scal scalars d.1 = seval d.2) sums.
Definition forms : seq (nat * poly) := [seq (d.1, collected (snorm d.2)) | d : nat * sexp false <- sums].
Definition good_sums : bool := all (fun d : nat * sexp false => sgood d.2) sums.

Lemma forms_ok : good_sums -> all_of (fun d => valued true d.2 = into_level A true (scal scalars d.1)) forms.
Proof.
rewrite /good_sums /forms; elim: sums stand_for => //= d s IH [h hs] /andP[g gs]; split; last exact: IH.
by rewrite (collectedP known) (norm_ok known).2 // h.
Qed.

Definition same_divided b (e f : sexp b) : bool :=
  [&& sgood (difference e f), good_sums
    & nilp (all_cleared nonzero forms (gap_poly table commuting sizes nonzero e f))].
Theorem scalars_divided b (e f : sexp b) : same_divided e f -> seval e = seval f.
Proof.
case/and3P=> g gs /nilP h; apply: (equal_by_gap known g).
by apply: (all_cleared_ok nz (forms_ok gs)); rewrite h /value big_nil.
Qed.

Definition words_known (p : poly) : bool := all (fun m : mono => all (all (fun y : sign => (y.1 < size table)%N)) m.2) p.
Lemma known_value r c (T : 'M[A]_(dim dims c, dim dims r)) p : words_known p ->
  value (into_level A true) (test_mat env table T) (scal scalars) p = valued true p.
Proof.
rewrite /valued /value; elim: p => [|m p IH] /=; first by rewrite !big_nil.
case/andP=> h hp; rewrite !big_cons IH //; congr (_ * _ + _).
elim: (m.2) h => [|w ws IHw] /=; first by rewrite !big_nil.
by case/andP=> hw hws; rewrite !big_cons IHw // /tev test_word.
Qed.

Definition same_divided_matrices b m n (r c : nat) (e f : mexp b m n) : bool :=
  [&& good_gap table commuting sizes nonzero e f, good_sums, all (fun d => words_known d.2) forms
    & nilp (all_cleared nonzero forms (test_poly table commuting sizes nonzero r c e f))].
Theorem matrices_divided b (r c : nat) (e f : mexp b (dim dims r) (dim dims c)) :
  same_divided_matrices r c e f -> meval e = meval f.
Proof.
case/and4P=> g gs wk /nilP h; apply: (equal_by_traces known g) => T.
apply: (all_cleared_ok nz (divisors := forms)); last by rewrite h /value big_nil.
elim: forms wk (forms_ok gs) => //= d s IH /andP[hd hs] [v vs]; split; last exact: IH.
by rewrite known_value.
Qed.
End Divided.
