(* Diagonal matrices: sums, products, multiples, means of diagonal matrices are diagonal, and two of them commute. *)
From mathcomp Require Import all_ssreflect all_algebra.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory.
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
Lemma diagonal_map (K L : ringType) n (f : {additive K -> L}) (M : 'M[K]_n) : diagonal M -> diagonal (map_mx f M).
Proof. by move=> hM i j ne; rewrite mxE hM // raddf0. Qed.

(* a file adds what it knows of its letters to [known_diagonal] *)
Ltac known_diagonal := fail.
Ltac diagonal_by_parts :=
  lazymatch goal with
  | |- diagonal (@GRing.add _ _ _) => apply: diagonal_add; diagonal_by_parts
  | |- diagonal (@GRing.opp _ _) => apply: diagonal_opp; diagonal_by_parts
  | |- diagonal (@GRing.scale _ _ _ _) => apply: diagonal_scale; diagonal_by_parts
  | |- diagonal (@mulmx _ _ _ _ _ _) => apply: diagonal_mul; diagonal_by_parts
  | |- diagonal (@trmx _ _ _ _) => apply: diagonal_tr; diagonal_by_parts
  | |- diagonal (@map_mx _ _ _ _ _ _) => apply: diagonal_map; diagonal_by_parts
  | |- diagonal (@scalar_mx _ _ _) => exact: diagonal_one
  | _ => known_diagonal
  end.
