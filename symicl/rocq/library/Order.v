(* Order: squared norms of matrices, matrices that are positive semidefinite, chains of inequalities. *)
From mathcomp Require Import all_ssreflect all_algebra.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Gram.
Variable R : realFieldType.
Lemma gramE m n (M : 'M[R]_(m, n)) : \tr (M *m M^T) = \sum_i \sum_j M i j ^+ 2.
Proof. by apply: eq_bigr => i _; rewrite mxE; apply: eq_bigr => j _; rewrite mxE. Qed.
Lemma gram_ge0 m n (M : 'M[R]_(m, n)) : 0 <= \tr (M *m M^T).
Proof. by rewrite gramE; apply: sumr_ge0 => i _; apply: sumr_ge0 => j _; apply: sqr_ge0. Qed.
Lemma gram_eq0 m n (M : 'M[R]_(m, n)) : \tr (M *m M^T) = 0 -> M = 0.
Proof.
rewrite gramE => /eqP; rewrite psumr_eq0 => [|i _]; last by apply: sumr_ge0 => j _; apply: sqr_ge0.
move=> /allP h; apply/matrixP => i j; rewrite mxE.
have := h i (mem_index_enum _); rewrite /= psumr_eq0 => [/allP/(_ j (mem_index_enum _))|k _]; last exact: sqr_ge0.
by rewrite /= sqrf_eq0 => /eqP.
Qed.
Lemma gram_gt0 m n (M : 'M[R]_(m, n)) : M != 0 -> 0 < \tr (M *m M^T).
Proof. by move=> h; rewrite lt_neqAle gram_ge0 andbT eq_sym; apply: contra h => /eqP/gram_eq0 ->. Qed.
Lemma unit_neq0 n (M : 'M[R]_n) : (0 < n)%N -> M \in unitmx -> M != 0.
Proof. by case: n M => // n M _; apply: contraL => /eqP ->; rewrite unitmxE det0 unitr0. Qed.
Lemma gram_unit_gt0 n (M : 'M[R]_n) : (0 < n)%N -> M \in unitmx -> 0 < \tr (M *m M^T).
Proof. by move=> n0 u; apply: gram_gt0; exact: unit_neq0. Qed.

Definition semidefinite n (M : 'M[R]_n) : Prop := forall v : 'rV[R]_n, 0 <= \tr (v *m M *m v^T).
Lemma semidefinite_gram n m (B : 'M[R]_(n, m)) : semidefinite (B *m B^T).
Proof. by move=> v; have := gram_ge0 (v *m B); rewrite trmx_mul !mulmxA. Qed.
Lemma semidefinite_one n : semidefinite (1%:M : 'M[R]_n).
Proof. by move=> v; rewrite mulmx1; exact: gram_ge0. Qed.
Lemma semidefinite_zero n : semidefinite (0 : 'M[R]_n).
Proof. by move=> v; rewrite mulmx0 mul0mx mxtrace0. Qed.
Lemma semidefinite_add n (M N : 'M[R]_n) : semidefinite M -> semidefinite N -> semidefinite (M + N).
Proof. by move=> hM hN v; rewrite mulmxDr mulmxDl mxtraceD addr_ge0. Qed.
Lemma semidefinite_scale n c (M : 'M[R]_n) : 0 <= c -> semidefinite M -> semidefinite (c *: M).
Proof. by move=> hc hM v; rewrite -scalemxAr -scalemxAl mxtraceZ mulr_ge0. Qed.
Lemma definite_unit n (B P : 'M[R]_n) c : 0 < c -> B \in unitmx -> semidefinite P -> c *: (B *m B^T) + P \in unitmx.
Proof.
move=> c0 Bu Pp; rewrite -row_free_unit -kermx_eq0; apply/rowV0P => v /sub_kermxP h.
have : \tr (v *m (c *: (B *m B^T) + P) *m v^T) = 0 by rewrite h mul0mx mxtrace0.
rewrite mulmxDr mulmxDl mxtraceD -scalemxAr -scalemxAl mxtraceZ => /eqP.
have e : v *m (B *m B^T) *m v^T = (v *m B) *m (v *m B)^T by rewrite trmx_mul !mulmxA.
rewrite e paddr_eq0 ?mulr_ge0 ?gram_ge0 ?(ltW c0) // => /andP[+ _].
rewrite mulf_eq0 (gt_eqF c0) /= => /eqP /gram_eq0 vB.
by rewrite -[v](mulmxK Bu) vB mul0mx.
Qed.
(* positive definite matrices *)
Definition definite n (M : 'M[R]_n) : Prop := forall v : 'rV[R]_n, v != 0 -> 0 < \tr (v *m M *m v^T).
Lemma definite_unitmx n (M : 'M[R]_n) : definite M -> M \in unitmx.
Proof.
move=> h; rewrite -row_free_unit -kermx_eq0; apply/rowV0P => v /sub_kermxP e.
by apply/eqP; apply: contraT => /h; rewrite e mul0mx mxtrace0 ltxx.
Qed.
Lemma definite_gram n (B : 'M[R]_n) : B \in unitmx -> definite (B *m B^T).
Proof.
move=> u v ne; have -> : v *m (B *m B^T) *m v^T = (v *m B) *m (v *m B)^T by rewrite trmx_mul !mulmxA.
by apply: gram_gt0; apply: contra ne => /eqP h; rewrite -[v](mulmxK u) h mul0mx.
Qed.
(* nothing but zero is killed by invertible factors *)
Lemma unit_cancel m n (P : 'M[R]_m) (Q : 'M[R]_n) (M : 'M[R]_(m, n)) :
  P \in unitmx -> Q \in unitmx -> P *m M *m Q = 0 -> M = 0.
Proof. by move=> p q h; rewrite -[M](mulKmx p) -[P *m M](mulmxK q) h mul0mx mulmx0. Qed.
End Gram.

Section Chains.
Variable R : realFieldType.
Implicit Types a b c e : R.
Lemma eq_ge a b c : a = b -> c <= b -> c <= a. Proof. by move=> ->. Qed.
Lemma eq_gt a b c : a = b -> c < b -> c < a. Proof. by move=> ->. Qed.
Lemma ge_eq a b c : b <= a -> b = c -> c <= a. Proof. by move=> h <-. Qed.
Lemma gt_eq a b c : b < a -> b = c -> c < a. Proof. by move=> h <-. Qed.
Lemma ge_ge a b c : b <= a -> c <= b -> c <= a. Proof. by move=> h k; exact: le_trans k h. Qed.
Lemma ge_gt a b c : b <= a -> c < b -> c < a. Proof. by move=> h k; exact: lt_le_trans k h. Qed.
Lemma gt_ge a b c : b < a -> c <= b -> c < a. Proof. by move=> h k; exact: le_lt_trans k h. Qed.
Lemma gt_gt a b c : b < a -> c < b -> c < a. Proof. by move=> h k; exact: lt_trans k h. Qed.
Lemma at_least_ge a b c : a - b = c -> 0 <= c -> b <= a. Proof. by move=> <-; rewrite subr_ge0. Qed.
Lemma at_least_gt a b c : a - b = c -> 0 < c -> b < a. Proof. by move=> <-; rewrite subr_gt0. Qed.
Lemma divisor_neq0 a f g : a = f * g -> a != 0 -> f != 0.
Proof. by move=> ->; rewrite mulf_eq0 negb_or => /andP[]. Qed.
Lemma sum_eq0 a b : 0 <= a -> 0 <= b -> a + b = 0 -> a = 0 /\ b = 0.
Proof. by move=> ha hb /eqP; rewrite paddr_eq0 // => /andP[/eqP-> /eqP->]. Qed.
Lemma scaled_eq0 c a : 0 < c -> c * a = 0 -> a = 0.
Proof. by move=> hc /eqP; rewrite mulf_eq0 (gt_eqF hc) => /eqP. Qed.
Lemma squares_order a b : b ^+ 2 <= a ^+ 2 -> 0 <= a -> b <= a.
Proof.
move=> h ha; case: (lerP 0 b) => [hb|/ltW hb]; last exact: le_trans hb ha.
by move: h; rewrite ler_sqr ?nnegrE.
Qed.
Lemma size_less_one_ge0 k : (0 < k)%N -> 0 <= (k%:R - 1 : R). Proof. by move=> h; rewrite subr_ge0 ler1n. Qed.
Lemma nat_gt0 k : (0 < k)%N -> 0 < (k%:R : R). Proof. by rewrite ltr0n. Qed.
Lemma root_unique n (u r : R) : (0 < n)%N -> 0 < u -> 0 < r -> u ^+ n = r ^+ n -> u = r.
Proof. by move=> n0 /ltW hu /ltW hr /eqP; rewrite eqr_expn2 // => /eqP. Qed.
End Chains.

(* roots: the square root k times, for the exponent 1 over 2 ^ k *)
Section Roots.
Variable R : rcfType.
Definition root_of (k : nat) (c : R) : R := iter k Num.sqrt c.
Lemma root_of_gt0 k c : 0 < c -> 0 < root_of k c.
Proof. by move=> h; elim: k => //= k; rewrite sqrtr_gt0. Qed.
Lemma root_of_power k c : 0 < c -> root_of k c ^+ (2 ^ k) = c.
Proof. by move=> h; elim: k => //= k IH; rewrite expnS exprM sqr_sqrtr ?(ltW (root_of_gt0 k h)). Qed.
End Roots.

(* signs of scalars, from the signs of their parts; a file adds what it knows of invertible matrices to [units], of the
   signs of its definitions to [known_sign], of the means of squares to [known_square], and of the traces of products of
   diagonal matrices to [known_trace] *)
Ltac known_sign := fail.
Ltac known_square := fail.
Ltac known_trace := fail.
Ltac units := rewrite ?(unitmx_tr, unitmx_mul, unitmx1) //.
Ltac positive :=
  lazymatch goal with
  | |- is_true (Order.lt _ (@GRing.one _)) => exact: ltr01
  | |- is_true (Order.lt _ (@GRing.add _ _ _)) =>
      first [ by apply: addr_gt0; positive
            | by apply: ltr_paddl; [nonnegative | positive]
            | by apply: ltr_paddr; [nonnegative | positive] ]
  | |- is_true (Order.lt _ (@GRing.mul _ _ _)) => apply: mulr_gt0; positive
  | |- is_true (Order.lt _ (@GRing.exp _ _ _)) => apply: exprn_gt0; positive
  | |- is_true (Order.lt _ (@GRing.inv _ _)) => rewrite invr_gt0; positive
  | |- is_true (Order.lt _ (@GRing.natmul _ _ _)) => apply: nat_gt0; first [done | assumption]
  | |- is_true (Order.lt _ (@mxtrace _ _ _)) => first [apply: gram_unit_gt0; [assumption | by units] | known_trace]
  | _ => first [assumption | known_sign]
  end
with nonnegative :=
  lazymatch goal with
  | |- is_true (Order.le _ (@GRing.zero _)) => exact: lexx
  | |- is_true (Order.le _ (@mxtrace _ _ _)) => first [exact: gram_ge0 | known_trace]
  | |- is_true (Order.le _ (@GRing.add _ (@GRing.natmul _ _ _) (@GRing.opp _ _))) => apply: size_less_one_ge0; assumption
  | |- is_true (Order.le _ (@GRing.add _ _ _)) => apply: addr_ge0; nonnegative
  | |- is_true (Order.le _ (@GRing.mul _ _ _)) => apply: mulr_ge0; nonnegative
  | |- is_true (Order.le _ (@GRing.exp _ _ 2)) => exact: sqr_ge0
  | |- is_true (Order.le _ (@GRing.exp _ _ _)) => apply: exprn_ge0; nonnegative
  | |- is_true (Order.le _ (@GRing.inv _ _)) => rewrite invr_ge0; nonnegative
  | |- is_true (Order.le _ (@GRing.Linear.apply _ _ _ _ _ _ _)) => known_square
  | _ => first [assumption | known_sign | apply: ltW; positive]
  end.
Ltac sign := first [lazymatch goal with |- is_true (Order.lt _ _) => positive | |- is_true (Order.le _ _) => nonnegative end].
Ltac semi :=
  lazymatch goal with
  | |- semidefinite (@GRing.add _ _ _) => apply: semidefinite_add; semi
  | |- semidefinite (@GRing.scale _ _ _ _) => apply: semidefinite_scale; [by sign | semi]
  | |- semidefinite (@GRing.zero _) => exact: semidefinite_zero
  | _ => exact: semidefinite_gram
  end.
Section Inverses.
Variables (R : realFieldType) (n : nat).
Implicit Types M N : 'M[R]_n.
Lemma inverse_commutes M N : M \in unitmx -> M *m N = N *m M -> invmx M *m N = N *m invmx M.
Proof. by move=> u h; rewrite -[N in LHS](mulmxK u) -h !mulmxA mulVmx // mul1mx. Qed.
Lemma inverse_symmetric M : M^T = M -> (invmx M)^T = invmx M.
Proof. by move=> h; rewrite trmx_inv h. Qed.
End Inverses.
