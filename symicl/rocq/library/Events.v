(* Events, and how likely it is that a random number is large: Markov's and Chebyshev's inequalities.

   An event is a random number e with e e = e: 1 where it happens and 0 elsewhere; its probability is E e.  On an event
   |x| >= t where it is in two parts, on one of which x - t is a sum of squares and on the other - x - t. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Symicl Require Import Moments Order Positive.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Events.
Variables (R : realFieldType) (A : comAlgType R) (E : {scalar A}).
Definition event (e : A) : Prop := e * e = e.
Definition at_least_on (e x : A) (t : R) : Prop := exists s, squares_sum s /\ e * (x - t%:A) = e * s.
Definition far_on (e x : A) (t : R) : Prop :=
  exists e1 e2, [/\ e = e1 + e2, event e1 /\ event e2, e1 * e2 = 0, at_least_on e1 x t & at_least_on e2 (- x) t].

Lemma far_event e x t : far_on e x t -> event e.
Proof.
by case=> [e1 [e2 [-> [h1 h2] h _ _]]]; rewrite /event mulrDl !mulrDr h1 h2 [e2 * e1]mulrC h addr0 add0r.
Qed.
Lemma event_not e : event e -> event (1 - e).
Proof. by rewrite /event => h; rewrite mulrBl mul1r mulrBr mulr1 h subrr subr0. Qed.
Lemma event_squares e : event e -> squares_sum e.
Proof. by move=> <-; exact: squares_one. Qed.

Hypothesis squares : squares_nonnegative E.
Let mean_ge0 x : squares_sum x -> 0 <= E x := mean_squares_ge0 squares.
(* what is a sum of squares has no larger mean on an event *)
Lemma mean_on e x : event e -> squares_sum x -> E (e * x) <= E x.
Proof.
move=> he hx; rewrite -subr_ge0 -linearB /=; have -> : x - e * x = (1 - e) * x by rewrite mulrBl mul1r.
by apply: mean_ge0; apply: squares_mul => //; exact: event_squares (event_not he).
Qed.

Lemma markov e x t : squares_sum x -> 0 < t -> far_on e x t -> E e <= t^-1 * E x.
Proof.
move=> hx t0 [e1 [e2 [-> [h1 h2] _ [s1 [p1 q1]] [s2 [p2 q2]]]]].
have e1x : e1 * x = t *: e1 + e1 * s1 by rewrite -q1 mulrBr mulr_algr addrC subrK.
have e2x : e2 * x = - (t *: e2 + e2 * s2).
  by rewrite -q2 mulrBr mulr_algr mulrN addrC subrK opprK.
have on1 : t * E e1 <= E x.
  apply: le_trans (mean_on h1 hx); rewrite e1x linearD linearZ ler_addl.
  by apply: mean_ge0; apply: squares_mul => //; exact: event_squares.
have on2 : t * E e2 <= 0.
  have := mean_ge0 (squares_mul (event_squares h2) hx); rewrite e2x linearN linearD linearZ oppr_ge0 => h.
  apply: le_trans h; rewrite ler_addl.
  by apply: mean_ge0; apply: squares_mul => //; exact: event_squares.
rewrite ler_pdivl_mull // linearD mulrDr.
by have := ler_add on1 on2; rewrite addr0.
Qed.

Lemma chebyshev e x t : 0 < t -> far_on e x t -> E e <= t^-1 ^+ 2 * E (x ^+ 2).
Proof.
move=> t0 h; have he := far_event h; case: h => [e1 [e2 [def [h1 h2] _ [s1 [p1 q1]] [s2 [p2 q2]]]]].
have e1x : e1 * x = t *: e1 + e1 * s1 by rewrite -q1 mulrBr mulr_algr addrC subrK.
have e2x : e2 * x = - (t *: e2 + e2 * s2).
  by rewrite -q2 mulrBr mulr_algr mulrN addrC subrK opprK.
have square e' s : event e' -> (t *: e' + e' * s) * (t *: e' + e' * s) = t ^+ 2 *: e' + e' * ((2%:R * t) *: s + s * s).
  move=> h'; have -> : t *: e' + e' * s = e' * (t%:A + s) by rewrite mulrDr mulr_algr.
  rewrite mulrACA h'; have -> : t ^+ 2 *: e' = e' * (t ^+ 2)%:A by rewrite mulr_algr.
  rewrite -mulrDr; congr (e' * _); rewrite mulrDl !mulrDr !mulr_algl mulr_algr scalerA -expr2.
  by rewrite -!addrA; congr (_ + _); rewrite addrA -scalerDl -[t + t]mulr2n mulr_natl.
have xx e' : event e' -> e' * x ^+ 2 = (e' * x) * (e' * x) by move=> h'; rewrite mulrACA h' expr2.
have on : t ^+ 2 * E e <= E (x ^+ 2).
  apply: le_trans (mean_on he (squares_even x)); rewrite def mulrDl (xx e1 h1) (xx e2 h2) e1x e2x mulrNN !square //.
  rewrite -linearZ scalerDr; set a := e1 * _; set b := e2 * _.
  have -> : t ^+ 2 *: e1 + a + (t ^+ 2 *: e2 + b) = t ^+ 2 *: e1 + t ^+ 2 *: e2 + (a + b) by rewrite addrACA.
  rewrite [X in _ <= X]linearD ler_addl; apply: mean_ge0.
  by apply: squares_add; apply: squares_mul; try exact: event_squares;
     apply: squares_add; [apply: squares_scale => //; rewrite mulr_ge0 ?ler0n ?ltW | exact: squares_one |
                          apply: squares_scale => //; rewrite mulr_ge0 ?ler0n ?ltW | exact: squares_one].
by rewrite exprVn ler_pdivl_mull ?exprn_gt0.
Qed.
End Events.
