(* What words mean, and that their normal forms mean the same: letters as D x D matrices, padded with zeros, so that
   matrices of all sizes live in one ring; the identity of a size becomes a projector. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Symicl Require Import Moments Words.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Pad.
Variables (K : comRingType) (D : nat).
Definition into m : 'M[K]_(D, m) := pid_mx m.
Definition pad m n (M : 'M[K]_(m, n)) : 'M[K]_D := into m *m M *m (into n)^T.

Lemma intoK m : (m <= D)%N -> (into m)^T *m into m = 1%:M.
Proof. by move=> le; rewrite /into tr_pid_mx mul_pid_mx minnn (minn_idPr le) pid_mx_1. Qed.
Lemma pad_mul m n p (M : 'M[K]_(m, n)) (N : 'M[K]_(n, p)) : (n <= D)%N -> pad (M *m N) = pad M *m pad N.
Proof. by move=> le; rewrite /pad !mulmxA -(mulmxA (into m *m M) _ (into n)) intoK // mulmx1. Qed.
Lemma pad_tp m n (M : 'M[K]_(m, n)) : (pad M)^T = pad M^T.
Proof. by rewrite /pad !trmx_mul trmxK mulmxA. Qed.
Lemma padD m n (M N : 'M[K]_(m, n)) : pad (M + N) = pad M + pad N.
Proof. by rewrite /pad mulmxDr mulmxDl. Qed.
Lemma padN m n (M : 'M[K]_(m, n)) : pad (- M) = - pad M.
Proof. by rewrite /pad mulmxN mulNmx. Qed.
Lemma padZ m n c (M : 'M[K]_(m, n)) : pad (c *: M) = c *: pad M.
Proof. by rewrite /pad -scalemxAr -scalemxAl. Qed.
Lemma pad0 m n : pad (0 : 'M[K]_(m, n)) = 0.
Proof. by rewrite /pad mulmx0 mul0mx. Qed.
Lemma tr_pad m (M : 'M[K]_m) : (m <= D)%N -> \tr (pad M) = \tr M.
Proof. by move=> le; rewrite /pad mxtrace_mulC mulmxA intoK // mul1mx. Qed.
Lemma pad_entry m n (M : 'M[K]_(m, n)) (i j : 'I_D) : pad M i j = entry M i j.
Proof.
have im k (a : 'I_k) : (into k : 'M[K]_(D, k)) i a = ((i : nat) == a)%:R by rewrite !mxE; case: eqP => // ->; rewrite ltn_ord.
have jm k (a : 'I_k) : (into k : 'M[K]_(D, k)) j a = ((j : nat) == a)%:R by rewrite !mxE; case: eqP => // ->; rewrite ltn_ord.
rewrite /pad mxE /entry.
case: insubP => [i' _ ei|ni]; last first.
  rewrite big1 // => b _; rewrite mxE big1 ?mul0r // => a _; rewrite im; case: eqP => [e|_]; last by rewrite mul0r.
  by case/negP: ni; rewrite e; exact: ltn_ord.
case: insubP => [j' _ ej|nj]; last first.
  rewrite big1 // => b _; rewrite [X in _ * X]mxE jm; case: eqP => [e|_]; last by rewrite mulr0.
  by case/negP: nj; rewrite e; exact: ltn_ord.
rewrite (bigD1 j') //= [X in _ + X]big1 ?addr0 => [|b ne]; last first.
  rewrite [X in _ * X]mxE jm -ej; case: eqP => [e|_]; rewrite ?mulr0 //.
  by case/eqP: ne; apply: val_inj; rewrite /= -e.
rewrite [X in _ * X]mxE jm ej eqxx mulr1 mxE.
rewrite (bigD1 i') //= [X in _ + X]big1 ?addr0 => [|a ne]; last first.
  rewrite im -ei; case: eqP => [e|_]; rewrite ?mul0r //.
  by case/eqP: ne; apply: val_inj; rewrite /= -e.
by rewrite im ei eqxx mul1r.
Qed.
End Pad.

Section Meaning.
Variables (table : seq info) (commuting : seq (nat * nat)) (sizes : seq nat).
Variables (K : comRingType) (D : nat) (dim : nat -> nat) (mat : nat -> 'M[K]_D) (scal : nat -> K).
Local Notation info_of := (info_of table).
Local Notation rows_of := (rows_of table).
Local Notation cols_of := (cols_of table).
Definition proj s : 'M[K]_D := pad D (1%:M : 'M_(dim s)).

(* what the table claims *)
Record faithful : Prop := Faithful {
  dim_le : forall s, (dim s <= D)%N;
  dim_one : dim 0 = 1%N;
  row_ok : forall i, proj (row (info_of i)) *m mat i = mat i;
  col_ok : forall i, mat i *m proj (col (info_of i)) = mat i;
  sym_ok : forall i, symmetric (info_of i) -> (mat i)^T = mat i;
  unit_ok : forall i, unit (info_of i) -> mat i = proj (row (info_of i));
  inv_ok : forall i j, inverse_of (info_of i) = j.+1 ->
    mat i *m mat j = proj (row (info_of i)) /\ mat j *m mat i = proj (col (info_of i));
  comm_ok : forall i j, (i, j) \in commuting -> mat i *m mat j = mat j *m mat i;
  size_ok : forall s, (dim s)%:R = if nth 0%N sizes s is k.+1 then scal k else 1 }.
Hypothesis ok : faithful.

Definition lev (x : sign) : 'M[K]_D := if x.2 then (mat x.1)^T else mat x.1.
Definition wev (w : word) : 'M[K]_D := foldr (fun x M => lev x *m M) 1%:M w.
Definition tev (w : word) : K := \tr (wev w).

Lemma wev_cat v w : wev (v ++ w) = wev v *m wev w.
Proof. by elim: v => [|x v IH] /=; rewrite ?mul1mx // IH mulmxA. Qed.
Lemma lev_turn x : lev (turn x) = (lev x)^T.
Proof. by case: x => i [] //=; rewrite /lev /= trmxK. Qed.
Lemma wev_flip w : wev (flip w) = (wev w)^T.
Proof.
rewrite /flip; elim: w => [|x w IH]; first by rewrite /= trmx1.
by rewrite /= rev_cons -cats1 wev_cat IH /= mulmx1 lev_turn trmx_mul.
Qed.
Lemma tev_rot k w : tev (rot k w) = tev w.
Proof. by rewrite /tev /rot wev_cat mxtrace_mulC -wev_cat cat_take_drop. Qed.
Lemma tev_flip w : tev (flip w) = tev w.
Proof. by rewrite /tev wev_flip mxtrace_tr. Qed.

Lemma proj_tp s : (proj s)^T = proj s.
Proof. by rewrite /proj pad_tp trmx1. Qed.
Lemma rows_ok x : proj (rows_of x) *m lev x = lev x.
Proof.
case: x => i [] /=; rewrite /lev /= /Words.rows_of /= ?row_ok //.
by rewrite -[in RHS](col_ok ok i) trmx_mul proj_tp.
Qed.
Lemma cols_ok x : lev x *m proj (cols_of x) = lev x.
Proof.
case: x => i [] /=; rewrite /lev /= /Words.cols_of /= ?col_ok //.
by rewrite -[in RHS](row_ok ok i) trmx_mul proj_tp.
Qed.
Lemma plain_ok x : lev (plain table x) = lev x.
Proof.
case: x => i b; rewrite /plain /lev /=; case e: (symmetric _); rewrite ?andbT ?andbF //=.
by case: b => //; rewrite sym_ok.
Qed.
Lemma is_unit_ok x : is_unit table x -> lev x = proj (row (info_of x.1)).
Proof. by case: x => i b; rewrite /is_unit /lev /= => /(unit_ok ok) ->; case: b; rewrite ?proj_tp. Qed.
Lemma inverses_ok x y : inverses table x y -> lev x *m lev y = proj (rows_of x).
Proof.
case: x y => [i b] [j c]; rewrite /inverses /= => /andP[/eqP /(inv_ok ok)[h1 h2] /eqP <-].
by case: b; rewrite /lev /Words.rows_of //= -trmx_mul h2 proj_tp.
Qed.
Lemma commute_ok x y : commute commuting x y -> lev x *m lev y = lev y *m lev x.
Proof.
case: x y => [i [|]] [j [|]] //; rewrite /commute /lev /= => /orP[] /(comm_ok ok) //.
Qed.

Lemma tidy_ok w : wev (tidy table w) = wev w.
Proof.
elim: w => //= x w <-; case: (tidy table w) => //= y r.
case: ifP => [/andP[u /eqP e]|_].
  by rewrite /= (is_unit_ok u) -e mulmxA cols_ok.
case: r => [|z r] //; case: ifP => [/andP[h /eqP e]|_] //=.
by rewrite mulmxA (inverses_ok h) -e mulmxA rows_ok.
Qed.
Lemma insert_ok x w : wev (insert commuting x w) = lev x *m wev w.
Proof.
elim: w => //= y w IH; case: ifP => // /andP[_ c] /=.
by rewrite IH !mulmxA (commute_ok c).
Qed.
Lemma settle_ok n w : wev (settle table commuting n w) = wev w.
Proof.
elim: n w => //= n IH w; case: ifP => // _; rewrite IH /settle_once.
have -> v : wev (foldr (insert commuting) [::] v) = wev v by elim: v => //= x v IHv; rewrite insert_ok IHv.
by rewrite tidy_ok; elim: w {IH} => //= x w ->; rewrite plain_ok.
Qed.
Lemma turns_ok w v : v \in turns table commuting w -> tev v = tev w.
Proof.
rewrite mem_cat => /orP[] /mapP[k _ ->]; rewrite /tev settle_ok -/(tev _) tev_rot //.
exact: tev_flip.
Qed.
Lemma pick_ok (f : word -> word -> bool) w s : {in s, forall v, tev v = tev w} ->
  tev (foldr (fun a b => if f a b then a else b) w s) = tev w.
Proof.
elim: s => //= a s IH h; case: ifP => _; first by apply: h; rewrite mem_head.
by apply: IH => v hv; apply: h; rewrite inE hv orbT.
Qed.
Lemma cyclic_ok n w : tev (cyclic table commuting n w) = tev w.
Proof.
elim: n w => [|n IH] w /=; have h := @turns_ok w; case: ifP => // _; try by rewrite IH (pick_ok _ h).
  case e: (filter _ _) => [|v s]; first exact: pick_ok.
  have sub : {subset v :: s <= turns table commuting w} by move=> x; rewrite -e mem_filter => /andP[].
  rewrite /least pick_ok ?h // ?sub ?mem_head // => x hx; rewrite !h // sub ?mem_head //.
  by rewrite inE hx orbT.
case e: (filter _ _) => [|v s]; first exact: pick_ok.
have sub : {subset v :: s <= turns table commuting w} by move=> x; rewrite -e mem_filter => /andP[].
rewrite /least pick_ok ?h // ?sub ?mem_head // => x hx; rewrite !h // sub ?mem_head //.
by rewrite inE hx orbT.
Qed.

(* cutting at links of size 1 *)
Lemma tr_one (V : 'M[K]_D) : proj 0 *m V = V -> \tr V = \tr ((into K D (dim 0))^T *m V *m into K D (dim 0)).
Proof. by move=> h; rewrite -[in LHS]h /proj /pad mulmx1 -mulmxA mxtrace_mulC. Qed.
Lemma tr_mul_one n (a b : 'M[K]_n) : n = 1%N -> \tr (a *m b) = \tr a * \tr b.
Proof. by move=> e; subst n; rewrite /mxtrace !big_ord1 mxE big_ord1. Qed.
Lemma tev_mul_one v w : proj 0 *m wev v = wev v -> proj 0 *m wev w = wev w -> tev (v ++ w) = tev v * tev w.
Proof.
move=> hv hw; rewrite /tev wev_cat (tr_one hv) (tr_one hw) -(tr_mul_one _ _ (dim_one ok)).
rewrite (@tr_one (wev v *m wev w)) ?mulmxA ?hv // -[in LHS]hw.
by rewrite /proj /pad mulmx1 !mulmxA.
Qed.

Lemma chunks_ok x w : rows_of x = 0%N ->
  tev (x :: w) = \prod_(c <- chunks table (x :: w)) tev c.
Proof.
have first y v : rows_of y = 0%N -> proj 0 *m wev (y :: v) = wev (y :: v).
  by move=> e /=; rewrite mulmxA -{1}e rows_ok.
have [n] := ubnP (size w); elim: n w x => // n IH w x; rewrite ltnS => le e.
(* the first piece, then the others *)
have split : forall y v, exists c cs, [/\ chunks table (y :: v) = (y :: c) :: cs, y :: v = (y :: c) ++ flatten cs
   & all (fun c => if c is z :: _ then rows_of z == 0%N else false) cs].
  move=> y v; elim: v y => [|z v IHv] y; first by exists [::], [::].
  have [c [cs [e1 e2 e3]]] := IHv z; rewrite [chunks _ _]/= -/(chunks table (z :: v)) e1 /=.
  case: ifP => hz.
    by exists [::], ((z :: c) :: cs); rewrite /= hz e3 e2.
  by exists (z :: c), cs; rewrite e2.
have [c [cs [-> -> h]]] := split x w; rewrite big_cons /=.
elim: cs c x e h {split le} => [|d cs IHc] c x e /= h; first by rewrite big_nil cats0 mulr1.
case/andP: h; case: d => // z d /eqP hz h.
rewrite -cat_cons tev_mul_one; last first.
- exact: first.
- exact: first.
by rewrite big_cons IHc.
Qed.
Lemma cut_ok w : tev w = \prod_(c <- cut table w) tev c.
Proof.
rewrite /cut; set k := find _ w; case: ifP => h; last by rewrite big_seq1.
rewrite -(tev_rot k); have hz : rows_of (nth (0%N, false) w k) = 0%N by apply/eqP; exact: (nth_find (0%N, false)) (etrans (has_find _ _) h).
rewrite /rot (drop_nth (0%N, false) h) cat_cons; exact: chunks_ok.
Qed.

Lemma size_power_ok s : \tr (proj s) = \prod_(p <- size_power sizes s) scal p.1.
Proof.
rewrite /proj tr_pad ?dim_le // mxtrace1 (size_ok ok) /size_power.
by case: (nth _ _ _) => [|k]; rewrite ?big_nil ?big_seq1.
Qed.
Lemma size_power_pos s : all (fun p => ~~ p.2) (size_power sizes s).
Proof. by rewrite /size_power; case: (nth _ _ _). Qed.
Lemma close_piece_ok w : tev w =
  \prod_(p <- (close_piece table commuting sizes w).1) scal p.1 *
  \prod_(v <- (close_piece table commuting sizes w).2) tev v.
Proof.
rewrite -(cyclic_ok (size w)) /close_piece; case: (cyclic _ _ _ _) => [|x [|y [|z v]]].
- by rewrite big_nil big_seq1 mul1r.
- case: ifP => u; last by rewrite big_nil big_seq1 mul1r.
  by rewrite big_nil mulr1 -size_power_ok /tev /= mulmx1 (is_unit_ok u).
- case: ifP => u; last by rewrite big_nil big_seq1 mul1r.
  by rewrite big_nil mulr1 -size_power_ok /tev /= mulmx1 (inverses_ok u).
by rewrite big_nil big_seq1 mul1r.
Qed.
Lemma close_ok w : tev w =
  \prod_(p <- (close table commuting sizes w).1) scal p.1 * \prod_(v <- (close table commuting sizes w).2) tev v.
Proof.
rewrite cut_ok /close; elim: (cut table w) => [|c cs IH]; first by rewrite !big_nil mulr1.
by rewrite big_cons /= !big_cat IH (close_piece_ok c) mulrACA.
Qed.
Lemma close_pos w : all (fun p => ~~ p.2) (close table commuting sizes w).1.
Proof.
rewrite /close; elim: (cut table w) => //= c cs IH; rewrite all_cat IH andbT /close_piece.
by case: (cyclic _ _ _ _) => [|x [|y [|z v]]] //; case: ifP => // _; exact: size_power_pos.
Qed.
End Meaning.
