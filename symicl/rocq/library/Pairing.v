(* Isserlis' rule on products of traces: the terms that [contract] lists have the mean of the product. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Symicl Require Import Moments Stein Words Meaning.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Delta.
Variables (K : comRingType) (D : nat).
Implicit Types X Y V U W C O : 'M[K]_D.
Lemma delta_between X Y a j p q : (X *m delta_mx a j *m Y) p q = X p a * Y j q.
Proof.
rewrite mxE (bigD1 j) //= big1 ?addr0 => [|b /negbTE ne]; last first.
  by rewrite mxE big1 ?mul0r // => c _; rewrite mxE ne andbF mulr0.
rewrite mxE (bigD1 a) //= big1 ?addr0 => [|b /negbTE ne]; last by rewrite mxE ne /= mulr0.
by rewrite mxE !eqxx mulr1.
Qed.
Lemma tr_delta X Y a j : \tr (X *m delta_mx a j *m Y) = (Y *m X) j a.
Proof.
rewrite /mxtrace mxE; apply: eq_bigr => p _.
by rewrite delta_between mulrC.
Qed.
Lemma sum_tp X Y : \sum_a \sum_j X j a * Y j a = \tr (X *m Y^T).
Proof.
rewrite exchange_big; apply: eq_bigr => j _; rewrite mxE; apply: eq_bigr => a _.
by rewrite mxE.
Qed.
Lemma sum_plain X Y : \sum_a \sum_j X j a * Y a j = \tr (X *m Y).
Proof. by rewrite exchange_big; apply: eq_bigr => j _; rewrite mxE; apply: eq_bigr => a _. Qed.
Lemma sum_diag X Y : \sum_a \sum_j X j j * Y a a = \tr X * \tr Y.
Proof. by rewrite exchange_big mulr_suml; apply: eq_bigr => j _; rewrite mulr_sumr; apply: eq_bigr. Qed.
End Delta.

Section Pairing.
Variables (R : realFieldType) (A : comAlgType R) (E : {scalar A}) (given : A -> Prop) (letters : seq (letter A)).
Hypothesis known : isserlis E given letters.
Variables (table : seq info) (D : nat) (mat : nat -> 'M[A]_D).
Local Notation info_of := (info_of table).
Local Notation lev := (lev mat).
Local Notation wev := (wev mat).
Local Notation tev := (tev mat).

(* what the table says of the letters that are drawn, and that the others are given *)
Record faithful_random : Prop := FaithfulRandom {
  given_ok : forall i, ~~ drawn (info_of i) -> forall a b, made_of given (mat i a b);
  place_ok : forall i, drawn (info_of i) -> forall a b : 'I_D,
    mat i a b = at_place letters (letter_in (info_of i), nat_of_ord a, nat_of_ord b);
  limit_ok : forall i, drawn (info_of i) -> forall a b,
    order (letter_of letters (letter_in (info_of i), a, b)) = limit (info_of i);
  group_ok : forall i, drawn (info_of i) -> forall a b,
    group (letter_of letters (letter_in (info_of i), a, b)) = group_in (info_of i);
  cov_ok : forall i, drawn (info_of i) -> forall a b j k : 'I_D,
    cov letters (letter_in (info_of i), nat_of_ord a, nat_of_ord j) (letter_in (info_of i), nat_of_ord b, nat_of_ord k)
      = mat (cov_by (info_of i)) a b * mat (col_unit (info_of i)) j k;
  one_ok : forall i, drawn (info_of i) -> (mat (col_unit (info_of i)))^T = mat (col_unit (info_of i));
  apart_ok : forall i j, drawn (info_of i) -> drawn (info_of j) -> i != j ->
    letter_in (info_of i) != letter_in (info_of j) }.
Hypothesis ok : faithful_random.

Section Letter.
Variable i : nat.
Hypothesis ri : drawn (info_of i).
Local Notation C := (mat (cov_by (info_of i))).
Local Notation O := (mat (col_unit (info_of i))).
Definition place_of (a j : 'I_D) : place := (letter_in (info_of i), nat_of_ord a, nat_of_ord j).
Definition slope_at a j (b : bool) : 'M[A]_D :=
  if b then O *m delta_mx j a *m C else C^T *m delta_mx a j *m O.
Local Notation der := (der given letters).
Local Notation derM := (derM given letters).

Lemma der_lev a j x : derM (place_of a j) (in_group table i x) (lev x) (if x.1 == i then slope_at a j x.2 else 0).
Proof.
case: x => k t; rewrite /in_group /is_drawn /=; case rk: (drawn (info_of k)); last first.
  have -> : (k == i) = false by apply/eqP => e; rewrite e ri in rk.
  move=> b c; rewrite mxE; apply: der_given; rewrite /lev; case: t => /=; rewrite ?mxE; exact: (given_ok ok (negbT rk)).
have base : derM (place_of a j) (group_in (info_of k) == group_in (info_of i)) (mat k)
    (if k == i then C^T *m delta_mx a j *m O else 0).
  move=> b c; rewrite (place_ok ok rk).
  have -> : group_in (info_of k) == group_in (info_of i) = same_group letters (place_of a j)
      (letter_in (info_of k), nat_of_ord b, nat_of_ord c).
    by rewrite /same_group /place_of (group_ok ok ri) (group_ok ok rk) eq_sym.
  apply: der_eq (der_at _ _ _ _) _ _ => //; case: eqP => [->|/eqP ne].
    by rewrite (cov_ok ok ri) delta_between mxE.
  rewrite /cov /=; have := apart_ok ok rk ri ne; rewrite eq_sym => /negbTE -> /=.
  by rewrite mxE.
case: t => /=; rewrite /lev /=; last by move: base; case: eqP.
move=> b c; have := derM_tp base b c; case: (k == i) => //.
  by rewrite /slope_at !trmx_mul trmxK trmx_delta (one_ok ok ri) mulmxA.
by rewrite trmx0.
Qed.

Definition part (s : word * bool * word) a j : 'M[A]_D := wev s.1.1 *m slope_at a j s.1.2 *m wev s.2.

Lemma der_wev a j w : derM (place_of a j) (counted table i w) (wev w) (\sum_(s <- splits i w) part s a j).
Proof.
elim: w => [|x w IH] /=.
  move=> b c; rewrite big_nil [X in der _ _ _ X]mxE mxE; case: (b == c); last exact: der0.
  by apply: der_eq (der_given _ _ (made_constant _ 1)) _ _ => //; rewrite scale1r.
move=> b c; apply: der_eq (derM_mul (der_lev a j x) IH b c) _ _ => //; congr ((_ : 'M_D) b c).
have rest : lev x *m (\sum_(s <- splits i w) part s a j)
   = \sum_(s <- [seq (x :: s.1.1, s.1.2, s.2) | s <- splits i w]) part s a j.
  by rewrite big_map mulmx_sumr; apply: eq_bigr => s _; rewrite /part /= !mulmxA.
case: eqP => e; last by rewrite mul0mx add0r rest.
by rewrite big_cons rest {2}/part /= mul1mx.
Qed.

Lemma der_tev a j w : der (place_of a j) (counted table i w) (tev w) (\sum_(s <- splits i w) \tr (part s a j)).
Proof. by apply: der_eq (der_tr (der_wev a j w)) _ _ => //; rewrite raddf_sum. Qed.

Definition tevs (ws : seq word) : A := \prod_(w <- ws) tev w.
Lemma tevs_cat v w : tevs (v ++ w) = tevs v * tevs w. Proof. by rewrite /tevs big_cat. Qed.
Lemma tevs_cons v w : tevs (v :: w) = tev v * tevs w. Proof. by rewrite /tevs big_cons. Qed.
Lemma der_tevs a j ws : der (place_of a j) (sumn (map (counted table i) ws)) (tevs ws)
  (\sum_(p <- picks ws) (\sum_(s <- splits i p.1) \tr (part s a j)) * tevs p.2).
Proof.
elim: ws => [|w ws IH] /=.
  by rewrite /tevs !big_nil; apply: der_eq (der_given _ _ (made_constant _ 1)) _ _ => //; rewrite scale1r.
apply: der_eq (der_mul (der_tev a j w) IH) _ _; first by rewrite /tevs big_cons.
rewrite big_cons /=; congr (_ + _); rewrite big_map mulr_sumr; apply: eq_bigr => p _ /=.
by rewrite /tevs big_cons mulrCA.
Qed.

Lemma own_sum s : \sum_a \sum_j part s a j j a = tevs (own_pair table i s).
Proof.
case: s => [[v b] u]; rewrite /part /= /slope_at /own_pair /tevs; case: b.
  rewrite !big_cons big_nil mulr1 /tev wev_cat /= mulmx1 -sum_diag.
  apply: eq_bigr => a _; apply: eq_bigr => j _.
  by rewrite !mulmxA -(mulmxA _ C) delta_between.
rewrite big_seq1 /tev !wev_cat /= wev_cat wev_flip /= mulmx1.
under eq_bigr => a _ do under eq_bigr => j _ do rewrite !mulmxA -(mulmxA _ O) delta_between.
rewrite sum_tp trmx_mul (one_ok ok ri) /lev /=.
by rewrite !mulmxA.
Qed.
Lemma other_sum w s : \sum_a \sum_j wev w j a * \tr (part s a j) = tev (other_pair table i w s).
Proof.
case: s => [[v b] u]; rewrite /part /= /slope_at /other_pair /tev; case: b.
  under eq_bigr => a _ do under eq_bigr => j _ do rewrite !mulmxA -(mulmxA _ C) tr_delta.
  by rewrite sum_plain !wev_cat /= !wev_cat /= mulmx1 /lev /= !mulmxA.
under eq_bigr => a _ do under eq_bigr => j _ do rewrite !mulmxA -(mulmxA _ O) tr_delta.
rewrite sum_tp !wev_cat /= !wev_cat /= wev_flip wev_cat mulmx1 /lev /=.
by rewrite !trmx_mul trmxK (one_ok ok ri) !mulmxA.
Qed.

Lemma pairs_ok w ws : (counted table i w + sumn (map (counted table i) ws) < limit (info_of i))%N ->
  E (tev ((i, false) :: w) * tevs ws) = \sum_(vs <- pairs table i w ws) E (tevs vs).
Proof.
move=> few.
have -> : tev ((i, false) :: w) * tevs ws = \sum_a \sum_j at_place letters (place_of a j) * (wev w j a * tevs ws).
  rewrite /tev /= /lev /= /mxtrace mulr_suml; apply: eq_bigr => a _; rewrite mxE mulr_suml; apply: eq_bigr => j _.
  by rewrite (place_ok ok ri) mulrA.
have rule a j : E (at_place letters (place_of a j) * (wev w j a * tevs ws)) =
   E ((\sum_(s <- splits i w) part s a j) j a * tevs ws) +
   E (wev w j a * \sum_(p <- picks ws) (\sum_(s <- splits i p.1) \tr (part s a j)) * tevs p.2).
  rewrite -linearD; apply: (stein known (k := counted table i w + sumn (map (counted table i) ws))).
    by rewrite (limit_ok ok ri).
  by apply: der_mul; [exact: der_wev | exact: der_tevs].
rewrite linear_sum; under eq_bigr => a _ do rewrite linear_sum.
under eq_bigr => a _ do under eq_bigr => j _ do rewrite rule.
under eq_bigr => a _ do rewrite big_split /=.
rewrite big_split /= /pairs big_cat /=; congr (_ + _).
  rewrite big_map; under eq_bigr => a _ do rewrite -linear_sum.
  rewrite -!linear_sum /=; congr (E _).
  under eq_bigr => a _ do under eq_bigr => j _ do rewrite summxE mulr_suml.
  under eq_bigr => a _ do rewrite exchange_big.
  rewrite exchange_big /=; apply: eq_bigr => s _.
  rewrite tevs_cat -own_sum mulr_suml; apply: eq_bigr => a _.
  by rewrite mulr_suml.
under eq_bigr => a _ do rewrite -linear_sum.
rewrite -!linear_sum /=; congr (E _); rewrite big_flatten big_map /=.
under eq_bigr => a _ do under eq_bigr => j _ do rewrite mulr_sumr.
under eq_bigr => a _ do rewrite exchange_big.
rewrite exchange_big /=; apply: eq_bigr => p _; rewrite big_map.
under eq_bigr => a _ do under eq_bigr => j _ do rewrite mulrA mulr_sumr mulr_suml.
under eq_bigr => a _ do rewrite exchange_big.
rewrite exchange_big /=; apply: eq_bigr => s _.
rewrite tevs_cons -other_sum mulr_suml; apply: eq_bigr => a _.
by rewrite mulr_suml.
Qed.
End Letter.

Lemma lead_ok w : tev (lead table w) = tev w.
Proof. by rewrite /lead; case: ifP => _; rewrite ?tev_flip tev_rot. Qed.

Lemma contract_ok ws l : contract table ws = Some l -> E (tevs ws) = \sum_(vs <- l) E (tevs vs).
Proof.
rewrite /contract; set k := find _ _; case: ifP => // kw.
case e: (lead _ _) => [|[i []] w] //; case: ifP => // /andP[ri few] [<-].
rewrite -pairs_ok // -e lead_ok; congr (E _).
rewrite -{1}(cat_take_drop k ws) (drop_nth [::]) // /tevs !big_cat big_cons /=.
by rewrite mulrCA.
Qed.
End Pairing.
