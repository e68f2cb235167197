(* A context: the letters of a theorem with what is known of them, at the level of numbers and at that of random
   numbers.  From facts about the matrices themselves it follows that the table of letters tells the truth. *)
From Coq Require Import QArith.
From mathcomp Require Import all_ssreflect all_algebra.
From Symicl Require Import Numbers Moments Words Meaning Pairing Polynomials.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* all of P 0, ..., P (n - 1) *)
Fixpoint each (P : nat -> Prop) (n : nat) : Prop := if n is k.+1 then each P k /\ P k else True.
Lemma eachP P n k : each P n -> (k < n)%N -> P k.
Proof. by elim: n => //= n IH [h hn]; rewrite ltnS leq_eqVlt => /orP[/eqP ->|/(IH h)]. Qed.
Lemma eachI (P : nat -> Prop) n : (forall k, (k < n)%N -> P k) -> each P n.
Proof. by elim: n => //= n IH h; split; [apply: IH => k hk; apply: h; exact: ltnW | exact: h]. Qed.
Fixpoint all_of (T : Type) (P : T -> Prop) (s : seq T) : Prop := if s is x :: s' then P x /\ all_of P s' else True.
Lemma all_ofP (T : eqType) (P : T -> Prop) s x : all_of P s -> x \in s -> P x.
Proof. by elim: s => //= y s IH [h hs]; rewrite inE => /orP[/eqP ->|/(IH hs)]. Qed.

Lemma entry_one (K : ringType) n j k : entry (1%:M : 'M[K]_n) j k = ((j == k) && (j < n)%N)%:R.
Proof.
rewrite /entry; case: insubP => [j' hj ej|nj]; last by rewrite (negbTE nj) andbF.
case: insubP => [k' _ ek|nk]; first by rewrite mxE -ej -ek ltn_ord andbT.
by case: eqP => // e; rewrite -e hj in nk.
Qed.

Section Context.
Variables (R : realFieldType) (A : comAlgType R) (E : {scalar A}) (given : A -> Prop).

(* A letter, with its values among the numbers and among the random numbers. *)
Record matrices := Matrices { height : nat; width : nat; plain_value : 'M[R]_(height, width); random_value : 'M[A]_(height, width) }.
Definition no_matrix : matrices := @Matrices 0 0 0 0.
Definition constant m n (M : 'M[R]_(m, n)) : matrices := Matrices M (map_mx (in_alg A) M).
Definition moving m n (X : 'M[A]_(m, n)) : matrices := Matrices 0 X.

Variables (letters : seq (letter A)) (env : seq matrices) (scalars : seq R).
Variables (table : seq info) (commuting : seq (nat * nat)) (dims sizes : seq nat) (nonzero : seq bool).
Definition dim (s : nat) : nat := nth 1%N dims s.
Definition room : nat := (sumn dims).+1.
Definition scal (k : nat) : R := nth 0 scalars k.
Definition letter_at (i : nat) : matrices := nth no_matrix env i.
Local Notation info_of := (info_of table).
Definition padded (i : nat) : 'M[R]_room := pad room (plain_value (letter_at i)).
Definition padded_random (i : nat) : 'M[A]_room := pad room (random_value (letter_at i)).
Definition identity_of (s : nat) : 'M[R]_room := pad room (1%:M : 'M[R]_(dim s)).

Definition inverse_fact (i : nat) : Prop :=
  if inverse_of (info_of i) is j.+1 then
    padded i *m padded j = identity_of (row (info_of i)) /\ padded j *m padded i = identity_of (col (info_of i))
  else True.
Definition random_fact (i : nat) : Prop :=
  let f := info_of i in let l := nth (no_letter A) letters (letter_in f) in
  if drawn f then
    [/\ forall a j, at_place letters (letter_in f, a, j) = entry (random_value (letter_at i)) a j,
        order l = limit f, group l = group_in f,
        forall a b, entry (covariance l) a b = entry (random_value (letter_at (cov_by f))) a b
      & cols l = dim (row (info_of (col_unit f)))]
  else if random f then
    plain_value (letter_at i) = 0 /\ forall a b, made_of given (random_value (letter_at i) a b)
  else random_value (letter_at i) = map_mx (in_alg A) (plain_value (letter_at i)).
Definition symmetric_fact (i : nat) : Prop :=
  if random (info_of i) then (padded_random i)^T = padded_random i else (padded i)^T = padded i.
Definition letter_fact (i : nat) : Prop :=
  let f := info_of i in
  [/\ height (letter_at i) = dim (row f), width (letter_at i) = dim (col f),
      (if symmetric f then symmetric_fact i else True),
      (if unit f then padded i = identity_of (row f) else True)
    & inverse_fact i /\ random_fact i].
Definition commuting_fact (p : nat * nat) : Prop :=
  if random (info_of p.1) || random (info_of p.2)
  then padded_random p.1 *m padded_random p.2 = padded_random p.2 *m padded_random p.1
  else padded p.1 *m padded p.2 = padded p.2 *m padded p.1.
Definition size_fact (s : nat) : Prop := (dim s)%:R = if nth 0%N sizes s is k.+1 then scal k else 1.
Definition table_fine : bool :=
  [&& size table == size env, dim 0 == 1%N, (size sizes <= size dims)%N,
      uniq [seq letter_in f | f <- table & drawn f],
      all (fun f => drawn f ==>
        [&& ~~ symmetric f, ~~ drawn (info_of (cov_by f)), ~~ random (info_of (col_unit f))
          & unit (info_of (col_unit f))]) table,
      all (fun f => random f ==> ~~ unit f && (inverse_of f == 0%N)) table,
      all (fun p => ~~ drawn (info_of p.1) && ~~ drawn (info_of p.2)) commuting
    & all (fun f => if inverse_of f is j.+1 then ~~ random (info_of j) else true) table].

Record context : Prop := Context {
  known_means : isserlis E given letters;
  fine : table_fine;
  letter_facts : each letter_fact (size table);
  commuting_facts : all_of commuting_fact commuting;
  size_facts : each size_fact (size dims);
  nonzero_facts : each (fun k => if nth false nonzero k then is_true (scal k != 0) else True) (size nonzero) }.
Hypothesis known : context.

Let fineP := fine known.
Lemma size_table : size table = size env. Proof. by have := fineP; rewrite {1}/table_fine => /and5P[/eqP]. Qed.
Lemma dim0 : dim 0 = 1%N. Proof. by have := fineP; rewrite {1}/table_fine => /and5P[_ /eqP]. Qed.
Lemma dim_room s : (dim s <= room)%N.
Proof.
rewrite /dim /room; case: (ltnP s (size dims)) => h; last by rewrite nth_default.
by apply: leqW; elim: dims s h => //= a l IH [|s] h; [exact: leq_addr|exact: leq_trans (IH s h) (leq_addl _ _)].
Qed.
Lemma scalP k : nth false nonzero k -> scal k != 0.
Proof.
move=> h; have hk : (k < size nonzero)%N by rewrite ltnNge; apply/negP => /(nth_default false) e; rewrite e in h.
by have := eachP (nonzero_facts known) hk; rewrite h.
Qed.
Lemma outside i : (size table <= i)%N -> info_of i = no_info /\ letter_at i = no_matrix.
Proof. by move=> h; rewrite /Words.info_of /letter_at !nth_default // -size_table. Qed.
Lemma inside i : info_of i <> no_info -> (i < size table)%N.
Proof. by move=> h; rewrite ltnNge; apply/negP => /outside[]. Qed.
Lemma fact_of i : info_of i <> no_info -> letter_fact i.
Proof. by move=> /inside h; exact: eachP (letter_facts known) h. Qed.

Section Level.
Variables (K : comRingType) (f : {rmorphism R -> K}).
Variable value_at : forall i, 'M[K]_(height (letter_at i), width (letter_at i)).
Hypothesis same : forall i, ~~ random (info_of i) -> value_at i = map_mx f (plain_value (letter_at i)).
Definition padded_at (i : nat) : 'M[K]_room := pad room (value_at i).
(* what is known of random letters that are given *)
Hypothesis turned_at : forall i, random (info_of i) -> symmetric (info_of i) -> (padded_at i)^T = padded_at i.
Hypothesis exchanged_at : forall p, p \in commuting -> random (info_of p.1) || random (info_of p.2) ->
  padded_at p.1 *m padded_at p.2 = padded_at p.2 *m padded_at p.1.

Lemma pad_map m n (M : 'M[R]_(m, n)) : pad room (map_mx f M) = map_mx f (pad room M).
Proof. by rewrite /pad /into !map_mxM -map_trmx !map_pid_mx. Qed.
Lemma padded_map i : ~~ random (info_of i) -> padded_at i = map_mx f (padded i).
Proof. by move=> h; rewrite /padded_at same // pad_map. Qed.
Lemma identity_map s : proj K room dim s = map_mx f (identity_of s).
Proof. by rewrite /identity_of -pad_map map_mx1. Qed.
Lemma rows_pad m n (M : 'M[K]_(m, n)) s : m = dim s -> proj K room dim s *m pad room M = pad room M.
Proof. by move=> e; subst m; rewrite -pad_mul ?dim_room // mul1mx. Qed.
Lemma cols_pad m n (M : 'M[K]_(m, n)) s : n = dim s -> pad room M *m proj K room dim s = pad room M.
Proof. by move=> e; subst n; rewrite -pad_mul ?dim_room // mulmx1. Qed.
Lemma zero_outside i : (size table <= i)%N -> padded_at i = 0.
Proof.
move=> h; have [_ e] := outside h; rewrite /padded_at; move: (value_at i); rewrite e /= => M.
by rewrite (flatmx0 M) pad0.
Qed.
Lemma random_flags i : random (info_of i) -> ~~ unit (info_of i) && (inverse_of (info_of i) == 0%N).
Proof.
move=> r; have h : (i < size table)%N by apply: inside => e; rewrite e in r.
have := fineP; rewrite {1}/table_fine => /and5P[_ _ _ _ /and4P[_ /(all_nthP no_info) t _ _]].
by have := t _ h; rewrite -/(Words.info_of table i) r.
Qed.

Lemma faithful_at : faithful table commuting sizes dim padded_at (fun k => f (scal k)).
Proof.
split.
- exact: dim_room.
- exact: dim0.
- move=> i; case: (ltnP i (size table)) => h; last by rewrite zero_outside // mulmx0.
  by have [e _ _ _ _] := eachP (letter_facts known) h; exact: rows_pad.
- move=> i; case: (ltnP i (size table)) => h; last by rewrite zero_outside // mul0mx.
  by have [_ e _ _ _] := eachP (letter_facts known) h; exact: cols_pad.
- move=> i s; case r: (random (info_of i)); first exact: turned_at.
  have [|_ _] := @fact_of i; first by move=> e; rewrite e in s.
  by rewrite s /symmetric_fact r padded_map ?r // map_trmx => ->.
- move=> i u; have [|_ _ _] := @fact_of i; first by move=> e; rewrite e in u.
  rewrite u => h _; have nr : ~~ random (info_of i).
    by apply/negP => r; have /andP[] := random_flags r; rewrite u.
  by rewrite padded_map // h identity_map.
- move=> i j e; have [|_ _ _ _ []] := @fact_of i; first by move=> e'; rewrite e' in e.
  rewrite /inverse_fact e => h _; have nr : ~~ random (info_of i).
    by apply/negP => r; have /andP[_] := random_flags r; rewrite e.
  have nj : ~~ random (info_of j).
    have hi : (i < size table)%N by apply: inside => e'; rewrite e' in e.
    have := fineP; rewrite {1}/table_fine => /and5P[_ _ _ _ /and4P[_ _ _ /(all_nthP no_info) t]].
    by have := t _ hi; rewrite -/(Words.info_of table i) e.
  by rewrite !padded_map // -!map_mxM h.1 h.2 !identity_map.
- move=> i j ij; case r: (random (info_of i) || random (info_of j)); first exact: (exchanged_at ij r).
  have := all_ofP (commuting_facts known) ij; rewrite /commuting_fact r /= => h.
  by move: r => /norP[ri rj]; rewrite !padded_map // -!map_mxM h.
- move=> s; rewrite -(rmorph_nat f); case: (ltnP s (size dims)) => h.
    by rewrite (eachP (size_facts known) h); case: (nth _ _ _) => [|k] //; rewrite rmorph1.
  have hs : (size sizes <= s)%N by have := fineP; rewrite {1}/table_fine => /and5P[_ _ /leq_trans-> //].
  by rewrite [nth _ sizes _]nth_default // /dim nth_default // rmorph1.
Qed.
End Level.

Lemma random_of i : random_fact i.
Proof.
case: (ltnP i (size table)) => h; first by have [_ _ _ _ [_]] := eachP (letter_facts known) h.
have [e e'] := outside h; rewrite /random_fact e /= e' /= map_mx0.
by [].
Qed.
Lemma drawn_flags i : drawn (info_of i) -> [&& ~~ symmetric (info_of i), ~~ drawn (info_of (cov_by (info_of i))),
  ~~ random (info_of (col_unit (info_of i))) & unit (info_of (col_unit (info_of i)))].
Proof.
move=> r; have h : (i < size table)%N by apply: inside => e; rewrite e in r.
have := fineP; rewrite {1}/table_fine => /and5P[_ _ _ _ /and4P[/(all_nthP no_info) t _ _ _]].
by have := t _ h; rewrite -/(Words.info_of table i) r.
Qed.
Lemma constant_letter i : ~~ random (info_of i) -> random_value (letter_at i) = map_mx (in_alg A) (plain_value (letter_at i)).
Proof. by move=> r; have := random_of i; rewrite /random_fact /drawn (negbTE r). Qed.
Lemma given_letter i : random (info_of i) -> ~~ drawn (info_of i) ->
  plain_value (letter_at i) = 0 /\ forall a b, made_of given (random_value (letter_at i) a b).
Proof. by move=> r d; have := random_of i; rewrite /random_fact (negbTE d) r. Qed.
Lemma symmetric_random i : random (info_of i) -> symmetric (info_of i) ->
  plain_value (letter_at i) = 0 /\ (padded_random i)^T = padded_random i.
Proof.
move=> r s; have [|_ _] := @fact_of i; first by move=> e; rewrite e in r.
rewrite s /symmetric_fact r => h _ _; split=> //; apply: (given_letter r _).1.
by apply/negP => /drawn_flags; rewrite s.
Qed.
Lemma commuting_random p : p \in commuting -> random (info_of p.1) || random (info_of p.2) ->
  [/\ ~~ drawn (info_of p.1), ~~ drawn (info_of p.2)
    & padded_random p.1 *m padded_random p.2 = padded_random p.2 *m padded_random p.1].
Proof.
move=> h r; have := all_ofP (commuting_facts known) h; rewrite /commuting_fact r => e.
have := fineP; rewrite {1}/table_fine => /and5P[_ _ _ _ /and4P[_ _ /allP t _]].
by have /andP[] := t _ h.
Qed.

Lemma listed (t : seq info) i : (i < size t)%N -> drawn (nth no_info t i) ->
  letter_in (nth no_info t i) \in [seq letter_in f | f <- t & drawn f].
Proof.
elim: t i => //= f t IH [|i] /= h r; first by rewrite r mem_head.
by case: (drawn f); rewrite ?inE IH ?orbT.
Qed.
Lemma faithful_random_at :
  faithful_random given letters table (padded_at (K := A) (fun i => random_value (letter_at i))).
Proof.
have pm := @padded_map A (GRing.in_alg_rmorphism A) (fun i => random_value (letter_at i)) constant_letter.
have part (i : nat) a b : padded_at (K := A) (fun i => random_value (letter_at i)) i a b = entry (random_value (letter_at i)) a b.
  by rewrite /padded_at pad_entry.
split.
- move=> i d a b; case r: (random (info_of i)); last first.
    by rewrite pm ?r // mxE; exact: made_constant.
  have [_ h] := given_letter r d; rewrite part /entry.
  have zero : made_of given 0 by rewrite -(scale0r 1); exact: made_constant.
  by case: insubP => [a' _ _|_] //; case: insubP.
- move=> i r a b; have := random_of i; rewrite /random_fact r => -[h _ _ _ _].
  by rewrite h part.
- by move=> i r a b; have := random_of i; rewrite /random_fact r => -[_ h _ _ _].
- by move=> i r a b; have := random_of i; rewrite /random_fact r => -[_ _ h _ _].
- move=> i r a b j k; have /and4P[_ _ ru un] := drawn_flags r.
  have := random_of i; rewrite /random_fact r => -[_ _ _ hc hw].
  have [|_ _ _ hu _] := @fact_of (col_unit (info_of i)); first by move=> e; rewrite e in un.
  rewrite un in hu; rewrite part pm // [X in _ * X]mxE hu /identity_of pad_entry -hc /cov eqxx /= /letter_of /= hw.
  rewrite entry_one; case: ((nat_of_ord j == nat_of_ord k) && _) => /=.
    by rewrite scale1r mulr1.
  by rewrite scale0r mulr0.
- move=> i r; have /and4P[_ _ ru un] := drawn_flags r.
  have [|_ _ _ hu _] := @fact_of (col_unit (info_of i)); first by move=> e; rewrite e in un.
  by rewrite un in hu; rewrite pm // map_trmx hu /identity_of pad_tp trmx1.
move=> i j ri rj ij; apply/negP => /eqP e.
have hi : (i < size table)%N by apply: inside => e'; rewrite e' in ri.
have hj : (j < size table)%N by apply: inside => e'; rewrite e' in rj.
have := fineP; rewrite {1}/table_fine => /and5P[_ _ _ + _]; move: hi hj ri rj e; rewrite /Words.info_of.
elim: table i j ij => //= f t IH [|i] [|j] //= ij hi hj ri rj e.
- rewrite ri /= => /andP[/negP + _]; apply; rewrite e; exact: listed.
- rewrite rj /= => /andP[/negP + _]; apply; rewrite -e; exact: listed.
by move=> h; apply: (IH i j ij hi hj ri rj e); case: (drawn f) h => //= /andP[].
Qed.
End Context.

(* a context in which one more scalar is known not to be zero *)
Lemma also_nonzero (R : realFieldType) (A : comAlgType R) (E : {scalar A}) given letters env scalars table commuting dims sizes
  nonzero k : @context R A E given letters env scalars table commuting dims sizes nonzero -> scal scalars k != 0 ->
  context E given letters env scalars table commuting dims sizes (set_nth false nonzero k true).
Proof.
move=> known h; case: (known) => a b c d e _; split=> //; apply: eachI => j _.
rewrite nth_set_nth /=; case: eqP => [->|_]; first exact: h.
by case: (boolP (nth false nonzero j)) => // n; exact: (scalP known n).
Qed.
