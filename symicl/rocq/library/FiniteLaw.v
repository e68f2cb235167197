(* A finite probability space on which coordinates are independent, without measure theory.

   A random number is a function on a finite set of outcomes, with everything pointwise; these form a commutative
   algebra.  An outcome gives each coordinate k in K a value in V; its weight is the product of the weights p of these
   values.  The expectation is the weighted sum.  The mean of a product of functions of one coordinate each is the
   product of their means, and what looks at different coordinates is independent. *)
From mathcomp Require Import all_ssreflect all_algebra.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section RandomVariables.
Variables (R : comRingType) (T : finType).

(* t0 only says that T is not empty: on no outcomes, 1 = 0 *)
Definition rv of T := {ffun T -> R}.
Variable t0 : T.
Local Notation A := (rv t0).

Canonical rv_eqType := [eqType of A].
Canonical rv_choiceType := [choiceType of A].
Canonical rv_zmodType := [zmodType of A].
Canonical rv_ringType := Eval hnf in RingType A (ffun_ringMixin R t0).
Canonical rv_comRingType := Eval hnf in ComRingType A (@ffun_mulC T R).

Definition rv_scale (c : R) (f : A) : A := [ffun t => c * f t].
Fact rv_scaleA c e f : rv_scale c (rv_scale e f) = rv_scale (c * e) f.
Proof. by apply/ffunP => t; rewrite !ffunE mulrA. Qed.
Fact rv_scale1 : left_id 1 rv_scale.
Proof. by move=> f; apply/ffunP => t; rewrite !ffunE mul1r. Qed.
Fact rv_scaleDr : right_distributive rv_scale +%R.
Proof. by move=> c f g; apply/ffunP => t; rewrite !ffunE mulrDr. Qed.
Fact rv_scaleDl f : {morph rv_scale^~ f : c e / c + e}.
Proof. by move=> c e; apply/ffunP => t; rewrite !ffunE mulrDl. Qed.
Definition rv_lmodMixin := LmodMixin rv_scaleA rv_scale1 rv_scaleDr rv_scaleDl.
Canonical rv_lmodType := Eval hnf in LmodType R A rv_lmodMixin.
Fact rv_scaleAl (c : R) (f g : A) : c *: (f * g) = (c *: f) * g.
Proof. by apply/ffunP => t; rewrite !ffunE mulrA. Qed.
Canonical rv_lalgType := Eval hnf in LalgType R A rv_scaleAl.
Canonical rv_algType := CommAlgType R A.
Canonical rv_comAlgType := Eval hnf in [comAlgType R of A].

Lemma rvM (f g : A) t : (f * g) t = f t * g t. Proof. by rewrite ffunE. Qed.
Lemma rvD (f g : A) t : (f + g) t = f t + g t. Proof. by rewrite ffunE. Qed.
Lemma rvZ (c : R) (f : A) t : (c *: f) t = c * f t. Proof. by rewrite ffunE. Qed.
Lemma rv1 t : (1 : A) t = 1. Proof. by rewrite ffunE. Qed.

(* the expectation for weights P, not yet said to add up to 1 *)
Variable P : T -> R.
Definition mean (f : A) : R := \sum_t P t * f t.
Fact mean_linear : scalar mean.
Proof.
move=> c f g; rewrite /mean mulr_sumr -big_split; apply: eq_bigr => t _ /=.
by rewrite rvD rvZ mulrDr mulrCA.
Qed.
Canonical mean_additive := Additive mean_linear.
Canonical mean_scalar := Linear mean_linear.
End RandomVariables.

(* where all weights are positive, so is the mean of a square that is not zero *)
Lemma squares_of_weights (R : realFieldType) (T : finType) (t0 : T) (P : T -> R) : (forall t, 0 < P t) ->
  forall f : rv R t0, f <> 0 -> 0 < mean P (f * f).
Proof.
move=> pos f ne; have part t : 0 <= P t * (f * f) t by rewrite rvM mulr_ge0 ?(ltW (pos t)) // -expr2 sqr_ge0.
rewrite lt_neqAle sumr_ge0 ?andbT // eq_sym; apply/eqP => /eqP; rewrite psumr_eq0 // => /allP h.
apply: ne; apply/ffunP => t; have := h t (mem_index_enum _); rewrite /= mulf_eq0 (gt_eqF (pos t)) /= rvM mulf_eq0 orbb.
by move=> /eqP ->; rewrite ffunE.
Qed.

Section Product.
Variables (R : comRingType) (K V : finType) (v0 : V) (p : V -> R).
Hypothesis p1 : \sum_v p v = 1.

Definition outcome := {ffun K -> V}.
Definition origin : outcome := [ffun=> v0].
Definition weight (o : outcome) : R := \prod_k p (o k).
Local Notation A := (rv R origin).
Definition expectation : {scalar A} := mean_scalar origin weight.
Local Notation E := expectation.

(* a product of functions of one coordinate each *)
Definition separate (g : K -> V -> R) : A := [ffun o : outcome => \prod_k g k (o k)].

Lemma E_separate g : E (separate g) = \prod_k \sum_v p v * g k v.
Proof.
rewrite bigA_distr_bigA; apply: eq_bigr => o _.
by rewrite ffunE -big_split.
Qed.

Lemma E_1 : E 1 = 1.
Proof.
have -> : 1 = separate (fun _ _ => 1) by apply/ffunP => o; rewrite rv1 ffunE big1.
by rewrite E_separate big1 // => k _; under eq_bigr do rewrite mulr1.
Qed.

(* f only looks at the coordinates in S *)
Definition looks_at (S : pred K) (f : A) := forall o o' : outcome, {in S, forall k, o k = o' k} -> f o = f o'.

Implicit Types (S : pred K) (f g : A) (o : outcome).
Lemma looks_atW S S' f : {subset S <= S'} -> looks_at S f -> looks_at S' f.
Proof. by move=> SS h o o' oo; apply: h => k /SS; apply: oo. Qed.
Lemma looks_at_const S c : looks_at S (c%:A).
Proof. by move=> o o' _; rewrite !rvZ !rv1. Qed.
Lemma looks_atD S f g : looks_at S f -> looks_at S g -> looks_at S (f + g).
Proof. by move=> hf hg o o' oo; rewrite !rvD (hf _ _ oo) (hg _ _ oo). Qed.
Lemma looks_atM S f g : looks_at S f -> looks_at S g -> looks_at S (f * g).
Proof. by move=> hf hg o o' oo; rewrite !rvM (hf _ _ oo) (hg _ _ oo). Qed.
Lemma looks_atZ S c f : looks_at S f -> looks_at S (c *: f).
Proof. by move=> hf o o' oo; rewrite !rvZ (hf _ _ oo). Qed.
Lemma looks_at_sum S (I : Type) (r : seq I) (Q : pred I) (F : I -> A) :
  (forall i, Q i -> looks_at S (F i)) -> looks_at S (\sum_(i <- r | Q i) F i).
Proof.
move=> h; elim/big_ind: _ => //; first by rewrite -(scale0r 1); apply: looks_at_const.
exact: looks_atD.
Qed.

(* independence: exchange the coordinates outside S between two copies of the sample space *)
Definition swap S (b : outcome * outcome) : outcome * outcome :=
  ([ffun k => if k \in S then b.1 k else b.2 k], [ffun k => if k \in S then b.2 k else b.1 k]).
Lemma swapK S : involutive (swap S).
Proof. by move=> [o o']; congr (_, _); apply/ffunP => k; rewrite !ffunE /=; case: (k \in S). Qed.
Lemma weight_swap S b : weight (swap S b).1 * weight (swap S b).2 = weight b.1 * weight b.2.
Proof.
rewrite /weight -!big_split; apply: eq_bigr => k _ /=.
by rewrite !ffunE; case: (k \in S); rewrite // mulrC.
Qed.

Theorem E_indep S f g : looks_at S f -> looks_at (predC S) g -> E (f * g) = E f * E g.
Proof.
move=> hf hg; rewrite -[LHS]mulr1 -E_1 /expectation /= /mean !mulr_suml.
under eq_bigr do rewrite mulr_sumr; rewrite pair_bigA.
under [RHS]eq_bigr do rewrite mulr_sumr; rewrite pair_bigA.
rewrite (reindex_inj (inv_inj (swapK S))) /=; apply: eq_bigr => b _.
rewrite rvM rv1 mulr1 mulrAC weight_swap.
have -> : f (swap S b).1 = f b.1 by apply: hf => k Sk; rewrite ffunE Sk.
have -> : g (swap S b).1 = g b.2 by apply: hg => k Sk; rewrite ffunE ifN.
by rewrite mulrACA.
Qed.
End Product.
