"""A control group that journald takes for a unit's: it limits the rate of units, and of nothing else."""

import os
import pathlib

ROOTS = [pathlib.Path("/sys/fs/cgroup") / name for name in ("unified", "systemd", "")]
NAME = "system.slice/doe-faults.service"


class Unit:
    def __init__(self, pid):
        self._made = []
        self._places = []
        for root in ROOTS:
            if not (root / "cgroup.procs").exists():
                continue
            for place in (root / "system.slice", root / NAME):
                if not place.exists():
                    place.mkdir()
                    self._made.append(place)
            (root / NAME / "cgroup.procs").write_text(str(pid))
            self._places.append(root)

    def exists(self):
        return bool(self._places)

    def remove(self):
        """After the end of the process."""
        for place in reversed(self._made):
            try:
                os.rmdir(place)
            except OSError:
                pass
