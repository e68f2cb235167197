(* What Events.v calls an event on which a random number is large is what it should be, where there are outcomes.

   On a finite set of outcomes with any weights, the outcomes where |x| >= t are an event in that sense, and every event
   in that sense lies in them.  So this one has the largest mean, which is the probability that |x| >= t. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Symicl Require Import FiniteLaw Positive Events.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section EventModel.
Variables (R : realFieldType) (T : finType) (t0 : T) (P : T -> R).
Local Notation A := (rv_comAlgType R t0).
Local Notation E := (mean_scalar t0 P : {scalar A}).
Implicit Types (x f : A) (t : R) (S : pred T).

Definition indicator S : A := [ffun o => (S o)%:R].
Definition far x t : A := indicator (fun o => t <= `|x o|).

Lemma rv0 o : (0 : A) o = 0. Proof. by rewrite ffunE. Qed.
Lemma rvN f o : (- f) o = - f o. Proof. by rewrite ffunE. Qed.
Lemma indicator_event S : event (indicator S).
Proof. by apply/ffunP => o; rewrite rvM !ffunE -natrM mulnb andbb. Qed.
(* what is not negative at any outcome is a sum of squares, and the other way round *)
Lemma squares_of f : (forall o, 0 <= f o) -> squares_sum f.
Proof.
move=> h; have -> : f = \sum_o f o *: (indicator (pred1 o) * indicator (pred1 o)).
  apply/ffunP => o; rewrite sum_ffunE (bigD1 o) //= big1 ?addr0 => [|i ne].
    by rewrite indicator_event rvZ ffunE /= eqxx mulr1.
  by rewrite indicator_event rvZ ffunE /= eq_sym (negbTE ne) mulr0.
by apply: squares_total => o; apply: squares_scale => //; exact: squares_one.
Qed.
Lemma of_squares f o : squares_sum f -> 0 <= f o.
Proof.
elim=> [y|y z _ hy _ hz|c y c0 _ hy]; first by rewrite rvM -expr2 sqr_ge0.
  by rewrite rvD addr_ge0.
by rewrite rvZ mulr_ge0.
Qed.
Lemma event_01 f o : event f -> f o = 0 \/ f o = 1.
Proof.
move=> /ffunP/(_ o); rewrite rvM => /eqP; rewrite -subr_eq0 -{3}[f o]mulr1 -mulrBr mulf_eq0 subr_eq0.
by case/orP => /eqP; [left | right].
Qed.

Lemma at_least x t S : (forall o, S o -> t <= x o) -> at_least_on (indicator S) x t.
Proof.
move=> h; exists ([ffun o => if S o then x o - t else 0] : A); split.
  by apply: squares_of => o; rewrite ffunE; case: ifP => // /h; rewrite subr_ge0.
apply/ffunP => o; rewrite !rvM rvD rvN rvZ rv1 mulr1 !ffunE.
by case: (S o); rewrite ?mul0r.
Qed.
Theorem far_is_far x t : 0 < t -> far_on (far x t) x t.
Proof.
move=> t_gt0; exists (indicator (fun o => t <= x o)), (indicator (fun o => t <= - x o)); split.
- apply/ffunP => o; rewrite rvD !ffunE ler_normr -natrD; congr (_%:R).
  case: (lerP t (x o)) => //= h; case: (lerP t (- x o)) => //= k.
  by have := ler_add h k; rewrite subrr leNgt addr_gt0.
- by split; exact: indicator_event.
- apply/ffunP => o; rewrite rvM !ffunE -natrM mulnb.
  case: (lerP t (x o)) => //= h; case: (lerP t (- x o)) => //= k.
  by have := ler_add h k; rewrite subrr leNgt addr_gt0.
- exact: at_least.
by apply: at_least => o; rewrite rvN.
Qed.
Lemma within e x t o : at_least_on e x t -> e o = 1 -> t <= x o.
Proof.
move=> [s [hs /ffunP/(_ o)]]; rewrite !rvM => + one; rewrite one !mul1r rvD rvN rvZ rv1 mulr1 => h.
by rewrite -subr_ge0 h; exact: of_squares.
Qed.
Theorem far_is_largest e x t : (forall o, 0 <= P o) -> far_on e x t -> E e <= E (far x t).
Proof.
move=> pos [e1 [e2 [-> [h1 h2] no a1 a2]]]; apply: ler_sum => o _; apply: ler_wpmul2l => //.
have /eqP := congr1 (fun f : A => f o) no; rewrite rvM rv0 rvD [far x t o]ffunE ler_normr.
case: (event_01 o h1) => i1; case: (event_01 o h2) => i2; rewrite i1 i2 ?(mulr1, addr0, add0r, oner_eq0) //.
- by rewrite ler0n.
- by have := within a2 i2; rewrite rvN => ->; rewrite orbT.
by rewrite (within a1 i1).
Qed.
End EventModel.
