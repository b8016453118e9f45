"""The turns of one attack, their medians, and whether the promise is kept."""

import statistics

PROMISE = 3
HEADING = (
    f"{'':36}{'p50 without':>12}{'with':>10}{'ratio':>8}{'p99 without':>13}{'with':>10}{'ratio':>8}"
    f"{'lowest':>8}{'highest':>8}{'woken':>9}{'with':>10}{'daemon':>8}")


class Row:
    """What one attack came to. One that is only for comparison promises nothing."""

    def __init__(self, name, is_promised=True):
        self.name, self.is_promised = name, is_promised
        self.turns = []
        self.shares = []

    def add(self, without, attacked, share):
        """`share`: of one processor, what the daemon used under the attack, the neighbour's exchanges included."""
        self.turns.append((without, attacked))
        self.shares.append(share)

    @property
    def refused(self):
        """How many exchanges of the neighbour were refused, by rule."""
        refused = {}
        for turn in self.turns:
            for measured in turn:
                for rule, count in measured.refused.items():
                    refused[rule] = refused.get(rule, 0) + count
        return refused

    def medians(self, name):
        return [statistics.median(getattr(measured, name) for measured in side) for side in zip(*self.turns)]

    @property
    def ratio(self):
        without, attacked = self.medians("p99")
        return attacked / without

    @property
    def why_broken(self):
        """Why the promise is not kept; None where it is, or where nothing was promised."""
        if not self.is_promised:
            return None
        faults = [f"p99 is {self.ratio:.1f} times as long"] if self.ratio > PROMISE else []
        faults += [f"{count} exchanges were refused by {rule}" for rule, count in self.refused.items()]
        return ", ".join(faults) or None

    def __str__(self):
        text = f"{self.name:36}"
        for name, width in (("p50", 10), ("p99", 11)):
            without, attacked = self.medians(name)
            text += f"{without:{width}.0f}us{attacked:8.0f}us{attacked / without:8.2f}"
        ratios = [attacked.p99 / without.p99 for without, attacked in self.turns]
        rested, attacked = self.medians("late")
        return text + (
            f"{min(ratios):8.2f}{max(ratios):8.2f}{rested:7.0f}us{attacked:8.0f}us{statistics.median(self.shares):7.0%}")
