(* Isserlis' recursion for linear combinations of independent coordinates.

   The coordinates have one law whose moments satisfy m_(n+1) = n m_(n-1) for n < D, as those of a standard normal do
   for every n.  Then E (a h_1 ... h_n) = sum over k of (a . h_k) E (h_1 ... h_n without h_k) for linear combinations of
   coordinates, as long as fewer than D of the h see any one coordinate that a sees. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Symicl Require Import FiniteLaw.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope.

(* The sum, over the members b of s, of c b times F of the rest. *)
Section Pairing.
Variables (R : comRingType) (X : Type).
Fixpoint pairing (c : X -> R) (F : seq X -> R) (s : seq X) : R :=
  if s is b :: r then c b * F r + pairing c (fun t => F (b :: t)) r else 0.

Lemma pairing_cons c F b r : pairing c F (b :: r) = c b * F r + pairing c (fun t => F (b :: t)) r.
Proof. by []. Qed.
Lemma eq_pairing c c' F F' s : c =1 c' -> F =1 F' -> pairing c F s = pairing c' F' s.
Proof.
elim: s F F' => //= b r IH F F' cc FF; congr (_ + _); first by rewrite cc FF.
by apply: IH => // t; apply: FF.
Qed.
Lemma pairing_sum (I : Type) (r : seq I) (a : I -> R) (F : I -> seq X -> R) c s :
  pairing c (fun t => \sum_(i <- r) a i * F i t) s = \sum_(i <- r) a i * pairing c (F i) s.
Proof.
elim: s F => [|b s IH] F /=; first by rewrite big1 // => i _; rewrite mulr0.
rewrite IH mulr_sumr -big_split; apply: eq_bigr => i _ /=.
by rewrite mulrDr mulrCA.
Qed.
Lemma pairing_suml (I : Type) (r : seq I) (a : I -> R) (c : I -> X -> R) F s :
  pairing (fun b => \sum_(i <- r) a i * c i b) F s = \sum_(i <- r) a i * pairing (c i) F s.
Proof.
elim: s F => [|b s IH] F /=; first by rewrite big1 // => i _; rewrite mulr0.
rewrite IH mulr_suml -big_split; apply: eq_bigr => i _ /=.
by rewrite mulrDr mulrA.
Qed.
End Pairing.

Section Coordinates.
Variables (R : comRingType) (K V : finType) (v0 : V) (p val : V -> R) (D : nat).
Definition moment n := \sum_v p v * val v ^+ n.
Hypothesis p1 : \sum_v p v = 1.
(* what the moments of a standard normal satisfy for every n, up to the order D *)
Hypothesis stein : forall n, (n < D)%N -> moment n.+1 = n%:R * moment n.-1.

Local Notation A := (rv R (origin K v0)).
Local Notation E := (expectation K v0 p).

Definition coordinate k : A := [ffun o : outcome K V => val (o k)].
Definition monomial (s : seq K) : A := \prod_(k <- s) coordinate k.

Lemma monomialE s : monomial s = separate v0 (fun k v => val v ^+ count_mem k s).
Proof.
apply/ffunP => o; rewrite ffunE /monomial; elim: s => [|j s IH].
  by rewrite big_nil rv1 big1.
rewrite big_cons rvM IH ffunE [in RHS](bigD1 j) //= [in LHS](bigD1 j) //= eqxx add1n exprS mulrA.
by congr (_ * _); apply: eq_bigr => k /negbTE kj; rewrite eq_sym kj.
Qed.
Lemma E_monomial s : E (monomial s) = \prod_k moment (count_mem k s).
Proof. by rewrite monomialE E_separate. Qed.
Lemma E_monomial_perm s t : perm_eq s t -> E (monomial s) = E (monomial t).
Proof. by move=> st; rewrite /monomial (perm_big _ st). Qed.

Lemma E_monomial_cons k s : (count_mem k s < D)%N ->
  E (monomial (k :: s)) = (count_mem k s)%:R * E (monomial (rem k s)).
Proof.
move=> sD; rewrite !E_monomial (bigD1 k) //= eqxx add1n stein //.
have [ks | ks] := boolP (k \in s); last by rewrite (count_memPn ks) !mul0r.
rewrite [in RHS](bigD1 k) //= count_rem ks /= eqxx subn1 -mulrA; congr (_ * (_ * _)).
by apply: eq_bigr => j jk; rewrite count_rem eq_sym (negbTE jk) /= [k == j]eq_sym (negbTE jk) andbF subn0.
Qed.

Lemma pairing_perm k (F : seq K -> R) s : (forall t t', perm_eq t t' -> F t = F t') ->
  pairing (fun j => (k == j)%:R) F s = (count_mem k s)%:R * F (rem k s).
Proof.
elim: s F => [|j s IH] F Fp /=; first by rewrite mul0r.
rewrite IH => [|t t' tt]; last by apply: Fp; rewrite perm_cons.
rewrite eq_sym; case: eqP => [-> | _] /=; last by rewrite mul0r add0r.
have [ks | ks] := boolP (k \in s); last by rewrite (count_memPn ks) mul1r mul0r addr0.
by rewrite mul1r natrD mulrDl mul1r (Fp (k :: rem k s) s) // perm_sym perm_to_rem.
Qed.

Lemma coordinate_pairing k s : (count_mem k s < D)%N ->
  E (coordinate k * monomial s) = pairing (fun j => (k == j)%:R) (fun t => E (monomial t)) s.
Proof.
move=> sD; rewrite pairing_perm; last exact: E_monomial_perm.
by rewrite -E_monomial_cons // /monomial big_cons.
Qed.

(* linear combinations of the coordinates *)
Definition combine (a : K -> R) : A := \sum_k a k *: coordinate k.
Definition combos (s : seq (K -> R)) : A := \prod_(a <- s) combine a.
Definition dot (a b : K -> R) : R := \sum_k a k * b k.
Definition has_coordinate k (a : K -> R) := a k != 0.

Lemma E_combos_cons f a r : E (f * combos (a :: r)) = \sum_j a j * E (f * coordinate j * combos r).
Proof.
rewrite /combos big_cons mulrA mulr_sumr mulr_suml linear_sum.
by apply: eq_bigr => j _ /=; rewrite -scalerAr -scalerAl linearZ.
Qed.

Lemma monomial_shift j r : monomial (j :: r) = monomial r * coordinate j.
Proof. by rewrite /monomial big_cons mulrC. Qed.

Lemma mixed_pairing k s t : (count_mem k t + count (has_coordinate k) s < D)%N ->
  E (coordinate k * monomial t * combos s) =
    pairing (fun j => (k == j)%:R) (fun r => E (monomial r * combos s)) t
    + pairing (fun a => a k) (fun r => E (monomial t * combos r)) s.
Proof.
elim: s t => [|a s IH] t tsD.
  rewrite /combos big_nil addr0 mulr1 coordinate_pairing; last by rewrite addn0 in tsD.
  by apply: eq_pairing => // r; rewrite mulr1.
have expand j : a j * E (coordinate k * monomial t * coordinate j * combos s) =
   a j * ((k == j)%:R * E (monomial t * combos s)
     + (pairing (fun i => (k == i)%:R) (fun r => E (monomial r * coordinate j * combos s)) t
     + pairing (fun b => b k) (fun r => E (monomial t * coordinate j * combos r)) s)).
  have [-> | aj] := eqVneq (a j) 0; first by rewrite !mul0r.
  rewrite -[_ * coordinate j]mulrA -monomial_shift IH /=; last first.
    apply: leq_ltn_trans tsD => /=; rewrite addnA leq_add2r addnC leq_add2l.
    by rewrite /has_coordinate; case: eqP => // <-; rewrite aj.
  by rewrite -addrA; congr (_ * (_ + (_ + _))); apply: eq_pairing => // r; rewrite monomial_shift.
have three (F G H : K -> R) :
  \sum_j a j * (F j + (G j + H j)) = \sum_j a j * F j + (\sum_j a j * G j + \sum_j a j * H j).
  by rewrite -!big_split; apply: eq_bigr => j _; rewrite /= -!mulrDr.
rewrite E_combos_cons (eq_bigr _ (fun j _ => expand j)) three addrCA pairing_cons.
congr (_ + (_ + _)).
- apply: etrans (esym (pairing_sum _ a (fun j r => E (monomial r * coordinate j * combos s)) _ _)) _.
  by apply: eq_pairing => // r; rewrite E_combos_cons.
- rewrite (bigD1 k) //= eqxx mul1r big1 ?addr0 // => j jk.
  by rewrite eq_sym (negbTE jk) mul0r mulr0.
- apply: etrans (esym (pairing_sum _ a (fun j r => E (monomial t * coordinate j * combos r)) _ _)) _.
  by apply: eq_pairing => // r; rewrite E_combos_cons.
Qed.

Theorem combos_pairing a s :
  (forall k, has_coordinate k a -> (count (has_coordinate k) s < D)%N) ->
  E (combine a * combos s) = pairing (dot a) (fun r => E (combos r)) s.
Proof.
move=> aD; rewrite /dot pairing_suml mulr_suml linear_sum; apply: eq_bigr => k _ /=.
rewrite -scalerAl linearZ /=; have [-> | ak] := eqVneq (a k) 0; first by rewrite !mul0r.
have := @mixed_pairing k s [::] (aD k ak); rewrite /monomial big_nil mulr1 add0r => ->.
by congr (_ * _); apply: eq_pairing => // r; rewrite mul1r.
Qed.
End Coordinates.
