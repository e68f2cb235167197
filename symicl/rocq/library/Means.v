(* Means of matrices, entry by entry: constants leave them on both sides, and the trace of a mean is that of the trace. *)
From mathcomp Require Import all_ssreflect all_algebra.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope.

(* a matrix of numbers as a constant matrix of random numbers *)
Notation "M ^c" := (map_mx (in_alg _) M) (at level 2, format "M ^c") : ring_scope.

Section Means.
Variables (R : comRingType) (A : comAlgType R) (E : {scalar A}).
Lemma mean_left m n p (M : 'M[R]_(m, n)) (N : 'M[A]_(n, p)) : map_mx E (M^c *m N) = M *m map_mx E N.
Proof.
apply/matrixP => i j; rewrite !mxE linear_sum; apply: eq_bigr => k _.
by rewrite !mxE /= mulr_algl linearZ.
Qed.
Lemma mean_right m n p (M : 'M[A]_(m, n)) (N : 'M[R]_(n, p)) : map_mx E (M *m N^c) = map_mx E M *m N.
Proof.
apply/matrixP => i j; rewrite !mxE linear_sum; apply: eq_bigr => k _.
by rewrite !mxE /= mulr_algr linearZ /= mulrC.
Qed.
Lemma mean_trace n (M : 'M[A]_n) : E (\tr M) = \tr (map_mx E M).
Proof. by rewrite /mxtrace linear_sum; apply: eq_bigr => i _; rewrite mxE. Qed.
Lemma mean_form m n (V : 'M[R]_(m, n)) (M : 'M[A]_n) :
  \tr (V *m map_mx E M *m V^T) = E (\tr (V^c *m M *m V^c^T)).
Proof. by rewrite mean_trace map_trmx mean_right mean_left. Qed.
End Means.
