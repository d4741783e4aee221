# SPDX-License-Identifier: Apache-2.0
"""The compiler's word against the image: what system.json says of memory, vCPUs, devices and interrupts, and what the
checker found. The report shows every difference, and so does its exit status.

@implements REQ-REPORT-004
"""
from facts import pages


def _partition_memory(partition):
    for memory in partition["memory"]:
        yield memory["ipa"], memory["pa"], memory["size"], "RAM"
    if partition["uart"]:
        region = partition["uart"]["regions"][0]
        yield partition["console"]["ipa"], *pages(region["base"], region["size"]), partition["uart"]["name"]
    for device in partition["devices"]:
        for region in device["regions"]:
            start, size = pages(region["base"], region["size"])
            yield start, start, size, device["name"]


def _covered(found, ipa, pa, size):
    """All of it is mapped, there; it may be part of something larger."""
    return any(m["ipa"] <= ipa and ipa + size <= m["ipa"] + m["size"] and m["pa"] - m["ipa"] == pa - ipa for m in found)


def _said_up_to(mapped, said):
    """Where what is said without a gap from the start of a mapped range on comes to an end."""
    at = mapped["ipa"]
    for ipa, _, size, _ in sorted(said):
        if ipa <= at:
            at = max(at, ipa + size)
    return at


def _memory(partition, found):
    said = list(_partition_memory(partition))
    for ipa, pa, size, what in said:
        if not _covered(found["map"], ipa, pa, size):
            yield f"{partition['name']}: {what} at guest address 0x{ipa:x} is not at physical 0x{pa:x} in the image"
    for mapped in found["map"]:
        if _said_up_to(mapped, said) < mapped["ipa"] + mapped["size"]:
            yield f"{partition['name']}: guest address 0x{mapped['ipa']:x} is mapped in the image; the compiler does not say so"


def _vcpus(facts, partition, found):
    numbers = {c["name"]: c["mpidr"] for c in facts.system["board"]["cores"]}
    said = [(numbers[v["cpu"]], v["priority"]) for v in partition["vcpus"]]
    if said != [(v["mpidr"], v["priority"]) for v in found.get("vcpus", [])]:
        yield f"{partition['name']}: cores or priorities of its vCPUs differ in the image"
    if partition["entry"] != found.get("entry"):
        yield f"{partition['name']}: its entry point differs in the image"


def _interrupts(facts):
    said = {(i["intid"], None, None, i["edge"]) for i in facts.system["console"]["interrupts"]}
    for partition in facts.partitions:
        if partition["uart"]:
            line = partition["uart"]["interrupts"][0]
            said.add((line["intid"], partition["name"], partition["console"]["intid"], line["edge"]))
        for device in partition["devices"]:
            said |= {(i["intid"], partition["name"], i["intid"], i["edge"]) for i in device["interrupts"]}
    found = {(i["physical"], i["partition"], i["intid"], i["edge"]) for i in facts.separation["interrupts"]}
    for physical, partition, _, _ in sorted(said ^ found, key=str):
        yield f"physical interrupt {physical}: its route to {partition or 'the hypervisor'} differs in the image"


def differences(facts):
    found = []
    names = [p["name"] for p in facts.separation["partitions"]]
    if names != facts.names:
        found.append(f"partitions in the image: {', '.join(names)}; as the compiler says: {', '.join(facts.names)}")
    for partition in facts.partitions:
        if partition["name"] in names:
            record = facts.found(partition["name"])
            found += [*_memory(partition, record), *_vcpus(facts, partition, record)]
    return found + list(_interrupts(facts))
