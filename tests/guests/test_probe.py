# SPDX-License-Identifier: Apache-2.0
"""
The probe on the bare machine: what it expects of interrupts, priorities and PSCI is what a real GICv3 and a real PSCI do,
and what it expects to be absent is found present.
"""
import re

import pytest
from machine import Machine

RESULT = re.compile(r"probe: (ok|not ok) (\d+) - (.*)$")
DONE = re.compile(r"probe: done (\d+) passed, (\d+) failed$")

# True of any machine that keeps the architecture's promises.
ARCHITECTURE = (
    "initialised variables are the image's",
    "an unknown HVC is not supported",
    "a call leaves x4 to x30 alone",
    "PSCI is 1.x",
    "the UART's transmit interrupt shows after a character, until it is cleared",
    "a driver that looks at the UART's flags can write more than its ring holds",
    "the guest runs at EL1",
    "the highest level that is shown sets the timer's frequency, and no other",
    "the virtual counter never goes back",
    "FP registers survive a hundred timer interrupts",
    "the physical timer's registers hold what is written",
    "the physical timer can be polled with its interrupt masked",
    "the physical timer's interrupt arrives once",
    "both timers tick beside each other",
    "the physical timer's interrupt is a level",
    "the physical timer's pending bit follows its line",
    "the physical timer ends a WFI",
    "EL0 reads the physical timer where EL1 allows it",
    "a breakpoint of the guest is hit at EL0",
    "a watchpoint of the guest is hit at EL0",
    "a single step at EL0 is one instruction",
    "a single step over an emulated instruction is one instruction",
    "the OS lock shows itself, and breakpoints are hit after it",
    "a pointer signed with the guest's key is authenticated after exits",
    "FP registers survive exits",
    "invalidating the cache by set and way loses nothing",
    "a 32-bit program runs",
    "the guest cannot write its own text",
    "the guest cannot write its device tree",
    "a third redistributor is not there",
    "every load and store of nothing aborts as on the bus, from EL1",
    "every load and store of nothing aborts as on the bus, from EL1 on SP_EL0",
    "every load and store of nothing aborts as on the bus, from EL0",
    "DC ZVA of nothing aborts",
    "cache maintenance of nothing is nothing or an abort that says so",
    "a prefetch of nothing is nothing",
    "a fetch of nothing aborts",
    "an unaligned access to nothing aborts",
    "a stepped access to nothing is an abort and no step",
    "a stepped access to the distributor is one step",
    "no SError is left, masked or not",
    "a walk that begins where nothing is aborts at level 1",
    "a level-2 table where nothing is aborts as a walk",
    "a level-3 table where nothing is aborts at level 3",
    "AT through a table where nothing is aborts",
    "AT of an address where nothing is gives the address",
    "a virtual device answers every described load and store, from EL1",
    "a virtual device answers every described load and store, from EL1 on SP_EL0",
    "a virtual device answers every described load and store, from EL0",
    "a virtual device answers a big-endian EL0",
    "a virtual device answers a big-endian EL1",
    "every load and store of nothing aborts, from 32-bit EL0",
    "a fetch of 32-bit EL0 from nothing aborts",
    "a load of 32-bit EL0 whose condition fails does nothing",
    "a virtual device answers loads of 32-bit EL0",
    "a virtual device answers loads of a big-endian 32-bit EL0",
    "a virtual device answers stores of 32-bit EL0",
    "a virtual device answers stores of a big-endian 32-bit EL0",
    "a load in an IT block leaves the block as it should be",
    "an SGI to itself arrives once",
    "an SGI's pending bit can be set and cleared",
    "an SGI made pending while disabled arrives when enabled",
    "the UART's interrupt made pending while disabled arrives when enabled",
    "the timer's interrupt arrives a hundred times",
    "a level interrupt follows its line",
    "a level interrupt enabled while its line is high arrives",
    "a level interrupt comes back while its line is high",
    "of two interrupts the more urgent comes first",
    "twelve interrupts come in the order of their priorities",
    "the priority mask holds an interrupt back",
    "an urgent interrupt pre-empts a less urgent one and not the reverse",
    "an interrupt sent while active comes once more",
    "priority drop and deactivation can be apart",
    "a core that is not this partition's cannot be started",
    "CPU_ON starts vCPU 1 with its context",
    "vCPU 1 answers two hundred SGIs",
    "an SGI to all others reaches vCPU 1 alone",
    "CPU_OFF switches vCPU 1 off",
    "CPU_ON starts vCPU 1 again with a new context",
)
# Present here, hidden by Bulkhead: the probe must be able to tell.
HIDDEN = (
    "Bulkhead answers with its UID",
    "reading PMCR_EL0 is undefined",
    "every register that is denied is undefined at EL1 and EL0",
    "every register of fixed value has it, and ignores writes",
    "the feature registers have EL3, which answers SMC",
    "an SMC with an immediate is not supported, and the next instruction runs",
    "the feature registers have no PMU",
    "nothing is at 0x00000000",
    "the real-time clock is not there",
    "nothing is right behind the memory",
    "what has no syndrome aborts at the distributor",
    "what has no syndrome aborts at the UART, from 32-bit EL0",
    "a fetch from the distributor aborts",
    "an unaligned access to the distributor aborts",
    "a walk that begins at the distributor aborts at level 1",
    "AT through a table at the distributor aborts",
    "interrupts of others cannot be enabled",
    "the SMMU's interrupt cannot be routed",
)


@pytest.fixture(name="results", scope="module", params=["cortex-a53", "cortex-a57", "max"])
def all_results(request, tmp_path_factory):
    with Machine("probe", tmp_path_factory.mktemp("probe"), request.param) as machine:
        done = machine.line(lambda line: DONE.match(line) is not None)
        assert machine.exit_code() == 0
    found = [match for match in map(RESULT.match, machine.seen) if match]
    return {match[3]: match[1] == "ok" for match in found}, [int(match[2]) for match in found], DONE.match(done)


def test_each_check_has_its_number_and_its_line(results):
    """@verifies REQ-GUEST-020"""
    verdicts, numbers, done = results
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(verdicts) == len(numbers)
    assert int(done[1]) == sum(verdicts.values())
    assert int(done[1]) + int(done[2]) == len(verdicts)


def test_the_architecture_passes(results):
    """@verifies REQ-GUEST-002"""
    verdicts, _, _ = results
    assert [name for name in ARCHITECTURE if not verdicts[name]] == []


def test_what_only_bulkhead_hides_fails(results):
    """@verifies REQ-GUEST-003"""
    verdicts, _, _ = results
    assert [name for name in HIDDEN if verdicts[name]] == []
