(* Polynomials: sums of rational number x scalars x traces of words, collected, and their means. *)
From Coq Require Import ZArith QArith.
From mathcomp Require Import all_ssreflect all_algebra.
From Symicl Require Import Numbers Moments Words Meaning Pairing.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Arguments Qred : simpl never.
Arguments Qplus : simpl never.
Arguments Qmult : simpl never.
Arguments Qopp : simpl never.

Definition mono := (Q * seq power * seq word)%type.
Definition poly := seq mono.
Definition one_mono : mono := (Qmake 1 1, [::], [::]).
Definition mul_mono (m n : mono) : mono := (Qmult m.1.1 n.1.1, m.1.2 ++ n.1.2, m.2 ++ n.2).
Definition opp_mono (m : mono) : mono := (Qopp m.1.1, m.1.2, m.2).
Definition mul_poly (p q : poly) : poly := [seq mul_mono m n | m <- p, n <- q].

Definition power_le (p q : power) : bool := (p.1 < q.1)%N || ((p.1 == q.1) && (p.2 ==> q.2)).
Definition word_le (v w : word) : bool := ~~ word_before w v.

Section Collect.
Variables (table : seq info) (commuting : seq (nat * nat)) (sizes : seq nat).
Variable nonzero : seq bool.                   (* the scalars that are known not to be zero *)

Fixpoint cancel_powers (s : seq power) : seq power :=
  match s with
  | [::] => [::]
  | x :: s' => match cancel_powers s' with
               | [::] => [:: x]
               | y :: r => if [&& x.1 == y.1, x.2 != y.2 & nth false nonzero x.1] then r else x :: y :: r
               end
  end.
Definition normal (m : mono) : mono :=
  let r := foldr (fun w r => let p := close table commuting sizes w in (p.1 ++ r.1, p.2 ++ r.2)) (m.1.2, [::]) m.2 in
  (m.1.1, cancel_powers (sort power_le r.1), sort word_le r.2).
Fixpoint add_mono (m : mono) (p : poly) : poly :=
  match p with
  | [::] => [:: m]
  | n :: p' => if (m.1.2 == n.1.2) && (m.2 == n.2) then (Qred (Qplus m.1.1 n.1.1), n.1.2, n.2) :: p'
               else n :: add_mono m p'
  end.
Definition is_zero_Q (q : Q) : bool := if Qnum q is Z0 then true else false.
Definition collect (p : poly) : poly :=
  [seq m <- foldr add_mono [::] (map normal p) | ~~ is_zero_Q m.1.1].

Definition average (m : mono) : poly :=
  if worked_out table m.2 then [:: m] else
  if contract table m.2 is Some l then [seq (m.1, ws) | ws <- l] else [:: m].
Fixpoint mean (fuel : nat) (p : poly) : poly :=
  if fuel is n.+1 then
    if all (fun m : mono => worked_out table m.2) p then p else mean n (collect (flatten (map average p)))
  else p.
End Collect.

Section Value.
Variables (R : realFieldType) (K : comRingType) (lift : {rmorphism R -> K}).
Variables (table : seq info) (commuting : seq (nat * nat)) (sizes : seq nat) (nonzero : seq bool).
Variables (D : nat) (dim : nat -> nat) (mat : nat -> 'M[K]_D) (scal : nat -> R).
Hypothesis ok : faithful table commuting sizes dim mat (fun k => lift (scal k)).
Hypothesis nz : forall k, nth false nonzero k -> scal k != 0.

Definition power_of (p : power) : R := if p.2 then (scal p.1)^-1 else scal p.1.
Definition coef (m : Q * seq power) : R := of_Q R m.1 * \prod_(p <- m.2) power_of p.
Definition mono_value (m : mono) : K := lift (coef m.1) * \prod_(w <- m.2) tev mat w.
Definition value (p : poly) : K := \sum_(m <- p) mono_value m.

Lemma value_cat p q : value (p ++ q) = value p + value q.
Proof. by rewrite /value big_cat. Qed.
Lemma one_mono_ok : mono_value one_mono = 1.
Proof. by rewrite /mono_value /coef /= !big_nil of_Q1 !mulr1 rmorph1. Qed.
Lemma mul_mono_ok m n : mono_value (mul_mono m n) = mono_value m * mono_value n.
Proof.
rewrite /mono_value /coef /= of_Q_mul !big_cat /= mulrACA; congr (_ * _).
by rewrite -rmorphM mulrACA.
Qed.
Lemma opp_mono_ok m : mono_value (opp_mono m) = - mono_value m.
Proof. by rewrite /mono_value /coef /= of_Q_opp mulNr rmorphN mulNr. Qed.
Lemma mul_poly_ok p q : value (mul_poly p q) = value p * value q.
Proof.
rewrite /value /mul_poly big_allpairs_dep mulr_suml; apply: eq_bigr => m _.
by rewrite mulr_sumr; apply: eq_bigr => n _; rewrite mul_mono_ok.
Qed.
Lemma opp_poly_ok p : value (map opp_mono p) = - value p.
Proof. by rewrite /value big_map -sumrN; apply: eq_bigr => m _; rewrite opp_mono_ok. Qed.

Lemma cancel_powers_ok s : \prod_(p <- cancel_powers nonzero s) power_of p = \prod_(p <- s) power_of p.
Proof.
elim: s => //= x s IH; rewrite big_cons -IH; case: (cancel_powers _ s) => [|y r]; first by rewrite big_seq1 big_nil mulr1.
case: ifP => [/and3P[/eqP e ne h]|_]; last by rewrite !big_cons.
rewrite big_cons mulrA; suff -> : power_of x * power_of y = 1 by rewrite mul1r.
have u := nz h; rewrite /power_of -e; case: (x.2) (y.2) ne => [] [] //= _; rewrite ?mulVf ?mulfV //.
Qed.
Lemma normal_ok m : mono_value (normal table commuting sizes nonzero m) = mono_value m.
Proof.
rewrite /mono_value /coef /normal /= cancel_powers_ok !(perm_big _ (permEl (perm_sort _ _))) /=.
rewrite !(rmorphM lift (of_Q R m.1.1)) -!mulrA; congr (_ * _).
elim: (m.2) => [|w ws IH] //=; rewrite !big_cat /= big_cons (close_ok ok w); set c := close _ _ _ _.
have -> : \prod_(p <- c.1) power_of p = \prod_(p <- c.1) scal p.1.
  rewrite big_seq [RHS]big_seq; apply: eq_bigr => p hp; rewrite /power_of.
  by have /allP/(_ _ hp) := close_pos table commuting sizes w; case: (p.2).
rewrite -(rmorph_prod lift) rmorphM mulrACA IH; exact: mulrCA.
Qed.
Lemma add_mono_ok m p : value (add_mono m p) = mono_value m + value p.
Proof.
elim: p => [|n p IH]; first by rewrite /value big_seq1 big_nil addr0.
rewrite /=; case: ifP => [/andP[/eqP e1 /eqP e2]|_].
  rewrite /value !big_cons addrA; congr (_ + _); rewrite /mono_value /coef /= of_Q_red of_Q_add e1 e2.
  by rewrite mulrDl rmorphD mulrDl.
by rewrite /value !big_cons -/(value _) IH addrCA.
Qed.
Lemma without_zeros_ok q : value [seq m : mono <- q | ~~ is_zero_Q m.1.1] = value q.
Proof.
elim: q => //= m q IH; case: ifP => h; rewrite /value ?big_cons -/(value _) IH //.
suff -> : mono_value m = 0 by rewrite add0r.
move: h => /negbFE; rewrite /is_zero_Q /mono_value /coef /of_Q; case: (Qnum _) => // _.
by rewrite /of_Z /= mulr0z !mul0r rmorph0 mul0r.
Qed.
Lemma collect_ok p : value (collect table commuting sizes nonzero p) = value p.
Proof.
rewrite /collect without_zeros_ok; elim: p => [|m p IH]; first by rewrite /value big_nil.
by rewrite /= add_mono_ok IH normal_ok /value big_cons.
Qed.
End Value.

Section Mean.
Variables (R : realFieldType) (A : comAlgType R) (E : {scalar A}) (given : A -> Prop) (letters : seq (letter A)).
Hypothesis known : isserlis E given letters.
Variables (table : seq info) (commuting : seq (nat * nat)) (sizes : seq nat) (nonzero : seq bool).
Variables (D : nat) (dim : nat -> nat) (mat : nat -> 'M[A]_D) (scal : nat -> R).
Local Notation in_A := (GRing.in_alg_rmorphism A).
Hypothesis ok : faithful table commuting sizes dim mat (fun k => in_A (scal k)).
Hypothesis nz : forall k, nth false nonzero k -> scal k != 0.
Hypothesis rnd : faithful_random given letters table mat.

Lemma average_ok m : E (mono_value in_A mat scal m) = E (value in_A mat scal (average table m)).
Proof.
rewrite /average; case: ifP => _; first by rewrite /value big_seq1.
case e: (contract _ _) => [l|]; last by rewrite /value big_seq1.
have scaled c ws : E (mono_value in_A mat scal (c, ws)) = coef scal c * E (tevs mat ws).
  by rewrite /mono_value /= mulr_algl linearZ.
case: m e => c ws /= e; rewrite scaled (contract_ok known rnd e) /value big_map mulr_sumr linear_sum.
by apply: eq_bigr => vs _; rewrite scaled.
Qed.
Lemma mean_ok fuel p : E (value in_A mat scal (mean table commuting sizes nonzero fuel p)) = E (value in_A mat scal p).
Proof.
elim: fuel p => //= n IH p; case: ifP => // _; rewrite IH (collect_ok ok nz).
elim: p => [|m p IHp]; first by rewrite /value !big_nil.
rewrite /= value_cat linearD IHp -average_ok /value big_cons linearD.
by [].
Qed.
End Mean.
