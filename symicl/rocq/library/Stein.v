(* Isserlis' recursion as a derivation: for g an entry of a Gaussian letter and p a polynomial in the entries of all
   letters, E (g p) = E (p'), where p' is the derivative of p along g: linear, with the product rule, and the
   covariance of g and h for an entry h. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Symicl Require Import Moments.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Stein.
Variables (R : realFieldType) (A : comAlgType R) (E : {scalar A}) (given : A -> Prop) (letters : seq (letter A)).
Hypothesis known : isserlis E given letters.
Local Notation at_ := (at_place letters).
Local Notation same := (same_group letters).
Local Notation cv := (cov letters).
Local Notation fixed := (made_of given).

(* p is of degree at most k in the group of g, and q is its derivative along g; what is given does not change. *)
Inductive der (g : place) : nat -> A -> A -> Prop :=
  | der_given z : fixed z -> der g 0 z 0
  | der_at h : der g (same g h) (at_ h) (cv g h)
  | der_add k p p' q q' : der g k p p' -> der g k q q' -> der g k (p + q) (p' + q')
  | der_mul k l p p' q q' : der g k p p' -> der g l q q' -> der g (k + l) (p * q) (p' * q + p * q')
  | der_weak k l p p' : (k <= l)%N -> der g k p p' -> der g l p p'.

Definition term := (A * seq place)%type.
Definition prod_at (s : seq place) : A := \prod_(h <- s) at_ h.
Definition value_of (L : seq term) : A := \sum_(t <- L) t.1 * prod_at t.2.
Definition slope (g : place) (s : seq place) : A := \sum_(k < size s) cv g (nth g s k) * prod_at (without k s).
Definition slope_of (g : place) (L : seq term) : A := \sum_(t <- L) t.1 * slope g t.2.

Lemma prod_at_cat s t : prod_at (s ++ t) = prod_at s * prod_at t.
Proof. by rewrite /prod_at big_cat. Qed.

Lemma slope_cat g s t : slope g (s ++ t) = slope g s * prod_at t + prod_at s * slope g t.
Proof.
rewrite /slope size_cat big_split_ord /= mulr_suml mulr_sumr; congr (_ + _); apply: eq_bigr => k _ /=.
  rewrite nth_cat ltn_ord -mulrA -prod_at_cat; congr (_ * prod_at _).
  rewrite /without take_cat ltn_ord -catA; congr (_ ++ _); rewrite drop_cat.
  case: ltnP => // h; have e : k.+1 = size s by apply/eqP; rewrite eqn_leq h ltn_ord.
  by rewrite e subnn drop0 drop_size.
rewrite nth_cat ltnNge leq_addr addKn mulrCA -prod_at_cat /=; congr (_ * prod_at _).
rewrite /without take_cat ltnNge leq_addr addKn /= -catA; congr (_ ++ _); congr (_ ++ _).
by rewrite drop_cat ltnNge -addnS leq_addr /= addKn.
Qed.

Definition mul_terms (L M : seq term) : seq term := [seq (a.1 * b.1, a.2 ++ b.2) | a <- L, b <- M].

Lemma value_of_mul L M : value_of (mul_terms L M) = value_of L * value_of M.
Proof.
rewrite /value_of /mul_terms big_allpairs_dep mulr_suml; apply: eq_bigr => a _.
by rewrite mulr_sumr; apply: eq_bigr => b _; rewrite prod_at_cat mulrACA.
Qed.

Lemma slope_of_mul g L M : slope_of g (mul_terms L M) = slope_of g L * value_of M + value_of L * slope_of g M.
Proof.
rewrite /value_of /slope_of /mul_terms big_allpairs_dep !mulr_suml -big_split; apply: eq_bigr => a _ /=.
rewrite (mulr_sumr _ _ _ (a.1 * slope g a.2)) (mulr_sumr _ _ _ (a.1 * prod_at a.2)) -big_split; apply: eq_bigr => b _.
by rewrite slope_cat mulrDr mulrACA [X in _ + X]mulrACA.
Qed.

(* every coefficient is given, and every product of degree at most k in the group of g *)
Fixpoint fine (g : place) (k : nat) (L : seq term) : Prop :=
  if L is t :: L' then [/\ fixed t.1, (count (same g) t.2 <= k)%N & fine g k L'] else True.
Lemma fine_cat g k L M : fine g k L -> fine g k M -> fine g k (L ++ M).
Proof. by elim: L => //= t L IH [h1 h2 hL] hM; split=> //; exact: IH. Qed.
Lemma fine_weak g k l L : (k <= l)%N -> fine g k L -> fine g l L.
Proof. by move=> kl; elim: L => //= t L IH [h1 h2 /IH hL]; split=> //; exact: leq_trans h2 kl. Qed.
Lemma fine_mul g k l L M : fine g k L -> fine g l M -> fine g (k + l) (mul_terms L M).
Proof.
move=> hL hM; elim: L hL => //= t L IH [h1 h2 /IH hL]; apply: fine_cat hL.
elim: M hM {IH} => //= m M IHM [m1 m2 /IHM hM]; split=> //; first exact: made_product.
by rewrite count_cat leq_add.
Qed.

Lemma spanned g k p p' : der g k p p' -> exists L, [/\ fine g k L, p = value_of L & p' = slope_of g L].
Proof.
elim=> {k p p'}.
- move=> z hz; exists [:: (z, [::])]; split=> //; rewrite /value_of /slope_of big_seq1 /=.
    by rewrite /prod_at big_nil mulr1.
  by rewrite /slope big_ord0 mulr0.
- move=> h; exists [:: (1, [:: h])]; rewrite /value_of /slope_of !big_seq1 /= addn0 !mul1r; split.
  + by split=> //; rewrite -[1]scale1r; exact: made_constant.
  + by rewrite /prod_at big_seq1.
  by rewrite /slope big_ord_recl big_ord0 addr0 /= /without /prod_at big_nil mulr1.
- move=> k p p' q q' _ [L [hL -> ->]] _ [M [hM -> ->]]; exists (L ++ M).
  by rewrite /value_of /slope_of !big_cat; split=> //; exact: fine_cat.
- move=> k l p p' q q' _ [L [hL -> ->]] _ [M [hM -> ->]]; exists (mul_terms L M).
  by rewrite value_of_mul slope_of_mul; split=> //; exact: fine_mul.
- by move=> k l p p' kl _ [L [hL -> ->]]; exists L; split=> //; exact: fine_weak hL.
Qed.

Lemma stein g k p p' : (k < order (letter_of letters g))%N -> der g k p p' -> E (at_ g * p) = E p'.
Proof.
move=> kn /spanned[L [hL -> ->]]; have [_ rule] := known.
rewrite /value_of /slope_of mulr_sumr !linear_sum; elim: L hL => [|t L IH]; first by rewrite !big_nil.
move=> /= [ht few hL]; rewrite !big_cons IH //; congr (_ + _).
have small : (count (same g) t.2 < order (letter_of letters g))%N by exact: leq_ltn_trans few kn.
rewrite mulrCA mulrC (rule g t.2 t.1 ht small) /slope mulr_sumr linear_sum; apply: eq_bigr => i _.
by rewrite mulrC.
Qed.

Lemma der_eq g k p q p' q' : der g k p p' -> p = q -> p' = q' -> der g k q q'.
Proof. by move=> h <- <-. Qed.

Lemma der0 g k : der g k 0 0.
Proof.
by apply: (@der_weak g 0) => //; apply: der_eq (der_given g (made_constant _ 0)) _ _ => //; rewrite scale0r.
Qed.

Lemma der_sum g k (I : Type) (s : seq I) (F F' : I -> A) :
  (forall i, der g k (F i) (F' i)) -> der g k (\sum_(i <- s) F i) (\sum_(i <- s) F' i).
Proof.
move=> h; elim: s => [|i s IH]; first by rewrite !big_nil; apply: der0.
by rewrite !big_cons; apply: der_add.
Qed.

(* For matrices, entry by entry. *)
Definition derM g k m n (M M' : 'M[A]_(m, n)) := forall i j, der g k (M i j) (M' i j).

Lemma derM_mul g k l m n p (M M' : 'M[A]_(m, n)) (N N' : 'M[A]_(n, p)) :
  derM g k M M' -> derM g l N N' -> derM g (k + l) (M *m N) (M' *m N + M *m N').
Proof.
move=> hM hN i j.
apply: der_eq (@der_sum g (k + l) _ (index_enum _) (fun a => M i a * N a j)
  (fun a => M' i a * N a j + M i a * N' a j) _) _ _.
- by move=> a; apply: der_mul.
- by rewrite mxE.
by rewrite !mxE -big_split.
Qed.

Lemma der_tr g k n (M M' : 'M[A]_n) : derM g k M M' -> der g k (\tr M) (\tr M').
Proof. by move=> h; apply: der_sum => i. Qed.

Lemma derM_tp g k m n (M M' : 'M[A]_(m, n)) : derM g k M M' -> derM g k M^T M'^T.
Proof. by move=> h i j; rewrite !mxE. Qed.
End Stein.
