# SPDX-License-Identifier: Apache-2.0
"""Faults put into the virtual GIC, one at a time, which the model must find.

Each is a piece of text that stands once in partitions/vgic*, and what takes its place. A name says what the fault does to a guest.
"""

MUTANTS = {
    # Pending state
    "a disable drops what was pending": (
        "    bank->enabled &= ~bits;\n", "    bank->enabled &= ~bits;\n    bank->latched &= ~bits;\n"),
    "ICPENDR does not reach a list register": ("bank->clear_pending |= bits & bank->listed;", ""),
    "ICPENDR leaves the edge that waits at the physical controller": (
        "    vgic_link_clear_pending(at, bits);\n    settle_shared", "    settle_shared"),
    "ISPENDR concerns nobody": (
        "vgic_leave(at.vcpu, vgic_touch(at, bits & vgic_open_in(vgic_of(at), bank)));", "vgic_leave(at.vcpu, 0U);"),
    "a falling edge latches": ("latched |= level ? bit & at.bank->edge : 0U;", "latched |= bit & at.bank->edge;"),
    "a level that drops stays in its list register": (": bit & at.bank->listed;\n    return", ": 0U;\n    return"),
    "a level that is still high at its end is forgotten": (
        "uint32_t follow = bank->line & ~bank->edge & ~bank->hardware & bit;", "uint32_t follow = 0U;"),
    "reads do not see what is pending at the physical controller": (
        "*value = pending | vgic_link_pending(at, ~pending);", "*value = pending;"),
    "a read does not fold": ("vgic_leave(at.vcpu, vgic_touch(at, at.bank->listed));", "vgic_leave(at.vcpu, 0U);"),
    # Active state
    "ICACTIVER does not reach a list register": ("bank->clear_active |= bits & bank->listed;", ""),
    "ISACTIVER does not reach a list register": ("bank->set_active |= bits & bank->listed;", ""),
    "an EOI of what is in no list register is lost": ("for (; count > 0U; count--)", "for (; count > 1U; count--)"),
    "an EOI that only dropped the priority ends as well": (
        "(gic_vmcr_read() & GIC_VMCR_EOI_MODE) != 0U", "(gic_vmcr_read() & GIC_VMCR_EOI_MODE) == 4U"),
    "an EOI ends what was made active by a write": ("? 0U : KEY_WRITTEN;", "? 0U : 0U;"),
    "nobody hears of EOIs that were counted": ("GIC_HCR_LRENP | GIC_HCR_TDIR", "GIC_HCR_TDIR"),
    "ICC_DIR for another vCPU's interrupt does not trap": ("vcpu_count > 1U ? GIC_HCR_TDIR : 0U", "vcpu_count > 9U ? GIC_HCR_TDIR : 0U"),
    # Choice
    "the priority order is upside down": (
        "(uint32_t)at.bank->priority[n] << VGIC_KEY_PRIORITY_SHIFT", "(uint32_t)(0xf8U - at.bank->priority[n]) << VGIC_KEY_PRIORITY_SHIFT"),
    "priorities have four bits": ("#define PRIORITY_BITS 0xf8U", "#define PRIORITY_BITS 0xf0U"),
    "active interrupts keep the pending ones out": ("if (chosen == 0U && choice->pending != 0U) {", "if (chosen == 77U) {"),
    "nobody hears that the list registers are empty": ("GIC_HCR_NO_PENDING : 0U", "0U : 0U"),
    "a new priority concerns nobody": ("vgic_touch(at, change & (vgic_live_in(vgic_of(at), bank)))", "0U"),
    "a new group concerns nobody": (
        "vgic_touch(at, change & (vgic_pending_in(bank) | bank->listed | own_core_only(at)))", "0U"),
    "GICD_CTLR concerns only who writes it": (
        "vgic_leave(vcpu, (1U << partition->vcpu_count) - 1U);", "vgic_leave(vcpu, 1U << vcpu->config->index);"),
    "an enable concerns nobody": ("concerned = bits & vgic_pending_in(bank);", "concerned = 0U;"),
    # SGIs
    "an SGI while the same is active is lost": (
        "if (((bank->latched | (bank->group1 & reach)) & bit) != 0U) {", "if (((bank->latched | bank->active | (bank->group1 & reach)) & bit) != 0U) {"),
    "an SGI is delivered twice": ("    vcpu->vgic.bank.latched &= ~arrived;\n", ""),
    "an SGI to all but oneself comes back": ("return all & ~(1U << sender->config->index);", "return all;"),
    "ICC_SGI0R reaches group 1": ("send(vcpu, value, ~0U);", "send(vcpu, value, 0U);"),
    "an SGI to oneself does not mind what has changed": (
        "bank->listed & bit) != 0U && self->vgic.look == 0U;", "bank->listed & bit) != 0U;"),
    "nobody is told of an SGI": ("    if (must_look) {\n        core_post(other->core, POST_VCPU);\n    }\n", ""),
    # Routes
    "a new route concerns nobody": (
        "vcpus = vgic_touch(at, bit & vgic_live_in(&partition->vgic, at.bank));\n    vgic_leave(vcpu, vcpus);", "vcpus = 0U;\n    vgic_leave(vcpu, vcpus);"),
    "what leaves a list register is not passed on": ("return vgic_touch(at, due) & ~(1U << at.vcpu->config->index);", "return 0U;"),
    "any is vCPU 0, also if that is off": ("if (config->vcpus[v].state->power == VCPU_ON) {", "if (v == 0U) {"),
    "what goes to any stays with a vCPU that is off": ("if (vcpu->power == VCPU_OFF) {", "if (vcpu->power == VCPU_ON_PENDING) {"),
    "the physical interrupt is not routed again": (
        "gic_spi_route(partition->vgic.physical[intid], core_configs[config->vcpus[target].core].mpidr);\n    }\n}\n\n/* Word", "}\n}\n\n/* Word"),
    "GICD_IROUTER keeps all bits": ("value &= VGIC_ROUTE_ANY | VGIC_ROUTE_AFFINITY;", ""),
    # Physical interrupts
    "a level that was handed back is still thought high": ("        at.bank->line &= ~bit;\n    } else", "    } else"),
    "an edge that was handed back is lost": ("gic_spi_set_pending(physical_of(at, vgic_first(bit)));", ""),
    "a disable leaves the physical interrupt enabled": ("        vgic_link_disable(at, bits);\n", "        ;\n"),
    "an enable leaves the physical interrupt disabled": ("vgic_link_enable((struct vgic_word){vcpu, bank}, bits);", ";"),
    "the end of an interrupt leaves the physical one active": ("    if ((at.bank->held & bit) != 0U) {\n        vgic_link_settle", "    if (false) {\n        vgic_link_settle"),
    "a fold forgets the physical interrupt": ("at.bank->held |= whole ? bit : 0U;", "at.bank->held |= 0U;"),
    "the timer's interrupt is lost in a fold": ("if (whole && carried == 0U) {", "if (false) {"),
    # Life
    "the timer stays active on the core": ("gic_ppi_set_active(VGIC_TIMER, false);", ";"),
    "the timer comes again at a load": ("gic_ppi_set_active(VGIC_TIMER, true);", ";"),
    "CPU_ON finds the last life's interrupts": ("    cpu->bank = (struct vgic_bank){0};\n", "    cpu->bank.listed = 0U;\n"),
    "a load does not look": ("    cpu->look = VGIC_ALL_WORDS;\n    if ((cpu->bank.held", "    cpu->look = 0U;\n    if ((cpu->bank.held"),
    # Registers
    "GICR_WAKER forgets": ("owner->vgic.waker =", "owner->vgic.waker = 0U &"),
    "word 0 shows in the distributor": ("return shared ? index != 0U && index", "return shared ? index"),
}

# The text of some where a pass over the list registers is bounded and may go on in another one.
BOUNDED = {
    "a read does not fold": (
        "return vgic_look_own(at.vcpu, vgic_touch(at, at.bank->listed));",
        "return 0U;"),
    "an EOI ends what was made active by a write": (
        "acknowledged != 0U ? key_in(at, acknowledged) : key_in(at, active) | KEY_WRITTEN;",
        "key_in(at, active);"),
    "the priority order is upside down": (
        "uint32_t better = *bits & ~plane;",
        "uint32_t better = *bits & plane;"),
    "active interrupts keep the pending ones out": (
        "if (self->vgic.waiting.due_words != 0U && !has_pending(self)) {",
        "if (false) {"),
    "what has changed stays in its list register": (
        "if ((self->vgic.look >> VGIC_LOOK_CHANGED & 1U << intid / 32U) != 0U) {",
        "if (false) {"),
    "a pass that was too long does not go on": (
        "            return vcpus | again;",
        "            return vcpus;"),
    "a pass that did not look at all words does not go on": (
        "        return again;\n",
        "        return 0U;\n"),
    "a new priority is not in the planes": (
        "set_planes(bank, first, change, value);",
        ""),
    "what was taken still waits": (
        "uint32_t due = waiting->due[at.index] & ~bit;",
        "uint32_t due = waiting->due[at.index];"),
    "what leaves a list register is not passed on": (
        "return vgic_touch(at, bit) & ~(1U << self->config->index);",
        "return 0U;"),
    "the end of an interrupt leaves the physical one active": (
        "    if ((bank->held & bit) != 0U) {\n        vgic_link_settle",
        "    if (false) {\n        vgic_link_settle"),
    "a fold forgets the physical interrupt": (
        "        bank->held |= bit;\n    }\n    if (((bank->clear",
        "    }\n    if (((bank->clear"),
    "a load does not look": (
        "    vgic_look_at_all(vcpu);\n    if ((cpu->bank.held",
        "    if ((cpu->bank.held"),
}
