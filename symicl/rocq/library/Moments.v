(* What is assumed of the mean: Isserlis' theorem, as a recursion, for an abstract linear functional.

   E is a linear functional with E 1 = 1 on a commutative algebra A over a real field R; its elements are the random
   numbers.  There is no measure theory.  A random letter is a matrix over A with a covariance.  The assumption
   [isserlis E given letters] says: the mean of an entry times other entries is the sum, over each of the others, of the
   covariance with it times the mean of what is left (the empty product is 1):

       E (g h_1 ... h_n) = sum over k of  E (cov(g, h_k) h_1 ... h_n without h_k),

   where cov(G_ai, G_bj) is C_ab for i = j and one letter G, and 0 otherwise.  It is asked for as long as the letters
   of g's group occur at most [order] times, which is six for a Gaussian letter; for a letter of which only second
   moments are known it is two.  Letters of different groups are independent: what belongs to others stays as it is.

   The covariance may be random too.  Then the letters are Gaussian once it is given: the rule is asked for also where
   both sides are multiplied by a number z that is [given] before the letters are drawn.  Where no covariance is random,
   the constants are given and nothing else, so that z adds nothing.

   That independent Gaussian matrices satisfy this is Isserlis' theorem (Biometrika 12 (1918) 134), which is cited and
   not proved here.  That it is consistent, for all sizes and covariances, is proved in Model.v. *)
From mathcomp Require Import all_ssreflect all_algebra.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* The entry of a matrix in row a and column i, which are counted from 0; 0 outside. *)
Definition entry (K : ringType) m n (M : 'M[K]_(m, n)) (a i : nat) : K :=
  if insub a is Some a' then if insub i is Some i' then M a' i' else 0 else 0.

(* What is left of a list without its place k. *)
Definition without (T : Type) (k : nat) (s : seq T) : seq T := take k s ++ drop k.+1 s.

(* The random numbers that are made of constants and of those in P, by sums and products. *)
Inductive made_of (R : ringType) (A : algType R) (P : A -> Prop) : A -> Prop :=
  | made_constant c : made_of P c%:A
  | made_one x : P x -> made_of P x
  | made_sum x y : made_of P x -> made_of P y -> made_of P (x + y)
  | made_product x y : made_of P x -> made_of P y -> made_of P (x * y).
(* being an entry of a matrix *)
Definition entry_of (T : Type) m n (M : 'M[T]_(m, n)) (x : T) : Prop := exists i j, x = M i j.

Section Moments.
Variables (R : realFieldType) (A : comAlgType R) (E : {scalar A}).

Record letter := Letter {
  rows : nat; cols : nat;
  value : 'M[A]_(rows, cols);
  covariance : 'M[A]_rows;
  group : nat;
  order : nat }.

(* A place in the letters: which letter, row, column. *)
Definition place := (nat * nat * nat)%type.

Variable given : A -> Prop.
Variable letters : seq letter.
Definition no_letter : letter := @Letter 0 0 0 0 0 0.
Definition letter_of (g : place) : letter := nth no_letter letters g.1.1.
Definition at_place (g : place) : A := entry (value (letter_of g)) g.1.2 g.2.
Definition cov (g h : place) : A :=
  if (g.1.1 == h.1.1) && (g.2 == h.2) && (g.2 < cols (letter_of g))%N
  then entry (covariance (letter_of g)) g.1.2 h.1.2 else 0.
Definition same_group (g h : place) : bool := group (letter_of g) == group (letter_of h).

Definition isserlis : Prop :=
  E 1 = 1 /\
  forall (g : place) (s : seq place) (z : A), made_of given z ->
  (count (same_group g) s < order (letter_of g))%N ->
  E (at_place g * \prod_(h <- s) at_place h * z) =
  \sum_(k < size s) E (cov g (nth g s k) * \prod_(h <- without k s) at_place h * z).

(* A square has no negative mean. *)
Definition squares_nonnegative : Prop := forall p : A, 0 <= E (p * p).
(* Nor is it zero but for zero: what is zero almost surely counts as zero. *)
Definition squares_positive : Prop := forall p : A, p <> 0 -> 0 < E (p * p).
Lemma squares_positiveW : squares_positive -> squares_nonnegative.
Proof. by move=> h p; case: (p =P 0) => [->|/h /ltW //]; rewrite mulr0 linear0. Qed.
End Moments.

Arguments made_of {R A} P x.

(* products of matrices of given entries *)
Lemma made_square (R : ringType) (A : algType R) (P : A -> Prop) m n (M : 'M[A]_(m, n)) :
  (forall a b, made_of P (M a b)) -> forall a b, made_of P ((M *m M^T) a b).
Proof.
move=> h a b; rewrite mxE; elim/big_rec: _ => [|j x _ hx]; first by rewrite -(scale0r 1); exact: made_constant.
by apply: made_sum => //; rewrite mxE; exact: made_product.
Qed.
Ltac given_entry := move=> *; apply: made_one; repeat first [do 2 eexists; reflexivity | left; do 2 eexists; reflexivity | right].

(* nothing is given but constants *)
Definition nothing_given (A : Type) (x : A) : Prop := False.

(* A Gaussian letter: a d x n matrix whose columns are independent with this covariance, in a group of its own. *)
Definition gaussian (R : realFieldType) (A : comAlgType R) (k m n : nat) (M : 'M[A]_(m, n)) (C : 'M[R]_m) :
  letter A := @Letter R A m n M (map_mx (in_alg A) C) k 6.
(* The same with a random covariance, which is given before the letter is drawn. *)
Definition gaussian_given (R : realFieldType) (A : comAlgType R) (k m n : nat) (M : 'M[A]_(m, n)) (C : 'M[A]_m) :
  letter A := @Letter R A m n M C k 6.
(* A letter of which second moments only are known, in the group k. *)
Definition centred (R : realFieldType) (A : comAlgType R) (k m n : nat) (M : 'M[A]_(m, n)) (C : 'M[R]_m) :
  letter A := @Letter R A m n M (map_mx (in_alg A) C) k 2.
