# SPDX-License-Identifier: Apache-2.0
"""The bounds of config/compiler/rta*.c against a simulation of random systems, and the simulation against wrong bounds.

BULKHEAD_RTA_SETS says how many systems (default 8,000), BULKHEAD_RTA_SEED the first seed (default 1).

@verifies REQ-RTA-001 REQ-RTA-002 REQ-RTA-003
"""
import os
import re
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
ANALYSIS = ("rta.c", "rta_server.c")
SETS = int(os.environ.get("BULKHEAD_RTA_SETS", "8000"))
SEED = int(os.environ.get("BULKHEAD_RTA_SEED", "1"))

# File, what stands there, what a mistaken author would have written.
MUTANTS = {
    "jitter of others left out": ("rta.c", "rta_add(window, load->jitter)", "window"),
    "own jitter left out": ("rta.c", "rta_add(job->jitter, bound.demand)", "bound.demand"),
    "blocking left out": ("rta.c", "rta_add(job->cost, job->blocking)", "job->cost"),
    "floor for ceiling": ("rta.c", "(length % load->period != 0 ? 1U : 0U)", "0U"),
    "only the first step": ("rta.c", "bound.demand == bound.window", "bound.demand != 0"),
    "deferrable server taken for a periodic one": ("rta_server.c", "server->kind == RTA_DEFERRABLE ? idle : 0U", "0U * idle"),
    "no first wait in a server": ("rta_server.c", "uint64_t first = rta_add(job->jitter, rta_server_wait(server))",
                                  "uint64_t first = job->jitter"),
    "merged replenishments taken for single ones": ("rta_server.c", "server->kind == RTA_SPORADIC ? server->period :", ""),
    "others in the server arrive only after the wait": ("rta_server.c", "rta_add(window, wait)", "rta_add(window, wait * 0U)"),
    "no gaps between budgets": ("rta_server.c", "rta_add(rta_add(work, gaps),", "rta_add(work + 0U * gaps,"),
    "nobody above the server": ("rta_server.c", "rta_demand(last, step->above)", "0U * last"),
    "blocking in a server left out": ("rta_server.c", "rta_add(step->job->cost, step->job->blocking)", "step->job->cost"),
    "sections left out of a server": ("rta_server.c", "rta_add(step->outside,", "rta_add(0U,"),
    "a server that is not served": ("rta_server.c", "rta_response(&job, above).met", "(rta_response(&job, above).met || true)"),
    "jitter left out of a server": ("rta_server.c", "rta_add(job->jitter, rta_server_wait(server))", "rta_server_wait(server)"),
}


def build(folder, mutant=None):
    """The simulation with the analysis as it is, or with a mistake in it."""
    sources = [str(path) for path in sorted(HERE.glob("*.c"))]
    for name in ANALYSIS:
        text = (ROOT / "config/compiler" / name).read_text(encoding="utf-8")
        if mutant and mutant[0] == name:
            assert text.count(mutant[1]) == 1, f"{name} has no longer (once): {mutant[1]}"
            text = text.replace(mutant[1], mutant[2])
        (folder / name).write_text(text, encoding="utf-8")
        sources.append(str(folder / name))
    program = folder / "simulate"
    subprocess.run([os.environ.get("HOSTCC", "gcc"), "-std=c11", "-O2", "-Wall", "-Wextra", "-Werror", "-I", str(ROOT), "-I",
                    str(ROOT / "config/compiler"), "-o", str(program), *sources], check=True)
    return program


def simulate(program, seed, sets):
    return subprocess.run([str(program), str(seed), str(sets)], capture_output=True, text=True, check=False)


def test_no_simulated_response_is_longer_than_its_bound(tmp_path):
    result = simulate(build(tmp_path), SEED, SETS)
    print(result.stdout)
    assert result.returncode == 0, result.stdout
    assert re.search(rf"seeds {SEED} to {SEED + SETS - 1}: \d+ jobs, no response longer", result.stdout)
    said = re.findall(r"bound / longest response, ([a-z ]+): (\d+) tasks, (\d+) exact, median ([\d.]+)", result.stdout)
    assert len(said) == 4 and all(int(tasks) > SETS / 10 for _, tasks, _, _ in said)
    alone = said[0]
    assert int(alone[2]) > int(alone[1]) / 5 and float(alone[3]) < 1.1, "the bound, or the worst case, has got worse"


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=MUTANTS.keys())
def test_a_wrong_analysis_is_caught(tmp_path, mutant):
    result = simulate(build(tmp_path, mutant), 1, 20000)
    assert result.returncode == 1 and "longer than its bound" in result.stdout, result.stdout
