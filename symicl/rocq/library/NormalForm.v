(* Expressions as syntax, their normal form, and the theorem that equal normal forms have equal values. *)
From Coq Require Import ZArith QArith.
From mathcomp Require Import all_ssreflect all_algebra.
From Symicl Require Import Numbers Moments Words Meaning Pairing Polynomials Context.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section NormalForm.
Variables (R : realFieldType) (A : comAlgType R) (E : {scalar A}).
Variables (letters : seq (letter A)) (env : seq (matrices A)) (scalars : seq R).
Variables (table : seq info) (commuting : seq (nat * nat)) (dims sizes : seq nat) (nonzero : seq bool).

(* numbers (false) and random numbers (true) *)
Definition level (b : bool) : comRingType := if b then (A : comRingType) else (R : comRingType).
Definition into_level (b : bool) : {rmorphism R -> level b} :=
  match b with true => GRing.in_alg_rmorphism A | false => GRing.idfun_rmorphism R end.
Local Notation at_ := (letter_at env).
Definition value_at (b : bool) (i : nat) : 'M[level b]_(height (at_ i), width (at_ i)) :=
  match b with true => random_value (at_ i) | false => plain_value (at_ i) end.

Inductive mexp : bool -> nat -> nat -> Type :=
  | MLetter b i : mexp b (height (at_ i)) (width (at_ i))
  | MTurn b m n : mexp b m n -> mexp b n m
  | MAdd b m n : mexp b m n -> mexp b m n -> mexp b m n
  | MOpp b m n : mexp b m n -> mexp b m n
  | MMul b m n p : mexp b m n -> mexp b n p -> mexp b m p
  | MScale b m n : sexp b -> mexp b m n -> mexp b m n
  | MZero b i j : mexp b (height (at_ i)) (width (at_ j))
  | MLift m n : mexp false m n -> mexp true m n
with sexp : bool -> Type :=
  | SNat b : nat -> sexp b
  | SInvNat : nat -> sexp false
  | SScalar : nat -> sexp false
  | SInv : nat -> sexp false
  | SAdd b : sexp b -> sexp b -> sexp b
  | SOpp b : sexp b -> sexp b
  | SMul b : sexp b -> sexp b -> sexp b
  | SPow b : sexp b -> nat -> sexp b
  | STrace b n : mexp b n n -> sexp b
  | SLift : sexp false -> sexp true
  | SScale : sexp false -> sexp true -> sexp true
  | SMean : sexp true -> sexp false.

Fixpoint meval b m n (e : mexp b m n) : 'M[level b]_(m, n) :=
  match e in mexp b m n return 'M[level b]_(m, n) with
  | MLetter b i => value_at b i
  | MTurn b m n e => (meval e)^T
  | MAdd b m n e f => meval e + meval f
  | MOpp b m n e => - meval e
  | MMul b m n p e f => meval e *m meval f
  | MScale b m n c e => seval c *: meval e
  | MZero b i j => 0
  | MLift m n e => map_mx (in_alg A) (meval e)
  end
with seval b (e : sexp b) : level b :=
  match e in sexp b return level b with
  | SNat b k => k%:R
  | SInvNat k => k%:R^-1 : R
  | SScalar k => scal scalars k
  | SInv k => (scal scalars k)^-1 : R
  | SAdd b e f => seval e + seval f
  | SOpp b e => - seval e
  | SMul b e f => seval e * seval f
  | SPow b e k => seval e ^+ k
  | STrace b n e => \tr (meval e)
  | SLift e => (seval e : R)%:A : A
  | SScale c e => (seval c : R) *: (seval e : A) : A
  | SMean e => E (seval e)
  end.

Definition fuel : nat := 40.
Local Notation collected := (collect table commuting sizes nonzero).
Local Notation averaged := (mean table commuting sizes nonzero fuel).
Definition oterm := (mono * word)%type.
Definition mul_oterm (x y : oterm) : oterm := (mul_mono x.1 y.1, x.2 ++ y.2).
Definition close_oterm (x : oterm) : mono := (x.1.1, x.2 :: x.1.2).

Fixpoint mnorm b m n (e : mexp b m n) (t : bool) : seq oterm :=
  match e with
  | MLetter b i => [:: (one_mono, [:: (i, t)])]
  | MTurn b m n e => mnorm e (~~ t)
  | MAdd b m n e f => mnorm e t ++ mnorm f t
  | MOpp b m n e => [seq (opp_mono x.1, x.2) | x <- mnorm e t]
  | MMul b m n p e f => let p := mnorm e t in let q := mnorm f t in
      if t then [seq mul_oterm x y | x <- q, y <- p] else [seq mul_oterm x y | x <- p, y <- q]
  | MScale b m n c e => let q := mnorm e t in [seq (mul_mono a x.1, x.2) | a <- snorm c, x <- q]
  | MZero b i j => [::]
  | MLift m n e => mnorm e t
  end
with snorm b (e : sexp b) : poly :=
  match e with
  | SNat b k => [:: (nat_Q k, [::], [::])]
  | SInvNat k => [:: (inv_Q k, [::], [::])]
  | SScalar k => [:: (Qmake 1 1, [:: (k, false)], [::])]
  | SInv k => [:: (Qmake 1 1, [:: (k, true)], [::])]
  | SAdd b e f => snorm e ++ snorm f
  | SOpp b e => map opp_mono (snorm e)
  | SMul b e f => collected (mul_poly (snorm e) (snorm f))
  | SPow b e k => let p := snorm e in iter k (fun q => collected (mul_poly p q)) [:: one_mono]
  | STrace b n e => collected (map close_oterm (mnorm e false))
  | SLift e => snorm e
  | SScale c e => collected (mul_poly (snorm c) (snorm e))
  | SMean e => averaged (snorm e)
  end.

(* every mean was worked out *)
Fixpoint mgood b m n (e : mexp b m n) : bool :=
  match e with
  | MLetter b i => b || ~~ random (info_of table i)
  | MTurn _ _ _ e | MOpp _ _ _ e | MLift _ _ e => mgood e
  | MAdd _ _ _ e f | MMul _ _ _ _ e f => mgood e && mgood f
  | MScale b m n c e => sgood c && mgood e
  | MZero b i j => true
  end
with sgood b (e : sexp b) : bool :=
  match e with
  | SNat _ _ | SInvNat _ | SScalar _ | SInv _ => true
  | SAdd _ e f | SMul _ e f => sgood e && sgood f
  | SScale e f => sgood e && sgood f
  | SOpp _ e | SPow _ e _ => sgood e
  | SLift e => sgood e
  | STrace b n e => mgood e
  | SMean e => sgood e && all (fun m : mono => fixed table m.2) (averaged (snorm e))
  end.

Hypothesis known : context E letters env scalars table commuting dims sizes nonzero.
Local Notation D := (room dims).
Definition mat b (i : nat) : 'M[level b]_D := pad D (value_at b i).
Definition valued b (p : poly) : level b := value (into_level b) (mat b) (scal scalars) p.
Definition mvalued b (p : seq oterm) : 'M[level b]_D :=
  \sum_(x <- p) mono_value (into_level b) (mat b) (scal scalars) x.1 *: wev (mat b) x.2.

Lemma faithful_level b : faithful table commuting sizes (dim dims) (mat b) (fun k => into_level b (scal scalars k)).
Proof.
apply: (@faithful_at _ _ _ _ _ _ _ _ _ _ _ known (level b) (into_level b) (value_at b)) => i r.
by case: b => /=; [exact: (constant_letter known)|apply/matrixP => a c; rewrite mxE].
Qed.
Lemma nonzero_scal k : nth false nonzero k -> scal scalars k != 0.
Proof. by move=> h; exact: (scalP known h). Qed.
Lemma collectedP b p : valued b (collected p) = valued b p.
Proof. exact: collect_ok (faithful_level b) nonzero_scal p. Qed.

Lemma mvalued_cat b p q : mvalued b (p ++ q) = mvalued b p + mvalued b q.
Proof. by rewrite /mvalued big_cat. Qed.
Lemma mul_otermP b (p q : seq oterm) : mvalued b [seq mul_oterm x y | x <- p, y <- q] = mvalued b p *m mvalued b q.
Proof.
rewrite /mvalued big_allpairs_dep mulmx_suml; apply: eq_bigr => x _; rewrite mulmx_sumr; apply: eq_bigr => y _.
by rewrite mul_mono_ok wev_cat -scalemxAl -scalemxAr scalerA.
Qed.
Lemma close_otermP b p : valued b (map close_oterm p) = \tr (mvalued b p).
Proof.
rewrite /valued /value big_map /mvalued raddf_sum; apply: eq_bigr => x _.
by rewrite /= mxtraceZ /mono_value /close_oterm /= big_cons mulrA [in RHS]mulrAC.
Qed.

(* what is constant means the same at both levels *)
Lemma fixed_mono m : fixed table m.2 ->
  mono_value (into_level true) (mat true) (scal scalars) m = (valued false [:: m] : R)%:A :> A.
Proof.
rewrite /valued /value big_seq1 /mono_value => h.
suff -> : \prod_(w <- m.2) tev (mat true) w = (\prod_(w <- m.2) tev (mat false) w : R)%:A :> A.
  by rewrite /= mulr_algl scalerA.
elim: (m.2) h => [|w ws IH] /=; first by rewrite !big_nil scale1r.
case/andP=> hw hws; rewrite !big_cons IH //.
suff -> : tev (mat true) w = (tev (mat false) w : R)%:A :> A by rewrite mulr_algl scalerA.
rewrite /tev -[RHS](trace_map_mx (GRing.in_alg_rmorphism A)); congr (\tr _).
elim: w hw => [|x w IHw] /=; first by rewrite map_mx1.
case/andP=> hx hw; rewrite map_mxM IHw //; congr (_ *m _).
have e : mat true x.1 = map_mx (GRing.in_alg_rmorphism A) (mat false x.1).
  rewrite /mat /= (constant_letter known) //.
  exact: (@pad_map R dims A (GRing.in_alg_rmorphism A)).
by rewrite /lev; case: (x.2); rewrite e // map_trmx.
Qed.
Lemma fixed_poly p : all (fun m : mono => fixed table m.2) p -> valued true p = (valued false p : R)%:A :> A.
Proof.
elim: p => [|m p IH] /=; first by rewrite /valued /value !big_nil scale0r.
case/andP=> h hp; rewrite -cat1s /valued !value_cat -!/(valued _ _) IH //.
by rewrite /= [X in X + _](_ : _ = (valued false [:: m] : R)%:A) ?scalerDl // -fixed_mono // /valued /value big_seq1.
Qed.
Lemma averagedP p : all (fun m : mono => fixed table m.2) (averaged p) ->
  valued false (averaged p) = E (valued true p).
Proof.
move=> h; have one : E 1 = 1 by have [] := known_means known.
have e : E (valued true (averaged p)) = E (valued true p).
  exact: (mean_ok (known_means known) (faithful_level true) nonzero_scal (faithful_random_at known) fuel p).
rewrite -e (fixed_poly h); move: (valued false _) => r.
by rewrite linearZ /= one mulr1.
Qed.

Scheme mexp_mind := Induction for mexp Sort Prop with sexp_mind := Induction for sexp Sort Prop.
Combined Scheme expressions_ind from mexp_mind, sexp_mind.

Lemma fits i : (height (at_ i) <= D)%N /\ (width (at_ i) <= D)%N.
Proof.
case: (ltnP i (size table)) => h; last by have [_ ->] := outside known h.
by have [-> -> _ _ _] := eachP (letter_facts known) h; rewrite !(dim_room dims).
Qed.
Lemma mvalued_letter b i t : mvalued b [:: (one_mono, [:: (i, t)])] = if t then (mat b i)^T else mat b i.
Proof. by rewrite /mvalued big_seq1 one_mono_ok scale1r /= mulmx1 /lev; case: t. Qed.
Lemma mvalued_opp b p : mvalued b [seq (opp_mono x.1, x.2) | x <- p] = - mvalued b p.
Proof. by rewrite /mvalued big_map -sumrN; apply: eq_bigr => x _; rewrite opp_mono_ok scaleNr. Qed.
Lemma mvalued_scale b (p : poly) (q : seq oterm) :
  mvalued b [seq (mul_mono a x.1, x.2) | a <- p, x <- q] = valued b p *: mvalued b q.
Proof.
rewrite /mvalued big_allpairs_dep /valued /value scaler_suml; apply: eq_bigr => a _.
by rewrite scaler_sumr; apply: eq_bigr => x _; rewrite mul_mono_ok scalerA.
Qed.
(* A number as a random number. *)
Definition up (b : bool) : {rmorphism level b -> A} :=
  match b with true => GRing.idfun_rmorphism A | false => GRing.in_alg_rmorphism A end.
Lemma up_letter b i : b || ~~ random (info_of table i) -> map_mx (up b) (pad D (value_at b i)) = mat true i.
Proof.
case: b => /= [_|h]; first by apply/matrixP => a c; rewrite mxE.
by rewrite /mat /= (constant_letter known) // (@pad_map R dims A (GRing.in_alg_rmorphism A)).
Qed.
Lemma pad_map_up b m n (M : 'M[level b]_(m, n)) : map_mx (up b) (pad D M) = pad D (map_mx (up b) M).
Proof. by rewrite /pad /into !map_mxM -map_trmx !map_pid_mx. Qed.
Lemma tr_up b n (M : 'M[level b]_n) : (n <= D)%N -> \tr (map_mx (up b) (pad D M)) = up b (\tr M).
Proof. by move=> h; rewrite trace_map_mx tr_pad. Qed.

Theorem norm_ok :
  (forall b m n (e : mexp b m n), ((m <= D)%N /\ (n <= D)%N) /\
     forall t, mgood e -> mvalued true (mnorm e t) =
       if t then (map_mx (up b) (pad D (meval e)))^T else map_mx (up b) (pad D (meval e))) /\
  (forall b (e : sexp b), sgood e -> valued true (snorm e) = up b (seval e)).
Proof.
apply: expressions_ind => //.
- move=> b i; split=> [|t g]; first exact: fits.
  by rewrite [meval _]/= (up_letter g); exact: mvalued_letter.
- move=> b m n e [[hm hn] IH]; split=> // t g; rewrite [mnorm _ _]/= IH // [meval (MTurn _)]/= -pad_tp map_trmx.
  by case: t; rewrite /= -?map_trmx ?trmxK.
- move=> b m n e [h IHe] f [_ IHf]; split=> // t /andP[ge gf].
  by rewrite [mnorm _ _]/= mvalued_cat IHe // IHf // [meval (MAdd _ _)]/= padD map_mxD; case: t; rewrite // linearD.
- move=> b m n e [h IH]; split=> // t g.
  by rewrite [mnorm _ _]/= mvalued_opp IH // [meval (MOpp _)]/= padN map_mxN; case: t; rewrite // linearN.
- move=> b m n p e [[hm hn] IHe] f [[_ hp] IHf]; split=> // t /andP[ge gf].
  rewrite [mnorm _ _]/= [meval (MMul _ _)]/= pad_mul // map_mxM.
  by case: t; rewrite mul_otermP IHe // IHf // trmx_mul.
- move=> b m n c IHc e [h IH]; split=> // t /andP[gc ge].
  rewrite [mnorm _ _]/= mvalued_scale IHc // IH // [meval (MScale _ _)]/= padZ map_mxZ.
  by case: t; rewrite // linearZ.
- move=> b i j; split=> [|t _]; first by have [hi _] := fits i; have [_ hj] := fits j.
  by rewrite /= /mvalued big_nil pad0 map_mx0; case: t; rewrite // trmx0.
- move=> m n e [h IH]; split=> // t g; rewrite [mnorm _ _]/= IH // [meval (MLift _)]/=.
  have -> : map_mx (up true) (pad D (map_mx (in_alg A) (meval e))) = map_mx (up false) (pad D (meval e)) => //.
  rewrite (@pad_map R dims A (GRing.in_alg_rmorphism A)); apply/matrixP => a c.
  by rewrite mxE.
- move=> b k _; rewrite /valued /value big_seq1 /mono_value /coef /= !big_nil !mulr1 nat_QE.
  by rewrite rmorph_nat [LHS](rmorph_nat (GRing.in_alg_rmorphism A)).
- by move=> k _; rewrite /valued /value big_seq1 /mono_value /coef /= !big_nil !mulr1 inv_QE.
- by move=> k _; rewrite /valued /value big_seq1 /mono_value /coef /= big_nil big_seq1 mulr1 of_Q1 mul1r.
- by move=> k _; rewrite /valued /value big_seq1 /mono_value /coef /= big_nil big_seq1 mulr1 of_Q1 mul1r.
- by move=> b e IHe f IHf /andP[ge gf]; rewrite [snorm _]/= /valued value_cat -!/(valued _ _) IHe // IHf // [RHS]rmorphD.
- by move=> b e IHe g; rewrite [snorm _]/= /valued opp_poly_ok -!/(valued _ _) IHe // [RHS]rmorphN.
- move=> b e IHe f IHf /andP[ge gf].
  by rewrite [snorm _]/= collectedP /valued mul_poly_ok -!/(valued _ _) IHe // IHf // [RHS]rmorphM.
- move=> b e IHe k g; rewrite [snorm _]/= [RHS]rmorphX; have {}IHe := IHe g; elim: k {g} => [|k IHk].
    by rewrite /valued /value big_seq1 one_mono_ok.
  by rewrite iterS collectedP /valued mul_poly_ok -!/(valued _ _) IHe IHk exprS.
- move=> b n e [[h _] IH] g; rewrite [snorm _]/= collectedP close_otermP IH // [seval _]/=.
  exact: tr_up.
- move=> e IHe f IHf /andP[ge gf].
  rewrite [snorm _]/= collectedP /valued mul_poly_ok -!/(valued _ _) IHe // IHf //.
  exact: mulr_algl.
- move=> e IHe /andP[g h]; rewrite -[snorm (SMean e)]/(averaged (snorm e)) (fixed_poly h) (averagedP h) (IHe g).
  by [].
Qed.

Lemma up_inj b : injective (up b).
Proof.
case: b => x y //= h; have one : E 1 = 1 by have [] := known_means known.
have : E (x%:A : A) = E (y%:A : A) by rewrite h.
by rewrite !linearZ /= one !mulr1.
Qed.

(* ---- equal normal forms, equal values ---- *)
Definition same_scalars b (e f : sexp b) : bool :=
  [&& sgood e, sgood f & nilp (collected (snorm e ++ map opp_mono (snorm f)))].
Theorem scalars_equal b (e f : sexp b) : same_scalars e f -> seval e = seval f.
Proof.
case/and3P=> ge gf /nilP h; apply: (@up_inj b); have [_ ok] := norm_ok.
rewrite -!ok //; apply/eqP; rewrite -subr_eq0 -(opp_poly_ok (into_level true)) -value_cat.
by rewrite -/(valued true _) -collectedP h /valued /value big_nil.
Qed.

(* ---- matrices: equal where their products with any other matrix have equal traces ---- *)
Section Test.
Variables (r c : nat).
Definition test : nat := size table.
Definition test_info : info := Info c r false false 0 false 0 0 0 0 0.
Definition test_table : seq info := rcons table test_info.
Definition table_closed : bool :=
  all (fun f => inverse_of f <= size table)%N table &&
  all (fun p : nat * nat => (p.1 < size table)%N && (p.2 < size table)%N) commuting.
Definition letters_known (p : seq oterm) : bool :=
  all (fun x : oterm => all (all (fun y : sign => (y.1 < size table)%N)) x.1.2 &&
                        all (fun y : sign => (y.1 < size table)%N) x.2) p.
Definition tested (p : seq oterm) : poly :=
  [seq (x.1.1, (rcons x.2 (test, false)) :: x.1.2) | x <- p].
Variable T : 'M[A]_(dim dims c, dim dims r).
Definition test_mat (i : nat) : 'M[A]_D := if i == test then pad D T else mat true i.
Local Notation old := (faithful_level true).

Lemma test_info_of i : info_of test_table i = if i == test then test_info else info_of table i.
Proof.
rewrite /info_of /test_table nth_rcons /test; case: ltngtP => // h; by rewrite nth_default // ltnW.
Qed.
Lemma below i : (i < size table)%N -> (i == test) = false.
Proof. by move=> h; apply/eqP => e; rewrite e /test ltnn in h. Qed.
Lemma test_faithful : table_closed ->
  faithful test_table commuting sizes (dim dims) test_mat (fun k => into_level true (scal scalars k)).
Proof.
case/andP=> /(all_nthP no_info) ci /allP cc.
have mats i : info_of table i <> no_info -> (i == test) = false by move=> /(inside known) /below.
have low i : (i < size table)%N -> test_mat i = mat true i by move=> /below h; rewrite /test_mat h.
split; try exact: (dim_le old); try exact: (dim_one old); try exact: (size_ok old).
- move=> i; rewrite test_info_of /test_mat; case: eqP => _; last exact: (row_ok old).
  exact: rows_pad.
- move=> i; rewrite test_info_of /test_mat; case: eqP => _; last exact: (col_ok old).
  exact: cols_pad.
- by move=> i; rewrite test_info_of /test_mat; case: eqP => // _; exact: (sym_ok old).
- by move=> i; rewrite test_info_of /test_mat; case: eqP => // _; exact: (unit_ok old).
- move=> i j; rewrite test_info_of; case: eqP => // _ e.
  have hi : (i < size table)%N by apply: (inside known) => e'; rewrite e' in e.
  have hj : (j < size table)%N by have := ci _ hi; rewrite -/(info_of table i) e.
  by rewrite !low //; exact: (inv_ok old).
by move=> i j h; have /andP[hi hj] := cc _ h; rewrite !low //; exact: (comm_ok old).
Qed.
Lemma test_word w : all (fun y : sign => (y.1 < size table)%N) w -> wev test_mat w = wev (mat true) w.
Proof.
elim: w => //= x w IH /andP[h hw]; rewrite IH //; congr (_ *m _).
by rewrite /lev /test_mat below.
Qed.
Lemma testedP p : letters_known p ->
  value (into_level true) test_mat (scal scalars) (tested p) = \tr (mvalued true p *m pad D T).
Proof.
elim: p => [|x p IH] /=; first by rewrite /value /mvalued !big_nil mul0mx mxtrace0.
case/andP=> /andP[h1 h2] hp; rewrite /value big_cons -/(value _ _ _ _) IH //.
rewrite /mvalued big_cons mulmxDl mxtraceD; congr (_ + _).
have one : wev test_mat (rcons x.2 (test, false)) = wev (mat true) x.2 *m pad D T.
  by rewrite -cats1 wev_cat test_word //= mulmx1 /lev /= /test_mat eqxx.
rewrite -scalemxAl mxtraceZ /mono_value /= big_cons {1}/tev one -!mulrA [X in _ * X]mulrC; congr (_ * (_ * _)).
elim: (x.1.2) h1 => [|w ws IHw] /=; first by rewrite !big_nil.
by case/andP=> hw hws; rewrite !big_cons IHw // /tev test_word.
Qed.
End Test.

Definition gap_of b m n (e f : mexp b m n) : seq oterm :=
  mnorm e false ++ [seq (opp_mono x.1, x.2) | x <- mnorm f false].
Definition same_matrices b m n (r c : nat) (e f : mexp b m n) : bool :=
  let p := gap_of e f in
  [&& mgood e, mgood f, table_closed, letters_known p
    & nilp (collect (test_table r c) commuting sizes nonzero (tested p))].

Lemma zero_by_traces (M : 'M[A]_D) : (forall X, \tr (M *m X) = 0) -> M = 0.
Proof.
move=> h; apply/matrixP => i j; rewrite [RHS]mxE -(h (delta_mx j i)).
by rewrite -[X in M *m X]mulmx1 mulmxA tr_delta mul1mx.
Qed.
Lemma equal_by_traces b (r c : nat) (e f : mexp b (dim dims r) (dim dims c)) (p := gap_of e f) :
  mgood e -> mgood f -> letters_known p ->
  (forall T : 'M_(dim dims c, dim dims r), value (into_level true) (test_mat T) (scal scalars) (tested p) = 0) ->
  meval e = meval f.
Proof.
move=> ge gf all_known h; have [ok _] := norm_ok.
have [[hr hc] /(_ false ge) oke] := ok _ _ _ e; have [_ /(_ false gf) okf] := ok _ _ _ f; move: oke okf => /= oke okf.
suff eq : pad D (meval e) = pad D (meval f).
  have back (M : 'M[level b]_(dim dims r, dim dims c)) : M = (into _ D _)^T *m pad D M *m into _ D _.
    by rewrite /pad !mulmxA intoK // mul1mx -mulmxA intoK // mulmx1.
  by rewrite [LHS]back [RHS]back eq.
suff em : map_mx (up b) (pad D (meval e)) = map_mx (up b) (pad D (meval f)).
  by apply/matrixP => i j; apply: (@up_inj b); have := congr1 (fun M : 'M_D => M i j) em; rewrite !mxE.
apply/eqP; rewrite -subr_eq0 -oke -okf.
have -> : mvalued true (mnorm e false) - mvalued true (mnorm f false) = mvalued true p.
  by rewrite mvalued_cat mvalued_opp.
apply/eqP/zero_by_traces => X; pose T : 'M[A]_(dim dims c, dim dims r) := (into _ D _)^T *m X *m into _ D _.
have -> : \tr (mvalued true p *m X) = \tr (mvalued true p *m pad D T).
  have bounds : mvalued true p = map_mx (up b) (pad D (meval e - meval f)).
    by rewrite mvalued_cat mvalued_opp oke okf padD padN map_mxD map_mxN.
  have P : mvalued true p = into _ D _ *m (into _ D (dim dims r))^T *m mvalued true p *m (into _ D (dim dims c) *m (into _ D _)^T).
    by rewrite bounds (@pad_map_up b) /pad !mulmxA -[in RHS](mulmxA _ (into _ _ _)^T) intoK // mulmx1 -!mulmxA [in RHS](mulmxA (into _ _ _)^T (into _ _ _)) intoK // mul1mx.
  by rewrite [in LHS]P -!mulmxA [LHS]mxtrace_mulC -!mulmxA [LHS]mxtrace_mulC /pad /T -!mulmxA.
by rewrite -(testedP T all_known) h.
Qed.
Theorem matrices_equal b (r c : nat) (e f : mexp b (dim dims r) (dim dims c)) :
  same_matrices r c e f -> meval e = meval f.
Proof.
case/and5P=> ge gf closed_ all_known /nilP h; apply: equal_by_traces => // T.
by rewrite -(collect_ok (test_faithful T closed_) nonzero_scal) h /value big_nil.
Qed.
End NormalForm.
