"""What the fault scenarios share. The daemon, the journald and the frames are those of the daemon tests."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "daemon"))
