"""Whether one name may be another one mistyped: for asking "did you mean", never for deciding."""

from __future__ import annotations

from states.identity import folded

FEW, MANY = 4, 8
"""Letters of a word from which one slip, or two, may be taken for one."""


def may_be_mistyped(one: str, other: str) -> bool:
    """Whether two names that differ may be the same: blanks or order apart, or a slip of the pen in their words.

    A number, a word more or another short word makes another name: East is not West, and Area 1 is not Area 2.
    """
    ours, theirs = folded(one).split(), folded(other).split()
    if "".join(ours) == "".join(theirs) or sorted(ours) == sorted(theirs):
        return True
    if len(ours) != len(theirs):
        return _one_slip("".join(ours), "".join(theirs)) if abs(len(ours) - len(theirs)) == 1 else False
    return all(_is_slip(*pair) for pair in zip(ours, theirs, strict=True))


def _is_slip(one: str, other: str) -> bool:
    if one == other:
        return True
    if not (one.isalpha() and other.isalpha()):
        return False
    if sorted(one) == sorted(other):
        return distance(one, other) == 1
    longest = max(len(one), len(other))
    return distance(one, other) <= (longest >= FEW) + (longest >= MANY)


def _one_slip(one: str, other: str) -> bool:
    """Words run together or apart, with one slip beside."""
    return min(len(one), len(other)) >= MANY and distance(one, other) <= 1


def distance(one: str, other: str) -> int:
    """How many letters are left out, put in, changed, or exchanged with the next (optimal string alignment)."""
    rows = [list(range(len(other) + 1))]
    for i, left in enumerate(one, start=1):
        row = [i]
        for j, right in enumerate(other, start=1):
            least = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                least = min(least, rows[-2][j - 2] + 1)
            row.append(least)
        rows.append(row)
    return rows[-1][-1]
