"""One figure, its bar, and whether it holds."""

from dataclasses import dataclass, field
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Row:
    """A measured figure. `bar`: ("<=", ">=" or "==", limit, "value" or "p95"), None when it is only told."""

    name: str
    value: float
    unit: str
    p95: float | None = None
    runs: int = 1
    baseline: tuple[str, float] | None = None
    bar: tuple[str, float, str] | None = None
    conditions: dict[str, str] = field(default_factory=dict)

    @property
    def holds(self) -> bool | None:
        """Whether the bar is met; None without a bar."""
        return None if self.bar is None else holds(self.bar, self.value, self.p95)

    @property
    def ratio(self) -> float | None:
        """Ours over the baseline's."""
        return None if not self.baseline or not self.baseline[1] else round(self.value / self.baseline[1], 2)

    def as_json(self) -> dict[str, Any]:
        """The row as bench.json promises it."""
        return {
            "name": self.name,
            "value": round(self.value, 3),
            "unit": self.unit,
            "p95": None if self.p95 is None else round(self.p95, 3),
            "runs": self.runs,
            "baseline": {"name": self.baseline[0], "value": round(self.baseline[1], 3)} if self.baseline else None,
            "ratio": self.ratio,
            "bar": f"{self.bar[2]} {self.bar[0]} {self.bar[1]:g} {self.unit}" if self.bar else None,
            "holds": self.holds,
            **self.conditions,
        }


def holds(bar: tuple[str, float, str], value: float, p95: float | None) -> bool:
    """The only judge: `bar` is (sense, limit, which figure)."""
    sense, limit, which = bar
    figure = p95 if which == "p95" else value
    if figure is None:
        return False
    return {"<=": figure <= limit, ">=": figure >= limit, "==": figure == limit}[sense]


def timed(name: str, seconds: list[float], **more: Any) -> Row:
    """A row in milliseconds: median and 95th percentile."""
    ordered = sorted(s * 1000 for s in seconds)
    p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return Row(name, median(ordered), "ms", p95, len(ordered), **more)


def spaced(count: int) -> str:
    """35 000."""
    return f"{count:,}".replace(",", " ")


def show(row: Row) -> str:
    """One line for the terminal."""
    verdict = {True: "holds", False: "BELOW ITS BAR", None: ""}[row.holds]
    p95 = f" p95 {row.p95:8.1f}" if row.p95 is not None else " " * 13
    bar = f"bar {row.bar[2]} {row.bar[0]} {row.bar[1]:g}" if row.bar else ""
    beside = f"{row.baseline[0]} {row.baseline[1]:.1f} (×{row.ratio})" if row.baseline else ""
    return f"{row.name:<56} {row.value:10.1f} {row.unit:<5}{p95}  {bar:<20} {verdict:<14} {beside}"
