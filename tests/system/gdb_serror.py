# SPDX-License-Identifier: Apache-2.0
"""Runs inside gdb, attached to a halted QEMU: lets cores take SErrors. docs/serror.md says how that differs from silicon.

SERROR_PLAN is a JSON list of steps, each one SError: `core`, `place`, `syndrome`, `condition` (an expression of gdb, $core
being the core's state), `after` ([core, function]: not before that core has come there) and `together`: the cores of earlier
steps stand still meanwhile, so that all take theirs at once. A condition is looked at in gdb each time: slow at busy places.
After the last step the machine runs on without gdb. Nothing of the image is changed but registers.
"""
import json
import os

import gdb

IRQ_FROM_GUEST = 0x480
SERROR_FROM_GUEST = 0x580
SERROR_AT_EL2 = 0x380
DAIF = 0x3C0
# Instructions without their register, which is the lowest five bits; ISB has none.
REGISTER = 0x1F
MRS_ESR_EL2 = 0xD53C5200
MSR_ELR_EL2 = 0xD51C4020
MSR_SPSR_EL2 = 0xD51C4000
ISB = 0xD5033FC0 | REGISTER


def value(expression):
    """As an unsigned number."""
    return int(gdb.parse_and_eval(f"(unsigned long)({expression})"))


def find(instruction, start="(&vectors)", end="(&text_end)"):
    """Addresses of an instruction in the image, whatever its register."""
    start, end = value(start), value(end)
    words = gdb.selected_inferior().read_memory(start, end - start).cast("B").cast("I")
    return [start + 4 * n for n, word in enumerate(words) if word & ~REGISTER == instruction & ~REGISTER]


def register_of(address):
    """The register that an instruction names."""
    return f"x{value(f'*(unsigned int *){address}') & REGISTER}"


def run_to(addresses, core, condition=None):
    """Until this core comes to one of these addresses."""
    points = [gdb.Breakpoint(f"*{address:#x}", internal=True) for address in addresses]
    for point in points:
        point.thread = core + 1
    while True:
        gdb.execute("continue", to_string=True)
        assert gdb.selected_thread().num == core + 1 and value("$pc") in addresses, gdb.execute("info threads", to_string=True)
        gdb.execute("set $core = (struct core_state *)$TPIDR_EL2")
        if condition is None or value(condition):
            break
    for point in points:
        point.delete()


def alone(yes):
    """Whether only the selected core runs."""
    gdb.execute(f"set scheduler-locking {'on' if yes else 'off'}")


def execute_with(instruction, new):
    """Lets the core execute an `msr` that the image has, with a value of ours."""
    address = find(instruction)[0]
    register = register_of(address)
    before = value(f"${register}"), value("$pc")
    gdb.execute(f"set ${register} = {new}")
    gdb.execute(f"set $pc = {address}")
    gdb.execute("stepi", to_string=True)
    gdb.execute(f"set ${register} = {before[0]}")
    gdb.execute(f"set $pc = {before[1]}")


def enter_at_el2():
    """Exception entry from EL2 to EL2: what the core does, by hand."""
    pc, pstate = value("$pc"), value("(unsigned int)$cpsr")
    execute_with(MSR_ELR_EL2, pc)
    execute_with(MSR_SPSR_EL2, pstate)
    gdb.execute(f"set $cpsr = {pstate | DAIF}")
    gdb.execute(f"set $pc = {value('&vectors') + SERROR_AT_EL2}")


def show(syndrome, core):
    """What the handler reads from ESR_EL2 is the SError's."""
    run_to(find(MRS_ESR_EL2), core)
    register = register_of(value("$pc"))
    gdb.execute("stepi", to_string=True)
    gdb.execute(f"set ${register} = {syndrome}")


def inject(step):
    """One SError, up to where its syndrome has been read."""
    core, place, condition = step["core"], step["place"], step.get("condition")
    alone(step.get("together", False))
    if step.get("after"):
        run_to([value(f"&{step['after'][1]}")], step["after"][0])
    gdb.execute(f"thread {core + 1}", to_string=True)
    if place == "guest":
        # An interrupt is as asynchronous: only the vector, and below the syndrome, make it an SError.
        run_to([value("&vectors") + IRQ_FROM_GUEST], core, condition)
        alone(True)
        gdb.execute(f"set $pc = {value('&vectors') + SERROR_FROM_GUEST}")
    else:
        # Behind the ISB: the last place where an SError that was pending is taken.
        run_to([find(ISB, f"&{place}", f"(unsigned long)&{place} + 64")[0] + 4], core, condition)
        alone(True)
        assert value("$cpsr") & 0x100 == 0, "SErrors are masked here"
        enter_at_el2()
    show(step["syndrome"], core)
    print(f"serror: core {core} has taken {step['syndrome']:#x}", flush=True)


def main():
    """All of the plan; anything unexpected ends gdb with a status."""
    gdb.execute("set pagination off")
    gdb.execute("set confirm off")
    gdb.execute("set architecture aarch64", to_string=True)
    gdb.execute("set trust-readonly-sections on")  # else the image would be looked for in whatever a guest has there
    gdb.execute(f"file {os.environ['SERROR_ELF']}", to_string=True)
    gdb.execute(f"target remote {os.environ['SERROR_SOCKET']}", to_string=True)
    print("serror: attached", flush=True)
    for step in json.loads(os.environ["SERROR_PLAN"]):
        inject(step)
    alone(False)
    gdb.execute("detach", to_string=True)


try:
    main()
except (gdb.error, AssertionError, IndexError) as error:
    print(f"serror: {type(error).__name__}: {error}", flush=True)
    gdb.execute("quit 1")
