(* Expressions as syntax, their normal form, and the theorem that equal normal forms have equal values. *)
From Coq Require Import ZArith QArith.
From mathcomp Require Import all_ssreflect all_algebra.
From Symicl Require Import Numbers Moments Means Words Meaning Pairing Polynomials Context.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section NormalForm.
Variables (R : realFieldType) (A : comAlgType R) (E : {scalar A}) (given : A -> Prop).
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
  | MMean m n : mexp true m n -> mexp false m n
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
  | MMean m n e => map_mx E (meval e)
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
  | MMean m n e => [::]
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

(* every mean was worked out; that of a matrix is not, but [pull] takes it out *)
Fixpoint mgood b m n (e : mexp b m n) : bool :=
  match e with
  | MLetter b i => b || ~~ random (info_of table i)
  | MTurn _ _ _ e | MOpp _ _ _ e | MLift _ _ e => mgood e
  | MAdd _ _ _ e f | MMul _ _ _ _ e f => mgood e && mgood f
  | MScale b m n c e => sgood c && mgood e
  | MZero b i j => true
  | MMean _ _ _ => false
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

Hypothesis known : context E given letters env scalars table commuting dims sizes nonzero.
Local Notation D := (room dims).
Definition mat b (i : nat) : 'M[level b]_D := pad D (value_at b i).
Definition valued b (p : poly) : level b := value (into_level b) (mat b) (scal scalars) p.
Definition mvalued b (p : seq oterm) : 'M[level b]_D :=
  \sum_(x <- p) mono_value (into_level b) (mat b) (scal scalars) x.1 *: wev (mat b) x.2.

Lemma faithful_level b : faithful table commuting sizes (dim dims) (mat b) (fun k => into_level b (scal scalars k)).
Proof.
apply: (@faithful_at _ _ _ _ _ _ _ _ _ _ _ _ known (level b) (into_level b) (value_at b)).
- move=> i r; case: b => /=; first exact: (constant_letter known).
  by apply/matrixP => a c; rewrite mxE.
- move=> i r s; have [z h] := symmetric_random known r s.
  by case: b => //=; rewrite /padded_at /= z pad0 trmx0.
move=> p hp r; have [d1 d2 h] := commuting_random known hp r; case: b => //=.
have zero i : random (info_of table i) -> ~~ drawn (info_of table i) -> padded_at dims (value_at false) i = 0.
  by move=> ri di; rewrite /padded_at /= (given_letter known ri di).1 pad0.
by case/orP: r => [/zero/(_ d1)|/zero/(_ d2)] ->; rewrite mul0mx mulmx0.
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
- by move=> m n e [h _]; split.
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

(* ---- means that occur linearly ---- *)
(* What cannot be worked out is E of a product of letters that are given.  Where such means occur linearly, all is the
   mean of one random number, which is then compared: [pull] is this number, E (pull e) = e. *)
Fixpoint mstill b m n (e : mexp b m n) : bool :=
  match e with
  | MLetter _ _ | MZero _ _ _ | MLift _ _ _ => true
  | MTurn _ _ _ e | MOpp _ _ _ e => mstill e
  | MAdd _ _ _ e f | MMul _ _ _ _ e f => mstill e && mstill f
  | MScale _ _ _ c e => sstill c && mstill e
  | MMean _ _ _ => false
  end
with sstill b (e : sexp b) : bool :=
  match e with
  | SNat _ _ | SInvNat _ | SScalar _ | SInv _ | SLift _ => true
  | SAdd _ e f | SMul _ e f => sstill e && sstill f
  | SScale e f => sstill e && sstill f
  | SOpp _ e | SPow _ e _ => sstill e
  | STrace _ _ e => mstill e
  | SMean _ => false
  end.
Definition lifted_m b m n (e : mexp b m n) : mexp true m n :=
  (match b return mexp b m n -> mexp true m n with true => id | false => @MLift m n end) e.
Definition lifted_s b (e : sexp b) : sexp true :=
  (match b return sexp b -> sexp true with true => id | false => SLift end) e.
Definition mul_pulled b m n p (e : mexp b m n) (f : mexp b n p) (e' : mexp true m n) (f' : mexp true n p) :
  mexp true m p :=
  if b then MMul e' f' else
  if mstill e then MMul (lifted_m e) f' else if mstill f then MMul e' (lifted_m f) else lifted_m (MMul e f).
Definition scale_pulled b m n (c : sexp b) (e : mexp b m n) (c' : sexp true) (e' : mexp true m n) : mexp true m n :=
  if b then MScale c' e' else
  if sstill c then MScale (lifted_s c) e' else if mstill e then MScale c' (lifted_m e) else lifted_m (MScale c e).
Definition product_pulled b (e f : sexp b) (e' f' : sexp true) : sexp true :=
  if b then SMul e' f' else
  if sstill e then SMul (lifted_s e) f' else if sstill f then SMul e' (lifted_s f) else lifted_s (SMul e f).

Fixpoint mpull b m n (e : mexp b m n) : mexp true m n :=
  match e in mexp b m n return mexp true m n with
  | MLetter b i => lifted_m (MLetter b i)
  | MTurn b m n e => MTurn (mpull e)
  | MAdd b m n e f => MAdd (mpull e) (mpull f)
  | MOpp b m n e => MOpp (mpull e)
  | MMul b m n p e f => mul_pulled e f (mpull e) (mpull f)
  | MScale b m n c e => scale_pulled c e (spull c) (mpull e)
  | MZero b i j => MZero true i j
  | MLift m n e => MLift e
  | MMean m n e => e
  end
with spull b (e : sexp b) : sexp true :=
  match e with
  | SNat b k => SNat true k
  | SInvNat k => SLift (SInvNat k)
  | SScalar k => SLift (SScalar k)
  | SInv k => SLift (SInv k)
  | SAdd b e f => SAdd (spull e) (spull f)
  | SOpp b e => SOpp (spull e)
  | SMul b e f => product_pulled e f (spull e) (spull f)
  | SPow b e k => lifted_s (SPow e k)
  | STrace b n e => STrace (mpull e)
  | SLift e => SLift e
  | SScale c e => SScale c e
  | SMean e => e
  end.

(* the mean of what is random, and itself of what is not *)
Definition averaged_m b m n : 'M[A]_(m, n) -> 'M[level b]_(m, n) :=
  match b return 'M[A]_(m, n) -> 'M[level b]_(m, n) with true => id | false => map_mx E end.
Definition averaged_s b : A -> level b := match b return A -> level b with true => id | false => E end.
Lemma mean_one : E 1 = 1. Proof. by have [] := known_means known. Qed.
Lemma mean_constant c : E (c%:A) = c. Proof. by rewrite linearZ /= mean_one mulr1. Qed.
Lemma mean_lift m n (M : 'M[R]_(m, n)) : map_mx E (map_mx (in_alg A) M) = M.
Proof. by apply/matrixP => i j; rewrite !mxE [in_alg A _]/= mean_constant. Qed.
Lemma lifted_mP b m n (e : mexp b m n) : averaged_m b (meval (lifted_m e)) = meval e.
Proof. by case: b e => e //; exact: mean_lift. Qed.
Lemma lifted_sP b (e : sexp b) : averaged_s b (seval (lifted_s e)) = seval e.
Proof. by case: b e => e //; exact: mean_constant. Qed.

Theorem pull_ok :
  (forall b m n (e : mexp b m n), averaged_m b (meval (mpull e)) = meval e) /\
  (forall b (e : sexp b), averaged_s b (seval (spull e)) = seval e).
Proof.
apply: expressions_ind => //.
- by move=> b i; exact: lifted_mP.
- by move=> [] m n e IH /=; rewrite -[in RHS]IH //= map_trmx.
- by move=> [] m n e IHe f IHf /=; rewrite -[in RHS]IHe -[in RHS]IHf //= map_mxD.
- by move=> [] m n e IH /=; rewrite -[in RHS]IH //= map_mxN.
- move=> b m n p e IHe f IHf; rewrite [mpull _]/= /mul_pulled; case: b e IHe f IHf => e IHe f IHf.
    by rewrite /= -[in RHS]IHe -[in RHS]IHf.
  case: ifP => _; first by rewrite /= mean_left; congr (_ *m _).
  case: ifP => _; first by rewrite /= mean_right; congr (_ *m _).
  exact: lifted_mP.
- move=> b m n c IHc e IHe; rewrite [mpull _]/= /scale_pulled; case: b c IHc e IHe => c IHc e IHe.
    by rewrite /= -[in RHS]IHc -[in RHS]IHe.
  case: ifP => _.
    by apply/matrixP => i j; rewrite /= -[in RHS]IHe !mxE /= mulr_algl linearZ.
  case: ifP => _; last exact: lifted_mP.
  by apply/matrixP => i j; rewrite /= -[in RHS]IHc !mxE /= mulr_algr linearZ /= mulrC.
- by move=> [] i j //=; rewrite map_mx0.
- by move=> [] k //=; rewrite -(rmorph_nat (GRing.in_alg_rmorphism A)); exact: mean_constant.
- by move=> k; exact: mean_constant.
- by move=> k; exact: mean_constant.
- by move=> k; exact: mean_constant.
- by move=> [] e IHe f IHf /=; rewrite -[in RHS]IHe -[in RHS]IHf //= linearD.
- by move=> [] e IH /=; rewrite -[in RHS]IH //= linearN.
- move=> b e IHe f IHf; rewrite [spull _]/= /product_pulled; case: b e IHe f IHf => e IHe f IHf.
    by rewrite /= -[in RHS]IHe -[in RHS]IHf.
  case: ifP => _; first by rewrite /= -[in RHS]IHf /= mulr_algl linearZ.
  case: ifP => _; last exact: lifted_sP.
  by rewrite /= -[in RHS]IHe /= mulr_algr linearZ /= mulrC.
- by move=> b e IH k; exact: lifted_sP.
by move=> [] n e IH /=; rewrite -[in RHS]IH //= mean_trace.
Qed.

(* ---- equal normal forms, equal values ---- *)
Definition difference b (e f : sexp b) : sexp true := SAdd (spull e) (SOpp (spull f)).
Definition gap_poly b (e f : sexp b) : poly :=
  let p := snorm (difference e f) in collected (if b then p else averaged p).
Lemma equal_by_gap b (e f : sexp b) : sgood (difference e f) -> valued true (gap_poly e f) = 0 -> seval e = seval f.
Proof.
move=> g; have [_ /(_ _ _ g) ok] := norm_ok; have [_ pull] := pull_ok.
have {}ok : valued true (snorm (difference e f)) = seval (spull e) - seval (spull f) := ok.
rewrite /gap_poly collectedP => h.
refine (etrans (esym (pull _ e)) (etrans _ (pull _ f))); move: h; case: b e f {g pull} ok => e f ok h; apply/eqP; rewrite -subr_eq0.
  by rewrite [averaged_s _ _]/= [X in _ - X]/= -ok h.
rewrite -[X in X == 0](linearB E) -ok /valued.
rewrite -(mean_ok (known_means known) (faithful_level true) nonzero_scal (faithful_random_at known) fuel).
by rewrite -/(valued true _) h linear0.
Qed.
Definition same_scalars b (e f : sexp b) : bool := sgood (difference e f) && nilp (gap_poly e f).
Theorem scalars_equal b (e f : sexp b) : same_scalars e f -> seval e = seval f.
Proof. by case/andP=> g /nilP h; apply: equal_by_gap => //; rewrite h /valued /value big_nil. Qed.

(* ---- matrices: equal where their products with any other matrix have equal traces ---- *)
Section Test.
Variables (r c : nat).
Definition test : nat := size table.
Definition test_info : info := Info c r false false 0 false 0 0 0 0 0.
Definition test_table : seq info := rcons table test_info.
Definition table_closed : bool :=
  [&& all (fun f => inverse_of f <= size table)%N table,
      all (fun f => drawn f ==> (cov_by f < size table))%N table
    & all (fun p : nat * nat => (p.1 < size table)%N && (p.2 < size table)%N) commuting].
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
case/and3P=> /(all_nthP no_info) ci _ /allP cc.
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
Lemma test_random : table_closed -> (forall a b, made_of given (T a b)) -> faithful_random given letters test_table test_mat.
Proof.
case/and3P=> _ /(all_nthP no_info) cc _ hT; have ran := faithful_random_at known.
have zero : made_of given 0 by rewrite -(scale0r 1); exact: made_constant.
have old_of i : drawn (info_of test_table i) ->
    [/\ (i == test) = false, info_of test_table i = info_of table i & drawn (info_of table i)].
  by rewrite test_info_of; case: eqP.
have unit_of i : drawn (info_of table i) ->
    test_mat (cov_by (info_of table i)) = mat true (cov_by (info_of table i)) /\
    test_mat (col_unit (info_of table i)) = mat true (col_unit (info_of table i)).
  move=> d; rewrite /test_mat !below //.
    apply: (inside known) => e; have /and4P[_ _ _] := drawn_flags known d.
    by rewrite e.
  have hi : (i < size table)%N by apply: (inside known) => e; rewrite e in d.
  by have := cc _ hi; rewrite -/(info_of table i) d.
split.
- move=> i; rewrite test_info_of /test_mat; case: eqP => [_ _ a b|_ d a b]; last exact: (given_ok ran d a b).
  rewrite pad_entry /entry.
  by case: insubP => [a' _ _|_] //; case: insubP.
- by move=> i /old_of[e -> d] a b; rewrite /test_mat e; exact: (place_ok ran d).
- by move=> i /old_of[_ -> d]; exact: (limit_ok ran d).
- by move=> i /old_of[_ -> d]; exact: (group_ok ran d).
- by move=> i /old_of[_ -> d] a b j k; have [-> ->] := unit_of _ d; exact: (cov_ok ran d).
- by move=> i /old_of[_ -> d]; have [_ ->] := unit_of _ d; exact: (one_ok ran d).
by move=> i j /old_of[_ -> di] /old_of[_ -> dj]; exact: (apart_ok ran di dj).
Qed.
End Test.

Definition gap_of b m n (e f : mexp b m n) : seq oterm :=
  mnorm (mpull e) false ++ [seq (opp_mono x.1, x.2) | x <- mnorm (mpull f) false].
Definition good_gap b m n (e f : mexp b m n) : bool :=
  [&& mgood (mpull e), mgood (mpull f), table_closed & letters_known (gap_of e f)].
Definition test_poly b m n (r c : nat) (e f : mexp b m n) : poly :=
  let p := tested (gap_of e f) in
  collect (test_table r c) commuting sizes nonzero (if b then p else mean (test_table r c) commuting sizes nonzero fuel p).

Lemma zero_by_traces (K : comRingType) m n (M : 'M[K]_(m, n)) : (forall X : 'M_(n, m), \tr (M *m X) = 0) -> M = 0.
Proof.
move=> h; apply/matrixP => i j; rewrite [RHS]mxE -(h (delta_mx j i)) /mxtrace (bigD1 i) //= big1 ?addr0.
  rewrite mxE (bigD1 j) //= big1 ?addr0 => [|k ne]; first by rewrite mxE !eqxx mulr1.
  by rewrite mxE (negbTE ne) mulr0.
move=> k ne; rewrite mxE big1 // => l _; rewrite mxE.
by rewrite (negbTE ne) andbF mulr0.
Qed.
Lemma gap_trace b (r c : nat) (e f : mexp b (dim dims r) (dim dims c)) (T : 'M[A]_(dim dims c, dim dims r)) : good_gap e f ->
  \tr ((meval (mpull e) - meval (mpull f)) *m T) =
  value (into_level true) (test_mat T) (scal scalars) (tested (gap_of e f)).
Proof.
have [ok _] := norm_ok; have same n (M : 'M[A]_n) : map_mx (up true) M = M by apply/matrixP => i j; rewrite mxE.
move=> /and4P[ge gf _ known_]; rewrite testedP // mvalued_cat mvalued_opp.
have [_ ->] := ok _ _ _ (mpull e) => //; have [_ ->] := ok _ _ _ (mpull f) => //.
by rewrite !same -padN -padD -pad_mul ?dim_room // tr_pad ?dim_room.
Qed.
Lemma equal_by_traces b (r c : nat) (e f : mexp b (dim dims r) (dim dims c)) : good_gap e f ->
  (forall T : 'M[A]_(dim dims c, dim dims r),
     value (into_level true) (test_mat T) (scal scalars) (test_poly r c e f) = 0) -> meval e = meval f.
Proof.
move=> good; have /and4P[_ _ closed_ _] := good; rewrite /test_poly => h; have [pull _] := pull_ok.
have trace T := gap_trace T good.
refine (etrans (esym (pull _ _ _ e)) (etrans _ (pull _ _ _ f))); apply/eqP; rewrite -subr_eq0; apply/eqP.
apply: zero_by_traces; case: b e f {good pull} h trace => e' f' h trace T.
  rewrite [averaged_m _]/= [X in _ - X]/= trace -(collect_ok (test_faithful T closed_) nonzero_scal).
  exact: h.
have -> : averaged_m false (meval (mpull e')) - averaged_m false (meval (mpull f')) =
    map_mx E (meval (mpull e') - meval (mpull f')) by rewrite map_mxB.
rewrite -mean_right -mean_trace trace.
have one i j : made_of given (map_mx (in_alg A) T i j) by rewrite mxE; exact: made_constant.
have rnd := test_random closed_ one; have faithful_ := test_faithful (map_mx (in_alg A) T) closed_.
rewrite -(mean_ok (known_means known) faithful_ nonzero_scal rnd fuel) -(collect_ok faithful_ nonzero_scal).
by rewrite h linear0.
Qed.
Definition same_matrices b m n (r c : nat) (e f : mexp b m n) : bool := good_gap e f && nilp (test_poly r c e f).
Theorem matrices_equal b (r c : nat) (e f : mexp b (dim dims r) (dim dims c)) :
  same_matrices r c e f -> meval e = meval f.
Proof. by case/andP=> g /nilP h; apply: equal_by_traces => // T; rewrite h /value big_nil. Qed.
End NormalForm.
