# SPDX-License-Identifier: Apache-2.0
"""One mistake at a time: every property of a tree deleted, emptied, cut, extended, retyped and changed, every node deleted,
renamed, doubled, disabled, and given a property that nobody knows."""
import struct

import libfdt

ROOM = 8192
QUIET = [libfdt.NOTFOUND]


def walk(tree, node=0, path="/"):
    """Each node's path, with its properties: (path, {name: bytes})."""
    properties = {}
    offset = tree.first_property_offset(node, QUIET)
    while offset >= 0:
        entry = tree.get_property_by_offset(offset)
        properties[entry.name] = bytes(entry)
        offset = tree.next_property_offset(offset, QUIET)
    yield path, properties
    child = tree.first_subnode(node, QUIET)
    while child >= 0:
        yield from walk(tree, child, f"{path.rstrip('/')}/{tree.get_name(child)}")
        child = tree.next_subnode(child, QUIET)


def is_text(value):
    return len(value) > 1 and value[-1] == 0 and value[0] != 0 and b"\0\0" not in value and all(
        c == 0 or 32 <= c < 127 for c in value)


def texts(value):
    yield "nonsense", b"nonsense\0"
    yield "cut", value[:-2] + b"\0"
    yield "more", value + b"nonsense\0"
    yield "upper", value.upper()
    yield "cell", struct.pack(">I", 1)
    yield "line-break", value[:-1] + b"\n\0"


def cells(value):
    numbers = struct.unpack(f">{len(value) // 4}I", value)
    for index, old in enumerate(numbers):
        for name, new in (("+1", old + 1), ("=0", 0), ("=most", 0xffffffff), ("*2", old << 1)):
            changed = [*numbers[:index], new & 0xffffffff, *numbers[index + 1:]]
            yield f"{index}{name}", struct.pack(f">{len(numbers)}I", *changed)
    yield "fewer", value[:-4]
    yield "one-more", value + b"\0\0\0\0"
    yield "twice", value + value
    yield "text", b"text\0"


def values(value):
    yield "empty", b""
    if is_text(value):
        yield from texts(value)
    elif value and len(value) % 4 == 0:
        yield from cells(value)
    else:
        yield "cell", struct.pack(">I", 1)


def changes(tree):
    """Each mistake: path, property or None, what is done, and the new value or None."""
    for path, properties in walk(tree):
        if path.startswith("/__symbols__"):
            continue
        for name, value in properties.items():
            if name != "phandle":
                yield path, name, "delete", None
                known = {value}
                for kind, new in values(value):
                    if new not in known:
                        known.add(new)
                        yield path, name, kind, new
        if path != "/":
            yield from ((path, None, kind, None) for kind in ("delete", "rename", "double"))
        yield from ((path, "status", word, word.encode() + b"\0") for word in ("disabled", "reserved", "okey"))
        yield path, "colour", "unknown", b"red\0"


def double(tree, path, name):
    """A second node beside the first, with the same properties."""
    parent, second = path.rsplit("/", 1)[0], f"{name.split('@')[0]}2" + name[len(name.split('@')[0]):]
    properties = next(found for where, found in walk(tree, tree.path_offset(path), path) if where == path)
    tree.add_subnode(tree.path_offset(parent or "/"), second)
    for key, value in reversed(properties.items()):
        if key != "phandle":
            tree.setprop(tree.path_offset(f"{parent}/{second}"), key, value)


def mutate(blob, change):
    path, name, kind, value = change
    tree = libfdt.Fdt(bytearray(blob))
    tree.resize(len(blob) + ROOM)
    node = tree.path_offset(path)
    if name is not None and value is None:
        tree.delprop(node, name)
    elif name is not None:
        tree.setprop(node, name, value)
    elif kind == "delete":
        tree.del_node(node)
    elif kind == "rename":
        stem = tree.get_name(node).split("@")[0]
        tree.set_name(node, f"{stem}x{tree.get_name(node)[len(stem):]}")
    else:
        double(tree, path, tree.get_name(node))
    tree.pack()
    return bytes(tree.as_bytearray())
