/* SPDX-License-Identifier: Apache-2.0 */
/* See machine.h. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/fake/machine.h"
#include "arch/arm64/smc.h"
#include "arch/arm64/ticket.h"

#define REGISTERS 160U
#define JOURNAL 16384U
#define PATIENCE 1000U /* WFIs without a hook before a test is given up */

void halt(void) __attribute__((noreturn));
void secondary_entry(void);

static struct {
    const char *name;
    uint64_t value;
} registers[REGISTERS];

static struct fake_call journal[JOURNAL];
static uint32_t journal_used;
static uint32_t locks_held;
static uint32_t waits;
static const char *when_what;
static void (*when_hook)(void);

void (*fake_on_wfi)(void);
void (*fake_on_acquire)(void);
int64_t fake_firmware_answer;
jmp_buf fake_stop_jump;
bool fake_stop_expected;
uint32_t fake_bug_code;

void fake_machine_reset(void)
{
    memset(registers, 0, sizeof(registers));
    fake_journal_clear();
    locks_held = 0U;
    waits = 0U;
    when_hook = NULL;
    fake_on_wfi = NULL;
    fake_on_acquire = NULL;
    fake_firmware_answer = 0;
    fake_stop_expected = false;
    fake_bug_code = 0U;
}

uint64_t *fake_sysreg(const char *name)
{
    uint32_t n = 0U;

    for (; n < REGISTERS && registers[n].name != NULL; n++) {
        if (strcmp(registers[n].name, name) == 0) {
            return &registers[n].value;
        }
    }
    assert_true(n < REGISTERS);
    registers[n].name = name;
    return &registers[n].value;
}

void fake_sysreg_write(const char *name, uint64_t value)
{
    *fake_sysreg(name) = value;
    fake_record(name, value, 0U, 0U);
}

void fake_record(const char *what, uint64_t a, uint64_t b, uint64_t c)
{
    assert_true(journal_used < JOURNAL);
    journal[journal_used] = (struct fake_call){what, a, b, c, 0U};
    journal_used++;
    if (when_hook != NULL && strcmp(when_what, what) == 0) {
        void (*hook)(void) = when_hook;

        when_hook = NULL;
        hook();
    }
}

void fake_when(const char *what, void (*hook)(void))
{
    when_what = what;
    when_hook = hook;
}

void fake_journal_clear(void)
{
    journal_used = 0U;
}

uint32_t fake_count(const char *what)
{
    uint32_t count = 0U;

    for (uint32_t n = 0U; n < journal_used; n++) {
        count += strcmp(journal[n].what, what) == 0 ? 1U : 0U;
    }
    return count;
}

uint32_t fake_position(const char *what, uint32_t n)
{
    for (uint32_t at = 0U; at < journal_used; at++) {
        if (strcmp(journal[at].what, what) == 0) {
            if (n == 0U) {
                return at;
            }
            n--;
        }
    }
    fail_msg("'%s' was not called that often", what);
    return 0U;
}

const struct fake_call *fake_call(const char *what, uint32_t n)
{
    return &journal[fake_position(what, n)];
}

void fake_barrier(const char *kind)
{
    fake_record(kind, 0U, 0U, 0U);
}

void fake_wfi(void)
{
    fake_record("wfi", 0U, 0U, 0U);
    waits++;
    if (waits > PATIENCE) {
        fail_msg("the code under test waits for ever");
    }
    if (fake_on_wfi != NULL) {
        fake_on_wfi();
    }
}

static void stop(enum fake_stop how) __attribute__((noreturn));
static void stop(enum fake_stop how)
{
    if (!fake_stop_expected) {
        fail_msg("the code under test stopped: %s %u", how == FAKE_STOP_BUG ? "bug" : "halt", fake_bug_code);
    }
    longjmp(fake_stop_jump, (int)how);
}

void fake_bug(uint32_t code)
{
    fake_bug_code = code;
    stop(FAKE_STOP_BUG);
}

void halt(void)
{
    stop(FAKE_STOP_HALT);
}

/* Where other cores would start: they never do. */
void secondary_entry(void)
{
}

void ticket_acquire(union ticket_lock *lock)
{
    void (*hook)(void) = fake_on_acquire;

    if (lock->half.next != lock->half.owner) {
        fail_msg("a lock is acquired by the core that holds it");
    }
    if (hook != NULL) {
        fake_on_acquire = NULL;
        hook();
    }
    lock->half.next++;
    locks_held++;
}

void ticket_release(union ticket_lock *lock)
{
    if (lock->half.next != (uint16_t)(lock->half.owner + 1U)) {
        fail_msg("a lock is released that is not held");
    }
    lock->half.owner++;
    locks_held--;
}

uint32_t fake_locks_held(void)
{
    return locks_held;
}

int64_t smc_call(uint64_t function, uint64_t a, uint64_t b, uint64_t c)
{
    fake_record("smc", function, a, b);
    journal[journal_used - 1U].d = c;
    return fake_firmware_answer;
}
