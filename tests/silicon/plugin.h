/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What our plugins use of QEMU's plugin interface (API version 4, QEMU 10.0; QEMU's documentation, "TCG Plugins"), declared
 * here because distributions ship no header for it, and of GLib, which is in the QEMU process anyway.
 */
#ifndef TESTS_SILICON_PLUGIN_H
#define TESTS_SILICON_PLUGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PLUGIN_EXPORT __attribute__((visibility("default")))
#define PLUGIN_API 4
#define PLUGIN_NO_REGISTERS 0
#define PLUGIN_READS_REGISTERS 1
#define PLUGIN_LOADS_AND_STORES 3

typedef uint64_t plugin_id;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_plugin_register;
struct qemu_plugin_hwaddr;

/* GByteArray and GArray of GLib: public layouts. */
struct byte_array {
    uint8_t *data;
    unsigned int length;
};
struct register_descriptor {
    struct qemu_plugin_register *handle;
    const char *name;
    const char *feature;
};
struct register_array {
    struct register_descriptor *data;
    unsigned int length;
};

/* The machine, as told at installation. */
struct qemu_info_t {
    const char *target;
    struct {
        int least;
        int current;
    } version;
    bool is_system;
    struct {
        int vcpus;
        int most_vcpus;
    } system;
};

/* What an access has read or written; which member counts is the access's size. */
struct plugin_value {
    int type;
    union {
        uint8_t u8;
        uint16_t u16;
        uint32_t u32;
        uint64_t u64;
        struct {
            uint64_t low;
            uint64_t high;
        } u128;
    } data;
};

typedef void (*plugin_exec)(unsigned int core, void *data);
typedef void (*plugin_access)(unsigned int core, uint32_t info, uint64_t address, void *data);

void qemu_plugin_register_vcpu_init_cb(plugin_id id, void (*callback)(plugin_id id, unsigned int core));
void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id id, void (*callback)(plugin_id id, struct qemu_plugin_tb *block));
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *instruction, plugin_exec callback, int flags,
                                            void *data);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *instruction, plugin_access callback, int flags,
                                      int accesses, void *data);
void qemu_plugin_register_atexit_cb(plugin_id id, void (*callback)(plugin_id id, void *data), void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *block, size_t index);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *instruction);
void *qemu_plugin_insn_haddr(const struct qemu_plugin_insn *instruction);
size_t qemu_plugin_insn_data(const struct qemu_plugin_insn *instruction, void *data, size_t size);
struct qemu_plugin_hwaddr *qemu_plugin_get_hwaddr(uint32_t info, uint64_t address);
bool qemu_plugin_hwaddr_is_io(const struct qemu_plugin_hwaddr *address);
uint64_t qemu_plugin_hwaddr_phys_addr(const struct qemu_plugin_hwaddr *address);
unsigned int qemu_plugin_mem_size_shift(uint32_t info);
bool qemu_plugin_mem_is_store(uint32_t info);
struct plugin_value qemu_plugin_mem_get_value(uint32_t info);
struct register_array *qemu_plugin_get_registers(void);
int qemu_plugin_read_register(struct qemu_plugin_register *handle, struct byte_array *value);

struct byte_array *g_byte_array_new(void);
struct byte_array *g_byte_array_set_size(struct byte_array *array, unsigned int length);

/* What QEMU looks for in a plugin. */
extern PLUGIN_EXPORT int qemu_plugin_version;
PLUGIN_EXPORT int qemu_plugin_install(plugin_id id, const struct qemu_info_t *info, int count, char **arguments);

#endif
