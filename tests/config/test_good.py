# SPDX-License-Identifier: Apache-2.0
"""What is made of good systems: the tables as hardware would walk them, the configuration, the guests' trees."""
import json
import os
import re
import shlex
import shutil
import subprocess

import libfdt
import pytest

from conftest import HERE, ROOT
from walker import Tables

GOOD = sorted((HERE / "good").glob("*.dts"))
CC = os.environ.get("CC", "aarch64-linux-gnu-gcc")
DEFAULT = ROOT / "boards/qemu-virt/safety-ivi.dts"

EL2_DEVICE = 1 << 54 | 1 << 10 | 1 << 6
EL2_RAM = 1 << 54 | 1 << 10 | 3 << 8 | 1 << 6 | 1 << 2
EL2_READ_ONLY = EL2_RAM | 1 << 7
GUEST_RAM = 1 << 10 | 3 << 8 | 3 << 6 | 0xF << 2
GUEST_DEVICE = 1 << 54 | 1 << 10 | 3 << 6 | 1 << 2
MIB = 0x100000


@pytest.fixture(scope="module", params=GOOD, ids=lambda file: file.stem)
def any_system(compiler, tmp_path_factory, request):
    return compiler.build(request.param.relative_to(HERE), tmp_path_factory.mktemp(request.param.stem))


def build(compiler, tmp_path, name):
    return compiler.build(f"good/{name}.dts", tmp_path)


def load(out):
    return json.loads((out / "system.json").read_text())


def number(text, name):
    """Value of the first `name = 0x...` or `.name = ...` in the generated C."""
    return int(re.search(rf"\b{name} = (0x[0-9a-f]+|\d+)", text)[1], 0)


def level_of_el2(text):
    return 0 if 64 - (number(text, "el2_tcr") & 0x3F) > 39 else 1


def test_good_systems_are_said_to_be_ok(compiler):
    """@verifies REQ-CONFIG-001"""
    for file in GOOD:
        result = compiler.check(file.relative_to(HERE))
        assert (result.returncode, result.stderr) == (0, "")
        assert result.stdout.splitlines()[-1] == f"good/{file.name}: ok"


def test_the_device_tree_makes_room_for_an_image_at_the_start_of_memory(compiler, tmp_path):
    """@verifies REQ-CONFIG-023"""
    for name, place in (("minimal", 0x40000000), ("lowest", 0x403FF000)):
        out = build(compiler, tmp_path / name, name)
        assert load(out)["partitions"][0]["device_tree"] == place


def test_the_check_says_where_memory_was_placed(compiler, tmp_path):
    """@verifies REQ-CONFIG-009"""
    notes = compiler.check("good/devices.dts").stdout.splitlines()[:-1]
    placed = [int(re.search(r"is placed at physical (0x[0-9a-f]+)$", note)[1], 16) for note in notes]
    partitions = load(build(compiler, tmp_path, "devices"))["partitions"]
    assert placed == [m["pa"] for p in partitions if p["name"] != "rt" for m in p["memory"]]
    assert notes[0].startswith("good/devices.dts:18:4: note: gp: memory at 0x40000000 (size 0x4000000) is placed")


def test_a_system_without_smmu_and_pci_asks_for_no_code_for_them(compiler, tmp_path):
    """@verifies REQ-CONFIG-060"""
    assert (build(compiler, tmp_path, "devices") / "parts").read_text().split() == ["dma-none", "pci-none"]


def test_stage2_maps_the_partitions_memory_and_nothing_of_another(any_system):
    """@verifies REQ-CONFIG-021"""
    system, tables = load(any_system), Tables(any_system / "tables.S")
    seen = []
    for index, partition in enumerate(system["partitions"]):
        leaves = tables.ranges(f"stage2_root_{index}", 1)
        ram = [leaf for leaf in leaves if leaf.attributes == GUEST_RAM]
        assert all(leaf.attributes == GUEST_DEVICE for leaf in leaves if leaf not in ram)
        wanted = sorted((m["ipa"], m["pa"], m["size"]) for m in partition["memory"])
        assert [(leaf.address, leaf.output, leaf.size) for leaf in ram] == wanted
        seen += [(leaf.output, leaf.output + leaf.size) for leaf in leaves]
    own = system["hypervisor"]
    seen += [(own["base"], own["base"] + own["size"]), (0x08000000, 0x08010000), (0x080A0000, 0x081E0000),
             (0x09000000, 0x09001000)]
    seen.sort()
    assert all(a[1] <= b[0] for a, b in zip(seen, seen[1:]))


def el2_expected(system):
    own = system["hypervisor"]
    expected = [(0x08000000, 0x08000000, 0x10000, EL2_DEVICE), (0x080A0000, 0x080A0000, 0x140000, EL2_DEVICE),
                (0x09000000, 0x09000000, 0x1000, EL2_DEVICE), (own["base"], "el2_image_pages", 2 * MIB, 0)]
    for smmu in (s["device"]["regions"][0] for s in system["smmus"]):
        expected.append((smmu["base"], smmu["base"], smmu["size"], EL2_DEVICE))
    if own["size"] > 4 * MIB:
        middle = own["base"] + 2 * MIB
        expected.append((middle, middle, own["size"] - 4 * MIB, EL2_READ_ONLY))
    if own["size"] > 2 * MIB:
        expected.append((own["base"] + own["size"] - 2 * MIB, "el2_tail_pages", 2 * MIB, 0))
    return expected + list(configuration_space(system))


def configuration_space(system):
    """Of PCI functions: a page each; pages side by side are one range."""
    pages = sorted(d["pci"]["config"] for p in system["partitions"] for d in p["devices"] if "pci" in d)
    for first in [page for page in pages if page - 0x1000 not in pages]:
        size = next(n for n in range(0x1000, 0x100000, 0x1000) if first + n not in pages)
        yield first, first, size, EL2_DEVICE


def test_el2_maps_its_own_image_and_devices_and_no_guest_memory(any_system):
    """@verifies REQ-CONFIG-020"""
    text = (any_system / "tables.c").read_text()
    tables = Tables(any_system / "tables.S")
    assert [tuple(leaf) for leaf in tables.ranges("el2_root_table", level_of_el2(text))] == \
        sorted(el2_expected(load(any_system)))


def test_load_roots_add_one_partitions_memory_to_el2s_map(any_system):
    """@verifies REQ-CONFIG-020"""
    text = (any_system / "tables.c").read_text()
    system, tables = load(any_system), Tables(any_system / "tables.S")
    for index, partition in enumerate(system["partitions"]):
        leaves = tables.leaves(f"load_root_{index}", level_of_el2(text))
        extra = [(m["pa"], m["pa"] + m["size"]) for m in partition["memory"]]
        ram = [leaf for leaf in leaves if leaf.attributes == EL2_RAM]
        assert sum(leaf.size for leaf in ram) == sum(end - start for start, end in extra)
        for leaf in ram:
            assert leaf.address == leaf.output
            assert any(start <= leaf.address and leaf.address + leaf.size <= end for start, end in extra)


def test_blocks_are_as_large_as_alignment_allows(compiler, tmp_path):
    """@verifies REQ-CONFIG-009 REQ-CONFIG-019"""
    tables = Tables(build(compiler, tmp_path, "high") / "tables.S")
    sizes = [leaf.size for leaf in tables.leaves("stage2_root_0", 1)]
    assert sizes == [1 << 30] * 3 + [2 * MIB] * 129
    assert len(tables.tables["stage2_root_0"]) == 1024  # 40 bits from level 1: two tables, concatenated
    assert len(tables.tables["el2_root_table"]) == 2    # 40 bits from level 0


def test_roots_are_aligned_to_their_size(any_system):
    """@verifies REQ-CONFIG-022"""
    tables = Tables(any_system / "tables.S").tables
    roots = re.findall(r"\.balign (\d+)\n\t\.global (\w+)\n", (any_system / "tables.S").read_text())
    roots = {name: int(alignment) for alignment, name in roots if name in tables and not name.startswith("smmu")}
    owners = {stream["partition"] for smmu in load(any_system)["smmus"] for stream in smmu["streams"]}
    assert len(roots) == 1 + 2 * len(load(any_system)["partitions"]) + len(owners)
    assert all(alignment == max(64, 8 * len(tables[name])) for name, alignment in roots.items())


def test_registers_say_how_large_addresses_are(compiler, tmp_path):
    """@verifies REQ-CONFIG-020 REQ-CONFIG-021"""
    text = (build(compiler, tmp_path / "high", "high") / "tables.c").read_text()
    walks = 1 << 8 | 1 << 10 | 3 << 12
    assert number(text, "el2_tcr") == 1 << 31 | 1 << 23 | walks | 2 << 16 | 24
    assert number(text, "vtcr") == 1 << 31 | walks | 2 << 16 | 1 << 6 | 24
    text = (build(compiler, tmp_path / "minimal", "minimal") / "tables.c").read_text()
    assert number(text, "el2_tcr") == 1 << 31 | 1 << 23 | walks | 32
    assert number(text, "vtcr") == 1 << 31 | walks | 1 << 6 | 32


def test_cores_must_have_the_bits_of_guest_addresses(compiler, tmp_path):
    """Guest memory above 4 GiB, physical memory below: PS is 36 bits. @verifies REQ-CONFIG-021"""
    text = (build(compiler, tmp_path / "devices", "devices") / "tables.c").read_text()
    assert [number(text, name) >> 16 & 7 for name in ("el2_tcr", "vtcr")] == [1, 1]


def test_cores_start_with_the_boot_core_then_by_urgency(compiler, tmp_path):
    """@verifies REQ-CONFIG-010"""
    text = (build(compiler, tmp_path, "devices") / "tables.c").read_text()
    assert re.findall(r"/\* (cpu\d) \*/\n        \.mpidr", text) == ["cpu0", "cpu5", "cpu3", "cpu2", "cpu4"]
    assert number(text, "service_core") == 0
    assert number(text, "vcpu_count") == 0  # of cpu0, the first


def test_devices_are_mapped_and_their_interrupts_routed(compiler, tmp_path):
    """@verifies REQ-CONFIG-004 REQ-CONFIG-021 REQ-CONFIG-025"""
    out = build(compiler, tmp_path, "devices")
    text, tables = (out / "tables.c").read_text(), Tables(out / "tables.S")
    devices = [tuple(leaf)[:3] for leaf in tables.ranges("stage2_root_0", 1) if leaf.attributes == GUEST_DEVICE]
    assert devices == [(0x0B001000, 0x0B001000, 0x3000), (0x20000000, 0x20000000, 0x400000)]
    assert [leaf.size for leaf in tables.leaves("stage2_root_0", 1) if leaf.address >> 24 == 0x20] == [2 * MIB] * 2
    devices = [tuple(leaf)[:3] for leaf in tables.ranges("stage2_root_1", 1) if leaf.attributes == GUEST_DEVICE]
    assert devices == [(0x09000000, 0x09040000, 0x1000), (0x0A000000, 0x0A000000, 0x1000)]
    assert re.findall(r"\.physical = (\d+), \.intid = (\d+), \.edge = (\w+), \.partition = &partition_configs\[(\d)\]",
                      text) == [("40", "33", "false", "1"), ("52", "52", "false", "1"), ("53", "53", "true", "1"),
                                ("72", "72", "true", "0"), ("73", "73", "false", "0")]
    assert "{.intid = 33, .physical = 0, .edge = false}" in text
    own = re.search(r"interrupt_config interrupts_1\[\] = \{\n([^;]*)\};", text)[1]
    assert re.findall(r"\.intid = (\d+), \.physical = (\d+)", own) == [("33", "40"), ("52", "52"), ("53", "53")]
    assert "interrupts_2" not in text  # no console, no device


def test_memory_is_placed_first_fit_above_the_hypervisor(compiler, tmp_path):
    """@verifies REQ-CONFIG-009"""
    system = load(build(compiler, tmp_path, "devices"))
    end = system["hypervisor"]["base"] + system["hypervisor"]["size"]
    gp, rt, quiet = system["partitions"]
    assert gp["memory"][0]["pa"] == end
    assert rt["memory"][0]["pa"] == 0x44800000 == end + 64 * MIB
    assert gp["memory"][1]["pa"] == end + 72 * MIB
    assert gp["memory"][2]["pa"] % (2 * MIB) == 0
    assert quiet["memory"][0]["pa"] == gp["memory"][2]["pa"] + 4 * MIB


def test_a_gib_is_placed_so_that_one_block_maps_it(compiler, tmp_path):
    """@verifies REQ-CONFIG-009"""
    out = build(compiler, tmp_path, "high")
    assert [leaf.size for leaf in Tables(out / "tables.S").leaves("stage2_root_1", 1)] == [1 << 30]


def test_pieces_are_copied_in_order_to_where_the_guest_expects_them(compiler, tmp_path):
    """@verifies REQ-CONFIG-008 REQ-CONFIG-025"""
    out = build(compiler, tmp_path, "devices")
    text, system = (out / "tables.c").read_text(), load(out)
    copies = re.findall(r"\(uint64_t\)blob_\d+\}, \.destination = \{(0x[0-9a-f]+)ULL\}, \.size = (0x[0-9a-f]+)ULL\}, "
                        r"/\* ([a-z 0-9]+) \*/", text)
    gp, rt = (system["partitions"][i]["memory"][0]["pa"] for i in (0, 1))
    assert [(int(a, 16), int(s, 16), w) for a, s, w in copies[:6]] == [
        (gp, 0x1000, "generated device tree"), (gp + 2 * MIB, 3 * MIB, "kernel"), (gp + 8 * MIB, 1006, "initrd"),
        (rt, 0x1000, "generated device tree"), (rt + 2 * MIB, 100, "segment 0"),
        (rt + 2 * MIB + 0x1000, 50, "segment 1")]
    assert system["partitions"][1]["entry"] == 0x40200008


def test_the_generated_c_and_assembler_compile_without_warnings(any_system):
    """@verifies REQ-CONFIG-022 REQ-CONFIG-025"""
    flags = os.environ.get("TABLES_FLAGS")
    if not flags or not shutil.which(CC):
        pytest.skip("needs the cross compiler; make test-config sets it up")
    for source in ("tables.c", "tables.S"):
        target = any_system / (source + ".o")
        command = [CC, *shlex.split(flags), "-c", str(any_system / source), "-o", str(target)]
        result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert (result.returncode, result.stderr) == (0, "")


def test_an_elf_file_is_entered_at_the_physical_address(compiler, tmp_path):
    """@verifies REQ-CONFIG-008"""
    assert load(build(compiler, tmp_path, "virtual"))["partitions"][0]["entry"] == 0x40200010


def test_each_partition_has_its_vmid_windows_and_stacks(compiler, tmp_path):
    """@verifies REQ-CONFIG-025"""
    text = (build(compiler, tmp_path, "devices") / "tables.c").read_text()
    assert re.findall(r"\.vmid = (\d+)", text) == ["1", "2", "3"]
    assert re.findall(r"stage2_root_(\d) \+ 0x(\w+)ULL", text) == [
        (str(index), f"{index + 1:04x}000000000000") for index in range(3)]
    assert re.findall(r"\.ipa = \{0x80a0000ULL\}, \.size = (\w+)ULL, \.kind = MMIO_VGICR", text) == [
        "0x40000", "0x20000", "0x20000"]
    assert text.count("MMIO_VUART") == 1  # gp's; rt has a real one, quiet none
    assert re.findall(r"stack_top = \(uint64_t\)el2_stacks \+ (\d+)U", text) == [
        str(8192 * (core + 1)) for core in range(5)]
    assert ".skip 5 * 8192" in (tmp_path / "tables.S").read_text()
    assert "SAFE_RESET" in text and re.findall(r"\.on_fault = (\w+)", text) == [
        "FAULT_STOP", "FAULT_RESTART", "FAULT_STOP"]


def strings(tree, path, name):
    data = bytes(tree.getprop(tree.path_offset(path), name))
    return data.rstrip(b"\0").decode().split("\0")


def cells(tree, path, name):
    data = bytes(tree.getprop(tree.path_offset(path), name))
    return [int.from_bytes(data[i:i + 4], "big") for i in range(0, len(data), 4)]


def guest(out, name):
    return libfdt.FdtRo((out / f"guest-{name}.dtb").read_bytes())


def test_the_guests_tree_describes_its_machine(compiler, tmp_path):
    """@verifies REQ-CONFIG-023"""
    tree = guest(build(compiler, tmp_path, "devices"), "gp")
    assert strings(tree, "/chosen", "stdout-path") == ["/pl011@9000000"]
    assert cells(tree, "/chosen", "linux,initrd-start") == [0, 0x40800000]
    assert cells(tree, "/chosen", "linux,initrd-end") == [0, 0x40800000 + 1006]
    assert cells(tree, "/memory@40000000", "reg") == [0, 0x40000000, 0, 0x04000000]
    assert cells(tree, "/memory@100000000", "reg") == [1, 0, 0, 0x00400000]
    assert cells(tree, "/cpus/cpu@1", "reg") == [1]
    assert strings(tree, "/cpus/cpu@0", "compatible") == ["arm,cortex-a57"]
    assert strings(tree, "/psci", "method") == ["hvc"]
    assert cells(tree, "/intc@8000000", "reg") == [0, 0x08000000, 0, 0x10000, 0, 0x080A0000, 0, 0x40000]
    assert cells(tree, "/pl011@9000000", "interrupts") == [0, 1, 4]
    assert cells(tree, "/apb-pclk", "clock-frequency") == [24000000]


def test_a_passed_through_device_is_described_without_what_the_guest_lacks(compiler, tmp_path):
    """@verifies REQ-CONFIG-024"""
    out = build(compiler, tmp_path, "devices")
    tree = guest(out, "gp")
    can = tree.path_offset("/can@b001000")
    assert strings(tree, "/can@b001000", "compatible") == ["test,can", "test,bus"]
    assert cells(tree, "/can@b001000", "reg") == [0, 0x0B001000, 0, 0x100, 0, 0x0B003000, 0, 0x1000]
    assert cells(tree, "/can@b001000", "interrupts") == [0, 40, 1, 0, 41, 4]
    assert cells(tree, "/can@b001000", "test,bit-rate") == [500000]
    assert tree.getprop(can, "pinctrl-0", [libfdt.NOTFOUND]) == -libfdt.NOTFOUND
    clock = tree.node_offset_by_phandle(cells(tree, "/can@b001000", "clocks")[0])
    assert int.from_bytes(bytes(tree.getprop(clock, "clock-frequency")), "big") == 48000000
    assert tree.path_offset("/can@b001000/node") > 0
    adc = tree.node_offset_by_phandle(cells(tree, "/adc@b002000", "clocks")[0])  # assigned-clock-rates says how fast
    assert int.from_bytes(bytes(tree.getprop(adc, "clock-frequency")), "big") == 36000000
    assert cells(guest(out, "rt"), "/apb-pclk", "clock-frequency") == [48000000]  # of the real UART


def test_devices_of_one_partition_may_refer_to_each_other(compiler, tmp_path):
    """@verifies REQ-CONFIG-024"""
    tree = guest(build(compiler, tmp_path, "devices"), "rt")
    gpio = cells(tree, "/rtc@a000000", "wakeup-gpios")
    assert tree.node_offset_by_phandle(gpio[0]) == tree.path_offset("/alarm@a000800") and gpio[1:] == [1, 0]


def test_what_the_user_adds_is_in_the_guests_tree(compiler, tmp_path):
    """@verifies REQ-CONFIG-031"""
    tree = guest(build(compiler, tmp_path, "devices"), "rt")
    assert cells(tree, "/led", "test,level") == [7]
    assert cells(tree, "/chosen", "kaslr-seed") == [0x12345678, 0x9ABCDEF0]
    assert strings(tree, "/chosen", "stdout-path") == ["/pl011@9000000"]
    targets = [("interrupt-parent", "/intc@8000000"), ("test,led", "/led"), ("wakeup-gpios", "/alarm@a000800")]
    for name, path in targets:
        assert tree.node_offset_by_phandle(cells(tree, "/button", name)[0]) == tree.path_offset(path), name


def test_unprotected_dma_is_named_in_the_report_and_at_boot(compiler, tmp_path):
    """@verifies REQ-CONFIG-029"""
    text = (build(compiler, tmp_path / "1", "devices") / "tables.c").read_text()
    assert 'boot_line[] = "bulkhead: EL2 up, 5 cores, 3 partitions";' in text
    out = build(compiler, tmp_path / "2", "master")
    assert 'EL2 up, 3 cores, 2 partitions; DMA WITHOUT PROTECTION: gp";' in (out / "tables.c").read_text()
    report = (out / "report.txt").read_text()
    assert "DMA WITHOUT PROTECTION" in report and re.search(r'nic +compatible "virtio,mmio"', report)
    assert "accepted because: the other partition is not critical" in report


def test_a_partition_without_console_has_none_in_its_tree(compiler, tmp_path):
    """@verifies REQ-CONFIG-023"""
    tree = guest(build(compiler, tmp_path, "devices"), "quiet")
    assert tree.path_offset("/pl011@9000000", [libfdt.NOTFOUND]) == -libfdt.NOTFOUND
    assert tree.getprop(tree.path_offset("/chosen"), "stdout-path", [libfdt.NOTFOUND]) == -libfdt.NOTFOUND


def test_dtc_finds_nothing_to_warn_of_in_the_guests_trees(any_system):
    """@verifies REQ-CONFIG-023"""
    for tree in any_system.glob("guest-*.dtb"):
        result = subprocess.run(["dtc", "-I", "dtb", "-O", "dts", "-o", "/dev/null", str(tree)], capture_output=True,
                                text=True, check=True)
        assert result.stderr == ""


def test_the_same_system_gives_the_same_bytes(compiler, tmp_path):
    """@verifies REQ-CONFIG-023 REQ-CONFIG-009"""
    out = build(compiler, tmp_path, "devices")
    first = {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()}
    assert len(first) > 12
    build(compiler, tmp_path, "devices")
    assert {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()} == first


def test_system_json_names_the_uart_of_each_console(compiler, tmp_path):
    """@verifies REQ-CONFIG-026"""
    system = load(build(compiler, tmp_path, "devices"))
    assert system["hypervisor"]["uart"] == "uart0"
    assert system["consoles"] == [{"partition": "gp", "uart": "uart0", "console": 0},
                                  {"partition": "rt", "uart": "uart1", "console": None},
                                  {"partition": "quiet", "uart": None, "console": None}]


def test_layout_h_bounds_the_image(any_system):
    """@verifies REQ-CONFIG-026"""
    own = load(any_system)["hypervisor"]
    layout = dict(re.findall(r"#define (\w+) (0x[0-9a-f]+)", (any_system / "layout.h").read_text()))
    assert int(layout["IMAGE_BASE"], 16) == own["base"]
    assert int(layout["IMAGE_END"], 16) == own["base"] + own["size"]
    blobs = re.findall(r"\.incbin \"[^\"]+\", \d+, (\d+)", (any_system / "tables.S").read_text())
    needed = int(layout["IMAGE_CORE_MAX"], 16) + sum(-(-int(size) // 4096) * 4096 for size in blobs) + 4096
    assert own["size"] == -(-needed // (2 * MIB)) * (2 * MIB)


def test_a_new_image_makes_the_tables_out_of_date(compiler, tmp_path):
    """@verifies REQ-CONFIG-007"""
    text = (build(compiler, tmp_path, "devices") / "images.d").read_text()
    for name in ("Image", "initrd", "good.elf", "raw.bin"):
        assert f"{tmp_path}/tables.c {tmp_path}/tables.S: {compiler.images}/{name}\n" in text


def test_the_report_lists_all_memory_in_order(compiler, tmp_path):
    """@verifies REQ-CONFIG-027"""
    report = (build(compiler, tmp_path, "devices") / "report.txt").read_text()
    starts = [int(match, 16) for match in re.findall(r"^  (0x\w{10}) 0x\w{10} 0x", report, re.MULTILINE)]
    assert starts == sorted(starts) and 0x40200000 in starts and 0x44800000 in starts
    assert re.search(r"1 +cpu5 +rt/vcpu0 +255", report)


def test_the_default_system_is_good(compiler, tmp_path):
    """@verifies REQ-CONFIG-003 REQ-CONFIG-005 REQ-CONFIG-006"""
    folder = tmp_path / "images"
    folder.mkdir()
    for name, source in (("brake.elf", "good.elf"), ("vmlinuz", "Image"), ("initrd.cpio", "initrd")):
        shutil.copy(compiler.images / source, folder / name)
    result = compiler.run(DEFAULT, "--out", str(tmp_path / "out"), images_dir=folder)
    assert (result.returncode, result.stderr) == (0, "")
    text = (tmp_path / "out" / "tables.c").read_text()
    assert "{.intid = 33, .physical = 40, .edge = false}" in text
    assert ".midr = 0x410fd070U" in text and ".midr_mask = 0xff0ffff0U" in text


@pytest.mark.parametrize("core, midr, mask", [("arm,cortex-a53", 0x410FD030, 0xFF0FFFF0),
                                              ("qemu,max", 0x000F0510, 0xFF0FFFFF)])
def test_the_expected_midr_follows_the_compatible_of_the_core(compiler, tmp_path, core, midr, mask):
    """@verifies REQ-CONFIG-003"""
    source = (HERE / "board.dtsi").read_text().replace("arm,cortex-a57", core)
    (tmp_path / "board.dtsi").write_text(source)
    (tmp_path / "good").mkdir()
    (tmp_path / "good/minimal.dts").write_text((HERE / "good/minimal.dts").read_text())
    out = compiler.build(tmp_path / "good/minimal.dts", tmp_path / "out")
    text = (out / "tables.c").read_text()
    assert (number(text, "midr"), number(text, "midr_mask")) == (midr & mask, mask)


def test_cores_have_their_place_in_clusters(compiler, tmp_path):
    """@verifies REQ-CONFIG-003 REQ-CONFIG-050"""
    text = (build(compiler, tmp_path, "affinity") / "tables.c").read_text()
    found = re.findall(r"/\* (cpu\d) \*/\n        \.mpidr = (0x[0-9a-f]+)ULL,\n        \.sgi = 0x[0-9a-f]+ULL,\n"
                       r"        \.midr = (0x[0-9a-f]+)U", text)
    assert found == [("cpu0", "0x0", "0x410fd030"), ("cpu1", "0x10101", "0x410fd080"), ("cpu2", "0x100000203", "0x410fd050")]


def test_undefined_behaviour_is_not_hidden_by_the_build(compiler):
    """The tests above mean little for memory safety unless the compiler is the instrumented one."""
    from conftest import COMPILER
    symbols = subprocess.run(["nm", "-D", COMPILER], capture_output=True, text=True, check=True).stdout
    if "asan" not in symbols:
        pytest.skip("BULKHEAD_CONFIG is not the ASan build; make test-config uses it")
