(* The generic tactic: read both sides of an equation as syntax, compare their normal forms.

   A file that uses it says which term is which letter, by redefining [constant_letter], [random_letter]
   and [scalar_letter], and what its context is, by redefining [env_of] and [context_of]. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Symicl Require Import Numbers Moments Means Words Meaning Pairing Polynomials Context NormalForm Division.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Ltac constant_letter e := fail.
Ltac random_letter e := fail.
Ltac scalar_letter e := fail.
Ltac env_of := fail.
Ltac context_of := fail.
Ltac size_of m := fail.

Ltac read_zero env level e :=
  let t := type of e in let t := eval hnf in t in
  lazymatch t with matrix _ ?m ?n => let r := size_of m in let c := size_of n in constr:(@MZero _ _ env level r c) end.

Ltac literal k := lazymatch k with O => constr:(true) | S ?j => literal j | _ => constr:(false) end.

Ltac read_matrix env e :=
  lazymatch e with
  | @mulmx _ _ _ _ ?M ?N => let m := read_matrix env M in let n := read_matrix env N in constr:(MMul m n)
  | @trmx _ _ _ ?M => let m := read_matrix env M in constr:(MTurn m)
  | @GRing.add _ ?M ?N => let m := read_matrix env M in let n := read_matrix env N in constr:(MAdd m n)
  | @GRing.opp _ ?M => let m := read_matrix env M in constr:(MOpp m)
  | @GRing.scale _ _ ?c ?M => let a := read_scalar env c in let m := read_matrix env M in constr:(MScale a m)
  | @map_mx _ _ _ _ _ ?M => let m := read_random_matrix env M in constr:(MMean m)
  | @GRing.zero _ => read_zero env false e
  | _ => constant_letter e
  end
with read_scalar env e :=
  lazymatch e with
  | @GRing.add _ ?a ?b => let x := read_scalar env a in let y := read_scalar env b in constr:(SAdd x y)
  | @GRing.mul _ ?a ?b => let x := read_scalar env a in let y := read_scalar env b in constr:(SMul x y)
  | @GRing.opp _ ?a => let x := read_scalar env a in constr:(SOpp x)
  | @GRing.exp _ ?a ?k => let x := read_scalar env a in constr:(SPow x k)
  | @GRing.one _ => constr:(@SNat _ _ env false 1)
  | @GRing.zero _ => constr:(@SNat _ _ env false 0)
  | @GRing.natmul _ (@GRing.one _) ?k =>
      lazymatch literal k with
      | true => constr:(@SNat _ _ env false k)
      | false => let i := scalar_letter e in constr:(@SScalar _ _ env i)
      end
  | @GRing.inv _ ?a =>
      lazymatch a with
      | @GRing.natmul _ (@GRing.one _) ?k =>
          lazymatch literal k with
          | true => constr:(@SInvNat _ _ env k)
          | false => let i := scalar_letter a in constr:(@SInv _ _ env i)
          end
      | _ => let i := scalar_letter a in constr:(@SInv _ _ env i)
      end
  | @mxtrace _ _ ?M => let m := read_matrix env M in constr:(STrace m)
  | @GRing.Linear.apply _ _ _ _ _ _ ?x => let y := read_random env x in constr:(SMean y)
  | _ => let i := scalar_letter e in constr:(@SScalar _ _ env i)
  end
with read_random_matrix env e :=
  lazymatch e with
  | @mulmx _ _ _ _ ?M ?N => let m := read_random_matrix env M in let n := read_random_matrix env N in constr:(MMul m n)
  | @trmx _ _ _ ?M => let m := read_random_matrix env M in constr:(MTurn m)
  | @GRing.add _ ?M ?N => let m := read_random_matrix env M in let n := read_random_matrix env N in constr:(MAdd m n)
  | @GRing.opp _ ?M => let m := read_random_matrix env M in constr:(MOpp m)
  | @GRing.scale _ _ ?c ?M => let a := read_random env c in let m := read_random_matrix env M in constr:(MScale a m)
  | @map_mx _ _ _ _ _ ?M => let m := read_matrix env M in constr:(MLift m)
  | @GRing.zero _ => read_zero env true e
  | _ => random_letter e
  end
with read_random env e :=
  lazymatch e with
  | @GRing.add _ ?a ?b => let x := read_random env a in let y := read_random env b in constr:(SAdd x y)
  | @GRing.mul _ ?a ?b => let x := read_random env a in let y := read_random env b in constr:(SMul x y)
  | @GRing.opp _ ?a => let x := read_random env a in constr:(SOpp x)
  | @GRing.exp _ ?a ?k => let x := read_random env a in constr:(SPow x k)
  | @GRing.scale _ _ ?c ?a => let x := read_scalar env c in let y := read_random env a in constr:(SScale x y)
  | @GRing.one _ => constr:(@SNat _ _ env true 1)
  | @GRing.zero _ => constr:(@SNat _ _ env true 0)
  | @GRing.natmul _ (@GRing.one _) ?k => constr:(@SNat _ _ env true k)
  | @mxtrace _ _ ?M => let m := read_random_matrix env M in constr:(STrace m)
  end.

(* a = b by computation; the goal is an equation between numbers, random numbers, or matrices of either *)
Ltac compare_scalars known e f :=
  apply: (@scalars_equal _ _ _ _ _ _ _ _ _ _ _ _ known _ e f);
  first [ vm_compute; reflexivity | fail 2 "the two sides have different normal forms" ].
Ltac compare_matrices known r c e f :=
  apply: (@matrices_equal _ _ _ _ _ _ _ _ _ _ _ _ known _ r c e f);
  first [ vm_compute; reflexivity | fail 2 "the two sides have different normal forms" ].
Ltac compare_normal_forms scalars matrices :=
  let env := env_of in
  lazymatch goal with
  | |- @eq ?T ?a ?b =>
      let t := eval hnf in T in
      lazymatch t with
      | matrix _ ?m ?n =>
          let r := size_of m in let c := size_of n in
          first [ let e := read_matrix env a in let f := read_matrix env b in matrices r c e f
                | let e := read_random_matrix env a in let f := read_random_matrix env b in matrices r c e f ]
      | _ =>
          first [ let e := read_scalar env a in let f := read_scalar env b in scalars e f
                | let e := read_random env a in let f := read_random env b in scalars e f ]
      end
  end.

Ltac normal_form_with known :=
  compare_normal_forms ltac:(fun e f => compare_scalars known e f) ltac:(fun r c e f => compare_matrices known r c e f).
Ltac normal_form := let known := context_of in normal_form_with known.

(* The same where letters stand for sums, some of which are divided by: [stand_for] proves that each letter is its sum,
   as in x = a + b /\ y = x + c /\ True. *)
Ltac read_sums env stated :=
  lazymatch stated with
  | ?x = ?c /\ ?rest =>
      let i := scalar_letter x in let e := read_scalar env c in let s := read_sums env rest in constr:((i, e) :: s)
  | True => constr:(@nil (nat * sexp env false))
  end.
Ltac divided_scalars known stand_for sums e f :=
  apply: (@scalars_divided _ _ _ _ _ _ _ _ _ _ _ _ known sums stand_for _ e f);
  first [ vm_compute; reflexivity | fail 2 "the two sides have different normal forms" ].
Ltac divided_matrices known stand_for sums r c e f :=
  apply: (@matrices_divided _ _ _ _ _ _ _ _ _ _ _ _ known sums stand_for _ r c e f);
  first [ vm_compute; reflexivity | fail 2 "the two sides have different normal forms" ].
Ltac divided_form_with known stand_for :=
  let env := env_of in let stated := type of stand_for in let sums := read_sums env stated in
  compare_normal_forms ltac:(fun e f => divided_scalars known stand_for sums e f)
    ltac:(fun r c e f => divided_matrices known stand_for sums r c e f).

(* Two sides that were made equal by a replacement, up to the way they are written: what is inside a mean is compared
   before the mean is worked out. *)
Ltac same_values :=
  first [ lazymatch goal with |- ?a = ?b => constr_eq a b; exact: erefl end
        | lazymatch goal with |- _ * GRing.Linear.apply _ _ = _ * GRing.Linear.apply _ _ => congr (_ * _); congr (GRing.Linear.apply _ _) end; normal_form
        | normal_form ].

(* an equation as a combination of known ones *)
Lemma from_parts (V : zmodType) (a b s : V) : a - b = s -> s = 0 -> a = b.
Proof. by move=> <- /eqP; rewrite subr_eq0 => /eqP. Qed.
Lemma both_zero (V : zmodType) (a b : V) : a = 0 -> b = 0 -> a + b = 0.
Proof. by move=> -> ->; rewrite addr0. Qed.
Lemma gap (V : zmodType) (a b : V) : a = b -> a - b = 0.
Proof. by move=> ->; rewrite subrr. Qed.
Ltac vanish := rewrite ?(mulmx0, mul0mx, mxtrace0, mulr0, mul0r, scaler0, scale0r, addr0, add0r, oppr0, map_mx0, trmx0) //.

(* products of blocks *)
Definition blockE := (tr_block_mx, tr_row_mx, tr_col_mx, mulmx_block, mul_row_block, mul_block_col, mul_row_col,
  mul_col_mx, mul_mx_row, add_block_mx, scale_block_mx, map_block_mx, map_row_mx, map_col_mx, block_mxKdr).

(* facts about a letter, from facts about a matrix *)
Lemma symmetric_pad (K : comRingType) D n (M : 'M[K]_n) : M^T = M -> (pad D M)^T = pad D M.
Proof. by move=> h; rewrite pad_tp h. Qed.
Lemma inverse_pad (R : realFieldType) D n (M N : 'M[R]_n) : (n <= D)%N ->
  M *m N = 1%:M -> pad D M *m pad D N = pad D (1%:M : 'M_n).
Proof. by move=> le h; rewrite -!pad_mul // h. Qed.
Lemma commuting_pad (K : comRingType) D n (M N : 'M[K]_n) : (n <= D)%N ->
  M *m N = N *m M -> pad D M *m pad D N = pad D N *m pad D M.
Proof. by move=> le h; rewrite -!pad_mul // h. Qed.
Ltac fits := first [ exact: (dim_room _ 1) | exact: (dim_room _ 2) | exact: (dim_room _ 3) | exact: (dim_room _ 4) ].
(* a file redefines these by what it knows of its matrices *)
Ltac known_symmetric := exact: trmx1.
Ltac known_inverse := fail.
Ltac known_commuting := fail.
Ltac known_given := fail.
Ltac letter_facts :=
  repeat split;
  first [ done
        | by move=> ? ?; known_given
        | by apply: symmetric_pad; known_symmetric
        | by apply: inverse_pad; [fits | known_inverse] ].
Ltac commuting_facts := repeat split; by apply: commuting_pad; [fits | known_commuting].
