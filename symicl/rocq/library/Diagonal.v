(* Diagonal matrices: sums, products, multiples, means of diagonal matrices are diagonal, and two of them commute. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Symicl Require Import Order.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Definition diagonal (K : ringType) n (M : 'M[K]_n) : Prop := forall i j, i != j -> M i j = 0.

Section Diagonal.
Variables (K : comRingType) (n : nat).
Implicit Types M N : 'M[K]_n.
Lemma diagonal_one : diagonal (1%:M : 'M[K]_n).
Proof. by move=> i j /negbTE ne; rewrite mxE ne. Qed.
Lemma diagonal_add M N : diagonal M -> diagonal N -> diagonal (M + N).
Proof. by move=> hM hN i j ne; rewrite mxE hM // hN // addr0. Qed.
Lemma diagonal_opp M : diagonal M -> diagonal (- M).
Proof. by move=> hM i j ne; rewrite mxE hM // oppr0. Qed.
Lemma diagonal_scale c M : diagonal M -> diagonal (c *: M).
Proof. by move=> hM i j ne; rewrite mxE hM // mulr0. Qed.
Lemma diagonal_entry M N i j : diagonal M -> (M *m N) i j = M i i * N i j.
Proof.
move=> hM; rewrite mxE (bigD1 i) //= big1 ?addr0 // => k ne.
by rewrite hM ?mul0r // eq_sym.
Qed.
Lemma diagonal_mul M N : diagonal M -> diagonal N -> diagonal (M *m N).
Proof. by move=> hM hN i j ne; rewrite diagonal_entry // hN // mulr0. Qed.
Lemma diagonal_commute M N : diagonal M -> diagonal N -> M *m N = N *m M.
Proof.
move=> hM hN; apply/matrixP => i j; rewrite !diagonal_entry //.
by have [<-|ne] := eqVneq i j; [exact: mulrC | rewrite (hM i j) // (hN i j) // !mulr0].
Qed.
Lemma diagonal_tr M : diagonal M -> diagonal M^T.
Proof. by move=> hM i j ne; rewrite mxE hM // eq_sym. Qed.
Lemma diagonal_sym M : diagonal M -> M^T = M.
Proof.
move=> hM; apply/matrixP => i j; rewrite mxE.
by have [-> //|ne] := eqVneq i j; rewrite (hM i j) // (hM j i) // eq_sym.
Qed.
End Diagonal.
Lemma diagonal_mean (R : comRingType) (A : comAlgType R) (E : {scalar A}) n (M : 'M[A]_n) :
  diagonal M -> diagonal (map_mx E M).
Proof. by move=> hM i j ne; rewrite mxE hM // linear0. Qed.
Lemma diagonal_constant (R : comRingType) (A : comAlgType R) n (M : 'M[R]_n) :
  diagonal M -> diagonal (map_mx (in_alg A) M).
Proof. by move=> hM i j ne; rewrite mxE hM //= scale0r. Qed.

(* a file adds what it knows of its letters to [known_diagonal] *)
Ltac known_diagonal := fail.
Ltac diagonal_by_parts :=
  lazymatch goal with
  | |- diagonal (@GRing.add _ _ _) => apply: diagonal_add; diagonal_by_parts
  | |- diagonal (@GRing.opp _ _) => apply: diagonal_opp; diagonal_by_parts
  | |- diagonal (@GRing.scale _ _ _ _) => apply: diagonal_scale; diagonal_by_parts
  | |- diagonal (@mulmx _ _ _ _ _ _) => apply: diagonal_mul; diagonal_by_parts
  | |- diagonal (@trmx _ _ _ _) => apply: diagonal_tr; diagonal_by_parts
  | |- diagonal (@map_mx _ _ _ _ _ _) => first [apply: diagonal_constant | apply: diagonal_mean]; diagonal_by_parts
  | |- diagonal (@scalar_mx _ _ _) => exact: diagonal_one
  | _ => known_diagonal
  end.

(* those whose diagonal is positive, or not negative; they commute, so that their products are such again *)
Section Positive.
Variables (R : realFieldType) (n : nat).
Implicit Types M N : 'M[R]_n.
Definition diagonal_positive M : Prop := diagonal M /\ forall i, 0 < M i i.
Definition diagonal_nonnegative M : Prop := diagonal M /\ forall i, 0 <= M i i.
Lemma diagonal_positiveW M : diagonal_positive M -> diagonal_nonnegative M.
Proof. by move=> [d h]; split=> // i; exact: ltW. Qed.
Lemma diagonal_positive_one : diagonal_positive 1%:M.
Proof. by split=> [|i]; [exact: diagonal_one | rewrite mxE eqxx ltr01]. Qed.
Lemma diagonal_positive_mul M N : diagonal_positive M -> diagonal_positive N -> diagonal_positive (M *m N).
Proof. by move=> [d h] [e k]; split=> [|i]; [exact: diagonal_mul | rewrite diagonal_entry // mulr_gt0]. Qed.
Lemma diagonal_nonnegative_mul M N : diagonal_nonnegative M -> diagonal_nonnegative N -> diagonal_nonnegative (M *m N).
Proof. by move=> [d h] [e k]; split=> [|i]; [exact: diagonal_mul | rewrite diagonal_entry // mulr_ge0]. Qed.
Lemma diagonal_positive_left M N : diagonal_positive M -> diagonal_nonnegative N -> diagonal_positive (M + N).
Proof. by move=> [d h] [e k]; split=> [|i]; [exact: diagonal_add | rewrite mxE ltr_paddr]. Qed.
Lemma diagonal_positive_right M N : diagonal_nonnegative M -> diagonal_positive N -> diagonal_positive (M + N).
Proof. by move=> [d h] [e k]; split=> [|i]; [exact: diagonal_add | rewrite mxE ltr_paddl]. Qed.
Lemma diagonal_nonnegative_add M N : diagonal_nonnegative M -> diagonal_nonnegative N -> diagonal_nonnegative (M + N).
Proof. by move=> [d h] [e k]; split=> [|i]; [exact: diagonal_add | rewrite mxE addr_ge0]. Qed.
Lemma diagonal_positive_scale c M : 0 < c -> diagonal_positive M -> diagonal_positive (c *: M).
Proof. by move=> c0 [d h]; split=> [|i]; [exact: diagonal_scale | rewrite mxE mulr_gt0]. Qed.
Lemma diagonal_nonnegative_scale c M : 0 <= c -> diagonal_nonnegative M -> diagonal_nonnegative (c *: M).
Proof. by move=> c0 [d h]; split=> [|i]; [exact: diagonal_scale | rewrite mxE mulr_ge0]. Qed.
Lemma form_at M (i : 'I_n) : \tr ((delta_mx 0 i : 'rV_n) *m M *m (delta_mx 0 i)^T) = M i i.
Proof. by rewrite /mxtrace big_ord1 trmx_delta -rowE -colE !mxE. Qed.
Lemma definite_diagonal M : definite M -> diagonal M -> diagonal_positive M.
Proof.
move=> h d; split=> // i; rewrite -form_at; apply: h; apply/eqP => /matrixP/(_ 0 i).
by rewrite !mxE !eqxx => /eqP; rewrite oner_eq0.
Qed.
Lemma semidefinite_diagonal M : semidefinite M -> diagonal M -> diagonal_nonnegative M.
Proof. by move=> h d; split=> // i; rewrite -form_at; exact: h. Qed.
Lemma diagonal_positive_unit M : diagonal_positive M -> M \in unitmx.
Proof.
move=> [d h]; apply: definite_unitmx => v ne.
have -> : \tr (v *m M *m v^T) = \sum_j M j j * v 0 j ^+ 2.
  rewrite /mxtrace big_ord1 mxE; apply: eq_bigr => j _; rewrite mxE (bigD1 j) //= big1 ?addr0 => [|k nk].
    by rewrite !mxE mulrAC mulrC expr2.
  by rewrite d ?mulr0.
rewrite lt_neqAle sumr_ge0 ?andbT => [|j _]; last by rewrite mulr_ge0 ?sqr_ge0 ?(ltW (h j)).
rewrite eq_sym; apply: contra ne; rewrite psumr_eq0 => [/allP z|j _]; last by rewrite mulr_ge0 ?sqr_ge0 ?(ltW (h j)).
apply/eqP/rowP => j; have := z j (mem_index_enum _); rewrite /= mulf_eq0 (gt_eqF (h j)) /= sqrf_eq0 mxE => /eqP ->.
by [].
Qed.
Lemma diagonal_positive_inverse M : diagonal_positive M -> diagonal_positive (invmx M).
Proof.
move=> p; have [d h] := p; have e i j : M i i * invmx M i j = (i == j)%:R.
  by rewrite -diagonal_entry // mulmxV ?mxE //; exact: diagonal_positive_unit.
split=> [i j /negbTE ne|i].
  by have /eqP := e i j; rewrite ne mulf_eq0 (gt_eqF (h i)) => /eqP.
have := e i i; rewrite eqxx => k; have : 0 < M i i * invmx M i i by rewrite k ltr01.
by rewrite pmulr_rgt0.
Qed.
Lemma diagonal_nonnegative_trace M : diagonal_nonnegative M -> 0 <= \tr M.
Proof. by move=> [_ h]; apply: sumr_ge0 => i _; exact: h. Qed.
End Positive.
Lemma diagonal_positive_trace (R : realFieldType) n (M : 'M[R]_n) : (0 < n)%N -> diagonal_positive M -> 0 < \tr M.
Proof.
case: n M => // m M _ [_ h]; rewrite /mxtrace big_ord_recl ltr_paddr //.
by apply: sumr_ge0 => i _; exact: ltW.
Qed.

(* a file adds what it knows of its letters *)
Ltac known_diagonal_positive := fail.
Ltac known_diagonal_nonnegative := fail.
Ltac diagonal_positive_by_parts :=
  lazymatch goal with
  | |- diagonal_positive (@GRing.add _ _ _) =>
      first [ apply: diagonal_positive_left; [diagonal_positive_by_parts | diagonal_nonnegative_by_parts]
            | apply: diagonal_positive_right; [diagonal_nonnegative_by_parts | diagonal_positive_by_parts] ]
  | |- diagonal_positive (@mulmx _ _ _ _ _ _) => apply: diagonal_positive_mul; diagonal_positive_by_parts
  | |- diagonal_positive (@GRing.scale _ _ _ _) =>
      apply: diagonal_positive_scale; [positive | diagonal_positive_by_parts]
  | |- diagonal_positive (@scalar_mx _ _ _) => exact: diagonal_positive_one
  | _ => known_diagonal_positive
  end
with diagonal_nonnegative_by_parts :=
  lazymatch goal with
  | |- diagonal_nonnegative (@GRing.add _ _ _) => apply: diagonal_nonnegative_add; diagonal_nonnegative_by_parts
  | |- diagonal_nonnegative (@mulmx _ _ _ _ _ _) => apply: diagonal_nonnegative_mul; diagonal_nonnegative_by_parts
  | |- diagonal_nonnegative (@GRing.scale _ _ _ _) =>
      apply: diagonal_nonnegative_scale; [nonnegative | diagonal_nonnegative_by_parts]
  | _ => first [known_diagonal_nonnegative | apply: diagonal_positiveW; diagonal_positive_by_parts]
  end.
Ltac known_trace ::=
  lazymatch goal with
  | |- is_true (Order.lt _ _) => apply: diagonal_positive_trace; [assumption | diagonal_positive_by_parts]
  | |- is_true (Order.le _ _) => apply: diagonal_nonnegative_trace; diagonal_nonnegative_by_parts
  end.
