# SPDX-License-Identifier: Apache-2.0
"""How numbers are written: addresses as a debugger wants them, sizes as people say them."""

UNITS = ((1 << 40, "TiB"), (1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"))


def address(value):
    return f"0x{value:08x}"


def span(start, size):
    """First and last byte."""
    return f"{address(start)} - {address(start + size - 1)}"


def sized(size):
    """A size to three or four digits; exact if it is a multiple of its unit."""
    for unit, name in UNITS:
        if size >= unit:
            value = size / unit
            return f"{size // unit} {name}" if size % unit == 0 else f"{value:.{1 if value < 1000 else 0}f} {name}"
    return f"{size} bytes" if size != 1 else "1 byte"


def microseconds(ns):
    """A time in us, exact."""
    return f"{ns // 1000}.{ns % 1000:03d}".rstrip("0").rstrip(".") + " us"


def plural(count, noun):
    return f"{count} {noun}{'' if count == 1 else 's'}"


def listed(items):
    return ", ".join(str(i) for i in items)


def interrupt(intid):
    """Arm IHI 0069H, 2.2.1."""
    if intid < 16:
        return f"SGI {intid}"
    return f"PPI {intid - 16}" if intid < 32 else f"SPI {intid - 32}"


def trigger(edge):
    return "edge" if edge else "level"


def core(mpidr):
    return str(mpidr) if mpidr < 256 else f"0x{mpidr:x}"
