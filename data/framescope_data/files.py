"""Where our own data files lie: inside an installed package, or beside it in a checkout."""

from pathlib import Path

_IN_PACKAGE = Path(__file__).parent / "files"
_FILES = _IN_PACKAGE if _IN_PACKAGE.is_dir() else Path(__file__).parent.parent

ANNOTATIONS = _FILES / "annotations"
STARTER = _FILES / "starter"
PROBES = _FILES / "probes"
DRILLS = _FILES / "drills"
