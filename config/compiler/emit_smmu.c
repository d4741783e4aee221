/* SPDX-License-Identifier: Apache-2.0 */
/*
 * smmu_configs[], and the list of the parts of the hypervisor that the system is linked with (mk/hypervisor.mk).
 * @implements REQ-CONFIG-060
 */
#include "emit_smmu.h"

#include "emit.h"
#include "output.h"

void emit_smmus(const struct model *model, const struct translation *translation, FILE *file)
{
    (void)model;
    (void)translation;
    (void)fprintf(file, "\nconst uint32_t smmu_count = 0;\n");
}

void emit_parts(const struct model *model)
{
    FILE *file = output_open(model, "parts");
    (void)fprintf(file, "smmu-none\npci-none\ndma-none\n");
    output_close(file, "parts");
}
