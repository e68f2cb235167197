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
End NormalForm.
