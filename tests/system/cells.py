# SPDX-License-Identifier: Apache-2.0
"""A pytest plugin that keeps a log of what was run of the matrix of guests: one line of JSON for each test, as it ends.

    python3 -m pytest -p cells ...      appends to the file that BULKHEAD_CELLS names; `make soak-guests` does
    python3 tests/system/cells.py FILE  the table of it: the last run of each test counts
    python3 tests/system/cells.py --markdown FILE   passed of run, by what ran and core type, as in docs/guests.md

A test says more about itself by pytest's record_property().
"""

import argparse
import json
import os
import re
import subprocess
from collections import defaultdict
from datetime import datetime, timezone
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def commit():
    """What is tested: the commit, with a + where the tree is not that."""
    said = subprocess.run(["git", "-C", ROOT, "describe", "--always", "--dirty=+", "--abbrev=10", "--exclude=*"],
                          text=True, check=False, capture_output=True)
    return said.stdout.strip() or "unknown"


def pytest_runtest_logreport(report):
    """One test has ended: as its call did, or what failed before."""
    if report.when == "teardown" or (report.when == "setup" and report.passed):
        return
    row = {"test": report.nodeid.rpartition("::")[2], "outcome": report.outcome, "seconds": round(report.duration, 1),
           "commit": commit(), "ended": datetime.now(timezone.utc).isoformat(timespec="seconds"), **dict(report.user_properties)}
    with Path(os.environ["BULKHEAD_CELLS"]).open("a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")


def last_runs(lines):
    """Of each test, its last row."""
    return {row["test"]: row for row in map(json.loads, lines)}


CORE = re.compile(r"cortex-a\d+|max")


def markdown(rows):
    """A row for each test and release, a column for each core type."""
    cells = defaultdict(lambda: defaultdict(list))
    for row in rows:
        core = CORE.search(row["test"])
        what = row["test"].partition("[")[0].removeprefix("test_").replace("_", " ")
        cells[f"{row.get('release', '')} | {what}"][core[0] if core else "default"].append(row["outcome"] == "passed")
    cores = sorted({core for by_core in cells.values() for core in by_core})
    print(f"| version | test | {' | '.join(cores)} |\n|---|---|{'---|' * len(cores)}")
    for what, by_core in cells.items():
        print(f"| {what} | " + " | ".join(f"{sum(by_core[c])} of {len(by_core[c])}" if c in by_core else "" for c in cores) + " |")


def main():
    """A line for each test, and a last one that counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("log", type=Path)
    parser.add_argument("--markdown", action="store_true")
    options = parser.parse_args()
    rows = list(last_runs(options.log.read_text(encoding="utf-8").splitlines()).values())
    if options.markdown:
        markdown(rows)
    for row in [] if options.markdown else rows:
        print(f"{row['outcome']:8} {row['seconds']:6.1f} s  {row['commit']:12} {row.get('release', '-'):28} {row['test']}")
    passed = sum(row["outcome"] == "passed" for row in rows)
    print(f"{passed} of {len(rows)} passed, {sum(row['seconds'] for row in rows) / 60:.0f} minutes, "
          f"commits {', '.join(sorted({row['commit'] for row in rows}))}")
    return 0 if passed == len(rows) else 1


if __name__ == "__main__":
    raise SystemExit(main())
