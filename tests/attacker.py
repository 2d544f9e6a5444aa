"""Somebody who knows every figure of a published summary, and how its figures hang together, working out the rest."""

from __future__ import annotations

from dataclasses import dataclass, field

Bound = tuple[int, int]
NEAR, TRIES = 5, 2000
"""How far from the truth other ways are looked for, and how long: none found counts as worked out."""


@dataclass
class Attacker:
    """Whole numbers that are sought, between bounds, and sums they are known to make. `most` is above all of them."""

    most: int
    bounds: list[Bound] = field(default_factory=list)
    sums: list[tuple[tuple[int, ...], int]] = field(default_factory=list)
    true: list[int] = field(default_factory=list)
    tries: int = TRIES

    def seek(self, shown: int | None = None, least: int = 0) -> int:
        """A number that is sought; it is known where it is shown, and it is `least` at least where it is not."""
        self.bounds.append((least, self.most) if shown is None else (shown, shown))
        return len(self.bounds) - 1

    def adds(self, parts: list[int], whole: int) -> None:
        """These numbers add up to that."""
        self.sums.append((tuple(parts), whole))

    def known(self, true: list[int]) -> set[int]:
        """The numbers that are not shown, and for which no other way to fill in all of them is found close by."""
        assert self._narrowed([(one, one) for one in true]), "the truth must agree with what is published"
        left = {place for place, (low, high) in enumerate(self.bounds) if low < high}
        known = set[int]()
        self.true = true
        self.bounds = [
            (max(low, is_ - NEAR), min(high, is_ + NEAR)) for (low, high), is_ in zip(self.bounds, true, strict=True)
        ]
        for number in sorted(left):
            low, high = self.bounds[number]
            self.tries = TRIES
            for bounds in ((low, true[number] - 1), (true[number] + 1, high)):
                found = self._solve(self._with(number, *bounds)) if number in left else None
                left -= {place for place, one in enumerate(found or ()) if one != true[place]}
            known |= {number} & left
        return known

    def _with(self, number: int, low: int, high: int) -> list[Bound]:
        return [(low, high) if place == number else bound for place, bound in enumerate(self.bounds)]

    def _solve(self, bounds: list[Bound]) -> list[int] | None:
        """A way to fill in the numbers, if there is one: narrow, then halve what is left and try both."""
        self.tries -= 1
        narrowed = self._narrowed(bounds) if self.tries > 0 else None
        if narrowed is None:
            return None
        open_ones = [place for place, (low, high) in enumerate(narrowed) if low < high]
        if not open_ones:
            return [low for low, _ in narrowed]
        first = min(open_ones, key=lambda place: narrowed[place][1] - narrowed[place][0])
        low, high = narrowed[first]
        middle = (low + high) // 2
        for half in sorted(
            ((low, middle), (middle + 1, high)), key=lambda one: not one[0] <= self.true[first] <= one[1]
        ):
            found = self._solve([half if place == first else bound for place, bound in enumerate(narrowed)])
            if found is not None:
                return found
        return None

    def _narrowed(self, bounds: list[Bound]) -> list[Bound] | None:
        found, changed = list(bounds), True
        if any(low > high for low, high in found):
            return None
        while changed:
            changed = False
            for parts, whole in self.sums:
                least, most = (sum(found[part][end] for part in parts) for end in (0, 1))
                low, high = found[whole]
                tighter = [(whole, max(low, least), min(high, most))]
                tighter += [
                    (
                        part,
                        max(found[part][0], low - most + found[part][1]),
                        min(found[part][1], high - least + found[part][0]),
                    )
                    for part in parts
                ]
                for number, lowest, highest in tighter:
                    if lowest > highest:
                        return None
                    if (lowest, highest) != found[number]:
                        found[number], changed = (lowest, highest), True
        return found
