(* Means of random numbers that are sums of squares, and matrices whose means are positive (semi)definite. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Symicl Require Import Moments Means Order.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* random matrices with an inverse *)
Definition invertible (K : ringType) n (M : 'M[K]_n) : Prop := exists N, M *m N = 1%:M /\ N *m M = 1%:M.
Section Invertible.
Variables (K : comRingType) (n : nat).
Implicit Types M N : 'M[K]_n.
Lemma invertible_one : invertible (1%:M : 'M[K]_n).
Proof. by exists 1%:M; rewrite mulmx1. Qed.
Lemma invertible_mul M N : invertible M -> invertible N -> invertible (M *m N).
Proof.
move=> [V [v v']] [W [w w']]; exists (W *m V); split.
  by rewrite mulmxA -(mulmxA M) w mulmx1.
by rewrite mulmxA -(mulmxA W) v' mulmx1.
Qed.
Lemma invertible_tr M : invertible M -> invertible M^T.
Proof. by move=> [V [v v']]; exists V^T; rewrite -!trmx_mul v v' trmx1. Qed.
End Invertible.
Lemma invertible_constant (R : comUnitRingType) (A : comAlgType R) n (M : 'M[R]_n) : M \in unitmx -> invertible (M^c : 'M[A]_n).
Proof.
move=> u; exists (invmx M)^c.
by rewrite -!(map_mxM (GRing.in_alg_rmorphism A)) mulmxV // mulVmx // (map_mx1 (GRing.in_alg_rmorphism A)).
Qed.

Section Positive.
Variables (R : realFieldType) (A : comAlgType R) (E : {scalar A}).

(* sums of squares with coefficients that are not negative *)
Inductive squares_sum : A -> Prop :=
  | squares_one x : squares_sum (x * x)
  | squares_add x y : squares_sum x -> squares_sum y -> squares_sum (x + y)
  | squares_scale c x : 0 <= c -> squares_sum x -> squares_sum (c *: x).
Lemma squares_zero : squares_sum 0.
Proof. by rewrite -(mulr0 0); exact: squares_one. Qed.
Lemma squares_constant c : 0 <= c -> squares_sum c%:A.
Proof. by move=> h; apply: squares_scale => //; rewrite -(mulr1 1); exact: squares_one. Qed.
Lemma squares_mul x y : squares_sum x -> squares_sum y -> squares_sum (x * y).
Proof.
move=> hx; elim=> [b|b c _ IHb _ IHc|c b hc _ IHb].
- elim: hx => [a|a c _ IHa _ IHc|c a hc _ IHa].
  + by rewrite mulrACA; exact: squares_one.
  + by rewrite mulrDl; exact: squares_add.
  + by rewrite -scalerAl; exact: squares_scale.
- by rewrite mulrDr; exact: squares_add.
by rewrite -scalerAr; exact: squares_scale.
Qed.
Lemma squares_power x k : squares_sum x -> squares_sum (x ^+ k).
Proof.
move=> h; elim: k => [|k IH]; last by rewrite exprS; exact: squares_mul.
by rewrite expr0 -(mulr1 1); exact: squares_one.
Qed.
Lemma squares_even x : squares_sum (x ^+ 2). Proof. by rewrite expr2; exact: squares_one. Qed.
Lemma squares_total (I : Type) (s : seq I) (F : I -> A) : (forall i, squares_sum (F i)) -> squares_sum (\sum_(i <- s) F i).
Proof.
move=> h; elim: s => [|i s IH]; first by rewrite big_nil; exact: squares_zero.
by rewrite big_cons; exact: squares_add.
Qed.
Lemma squares_gram m n (M : 'M[A]_(m, n)) : squares_sum (\tr (M *m M^T)).
Proof.
rewrite /mxtrace; apply: squares_total => i; rewrite mxE; apply: squares_total => j.
by rewrite mxE; exact: squares_one.
Qed.

(* matrices whose quadratic form is a sum of squares *)
Definition squares_form n (M : 'M[A]_n) : Prop := forall m (V : 'M[A]_(m, n)), squares_sum (\tr (V *m M *m V^T)).
Lemma form_gram m n (B : 'M[A]_(n, m)) : squares_form (B *m B^T).
Proof. by move=> k V; have := squares_gram (V *m B); rewrite trmx_mul !mulmxA. Qed.
Lemma form_zero n : squares_form (0 : 'M[A]_n).
Proof. by move=> k V; rewrite mulmx0 mul0mx mxtrace0; exact: squares_zero. Qed.
Lemma form_add n (M N : 'M[A]_n) : squares_form M -> squares_form N -> squares_form (M + N).
Proof. by move=> hM hN k V; rewrite mulmxDr mulmxDl mxtraceD; exact: squares_add. Qed.
Lemma form_scale n c (M : 'M[A]_n) : squares_sum c -> squares_form M -> squares_form (c *: M).
Proof. by move=> hc hM k V; rewrite -scalemxAr -scalemxAl mxtraceZ; exact: squares_mul. Qed.

Lemma mean_squares_ge0 x : squares_nonnegative E -> squares_sum x -> 0 <= E x.
Proof.
move=> sq; elim=> [y|y z _ hy _ hz|c y hc _ hy]; first exact: sq.
  by rewrite linearD addr_ge0.
by rewrite linearZ mulr_ge0.
Qed.

Hypothesis definite_squares : squares_positive E.
Let nonnegative_squares : squares_nonnegative E := squares_positiveW definite_squares.
Lemma mean_gram_eq0 m n (M : 'M[A]_(m, n)) : E (\tr (M *m M^T)) = 0 -> M = 0.
Proof.
have -> : E (\tr (M *m M^T)) = \sum_i \sum_j E (M i j * M i j).
  rewrite linear_sum; apply: eq_bigr => i _; rewrite mxE linear_sum; apply: eq_bigr => j _.
  by rewrite mxE.
have part i j : 0 <= E (M i j * M i j) by exact: nonnegative_squares.
move/eqP; rewrite psumr_eq0 => [|i _]; last by apply: sumr_ge0.
move=> /allP h; apply/matrixP => i j; rewrite mxE; apply/eqP; case: eqP => // /definite_squares p.
have := h i (mem_index_enum _); rewrite /= psumr_eq0 => [/allP/(_ j (mem_index_enum _))|k _] //=.
by rewrite (gt_eqF p).
Qed.
Lemma mean_gram_gt0 m n (M : 'M[A]_(m, n)) : M <> 0 -> 0 < E (\tr (M *m M^T)).
Proof.
move=> ne; rewrite lt_neqAle mean_squares_ge0 ?andbT //; last exact: squares_gram.
by rewrite eq_sym; apply/eqP => /mean_gram_eq0.
Qed.

(* a mean is positive (semi)definite where what is averaged is *)
Lemma mean_semidefinite n (M : 'M[A]_n) : squares_form M -> semidefinite (map_mx E M).
Proof. by move=> h v; rewrite mean_form; apply: mean_squares_ge0 => //; exact: h. Qed.
Lemma constant_eq0 m n (V : 'M[R]_(m, n)) : E 1 = 1 -> V^c = 0 :> 'M[A]_(m, n) -> V = 0.
Proof.
move=> one h; apply/matrixP => i j; have := congr1 (fun M : 'M_(_, _) => E (M i j)) h.
by rewrite !mxE /= linear0 linearZ /= one mulr1.
Qed.
(* nothing but zero is killed by factors with an inverse *)
Lemma random_cancel m n (P : 'M[A]_m) (V : 'M[R]_(m, n)) (Q : 'M[A]_n) :
  E 1 = 1 -> invertible P -> invertible Q -> P *m V^c *m Q = 0 -> V = 0.
Proof.
move=> one [P' [_ p]] [Q' [q _]] h; apply: constant_eq0 => //.
have -> : V^c = P' *m (P *m V^c *m Q) *m Q' :> 'M[A]_(m, n) by rewrite !mulmxA p mul1mx -mulmxA q mulmx1.
by rewrite h mulmx0 mul0mx.
Qed.
Lemma mean_vanishes m n (M : 'M[A]_(m, n)) c rest :
  0 < c -> squares_sum rest -> E (c%:A * \tr (M *m M^T) + rest) = 0 -> M = 0.
Proof.
move=> c0 hr; rewrite linearD mulr_algl linearZ /= => /eqP.
rewrite paddr_eq0 ?mulr_ge0 ?(ltW c0) // ?mean_squares_ge0 //; last exact: squares_gram.
by rewrite mulf_eq0 (gt_eqF c0) => /andP[/eqP h _]; exact: mean_gram_eq0.
Qed.
Lemma mean_definite n (B P : 'M[A]_n) c : E 1 = 1 -> 0 < c -> invertible B -> squares_form P ->
  definite (map_mx E (c%:A *: (B *m B^T) + P)).
Proof.
move=> one c0 [C [unit_ _]] hP v ne; rewrite mean_form mulmxDr mulmxDl mxtraceD linearD.
apply: ltr_paddr; first by apply: mean_squares_ge0 => //; exact: hP.
rewrite -scalemxAr -scalemxAl mxtraceZ mulr_algl linearZ mulr_gt0 //.
have -> : v^c *m (B *m B^T) *m v^c^T = (v^c *m B) *m (v^c *m B)^T by rewrite trmx_mul !mulmxA.
apply: mean_gram_gt0 => h; move/eqP: ne; apply.
have {}h : v^c = 0 :> 'M[A]_(_, _) by rewrite -[LHS]mulmx1 -unit_ mulmxA h mul0mx.
exact: constant_eq0.
Qed.
End Positive.

Lemma inverse_commutes_given (R : realFieldType) (A : comAlgType R) n (M : 'M[R]_n) (N : 'M[A]_n) :
  M \in unitmx -> M^c *m N = N *m M^c -> (invmx M)^c *m N = N *m (invmx M)^c.
Proof.
move=> u h; have cm := map_mxM (GRing.in_alg_rmorphism A); have c1 := map_mx1 (GRing.in_alg_rmorphism A).
have l : (invmx M)^c *m M^c = 1%:M :> 'M[A]_n by rewrite -cm mulVmx // c1.
have r : M^c *m (invmx M)^c = 1%:M :> 'M[A]_n by rewrite -cm mulmxV // c1.
by rewrite -[N in LHS]mulmx1 -r [N *m _]mulmxA -h !mulmxA l mul1mx.
Qed.

(* a file adds what it knows of its random matrices to [known_invertible] *)
Ltac known_invertible := fail.
Ltac invertible_by_parts :=
  lazymatch goal with
  | |- invertible (@mulmx _ _ _ _ _ _) => apply: invertible_mul; invertible_by_parts
  | |- invertible (@trmx _ _ _ _) => apply: invertible_tr; invertible_by_parts
  | |- invertible (@map_mx _ _ _ _ _ _) => apply: invertible_constant; units
  | |- invertible (@scalar_mx _ _ _) => exact: invertible_one
  | _ => known_invertible
  end.
(* sums of squares by their parts *)
Ltac squares_by_parts :=
  lazymatch goal with
  | |- squares_sum (@GRing.add _ _ _) => apply: squares_add; squares_by_parts
  | |- squares_sum (@GRing.mul _ _ _) => apply: squares_mul; squares_by_parts
  | |- squares_sum (@GRing.exp _ _ 2) => exact: squares_even
  | |- squares_sum (@GRing.exp _ _ _) => apply: squares_power; squares_by_parts
  | |- squares_sum (@GRing.scale _ _ _ (@GRing.one _)) => apply: squares_constant; nonnegative
  | |- squares_sum (@GRing.scale _ _ _ _) => apply: squares_scale; [nonnegative | squares_by_parts]
  | |- squares_sum (@mxtrace _ _ _) => exact: squares_gram
  | |- squares_sum (@GRing.zero _) => exact: squares_zero
  end.
Ltac form_by_parts :=
  lazymatch goal with
  | |- squares_form (@GRing.add _ _ _) => apply: form_add; form_by_parts
  | |- squares_form (@GRing.scale _ _ _ _) => apply: form_scale; [squares_by_parts | form_by_parts]
  | |- squares_form (@GRing.zero _) => exact: form_zero
  | _ => exact: form_gram
  end.
