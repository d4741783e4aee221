# SPDX-License-Identifier: Apache-2.0
"""The tools' modules, importable as they import each other."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
for folder in ("console", "linux"):
    sys.path.insert(0, str(ROOT / "tools" / folder))
