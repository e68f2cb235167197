(* Words of matrix letters: what a computer normalises.

   A letter is a number and whether it is transposed; what is known of it stands in a table.  A trace is a cyclic word:
   the same under rotation and under transposition.  Neighbours that are known to commute are sorted, a letter beside
   its inverse cancels, identities drop out, and a link of size 1 cuts a trace into a product.  Everything here is
   computation on numbers; Meaning.v says what it means and proves that it keeps that meaning. *)
From mathcomp Require Import all_ssreflect.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.

(* What is known of a letter: its sizes (numbers in a table of sizes, in which 0 is the size 1), whether it is symmetric
   or an identity, the number of its inverse plus one (0 for none).  A random letter has its place among the random
   letters, its group, how many of that group Isserlis' rule may be used on, its covariance, and the identity of the
   size of its columns.  Where this number is 0, no rule is known of it: it is given before the others are drawn. *)
Record info := Info {
  row : nat; col : nat; symmetric : bool; unit : bool; inverse_of : nat;
  random : bool; letter_in : nat; group_in : nat; limit : nat; cov_by : nat; col_unit : nat }.
Definition no_info : info := Info 0 0 false false 0 false 0 0 0 0 0.
Definition drawn (f : info) : bool := random f && (0 < limit f).

Definition sign := (nat * bool)%type.          (* a letter and whether it is transposed *)
Definition word := seq sign.
Definition power := (nat * bool)%type.         (* a scalar and whether it is inverted *)

Section Words.
Variable table : seq info.
Variable commuting : seq (nat * nat).
Variable sizes : seq nat.                      (* for each size: 0 for the number 1, else a scalar plus one *)

Definition info_of (i : nat) : info := nth no_info table i.
Definition rows_of (x : sign) : nat := if x.2 then col (info_of x.1) else row (info_of x.1).
Definition cols_of (x : sign) : nat := if x.2 then row (info_of x.1) else col (info_of x.1).
Definition turn (x : sign) : sign := (x.1, ~~ x.2).
Definition flip (w : word) : word := rev (map turn w).
Definition plain (x : sign) : sign := (x.1, x.2 && ~~ symmetric (info_of x.1)).
Definition is_unit (x : sign) : bool := unit (info_of x.1).
Definition inverses (x y : sign) : bool := (inverse_of (info_of x.1) == y.1.+1) && (x.2 == y.2).
Definition commute (x y : sign) : bool :=
  [&& ~~ x.2, ~~ y.2 & ((x.1, y.1) \in commuting) || ((y.1, x.1) \in commuting)].
Definition before (x y : sign) : bool := (x.1 < y.1) || ((x.1 == y.1) && (~~ x.2 && y.2)).
Fixpoint word_before (v w : word) : bool :=
  match v, w with
  | [::], [::] => false | [::], _ => true | _, [::] => false
  | x :: v', y :: w' => before x y || ((x == y) && word_before v' w')
  end.

(* identities and inverse neighbours drop out *)
Fixpoint tidy (w : word) : word :=
  match w with
  | [::] => [::]
  | x :: w' =>
    match tidy w' with
    | [::] => [:: x]
    | y :: r =>
      if is_unit y && (cols_of x == row (info_of y.1)) then x :: r else
      match r with
      | z :: _ => if inverses x y && (rows_of z == rows_of x) then r else x :: y :: r
      | [::] => [:: x; y]
      end
    end
  end.
Fixpoint insert (x : sign) (w : word) : word :=
  match w with
  | [::] => [:: x]
  | y :: w' => if before y x && commute x y then y :: insert x w' else x :: w
  end.
Definition settle_once (w : word) : word := foldr insert [::] (tidy (map plain w)).
Fixpoint settle (fuel : nat) (w : word) : word :=
  if fuel is n.+1 then let v := settle_once w in if v == w then w else settle n v else w.

Definition turns (w : word) : seq word :=
  let fuel := (size w).+2 in
  [seq settle fuel (rot k w) | k <- iota 0 (size w)] ++ [seq settle fuel (rot k (flip w)) | k <- iota 0 (size w)].
Definition shortest (w : word) (s : seq word) : word := foldr (fun a b => if size a < size b then a else b) w s.
Definition least (w : word) (s : seq word) : word := foldr (fun a b => if word_before a b then a else b) w s.
Definition good_cut (w : word) : bool :=
  if w is x :: v then (size w < 2) || ~~ commute (last x v) x else true.
Fixpoint cyclic (fuel : nat) (w : word) : word :=
  let s := turns w in
  let short := shortest w s in
  if size short < size w then (if fuel is n.+1 then cyclic n short else w)
  else match filter good_cut s with
       | [::] => least w s
       | v :: s' => least v s'
       end.

(* the pieces between links of size 1, if the word begins at one *)
Fixpoint chunks (w : word) : seq word :=
  match w with
  | [::] => [::]
  | x :: w' =>
    match chunks w' with
    | [::] => [:: [:: x]]
    | c :: cs => if rows_of (head x c) == 0 then [:: x] :: c :: cs else (x :: c) :: cs
    end
  end.
Definition cut (w : word) : seq word :=
  let k := find (fun x => rows_of x == 0) w in
  if k < size w then chunks (rot k w) else [:: w].

(* the trace of a word: its scalars and its words *)
Definition size_power (s : nat) : seq power := if nth 0 sizes s is k.+1 then [:: (k, false)] else [::].
Definition close_piece (w : word) : seq power * seq word :=
  match cyclic (size w) w with
  | [:: x] => if is_unit x then (size_power (row (info_of x.1)), [::]) else ([::], [:: [:: x]])
  | [:: x; y] => if inverses x y then (size_power (rows_of x), [::]) else ([::], [:: [:: x; y]])
  | v => ([::], [:: v])
  end.
Definition close (w : word) : seq power * seq word :=
  foldr (fun c r => let p := close_piece c in (p.1 ++ r.1, p.2 ++ r.2)) ([::], [::]) (cut w).

(* ---- Isserlis' rule on traces: the terms that one random letter gives ---- *)
Definition is_random (x : sign) : bool := random (info_of x.1).
Definition is_drawn (x : sign) : bool := drawn (info_of x.1).
(* a word turned so that the first letter that is drawn comes first, not transposed *)
Definition lead (w : word) : word :=
  let k := find is_drawn w in
  if (nth (0, false) w k).2 then flip (rot k.+1 w) else rot k w.
(* the ways to part a word at a letter: before it, whether it is transposed there, after it *)
Fixpoint splits (i : nat) (w : word) : seq (word * bool * word) :=
  match w with
  | [::] => [::]
  | x :: w' =>
    let rest := [seq (x :: s.1.1, s.1.2, s.2) | s <- splits i w'] in
    if x.1 == i then ([::], x.2, w') :: rest else rest
  end.
Definition own_pair (i : nat) (s : word * bool * word) : seq word :=
  let: (v, b, u) := s in
  let c := cov_by (info_of i) in let one := (col_unit (info_of i), false) in
  if b then [:: v ++ [:: one]; (c, false) :: u] else [:: v ++ (c, true) :: flip u ++ [:: one]].
Definition other_pair (i : nat) (w : word) (s : word * bool * word) : word :=
  let: (v, b, u) := s in
  let c := cov_by (info_of i) in let one := (col_unit (info_of i), false) in
  w ++ (c, false) :: (if b then u ++ v else flip (u ++ v)) ++ [:: one].
(* each word with the others *)
Fixpoint picks (T : Type) (s : seq T) : seq (T * seq T) :=
  if s is x :: s' then (x, s') :: [seq (p.1, x :: p.2) | p <- picks s'] else [::].
Definition pairs (i : nat) (w : word) (ws : seq word) : seq (seq word) :=
  [seq own_pair i s ++ ws | s <- splits i w]
  ++ flatten [seq [seq other_pair i w s :: p.2 | s <- splits i p.1] | p <- picks ws].
Definition in_group (i : nat) (x : sign) : bool :=
  is_drawn x && (group_in (info_of x.1) == group_in (info_of i)).
Definition counted (i : nat) (w : word) : nat := count (in_group i) w.
(* the mean of a product of traces by one use of the rule; nothing where it may not be used *)
Definition contract (ws : seq word) : option (seq (seq word)) :=
  let k := find (has is_drawn) ws in
  if k < size ws then
    match lead (nth [::] ws k) with
    | (i, false) :: w =>
      let rest := take k ws ++ drop k.+1 ws in
      if is_drawn (i, false) && (counted i w + sumn (map (counted i) rest) < limit (info_of i))
      then Some (pairs i w rest) else None
    | _ => None
    end
  else None.
Definition fixed (ws : seq word) : bool := all (all (fun x => ~~ is_random x)) ws.
Definition worked_out (ws : seq word) : bool := all (all (fun x => ~~ is_drawn x)) ws.
End Words.
