(* What a gradient is: the exact expansion along a line.

   f (U + t V) = f (U) + t tr(G^T V) + t^2 r(t) for all t and V, with a polynomial r that may depend on V.  For a function
   that is a polynomial along every line this says that G is the gradient; there is one such G at most. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Symicl Require Import Order.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Slopes.
Variable R : realFieldType.
Implicit Types (f : R -> R) (p r : {poly R}) (s : seq R).

(* f (t) = f (0) + c t + t^2 r(t) *)
Definition slope f (c : R) : Prop := exists r, forall t, f t = f 0 + t * c + t ^+ 2 * r.[t].
Definition is_derivative f (u c : R) : Prop := slope (fun t => f (u + t)) c.
Definition is_gradient m n (f : 'M[R]_(m, n) -> R) (U G : 'M[R]_(m, n)) : Prop :=
  forall V, slope (fun t => f (U + t *: V)) (\tr (G^T *m V)).
(* f (t) = f (0) + a t + c/2 t^2 + t^3 r(t) *)
Definition is_second_derivative f (c : R) : Prop :=
  exists a r, forall t, f t = f 0 + t * a + t ^+ 2 * (2%:R^-1 * c) + t ^+ 3 * r.[t].

Lemma zero_everywhere p : (forall t, p.[t] = 0) -> p = 0.
Proof.
move=> h; apply: (@roots_geq_poly_eq0 _ _ [seq i%:R | i <- iota 0 (size p)]).
- by apply/allP => x _; apply/rootP; exact: h.
- by rewrite map_inj_uniq ?iota_uniq // => i j /eqP; rewrite eqr_nat => /eqP.
- by rewrite size_map size_iota.
Qed.
Lemma same_coefficients p r k : (forall t, p.[t] = r.[t]) -> p`_k = r`_k.
Proof.
move=> h; have : p - r = 0 by apply: zero_everywhere => t; rewrite hornerD hornerN h subrr.
by move=> /eqP; rewrite subr_eq0 => /eqP ->.
Qed.

Lemma slope_unique f a b : slope f a -> slope f b -> a = b.
Proof.
move=> [p hp] [r hr]; have := @same_coefficients (a *: 'X + 'X^2 * p) (b *: 'X + 'X^2 * r) 1.
rewrite !coefD !coefZ !coefX !coefXnM /= !mulr1 !addr0; apply=> t.
rewrite !hornerE ![_ * t]mulrC; apply: (addrI (f 0)); rewrite !addrA -hr -hp //.
Qed.
Lemma derivative_unique f u a b : is_derivative f u a -> is_derivative f u b -> a = b.
Proof. exact: slope_unique. Qed.
Lemma gradient_unique m n (f : 'M[R]_(m, n) -> R) U G H : is_gradient f U G -> is_gradient f U H -> G = H.
Proof.
move=> hG hH; apply/eqP; rewrite -subr_eq0 -trmx_eq0; apply/eqP; apply: gram_eq0.
rewrite trmxK [(G - H)^T]linearB /= mulmxBl [\tr (_ - _)]linearB /=; apply/eqP; rewrite subr_eq0; apply/eqP.
exact: slope_unique (hG _) (hH _).
Qed.
Lemma second_derivative_unique f a b : is_second_derivative f a -> is_second_derivative f b -> a = b.
Proof.
move=> [c [p hp]] [e [r hr]].
have := @same_coefficients (c *: 'X + (2%:R^-1 * a) *: 'X^2 + 'X^3 * p) (e *: 'X + (2%:R^-1 * b) *: 'X^2 + 'X^3 * r) 2.
rewrite !coefD !coefZ !coefX !coefXn !coefXnM /= !mulr1 !mulr0 !addr0 !add0r => h.
have h2 : (2%:R^-1 : R) != 0 by rewrite invr_eq0 pnatr_eq0.
apply: (mulfI h2); apply: h => t.
have at_t (x y : R) (q : {poly R}) :
  (x *: 'X + (2%:R^-1 * y) *: 'X^2 + 'X^3 * q).[t] = t * x + t ^+ 2 * (2%:R^-1 * y) + t ^+ 3 * q.[t].
  by rewrite !(hornerD, hornerZ, hornerM, hornerXn, hornerX) [x * t]mulrC [_ * y * _]mulrC.
by rewrite !at_t; apply: (addrI (f 0)); rewrite !addrA -hr -hp.
Qed.

Lemma moved_to (T : Type) (P : T -> Prop) a b : P a -> a = b -> P b.
Proof. by move=> h <-. Qed.

(* the expansions as the files prove them *)
Lemma gradient_by m n (f F : 'M[R]_(m, n) -> R) U G (s : 'M[R]_(m, n) -> seq R) :
  (forall W, f W = F W) ->
  (forall V t, F (U + t *: V) = F U + t * \tr (G^T *m V) + t ^+ 2 * horner_rec (s V) t) -> is_gradient f U G.
Proof.
by move=> e h V; exists (Poly (s V)) => t; rewrite scale0r addr0 !e h horner_Poly.
Qed.
Lemma derivative_by (f F : R -> R) u c s :
  (forall w, f w = F w) ->
  (forall t, F (u + t) = F u + t * c + t ^+ 2 * horner_rec s t) -> is_derivative f u c.
Proof. by move=> e h; exists (Poly s) => t; rewrite addr0 !e h horner_Poly. Qed.
Lemma second_derivative_by (f F : R -> R) a c x s :
  (forall t, f t = F t) ->
  (forall t, F t = x + t * a + t ^+ 2 * (2%:R^-1 * c) + t ^+ 3 * horner_rec s t) -> is_second_derivative f c.
Proof.
move=> e h; exists a, (Poly s) => t; rewrite !e horner_Poly !h; congr (_ + _ + _ + _).
by rewrite !expr0n /= !mul0r !addr0.
Qed.
End Slopes.
