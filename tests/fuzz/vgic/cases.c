/* SPDX-License-Identifier: Apache-2.0 */
/*
 * See cases.h. A sequence that the shrinker prints goes here once it passes.
 */
#include "tests/fuzz/vgic/cases.h"

#define CASE(name, vcpus, lists, ops)                                                                                  \
    {                                                                                                                  \
        (name),                                                                                                        \
        {                                                                                                              \
            (vcpus), (lists), sizeof(ops) / sizeof((ops)[0]), (ops)                                                    \
        }                                                                                                              \
    }

static const struct op rewritten[] = {
    {OP_WRITE, 0U, 4U, 0x00U, 0x0U, 0x1U},         {OP_WRITE_R, 0U, 4U, 0x00U, 0x30100U, 0x2U},
    {OP_SGI, 0U, 0U, 0x00U, 0x0U, 0x10001000000U}, {OP_ACKNOWLEDGE, 1U, 0U, 0x00U, 0x0U, 0x0U},
    {OP_WRITE_R, 0U, 1U, 0x00U, 0x30401U, 0x10U},  {OP_END, 1U, 0U, 0x00U, 0x0U, 0x0U},
    {OP_READ_R, 1U, 4U, 0x00U, 0x30300U, 0x0U},
};

static const struct op group_off[] = {
    {OP_WRITE, 0U, 4U, 0x00U, 0x0U, 0x3U},         {OP_WRITE, 0U, 4U, 0x00U, 0x104U, 0x10100U},
    {OP_WRITE, 0U, 4U, 0x00U, 0x94U, 0x80000000U}, {OP_WRITE, 0U, 4U, 0x00U, 0x114U, 0x80000000U},
    {OP_WRITE_R, 0U, 4U, 0x00U, 0x10300U, 0x1U},   {OP_WRITE, 0U, 4U, 0x00U, 0x308U, 0x20U},
    {OP_PHYSICAL, 0U, 0U, 0x00U, 0x44U, 0x1U},     {OP_PHYSICAL, 0U, 0U, 0x00U, 0x10U, 0x1U},
    {OP_INTERFACE, 0U, 0U, 0x00U, 0x0U, 0x0U},     {OP_LINE, 0U, 0U, 0x00U, 0x2bU, 0x1U},
    {OP_ACKNOWLEDGE, 0U, 0U, 0x00U, 0x0U, 0x0U},
};

static const struct op eoi_mode[] = {
    {OP_WRITE, 0U, 4U, 0x00U, 0x0U, 0x1U},
    {OP_WRITE_R, 0U, 4U, 0x00U, 0x10100U, 0x8000008U},
    {OP_SGI, 0U, 0U, 0x00U, 0x0U, 0x3000001U},
    {OP_ACKNOWLEDGE, 0U, 0U, 0x00U, 0x0U, 0x0U},
    {OP_WRITE_R, 0U, 4U, 0x00U, 0x10200U, 0x8000000U},
    {OP_END, 0U, 0U, 0x80U, 0x0U, 0x0U},
    {OP_INTERFACE, 0U, 0U, 0x00U, 0x6U, 0x1U},
    {OP_AUDIT, 0U, 0U, 0x00U, 0x0U, 0x0U},
};

static const struct op last_life[] = {
    {OP_WRITE, 0U, 4U, 0x00U, 0x0U, 0x1U},       {OP_WRITE, 0U, 4U, 0x00U, 0x104U, 0x42000002U},
    {OP_WRITE, 0U, 4U, 0x00U, 0x420U, 0x2000U},  {OP_LINE, 0U, 0U, 0x00U, 0x38U, 0x1U},
    {OP_ACKNOWLEDGE, 0U, 0U, 0x00U, 0x0U, 0x0U}, {OP_LINE, 0U, 0U, 0x00U, 0x3dU, 0x1U},
    {OP_POWER, 0U, 0U, 0x00U, 0x0U, 0x0U},       {OP_PHYSICAL, 0U, 0U, 0x00U, 0xfU, 0x0U},
    {OP_POWER, 0U, 0U, 0x00U, 0x0U, 0x1U},       {OP_WRITE, 0U, 4U, 0x00U, 0x204U, 0x2U},
    {OP_ACKNOWLEDGE, 0U, 0U, 0x00U, 0x0U, 0x0U}, {OP_WRITE, 0U, 4U, 0x00U, 0x120U, 0x8U},
    {OP_END, 0U, 0U, 0x00U, 0x0U, 0x0U},         {OP_ACKNOWLEDGE, 0U, 0U, 0x00U, 0x0U, 0x0U},
    {OP_END, 0U, 0U, 0x00U, 0x0U, 0x0U},
};

/* With the vCPU that writes ICACTIVER. */
#define COUNTED(writer)                                                                                                \
    {                                                                                                                  \
        {OP_WRITE, 0U, 4U, 0x00U, 0x0U, 0x1U}, {OP_WRITE, 0U, 4U, 0x00U, 0x104U, 0x20020004U},                         \
            {OP_WRITE, 0U, 4U, 0x00U, 0x204U, 0x4U}, {OP_POWER, 0U, 0U, 0x00U, 0x0U, 0x0U},                            \
            {OP_WRITE, 0U, 4U, 0x00U, 0x304U, 0x4U}, {OP_PHYSICAL, 0U, 0U, 0x00U, 0x25U, 0x0U},                        \
            {OP_POWER, 0U, 0U, 0x00U, 0x0U, 0x1U}, {OP_LINE, 0U, 0U, 0x00U, 0xcU, 0x1U},                               \
            {OP_ACKNOWLEDGE, 0U, 0U, 0x00U, 0x0U, 0x0U}, {OP_END, 0U, 0U, 0x0fU, 0x0U, 0x0U},                          \
            {OP_WRITE, (writer), 4U, 0x00U, 0x384U, 0x20000U}, {OP_QUIESCE, 0U, 0U, 0x00U, 0x0U, 0x0U},                \
    }

static const struct op counted[] = COUNTED(0U);
static const struct op counted_elsewhere[] = COUNTED(1U);

static const struct op activated_elsewhere[] = {
    {OP_WRITE, 0U, 4U, 0x00U, 0x104U, 0x20U},
    {OP_SWITCH, 2U, 0U, 0x00U, 0x0U, 0x0U},
    {OP_WRITE_R, 0U, 4U, 0x00U, 0x30300U, 0x40002380U},
    {OP_POWER, 0U, 0U, 0x00U, 0x0U, 0x0U},
    {OP_SWITCH, 2U, 0U, 0x00U, 0x0U, 0x0U},
    {OP_WRITE, 0U, 4U, 0x00U, 0x0U, 0x1U},
    {OP_LINE, 0U, 0U, 0x00U, 0x1dU, 0x1U},
    {OP_WRITE, 0U, 8U, 0x00U, 0x6128U, 0x80000000U},
    {OP_ACKNOWLEDGE, 0U, 0U, 0x00U, 0x0U, 0x0U},
    {OP_WRITE_R, 0U, 4U, 0x00U, 0x30380U, 0x80U},
    {OP_END, 0U, 0U, 0x06U, 0x0U, 0x0U},
    {OP_WRITE, 2U, 4U, 0x00U, 0x304U, 0x20U},
    {OP_AUDIT, 0U, 0U, 0x00U, 0x0U, 0x0U},
};

/* 60 runs at two levels, one after the other; at the first it is no more. */
static const struct op two_levels[] = {
    {OP_WRITE, 0U, 4U, 0x00U, 0x90U, 0x80000000U},
    {OP_WRITE, 0U, 4U, 0x00U, 0x110U, 0x80000000U},
    {OP_LINE, 0U, 0U, 0x00U, 0x23U, 0x1U},
    {OP_PHYSICAL, 0U, 0U, 0x00U, 0x3dU, 0x0U},
    {OP_WRITE, 0U, 4U, 0x00U, 0x104U, 0x10000000U},
    {OP_WRITE, 0U, 4U, 0x00U, 0x308U, 0x3aU},
    {OP_WRITE, 0U, 4U, 0x00U, 0x0U, 0x1U},
    {OP_ACKNOWLEDGE, 0U, 0U, 0x00U, 0x0U, 0x0U},
    {OP_WRITE, 0U, 4U, 0x00U, 0x43dU, 0x80U},
    {OP_END, 0U, 0U, 0x00U, 0x0U, 0x0U},
    {OP_ACKNOWLEDGE, 0U, 0U, 0x00U, 0x0U, 0x0U},
    {OP_WRITE, 0U, 4U, 0x00U, 0x0U, 0x2U},
    {OP_ACKNOWLEDGE, 0U, 0U, 0x00U, 0x0U, 0x0U},
    {OP_WRITE, 0U, 4U, 0x00U, 0x320U, 0x8U},
    {OP_END, 0U, 0U, 0x00U, 0x0U, 0x0U},
};

static const struct op new_point[] = {
    {OP_WRITE, 0U, 4U, 0x00U, 0x0U, 0x2U},
    {OP_WRITE, 0U, 4U, 0x00U, 0x84U, 0x40040000U},
    {OP_WRITE, 0U, 4U, 0x00U, 0x104U, 0x40040000U},
    {OP_WRITE, 0U, 4U, 0x00U, 0x304U, 0x89000000U},
    {OP_WRITE, 0U, 4U, 0x00U, 0x433U, 0x200000U},
    {OP_WRITE, 0U, 4U, 0x00U, 0x204U, 0x40000U},
    {OP_ACKNOWLEDGE, 0U, 0U, 0x00U, 0x0U, 0x0U},
    {OP_LINE, 0U, 0U, 0x00U, 0xdU, 0x1U},
    {OP_END, 0U, 0U, 0xa0U, 0x0U, 0x0U},
    {OP_INTERFACE, 0U, 0U, 0x00U, 0x4U, 0x6U},
    {OP_READ, 0U, 4U, 0x00U, 0x304U, 0x0U},
};

static const struct op points[] = {
    {OP_WRITE, 0U, 4U, 0x00U, 0x104U, 0x2U},     {OP_WRITE, 0U, 4U, 0x00U, 0x420U, 0x2000U},
    {OP_WRITE, 0U, 4U, 0x00U, 0x90U, 0x2U},      {OP_WRITE, 0U, 4U, 0x00U, 0x110U, 0x3U},
    {OP_WRITE, 0U, 4U, 0x00U, 0x480U, 0x2040U},  {OP_INTERFACE, 0U, 0U, 0x00U, 0x4U, 0x6U},
    {OP_WRITE, 0U, 4U, 0x00U, 0x0U, 0x3U},       {OP_WRITE, 0U, 4U, 0x00U, 0x210U, 0x3U},
    {OP_LINE, 0U, 0U, 0x00U, 0x19U, 0x1U},       {OP_WRITE_R, 0U, 4U, 0x00U, 0x10300U, 0x8008000U},
    {OP_ACKNOWLEDGE, 0U, 0U, 0x00U, 0x0U, 0x0U}, {OP_ACKNOWLEDGE, 0U, 0U, 0x00U, 0x0U, 0x0U},
    {OP_END, 0U, 0U, 0x00U, 0x0U, 0x0U},         {OP_READ, 0U, 4U, 0x00U, 0x384U, 0x0U},
};

/* While its vCPU is off its core, the timer is disabled and its level drops: what EL2 has accepted may still come. */
static const struct op timer_off_core[] = {
    {OP_WRITE_R, 0U, 4U, 0x00U, 0x70100U, 0x8000000U},
    {OP_TIMER, 3U, 0U, 0x00U, 0x0U, 0x1U},
    {OP_SWITCH, 3U, 0U, 0x00U, 0x0U, 0x0U},
    {OP_WRITE_R, 0U, 4U, 0x00U, 0x70180U, 0x8000000U},
    {OP_TIMER, 3U, 0U, 0x00U, 0x0U, 0x0U},
    {OP_WRITE_R, 0U, 4U, 0x00U, 0x70100U, 0x8000000U},
    {OP_QUIESCE, 0U, 0U, 0x00U, 0x0U, 0x0U},
};

/* An SGI is made active by another vCPU, acknowledged and ended before its own core looks: it ends active. */
static const struct op active_after_end[] = {
    {OP_WRITE, 0U, 4U, 0x00U, 0x0U, 0x1U},       {OP_WRITE_R, 0U, 4U, 0x00U, 0x10100U, 0x1U},
    {OP_SWITCH, 0U, 0U, 0x00U, 0x0U, 0x0U},      {OP_SGI, 0U, 0U, 0x00U, 0x0U, 0x1U},
    {OP_SWITCH, 0U, 0U, 0x00U, 0x0U, 0x0U},      {OP_WRITE_R, 2U, 4U, 0x80U, 0x10300U, 0x1U},
    {OP_ACKNOWLEDGE, 0U, 0U, 0x3bU, 0x0U, 0x0U}, {OP_END, 0U, 0U, 0x00U, 0x0U, 0x0U},
    {OP_AUDIT, 0U, 0U, 0x00U, 0x0U, 0x0U},
};

/* Made active by a write, deactivated and acknowledged in its list register, then ended where it stands in none. */
static const struct op again_in_place[] = {
    {OP_WRITE, 0U, 4U, 0x00U, 0x0U, 0x1U},       {OP_WRITE, 0U, 1U, 0x00U, 0x425U, 0x10U},
    {OP_WRITE, 0U, 1U, 0x00U, 0x423U, 0x80U},    {OP_WRITE, 0U, 1U, 0x00U, 0x424U, 0x20U},
    {OP_WRITE, 0U, 4U, 0x00U, 0x104U, 0x18U},    {OP_INTERFACE, 0U, 0U, 0x00U, 0x6U, 0x1U},
    {OP_WRITE, 0U, 4U, 0x00U, 0x304U, 0x8U},     {OP_WRITE, 0U, 4U, 0x00U, 0x204U, 0x8U},
    {OP_DEACTIVATE, 0U, 1U, 0x00U, 0x23U, 0x0U}, {OP_INTERFACE, 0U, 0U, 0x00U, 0x6U, 0x0U},
    {OP_ACKNOWLEDGE, 0U, 0U, 0x00U, 0x0U, 0x0U}, {OP_WRITE, 0U, 4U, 0x00U, 0x204U, 0x10U},
    {OP_ACKNOWLEDGE, 0U, 0U, 0x00U, 0x0U, 0x0U}, {OP_END, 0U, 0U, 0x00U, 0x0U, 0x0U},
    {OP_END, 0U, 0U, 0x00U, 0x0U, 0x0U},         {OP_AUDIT, 0U, 0U, 0x00U, 0x0U, 0x0U},
};

/* One that ran at one level, is back in a list register and ends there runs at another level next; a third one ends. */
static const struct op old_level[] = {
    {OP_WRITE, 0U, 4U, 0x00U, 0x0U, 0x1U},       {OP_WRITE, 0U, 1U, 0x00U, 0x423U, 0x50U},
    {OP_WRITE, 0U, 1U, 0x00U, 0x424U, 0x20U},    {OP_WRITE, 0U, 1U, 0x00U, 0x425U, 0x48U},
    {OP_WRITE, 0U, 1U, 0x00U, 0x439U, 0xf0U},    {OP_WRITE, 0U, 4U, 0x00U, 0x104U, 0x2000038U},
    {OP_INTERFACE, 0U, 0U, 0x00U, 0x3U, 0x5U},   {OP_WRITE, 0U, 4U, 0x00U, 0x204U, 0x8U},
    {OP_ACKNOWLEDGE, 0U, 0U, 0x00U, 0x0U, 0x0U}, {OP_WRITE, 0U, 4U, 0x00U, 0x204U, 0x10U},
    {OP_ACKNOWLEDGE, 0U, 0U, 0x00U, 0x0U, 0x0U}, {OP_END, 0U, 0U, 0x00U, 0x0U, 0x0U},
    {OP_WRITE, 0U, 4U, 0x00U, 0x0U, 0x3U},       {OP_END, 0U, 0U, 0x00U, 0x0U, 0x0U},
    {OP_INTERFACE, 0U, 0U, 0x00U, 0x3U, 0x2U},   {OP_WRITE, 0U, 4U, 0x00U, 0x204U, 0x8U},
    {OP_ACKNOWLEDGE, 0U, 0U, 0x00U, 0x0U, 0x0U}, {OP_WRITE, 0U, 4U, 0x00U, 0x204U, 0x20U},
    {OP_ACKNOWLEDGE, 0U, 0U, 0x00U, 0x0U, 0x0U}, {OP_WRITE, 0U, 4U, 0x00U, 0x204U, 0x2000000U},
    {OP_END, 0U, 0U, 0x00U, 0x0U, 0x0U},         {OP_AUDIT, 0U, 0U, 0x00U, 0x0U, 0x0U},
};

const struct named_sequence passing_cases[] = {
    CASE("the timer of a vCPU off its core is disabled and drops", 4U, 4U, timer_off_core),
    CASE("an SGI is made active, acknowledged and ended before its core looks", 3U, 1U, active_after_end),
    CASE("a vCPU was off between acknowledging one and ending another", 2U, 1U, last_life),
    CASE("ICACTIVER comes before an EOI is counted", 2U, 1U, counted),
    CASE("ICACTIVER of another vCPU comes before an EOI is counted", 2U, 1U, counted_elsewhere),
    CASE("ISACTIVER of another vCPU comes before an EOI is counted", 3U, 8U, activated_elsewhere),
    CASE("the priority of an active interrupt is rewritten", 2U, 16U, rewritten),
    CASE("a group that is off fills the list registers", 1U, 4U, group_off),
    CASE("EOImode changes before an EOI is counted", 2U, 1U, eoi_mode),
    CASE("the binary points of the groups differ", 1U, 3U, points),
    CASE("a binary point changes before an EOI is counted", 1U, 8U, new_point),
    CASE("an interrupt runs at one level of priority, and then at another", 4U, 4U, two_levels),
    CASE("one that was deactivated and acknowledged again in its list register ends", 1U, 1U, again_in_place),
    CASE("a level at which nothing runs any more ends nothing", 1U, 1U, old_level),
};
const size_t passing_count = sizeof(passing_cases) / sizeof(passing_cases[0]);
