# SPDX-License-Identifier: Apache-2.0
"""Faults put into the virtual GIC, one at a time, which the model must find.

Each is a piece of text that stands once in partitions/vgic*, and what takes its place. A name says what the fault does to a guest.
"""

MUTANTS = {
    # Pending state
    "a disable drops what was pending": ("    bank->enabled &= ~bits;\n", "    bank->enabled &= ~bits;\n    bank->latched &= ~bits;\n"),
    "ICPENDR does not reach a list register": ("bank->clear_pending |= bits & bank->listed;", ""),
    "ICPENDR leaves the edge that waits at the physical controller": (
        "    vgic_link_clear_pending(at, bits);\n    settle_shared",
        "    settle_shared"),
    "ISPENDR concerns nobody": ("return vgic_touch(at, bits & vgic_open_in(vgic_of(at), at.bank));", "return 0U;"),
    "a falling edge latches": ("latched |= level ? bit & at.bank->edge : 0U;", "latched |= bit & at.bank->edge;"),
    "a level that drops stays in its list register": (": bit & at.bank->listed;\n    return", ": 0U;\n    return"),
    "a level that is still high at its end is forgotten": (
        "uint32_t follow = bank->line & ~bank->edge & ~bank->hardware & bit;",
        "uint32_t follow = 0U;"),
    "reads do not see what is pending at the physical controller": (
        "*value = pending | vgic_link_pending(at, ~pending);",
        "*value = pending;"),
    "a read does not fold": ("return vgic_look_own(at.vcpu, vgic_touch(at, at.bank->listed));", "return 0U;"),
    # Active state
    "ICACTIVER does not reach a list register": ("bank->clear_active |= bits & bank->listed;", ""),
    "ISACTIVER does not reach a list register": ("bits = (bits & bank->listed) | take(at, fresh, bits);", "bits = take(at, fresh, bits);"),
    "an EOI of what is in no list register is lost": ("levels != 0U && count != 0U; levels &=", "levels != 0U && count > 1U; levels &="),
    "an EOI at a level of before ends what runs at another": ("    forget_levels(self);\n", ""),
    "what is acknowledged again in its list register was not": (" || (pending & ~value) != 0U) {", ") {"),
    "an EOI that only dropped the priority ends as well": (
        "cpu->split = (gic_vmcr_read() & GIC_VMCR_EOI_MODE) != 0U;",
        "cpu->split = false;"),
    "nobody hears of EOIs that were counted": ("want |= GIC_HCR_LRENP | GIC_HCR_TDIR;", "want |= GIC_HCR_TDIR;"),
    "ICC_DIR for another vCPU's interrupt does not trap": (
        "(cpu->others != 0U ? GIC_HCR_TDIR : 0U)",
        "(cpu->others == 1U ? GIC_HCR_TDIR : 0U)"),
    # Choice
    "the priority order is upside down": ("uint32_t better = *bits & ~plane;", "uint32_t better = *bits & plane;"),
    "priorities have four bits": (
        "(bank->priority[first + n] ^ value >> (8U * n)) & VGIC_PRIORITY_MASK;",
        "(bank->priority[first + n] ^ value >> (8U * n)) & 0xf0U;"),
    "active interrupts keep the pending ones out": ("if (self->vgic.waiting.due_words != 0U && !has_pending(self)) {", "if (false) {"),
    "nobody hears that the list registers are empty": ("want |= GIC_HCR_NO_PENDING;", "want |= 0U;"),
    "a new priority concerns nobody": ("vgic_touch(at, change & (vgic_live_in(vgic_of(at), bank)))", "0U"),
    "a new group concerns nobody": ("vgic_touch(at, change & (vgic_pending_in(bank) | bank->listed | own_core_only(at)))", "0U"),
    "GICD_CTLR concerns only who writes it": (
        "vgic_leave(vcpu, (1U << partition->vcpu_count) - 1U);",
        "vgic_leave(vcpu, 1U << vcpu->config->index);"),
    "an enable concerns nobody": ("concerned = bits & vgic_pending_in(bank);", "concerned = 0U;"),
    # SGIs
    "an SGI while the same is active is lost": (
        "if (((bank->latched | (bank->group1 & reach)) & bit) != 0U) {",
        "if (((bank->latched | bank->active | (bank->group1 & reach)) & bit) != 0U) {"),
    "an SGI is delivered twice": ("    vcpu->vgic.bank.latched &= ~arrived;\n", ""),
    "an SGI to all but oneself comes back": ("return all & ~(1U << sender->config->index);", "return all;"),
    "ICC_SGI0R reaches group 1": ("send(vcpu, value, ~0U);", "send(vcpu, value, 0U);"),
    "an SGI to oneself does not mind what has changed": (
        "self->vgic.ready & bit) != 0U && self->vgic.look == 0U;",
        "self->vgic.ready & bit) != 0U;"),
    "nobody is told of an SGI": ("    if (must_look) {\n        core_post(other->core, POST_VCPU);\n    }\n", ""),
    # Routes
    "a new route concerns nobody": (
        "vcpus = vgic_touch(at, bit & vgic_live_in(&partition->vgic, at.bank));\n    vgic_leave(vcpu, vcpus);",
        "vcpus = 0U;\n    vgic_leave(vcpu, vcpus);"),
    "what leaves a list register is not passed on": ("return vgic_touch(at, bit) & ~(1U << self->config->index);", "return 0U;"),
    "any is vCPU 0, also if that is off": ("if (config->vcpus[v].state->power == VCPU_ON) {", "if (v == 0U) {"),
    "what goes to any stays with a vCPU that is off": ("if (vcpu->power == VCPU_OFF) {", "if (vcpu->power == VCPU_ON_PENDING) {"),
    "the physical interrupt is not routed again": (
        "gic_spi_route(partition->vgic.physical[intid], core_configs[config->vcpus[target].core].mpidr);\n    }\n}\n\n/* Word",
        "}\n}\n\n/* Word"),
    "GICD_IROUTER keeps all bits": ("value &= VGIC_ROUTE_ANY | VGIC_ROUTE_AFFINITY;", ""),
    # Physical interrupts
    "a level that was handed back is still thought high": ("        at.bank->line &= ~bit;\n    } else", "    } else"),
    "an edge that was handed back is lost": ("gic_spi_set_pending(physical_of(at, vgic_first(bit)));", ""),
    "a disable leaves the physical interrupt enabled": ("        vgic_link_disable(at, bits);\n", "        ;\n"),
    "an enable leaves the physical interrupt disabled": ("vgic_link_enable((struct vgic_word){vcpu, bank}, bits);", ";"),
    "the end of an interrupt leaves the physical one active": (
        "    if ((bank->held & bit) != 0U) {\n        vgic_link_settle",
        "    if (false) {\n        vgic_link_settle"),
    "a fold forgets the physical interrupt": ("        bank->held |= bit;\n    }\n    if (((bank->clear", "    }\n    if (((bank->clear"),
    "the timer's interrupt is lost in a fold": ("if (whole && carried == 0U) {", "if (false) {"),
    # Life
    "the timer stays active on the core": ("gic_ppi_set_active(VGIC_TIMER, false);", ";"),
    "the timer comes again at a load": ("gic_ppi_set_active(VGIC_TIMER, true);", ";"),
    "CPU_ON finds the last life's interrupts": ("    cpu->bank = (struct vgic_bank){0};\n", "    cpu->bank.listed = 0U;\n"),
    "a load does not look": ("    vgic_regroup(vcpu);\n    if ((cpu->bank.held", "    if ((cpu->bank.held"),
    # Registers
    "GICR_WAKER forgets": ("owner->vgic.waker =", "owner->vgic.waker = 0U &"),
    "word 0 shows in the distributor": ("return shared ? index != 0U && index", "return shared ? index"),
    "what has changed stays in its list register": (
        "if ((self->vgic.look >> VGIC_LOOK_CHANGED & 1U << intid / 32U) != 0U) {",
        "if (false) {"),
    "a pass that was too long does not go on": ("            return vcpus | again;", "            return vcpus;"),
    "a pass that did not look at all words does not go on": ("        return again;\n", "        return 0U;\n"),
    "a new priority is not in the planes": ("    vgic_set_planes(bank, first, change & ~(bank->active >> first), value);\n", ""),
    "what was taken still waits": ("uint32_t due = waiting->due[at.index] & ~bit;", "uint32_t due = waiting->due[at.index];"),
    # Ends in no list register
    "an EOI that was counted is read in the mode of the moment": ("|| !cpu->split)", "|| (gic_vmcr_read() & GIC_VMCR_EOI_MODE) == 0U)"),
    "an EOI ends the most urgent, whatever still runs": (
        "uint64_t ended = cpu->running & levels_since(cpu);",
        "uint64_t ended = cpu->running;"),
    "an EOI of what runs at a level that was taken again is lost": (
        "uint64_t ended = cpu->running & levels_since(cpu);",
        "uint64_t ended = 0U;"),
    "an EOI ends what has ended by a write and was not acknowledged since": (
        "bank->active & bank->acknowledged & ~bank->listed & self",
        "bank->active & ~bank->listed & self"),
    "an EOI ends what stands in a list register": ("bank->acknowledged & ~bank->listed & self", "bank->acknowledged & self"),
    "the binary point of group 1 counts for both": ("if (group != 0U && (vmcr & GIC_VMCR_COMMON) == 0U) {", "if (true) {"),
    "a common binary point is not": ("if (group != 0U && (vmcr & GIC_VMCR_COMMON) == 0U) {", "if (group != 0U) {"),
    "what was noted once is noted for ever": ("cpu->expected[index] = bits;", "cpu->expected[index] |= bits;"),
    "an EOI that was counted comes after a write to ISACTIVER": ("uint32_t vcpus = count_first(at);", "uint32_t vcpus = 0U;"),
    "an EOI that was counted undoes an ISACTIVER of another vCPU": ("uncounted |= cpu->taken[index];", "uncounted |= 0U;"),
    "ISACTIVER of another vCPU undoes all EOIs to come": ("    forget_requests(self);\n", ""),
    # Priority and group of active ones
    "an active interrupt gets a new priority": ("change & ~(bank->active >> first), value);", "change, value);"),
    "an active interrupt gets a new group": ("        bank->priority[vgic_first(bits)] ^= VGIC_OTHER_GROUP;\n", ""),
    "an interrupt that was acknowledged before a new priority has it": ("            vgic_keep(bank, intid, value);\n", ""),
    "an interrupt that was active keeps its priority": (
        "        vgic_set_planes(bank, first, left >> first & 0xfU, vgic_priorities(bank, first, 4U));\n",
        ""),
    "an interrupt that was active keeps its group": ("        bank->priority[vgic_first(bits)] &= VGIC_PRIORITY_MASK;\n", ""),
    "ICACTIVER leaves the old priority": ("    vgic_keep_none(bank, ended);\n", ""),
    "what is pending again has the priority of what is active": ("cpu->routed[bank->index] & ~bank->kept;", "cpu->routed[bank->index];"),
    "a list register shows the new priority of an active interrupt": ("        value = vgic_kept_list(bank, intid, value);\n", ""),
    # Groups at the CPU interface
    "a group that is off fills the list registers": ("        vgic_regroup(self);\n    }\n    return ((off", "    }\n    return ((off"),
    "nobody hears that a group is on": ("((off & 2U) != 0U ? GIC_HCR_GROUP1_ON :", "((off & 2U) != 0U ? 0U :"),
    "nobody hears that a group is off": (": GIC_HCR_GROUP1_OFF);", ": 0U);"),
    "a group that is off is forgotten when nothing waits": (
        "if ((cpu->waiting.due_words | cpu->groups_off) != 0U) {",
        "if (cpu->waiting.due_words != 0U) {"),
    "GICD_CTLR turns on what is off at the CPU interface": (
        "cpu->group1 = (cpu->groups_off & 2U) != 0U ? 0U : vgic",
        "cpu->group1 = vgic"),
    "an SGI goes into a list register while its group is off": (
        "        (vgic_open_for(&self->vgic, at.bank) & bit) == 0U) {",
        "        (vgic_open_in(&vgic_partition(self)->vgic, at.bank) & bit) == 0U) {"),
    # A partition that stops
    "the timer of a vCPU that is stopped stays active": (
        "        cpu->bank.held |= VGIC_TIMER_BIT; /* perhaps: nobody looked */\n",
        "        ;\n"),
}
