# SPDX-License-Identifier: Apache-2.0
"""A pytest plugin that keeps a log of what was run of the matrix of guests: one line of JSON for each test, as it ends.

    python3 -m pytest -p cells ...      appends to the file that BULKHEAD_CELLS names; `make soak-guests` does
    python3 tests/system/cells.py FILE  the table of it: the last run of each test counts

A test says more about itself by pytest's record_property().
"""

import argparse
import json
import os
import subprocess
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


def main():
    """A line for each test, and a last one that counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("log", type=Path)
    rows = last_runs(parser.parse_args().log.read_text(encoding="utf-8").splitlines())
    for row in rows.values():
        print(f"{row['outcome']:8} {row['seconds']:6.1f} s  {row['commit']:12} {row.get('release', '-'):28} {row['test']}")
    passed = sum(row["outcome"] == "passed" for row in rows.values())
    print(f"{passed} of {len(rows)} passed, {sum(row['seconds'] for row in rows.values()) / 60:.0f} minutes, "
          f"commits {', '.join(sorted({row['commit'] for row in rows.values()}))}")
    return 0 if passed == len(rows) else 1


if __name__ == "__main__":
    raise SystemExit(main())
