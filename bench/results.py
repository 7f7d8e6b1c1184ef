"""What was measured, kept as data in bench/results.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from bench.rounds import Measurement

FILE = Path(__file__).with_name("results.json")


@dataclass(frozen=True)
class Results:
    """The measurements of one machine and day, and what was compared."""

    date: str
    """As ISO 8601."""
    machine: Mapping[str, str]
    versions: Mapping[str, str]
    """By name of a generator."""
    missing: Mapping[str, str] = field(default_factory=dict)
    """Why a generator was left out, by its name."""
    measurements: tuple[Measurement, ...] = ()

    @classmethod
    def read(cls, path: Path = FILE) -> Results:
        """Return what is kept in a file."""
        data = json.loads(path.read_text("utf-8"))
        lists = ("values", "processor")
        found = tuple(
            Measurement(**{**one, **{name: tuple(one[name]) for name in lists}})
            for one in data["measurements"]
        )
        return cls(**{**data, "measurements": found})

    def write(self, path: Path = FILE) -> None:
        """Keep it in a file, a line for each measurement."""
        data = asdict(self)
        lines = ",\n".join(f"  {json.dumps(one)}" for one in data.pop("measurements"))
        head = json.dumps(data, indent=1)[:-2]
        path.write_text(f'{head},\n "measurements": [\n{lines}\n ]\n}}\n', "utf-8")

    def with_measurement(self, new: Measurement) -> Results:
        """Return the same with one more, in place of one of the same work."""
        others = (one for one in self.measurements if _what(one) != _what(new))
        order = sorted((*others, new), key=lambda one: (one.events, one.work))
        return replace(self, measurements=tuple(order))

    def updated(self, new: Results) -> Results:
        """Return these measurements with the date, the machine and the versions of a later run."""
        versions = {**self.versions, **new.versions}
        return replace(new, versions=versions, measurements=self.measurements)

    def one(self, work: str, generator: str, events: int) -> Measurement | None:
        """Return a measurement, None if there is none."""
        wanted = (work, generator, events)
        return next((one for one in self.measurements if _what(one) == wanted), None)

    @property
    def sizes(self) -> list[int]:
        """The numbers of events, the fewest first."""
        return sorted({one.events for one in self.measurements})


def _what(one: Measurement) -> tuple[str, str, int]:
    return one.work, one.generator, one.events
