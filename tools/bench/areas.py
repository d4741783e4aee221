# SPDX-License-Identifier: Apache-2.0
"""The parts of boot, by the functions that each of them begins with. What these call belongs to them, unless it is
a part of its own. To work on memory is data work; everything else is the control path.

@implements REQ-BENCH-006
"""
CALL, CALL_BYTES, JUMP = range(3)
CONTROL, DATA = "control", "data"
REST = "other"

COPY_PAGES = "copy and clean, whole pages"
COPY_PIECES = "copy, pieces"
SCRUB = "scrub and clean"
SCRUB_PAGES = "scrub, pages with pieces"
CLEAN_PAGES = "clean, pages with pieces"
LOADER = "loader"
# Each call is of one page.
PAGES = (COPY_PAGES, SCRUB_PAGES)

# (area, its kind, [(function, how it begins, register with the number of bytes)])
AREAS = (
    ("entry, MMU on", CONTROL, [("boot_entry", JUMP, 0), ("secondary_entry", JUMP, 0), ("boot_cleared", JUMP, 0)]),
    ("bss", CONTROL, [("boot_clear", JUMP, 0)]),
    ("core registers, chip check", CONTROL, [("cpu_init", CALL, 0), ("cpu_check", CALL, 0)]),
    ("console", CONTROL, [("console_init", CALL, 0), ("console_print", CALL, 0), ("console_start_service", CALL, 0),
                          ("console_service", CALL, 0), ("fault_report_previous", CALL, 0)]),
    ("GIC", CONTROL, [("gic_init_board", CALL, 0), ("gic_init_core", CALL, 0)]),
    ("partition and route tables", CONTROL, [("partition_init_all", CALL, 0)]),
    ("virtual GIC and UART reset", CONTROL, [("partition_loaded", CALL, 0), ("partition_step", CALL, 0)]),
    ("other cores", CONTROL, [("supervise_start_cores", CALL, 0)]),
    ("interrupts meanwhile", CONTROL, [("exit_take_interrupt", CALL, 0)]),
    ("first vCPU", CONTROL, [("run_first", JUMP, 0)]),
    (LOADER, DATA, [("run_load_own", CALL, 0), ("loader_open", CALL, 0), ("loader_run", CALL, 0),
                    ("loader_step", CALL, 0), ("loader_close", CALL, 0), ("gic_interrupt_pending", CALL, 0)]),
    (COPY_PAGES, DATA, [("memory_copy_page", CALL, 0)]),
    (COPY_PIECES, DATA, [("memory_copy", CALL_BYTES, 2)]),
    (SCRUB, DATA, [("memory_scrub", CALL_BYTES, 1)]),
    (SCRUB_PAGES, DATA, [("memory_zero_page", CALL, 0)]),
    (CLEAN_PAGES, DATA, [("memory_clean_invalidate", CALL_BYTES, 1)]),
)

# Where EL2 acts on interrupts, beside a WFI and going back to a guest, and where a core is lost: what the section that
# follows is called.
FAULT = "fault of EL2, to the end"
LOOKS = (("gic_interrupt_pending", "loader, between pages"), ("exit_take_interrupt", "core loop, interrupt taken"),
         ("fault_enter", FAULT), ("vgic_interrupted", "virtual GIC, next pass"))
WAKE = "core loop, after WFI"
