(* What Moments.v assumes of Gaussian letters with a random covariance is consistent.

   Take any finite law of factors: C_i with weight q_i > 0.  An outcome is one i and then an outcome of the model of
   Model.v for the covariance C_i C_i^T.  What is given is whatever depends on i only; the letters are drawn once it is.
   Isserlis' recursion holds for each i, so it holds where both sides are multiplied by what is given. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Symicl Require Import Moments FiniteLaw Coordinates Model Diagonal.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section RandomModel.
Variables (R : realFieldType) (I : finType) (i0 : I) (q : I -> R).
Hypotheses (q_gt0 : forall i, 0 < q i) (q_total : \sum_i q i = 1).

(* A letter as in Model.v, but with a factor for each i. *)
Record asked_for := AskedFor {
  asked_rows : nat; asked_cols : nat; asked_inner : nat;
  factors : I -> 'M[R]_(asked_rows, asked_inner);
  asked_group : nat;
  asked_order : nat }.
Definition none : asked_for := @AskedFor 0 0 0 (fun=> 0) 0 0.
Variable asked : seq asked_for.
Hypothesis orders : all (fun w => asked_order w <= 6)%N asked.
Let n := size asked.
Local Notation asked_at k := (nth none asked k).

Definition chosen i (w : asked_for) : wanted R :=
  @Wanted R (asked_rows w) (asked_cols w) (asked_inner w) (factors w i) (asked_group w) (asked_order w).
Definition all_chosen i : seq (wanted R) := map (chosen i) asked.
Local Notation space i := (outcome (index (all_chosen i)) [finType of 'I_7]).
Local Notation B i := (rv_comAlgType R (origin (index (all_chosen i)) (ord0 : 'I_7))).
Definition letters_at i : seq (letter (B i)) := given_letters (model_value (all_chosen i)).
Definition mean_at i : {scalar B i} := expectation (index (all_chosen i)) (ord0 : 'I_7) (@seven_p R).

Definition outcomes := [finType of {i : I & space i}].
Definition first : outcomes := Tagged (fun i => space i) (origin (index (all_chosen i0)) (ord0 : 'I_7)).
Definition chance (t : outcomes) : R := q (tag t) * weight (@seven_p R) (tagged t).
Local Notation A := (rv_comAlgType R first).
Definition total_mean : {scalar A} := mean_scalar first chance.
Local Notation E := total_mean.

(* a random number once i is known *)
Definition slice i (f : A) : B i := [ffun o => f (Tagged (fun i => space i) o)].
Lemma sliceE i f o : slice i f o = f (Tagged (fun i => space i) o). Proof. by rewrite ffunE. Qed.
Lemma slice_mul i (f g : A) : slice i (f * g) = slice i f * slice i g.
Proof. by apply/ffunP => o; rewrite rvM !sliceE rvM. Qed.
Lemma slice_one i : slice i 1 = 1.
Proof. by apply/ffunP => o; rewrite sliceE !rv1. Qed.
Lemma slice_prod i (T : Type) (s : seq T) (F : T -> A) : slice i (\prod_(h <- s) F h) = \prod_(h <- s) slice i (F h).
Proof. by elim: s => [|h s IH]; rewrite ?big_nil ?slice_one // !big_cons slice_mul IH. Qed.
Lemma mean_slices f : E f = \sum_i q i * mean_at i (slice i f).
Proof.
rewrite /total_mean /= /mean [LHS](eq_bigr (fun t : outcomes => (fun i (o : space i) =>
   q i * weight (@seven_p R) o * f (Tagged (fun i => space i) o)) (tag t) (tagged t))); last by case.
rewrite -(sig_big_dep xpredT (fun _ => xpredT)
   (fun i (o : space i) => q i * weight (@seven_p R) o * f (Tagged (fun i => space i) o))) /=.
apply: eq_bigr => i _; rewrite mulr_sumr; apply: eq_bigr => o _.
by rewrite sliceE mulrA.
Qed.

(* what depends on i only *)
Definition known_first (x : A) : Prop := exists c : I -> R, forall t, x t = c (tag t).
Lemma known_made x : made_of known_first x -> known_first x.
Proof.
elim=> [c|//|y z _ [b hb] _ [c hc]|y z _ [b hb] _ [c hc]].
- by exists (fun=> c) => t; rewrite rvZ rv1 mulr1.
- by exists (fun i => b i + c i) => t; rewrite rvD hb hc.
by exists (fun i => b i * c i) => t; rewrite rvM hb hc.
Qed.

(* the letters, and the factors of their covariances as random matrices *)
Definition factor_value k : 'M[A]_(asked_rows (asked_at k), asked_inner (asked_at k)) :=
  \matrix_(a, j) ([ffun t : outcomes => factors (asked_at k) (tag t) a j] : A).
Lemma factor_product k a b t : (factor_value k *m (factor_value k)^T) a b t =
  (factors (asked_at k) (tag t) *m (factors (asked_at k) (tag t))^T) a b.
Proof.
rewrite !mxE sum_ffunE; apply: eq_bigr => j _.
by rewrite rvM; congr (_ * _); rewrite !mxE ffunE.
Qed.
Definition letter_value k : 'M[A]_(asked_rows (asked_at k), asked_cols (asked_at k)) :=
  \matrix_(a, c) ([ffun t : outcomes => at_place (letters_at (tag t)) (k, val a, val c) (tagged t)] : A).
Definition given_one k : letter A :=
  Letter (letter_value k) (factor_value k *m (factor_value k)^T) (asked_group (asked_at k)) (asked_order (asked_at k)).
Definition letters : seq (letter A) := [seq given_one k | k <- iota 0 n].

Lemma of_letters g : letter_of letters g = if (g.1.1 < n)%N then given_one g.1.1 else no_letter A.
Proof.
rewrite /letter_of; case: ltnP => h; first by rewrite (nth_map 0%N) ?size_iota // nth_iota.
by rewrite nth_default // size_map size_iota.
Qed.
Lemma size_chosen i : size (all_chosen i) = n. Proof. by rewrite size_map. Qed.
Lemma of_chosen i g : (g.1.1 < n)%N ->
  letter_of (letters_at i) g = given_letter (model_value (all_chosen i)) g.1.1.
Proof. by move=> h; rewrite letter_ofE // size_chosen. Qed.
Lemma chosen_at i k : (k < n)%N -> nth_wanted (all_chosen i) k = chosen i (asked_at k).
Proof. by move=> h; rewrite /nth_wanted (nth_map none). Qed.
Lemma same_shape i g : [/\ rows (letter_of (letters_at i) g) = rows (letter_of letters g),
  cols (letter_of (letters_at i) g) = cols (letter_of letters g),
  group (letter_of (letters_at i) g) = group (letter_of letters g)
  & order (letter_of (letters_at i) g) = order (letter_of letters g)].
Proof.
rewrite of_letters; case: ltnP => h; last by rewrite letter_of_default ?size_chosen.
by rewrite of_chosen //= chosen_at.
Qed.
Lemma entry_out (K : ringType) m p (M : 'M[K]_(m, p)) a b : ~~ ((a < m)%N && (b < p)%N) -> entry M a b = 0.
Proof.
rewrite /entry; case: insubP => [i hi ei|//]; case: insubP => [j hj ej|//].
by rewrite -ei -ej !ltn_ord.
Qed.
Lemma slice_place i g : slice i (at_place letters g) = at_place (letters_at i) g.
Proof.
have [er ec _ _] := same_shape i g.
case: (boolP ((g.1.2 < rows (letter_of letters g))%N && (g.2 < cols (letter_of letters g))%N)) => h; last first.
  rewrite /at_place !entry_out ?er ?ec //; apply/ffunP => o.
  by rewrite sliceE -(scale0r (1 : A)) rvZ mul0r -(scale0r (1 : B i)) rvZ mul0r.
case: g h {er ec} => [[k a] c]; rewrite of_letters /=; case: (ltnP k n) => [kn /andP[ha hc]|_ /andP[]]; last by [].
have -> : at_place letters (k, a, c) = letter_value k (Ordinal ha) (Ordinal hc).
  by rewrite /at_place of_letters /= kn /= /entry !insubT.
by apply/ffunP => o; rewrite sliceE mxE ffunE.
Qed.
Lemma slice_cov i g h : slice i (cov letters g h) = cov (letters_at i) g h.
Proof.
have zero : slice i 0 = 0 by apply/ffunP => o; rewrite sliceE -(scale0r (1 : A)) rvZ mul0r -(scale0r (1 : B i)) rvZ mul0r.
rewrite covE; have [kn|kn] := ltnP g.1.1 n; last first.
  rewrite /cov of_letters [(g.1.1 < n)%N]ltnNge kn /= /cov_of /nth_wanted nth_default ?size_chosen //=.
  by rewrite !ltn0 !andbF zero scale0r.
rewrite chosen_at // /cov /cov_of of_letters kn /=; case: ifP => _; last by rewrite zero scale0r.
case: (boolP ((g.1.2 < asked_rows (asked_at g.1.1))%N && (h.1.2 < asked_rows (asked_at g.1.1))%N)) => [/andP[ha hb]|out].
  apply/ffunP => o; rewrite sliceE rvZ rv1 mulr1 /entry !insubT /= !mxE /= sum_ffunE.
  by apply: eq_bigr => j _; rewrite !mxE rvM !ffunE.
by rewrite !entry_out // zero scale0r.
Qed.

Theorem random_isserlis : isserlis E known_first letters.
Proof.
split=> [|g s z /known_made[c hc] few].
  rewrite mean_slices -q_total; apply: eq_bigr => i _.
  by rewrite slice_one (@E_1 _ _ _ _ _ (seven_total R)) mulr1.
have slice_z i : slice i z = (c i)%:A by apply/ffunP => o; rewrite sliceE hc rvZ rv1 mulr1.
rewrite mean_slices; under [RHS]eq_bigr do rewrite mean_slices.
rewrite exchange_big; apply: eq_bigr => i _; rewrite -mulr_sumr; congr (_ * _).
rewrite !slice_mul slice_prod slice_place slice_z; under eq_bigr do rewrite slice_place.
have small : all (fun w : wanted R => wanted_order w <= 6)%N (all_chosen i) by rewrite all_map.
have [_ rule] := model_isserlis small.
rewrite rule; first by apply: eq_bigr => k _; rewrite !slice_mul slice_cov slice_prod slice_z; under eq_bigr do rewrite -slice_place.
  exact: made_constant.
have [_ _ _ ->] := same_shape i g; apply: leq_ltn_trans few; rewrite leq_eqVlt; apply/orP; left; apply/eqP.
by apply: eq_count => h; rewrite /same_group; have [_ _ -> _] := same_shape i g; have [_ _ -> _] := same_shape i h.
Qed.
Theorem random_squares : squares_positive E.
Proof.
apply: squares_of_weights => -[i o]; rewrite /chance /= mulr_gt0 //; exact: seven_weight_gt0.
Qed.
End RandomModel.


Lemma made_wider (R : realFieldType) (A : comAlgType R) (P Q : A -> Prop) x :
  (forall y, P y -> Q y) -> made_of P x -> made_of Q x.
Proof.
move=> h; elim=> [c|y /h|y z _ hy _ hz|y z _ hy _ hz].
- exact: made_constant.
- exact: made_one.
- exact: made_sum.
exact: made_product.
Qed.

(* The letters of a prompt with a covariance of its own, for every d, N and every finite law of invertible C_i: a matrix
   root that takes the value C_i with the weight q_i, and letters that are Gaussian with the covariance root root^T once
   root is given. *)
Corollary random_prompts_consistent (R : realFieldType) (I : finType) (i0 : I) (q : I -> R) (d N : nat) (C D : I -> 'M[R]_d) :
  (forall i, 0 < q i) -> \sum_i q i = 1 -> (forall i, C i *m D i = 1%:M) ->
  exists (A : comAlgType R) (E : {scalar A}) (w x_q : 'M[A]_(d, 1)) (X : 'M[A]_(d, N)) (root back : 'M[A]_d),
    [/\ root *m back = 1%:M /\ back *m root = 1%:M,
        (forall i, diagonal (C i *m (C i)^T)) -> diagonal (root *m root^T),
        map_mx E (root *m root^T) = \sum_i q i *: (C i *m (C i)^T),
        isserlis E (fun x => entry_of root x \/ entry_of back x)
          [:: gaussian 0 w 1%:M; gaussian_given 1 x_q (root *m root^T); gaussian_given 2 X (root *m root^T)]
      & squares_positive E].
Proof.
move=> q0 q1 unit_.
pose asked := [:: @AskedFor R I d 1 d (fun=> 1%:M) 0 6; @AskedFor R I d 1 d C 1 6; @AskedFor R I d N d C 2 6].
pose A := rv_comAlgType R (first i0 asked); pose E := total_mean i0 q asked : {scalar A}.
pose value k := letter_value i0 asked k.
pose root : 'M[A]_d := factor_value i0 asked 1.
pose back : 'M[A]_d := \matrix_(a, j) ([ffun t : outcomes asked => D (tag t) a j] : A).
have rootE t a j : root a j t = C (tag t) a j by rewrite mxE ffunE.
have prodE t a b : (root *m root^T) a b t = (C (tag t) *m (C (tag t))^T) a b by exact: (@factor_product R I i0 asked 1 a b t).
exists A, E, (value 0%N), (value 1%N), (value 2%N), root, back; split.
- have side (F G : I -> 'M[R]_d) : (forall i, F i *m G i = 1%:M) ->
    (\matrix_(a, j) ([ffun t : outcomes asked => F (tag t) a j] : A)) *m
    (\matrix_(a, j) ([ffun t : outcomes asked => G (tag t) a j] : A)) = 1%:M.
    move=> FG; apply/matrixP => a b; apply/ffunP => t; have := congr1 (fun M : 'M_d => M a b) (FG (tag t)).
    rewrite !mxE sum_ffunE => h; transitivity ((a == b)%:R : R).
      by rewrite -h; apply: eq_bigr => j _; rewrite rvM !mxE !ffunE.
    case: (a == b); first by rewrite !mulr1n rv1.
    by rewrite !mulr0n -(scale0r (1 : A)) rvZ mul0r.
  by split; apply: side => // i; apply: mulmx1C.
- move=> diag a b ne; apply/ffunP => t; rewrite prodE diag //.
  by rewrite -(scale0r (1 : A)) rvZ mul0r.
- apply/matrixP => a b; rewrite mxE summxE (@mean_slices _ _ i0 q asked); apply: eq_bigr => i _.
  rewrite [RHS]mxE; congr (_ * _).
  have -> : slice i ((root *m root^T) a b) = ((C i *m (C i)^T) a b)%:A :> rv_comAlgType R (origin (index (all_chosen asked i)) (ord0 : 'I_7)).
    by apply/ffunP => o; rewrite sliceE prodE rvZ rv1 mulr1.
  by rewrite linearZ /= (@E_1 _ _ _ _ _ (seven_total R)) mulr1.
- have [one rule] := @random_isserlis R I i0 q q1 asked isT; split=> // g s z hz few.
  have same : letters i0 asked = [:: gaussian 0 (value 0%N) 1%:M; gaussian_given 1 (value 1%N) (root *m root^T);
     gaussian_given 2 (value 2%N) (root *m root^T)].
    rewrite /letters /= /given_one /gaussian /=; congr [:: _; _; _]; congr Letter.
    apply/matrixP => a b; apply/ffunP => t; rewrite [LHS](@factor_product R I i0 asked 0 a b t) /= trmx1 mulmx1 !mxE rvZ rv1 mulr1.
    by [].
  rewrite -same in few *; apply: rule few; apply: made_wider hz => x [] [a [j ->]].
    by exists (fun i => C i a j) => t; rewrite rootE.
  by exists (fun i => D i a j) => t; rewrite mxE ffunE.
exact: random_squares.
Qed.
