(* What Moments.v assumes is consistent, for all sizes and covariances.

   For any letters one may ask for, of any number and shapes (so for every d and every N), with covariances C C^T, there
   are a commutative algebra, an expectation on it and values of the letters with which Isserlis' recursion holds up to
   the order six, and with which every square but zero has a positive mean: [moments_consistent].  The model is a finite one.  Its
   coordinates are independent and take seven values, 0 with weight 7/18, 1 and -1 with 1/4, 2 and -2 with 1/20, 3 and
   -3 with 1/180.  Their moments of the orders 0 to 6 are those of a standard normal: 1, 0, 1, 0, 3, 0, 15.  A letter is
   C times a matrix of coordinates.

   This shows that the assumptions do not contradict each other.  It does not show that Gaussian letters satisfy them:
   that is Isserlis' theorem, which is cited. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From Symicl Require Import Moments FiniteLaw Coordinates.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section SevenValues.
Variable R : realFieldType.

Definition seven_weights : seq R :=
  [:: 180%:R^-1; 20%:R^-1; 4%:R^-1; 7%:R / 18%:R; 4%:R^-1; 20%:R^-1; 180%:R^-1].
Definition seven_values : seq R := [:: - 3%:R; - 2%:R; - 1; 0; 1; 2%:R; 3%:R].
Definition seven_p (v : 'I_7) : R := nth 0 seven_weights v.
Definition seven_val (v : 'I_7) : R := nth 0 seven_values v.

Lemma seven_sum (F : nat -> R) :
  \sum_(v < 7) F v = F 0%N + (F 1%N + (F 2%N + (F 3%N + (F 4%N + (F 5%N + F 6%N))))).
Proof. by rewrite !big_ord_recl big_ord0 addr0. Qed.

Lemma seven_moment n : moment seven_p seven_val n = \sum_(v < 7) nth 0 seven_weights v * nth 0 seven_values v ^+ n.
Proof. by []. Qed.

Lemma seven_p_gt0 v : 0 < seven_p v.
Proof.
have : all (fun c : R => 0 < c) seven_weights by rewrite /= ?(invr_gt0, divr_gt0, ltr0n).
by move/(all_nthP 0); apply; case: v.
Qed.

Lemma seven_moments k : (k < 7)%N ->
  moment seven_p seven_val k = nth 0 [:: 1; 0; 1; 0; 3%:R; 0; 15%:R] k.
Proof.
rewrite seven_moment (seven_sum (fun v => nth 0 seven_weights v * nth 0 seven_values v ^+ k)).
by do 7?[case: k => [|k]] => // _ /=; field.
Qed.

Lemma seven_stein k : (k < 6)%N ->
  moment seven_p seven_val k.+1 = k%:R * moment seven_p seven_val k.-1.
Proof.
move=> k6; rewrite !seven_moments //; last by case: k k6 => // k /ltnW/ltnW.
by do 6?[case: k k6 => [|k] k6] => //=; ring.
Qed.
End SevenValues.

Section Model.
Variable R : realFieldType.

(* What is asked of a letter: its shape, the C of its covariance C C^T, its group, its order. *)
Record wanted := Wanted {
  wanted_rows : nat; wanted_cols : nat; inner : nat;
  factor : 'M[R]_(wanted_rows, inner);
  wanted_group : nat;
  wanted_order : nat }.
Definition nothing : wanted := @Wanted 0 0 0 0 0 0.

Variable asked : seq wanted.
Let n := size asked.
Definition nth_wanted k := nth nothing asked k.

(* The letters asked for, with the values V. *)
Definition values (A : comAlgType R) :=
  forall k, 'M[A]_(wanted_rows (nth_wanted k), wanted_cols (nth_wanted k)).
Definition given_letter A (V : values A) k : letter A :=
  let w := nth_wanted k in
  @Letter R A (wanted_rows w) (wanted_cols w) (V k) (map_mx (in_alg A) (factor w *m (factor w)^T))
    (wanted_group w) (wanted_order w).
Definition given_letters A V : seq (letter A) := [seq @given_letter A V k | k <- iota 0 n].

Definition coordinates (i : 'I_n) :=
  prod_finType [finType of 'I_(inner (nth_wanted i))] [finType of 'I_(wanted_cols (nth_wanted i))].
Definition index := [finType of {i : 'I_n & coordinates i}].

(* An entry of a letter as a linear combination of the coordinates: its row of C, in the coordinates of its column. *)
Definition vector_at (g : place) (i : 'I_n) (jc : coordinates i) : R :=
  if (g.1.1 == i :> nat) && (g.2 == jc.2 :> nat)
  then if insub g.1.2 is Some a then factor (nth_wanted i) a jc.1 else 0 else 0.
Definition vector g (k : index) : R := vector_at g (tagged k).

Local Notation v0 := (ord0 : 'I_7).
Local Notation A := (rv_comAlgType R (origin index v0)).
Local Notation E := (expectation index v0 (@seven_p R)).
Local Notation random a := (combine v0 (@seven_val R) a : A).

Definition model_value : values A := fun k => \matrix_(a, c) random (vector (k, val a, val c)).
Let letters := given_letters model_value.

Lemma letter_ofE g : (g.1.1 < n)%N -> letter_of letters g = given_letter model_value g.1.1.
Proof. by move=> gn; rewrite /letter_of (nth_map 0%N) ?size_iota // nth_iota. Qed.
Lemma letter_of_default g : (n <= g.1.1)%N -> letter_of letters g = no_letter A.
Proof. by move=> gn; rewrite /letter_of nth_default // size_map size_iota. Qed.

Lemma combine0 a : a =1 (fun=> 0) -> random a = 0.
Proof. by move=> a0; rewrite /combine big1 // => k _; rewrite a0 scale0r. Qed.

Lemma at_placeE g : at_place letters g = random (vector g).
Proof.
case: g => [[k a] c]; have [kn | kn] := ltnP k n; last first.
  rewrite /at_place letter_of_default // /entry /= [insub a]insubF //.
  rewrite combine0 // => -[i jc]; rewrite /vector /vector_at /=.
  by rewrite (gtn_eqF (leq_trans (ltn_ord i) kn)).
rewrite /at_place letter_ofE // /entry /=.
case: insubP => [a' _ aE | /negbTE an].
  case: insubP => [c' _ cE | /negbTE cn]; first by rewrite mxE aE cE.
  rewrite combine0 // => -[i jc]; rewrite /vector /vector_at /=.
  case: (k =P i) => //= ki; case: eqP => // ci.
  by move: cn; rewrite ki ci ltn_ord.
rewrite combine0 // => -[i jc]; rewrite /vector /vector_at /=.
case: (k =P i) => //= ki; case: eqP => // ci.
by rewrite insubF // -ki.
Qed.

(* the covariance of two places as a number *)
Definition cov_of (w : wanted) (g h : place) : R :=
  if (g.1.1 == h.1.1) && (g.2 == h.2) && (g.2 < wanted_cols w)%N
  then entry (factor w *m (factor w)^T) g.1.2 h.1.2 else 0.
Lemma entry_constant m k (M : 'M[R]_(m, k)) a b : entry (map_mx (in_alg A) M) a b = (entry M a b)%:A.
Proof. by rewrite /entry; case: insubP => [i _ _|_]; [case: insubP => [j _ _|_]|]; rewrite ?mxE // scale0r. Qed.
Lemma covE g h : cov letters g h = (cov_of (nth_wanted g.1.1) g h)%:A.
Proof.
have [kn | kn] := ltnP g.1.1 n; rewrite /cov /cov_of.
  by rewrite letter_ofE //=; case: ifP => _; rewrite ?scale0r // entry_constant.
by rewrite letter_of_default //= /nth_wanted nth_default //= ltn0 andbF scale0r.
Qed.
Lemma dot_vector g h : dot (vector g) (vector h) = cov_of (nth_wanted g.1.1) g h.
Proof.
rewrite /dot -(sig_big_dep xpredT (fun _ => xpredT) (fun i jc => vector_at g jc * vector_at h jc)) /=.
rewrite /cov_of; case: ifP => [/andP[/andP[/eqP gh /eqP col] ] | off]; last first.
  rewrite big1 // => i _; rewrite big1 // => jc _; rewrite /vector_at.
  case: eqP => [gi | _]; last by rewrite mul0r.
  case: eqP => [gc | _]; last by rewrite mul0r.
  case: eqP => [hi | _]; last by rewrite mulr0.
  case: eqP => [hc | _]; last by rewrite mulr0.
  by move: off; rewrite gi gc hi hc !eqxx /= ltn_ord.
have [kn | kn] := ltnP g.1.1 n; last by rewrite /nth_wanted nth_default.
move=> cn.
rewrite (bigD1 (Ordinal kn)) //= [X in _ + X]big1 ?addr0 => [|i ni]; last first.
  rewrite big1 // => jc _; rewrite /vector_at; case: eqP => [gi | _]; last by rewrite mul0r.
  by case/eqP: ni; apply: val_inj.
rewrite -(pair_bigA _ (fun j c => vector_at g (i := Ordinal kn) (j, c) * vector_at h (i := Ordinal kn) (j, c))) /=.
under eq_bigr => j _.
  rewrite (bigD1 (Ordinal cn)) //= [X in _ + X]big1 ?addr0 => [|c nc]; last first.
    rewrite /vector_at /=; case: eqP => [_ | _]; last by rewrite mul0r.
    case: eqP => [gc | _]; last by rewrite mul0r.
    by case/eqP: nc; apply: val_inj.
  rewrite /vector_at /= -gh -col !eqxx /=; over.
rewrite /= /entry.
case: insubP => [a _ aE | an]; last by rewrite big1 // => j _; rewrite mul0r.
case: insubP => [b _ bE | bn]; last by rewrite big1 // => j _; rewrite mulr0.
by rewrite mxE; apply: eq_bigr => j _; rewrite mxE.
Qed.

Lemma pairing_without (X : Type) (x0 : X) (c : X -> R) F s :
  pairing c F s = \sum_(k < size s) c (nth x0 s k) * F (without k s).
Proof.
elim: s F => [|b s IH] F; first by rewrite big_ord0.
by rewrite pairing_cons IH /= big_ord_recl /without /= drop0.
Qed.

Lemma product_at_places s : \prod_(h <- s) at_place letters h = combos v0 (@seven_val R) (map vector s).
Proof. by rewrite /combos big_map; apply: eq_bigr => h _; rewrite at_placeE. Qed.

Lemma seven_total : \sum_v @seven_p R v = 1.
Proof. by have := @seven_moments R 0 isT; rewrite /moment; under eq_bigr do rewrite expr0 mulr1. Qed.

(* A coordinate is seen by places of one letter only. *)
Lemma one_letter k g s : has_coordinate k (vector g) ->
  (count (has_coordinate k) (map vector s) <= count (same_group letters g) s)%N.
Proof.
rewrite count_map; case: k => i jc gk; apply: sub_count => h /=; move: gk.
rewrite /has_coordinate /vector /vector_at /= /same_group.
case: (g.1.1 =P _) => [gi _ | _] /=; last by rewrite eqxx.
by case: (h.1.1 =P _) => [hi _ | _] /=; [rewrite /letter_of gi hi | rewrite eqxx].
Qed.

Lemma constant_only z : made_of (@nothing_given A) z -> exists c, z = c%:A.
Proof.
elim=> [c|//|x y _ [a ->] _ [b ->]|x y _ [a ->] _ [b ->]]; first by exists c.
  by exists (a + b); rewrite scalerDl.
by exists (a * b); rewrite mulr_algl scalerA.
Qed.

Hypothesis orders : all (fun w => wanted_order w <= 6)%N asked.

Lemma order_letter g : (order (letter_of letters g) <= 6)%N.
Proof.
have [kn | kn] := ltnP g.1.1 n; last by rewrite letter_of_default.
by rewrite letter_ofE //=; move/(all_nthP nothing): orders; apply.
Qed.

Theorem model_isserlis : isserlis E (@nothing_given A) letters.
Proof.
split=> [|g s z /constant_only[c ->] gs]; first exact: E_1 seven_total.
rewrite mulrC mulr_algl linearZ /= at_placeE product_at_places (@combos_pairing _ _ _ _ _ _ 6).
- rewrite (pairing_without (vector g)) size_map mulr_sumr; apply: eq_bigr => k _.
  rewrite (nth_map g) // dot_vector covE product_at_places /without map_cat map_take map_drop.
  by rewrite [_ * c%:A]mulrC mulr_algl linearZ mulr_algl linearZ.
- exact: seven_stein.
move=> k gk; apply: leq_ltn_trans (one_letter _ gk) _; exact: leq_trans gs (order_letter g).
Qed.

Lemma seven_weight_gt0 (o : outcome index [finType of 'I_7]) : 0 < weight (@seven_p R) o.
Proof. by apply: prodr_gt0 => k _; exact: seven_p_gt0. Qed.
Theorem model_squares : squares_positive E.
Proof. exact: squares_of_weights seven_weight_gt0. Qed.
End Model.

(* For all letters that one may ask for, of any number, shapes and covariances C C^T, there is an algebra of random
   numbers and an expectation with which they satisfy what Moments.v assumes. *)
Theorem moments_consistent (R : realFieldType) (asked : seq (wanted R)) :
  all (fun w => wanted_order w <= 6)%N asked ->
  exists (A : comAlgType R) (E : {scalar A}) (V : values asked A),
    isserlis E (@nothing_given A) (given_letters V) /\ squares_positive E.
Proof.
move=> orders; do 3!eexists; split; first exact: model_isserlis orders.
exact: model_squares.
Qed.

(* The letters of a linear model's prompts among them: task, query and examples, for every d, N and C. *)
Corollary prompts_consistent (R : realFieldType) (d N : nat) (C : 'M[R]_d) :
  exists (A : comAlgType R) (E : {scalar A}) (w x_q : 'M[A]_(d, 1)) (X : 'M[A]_(d, N)),
    isserlis E (@nothing_given A) [:: gaussian 0 w 1%:M; gaussian 1 x_q (C *m C^T); gaussian 2 X (C *m C^T)] /\
    squares_positive E.
Proof.
have [A [E [V [EV sq]]]] := @moments_consistent R
  [:: @Wanted R d 1 d 1%:M 0 6; @Wanted R d 1 d C 1 6; @Wanted R d N d C 2 6] isT.
exists A, E, (V 0%N), (V 1%N), (V 2%N); split=> //.
by move: EV; rewrite /given_letters /= /given_letter /= trmx1 mulmx1.
Qed.
