# SPDX-License-Identifier: Apache-2.0
"""C objects of the image, by the layout that the debug information gives them.

The offsets and sizes that the hypervisor was compiled with are what its code uses, so they are read from there and
written down nowhere else. Only the unit that defines the configuration is looked into.

@implements REQ-VER-015
"""
from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Iterator, Optional

from elftools.dwarf.compileunit import CompileUnit
from elftools.dwarf.die import DIE

from image import Image

DW_OP_ADDR = 3
DW_ATE_SIGNED = 5


class NoLayout(Exception):
    """The debug information does not say what has to be known."""


@dataclass
class Type:
    """kind: struct, array, pointer, enum, integer or opaque. Fields, element and values as the kind has them."""
    kind: str
    name: str
    size: int
    fields: list[tuple[str, int, "Type"]] = field(default_factory=list)
    element: Optional["Type"] = None
    count: int = 0
    values: dict[int, str] = field(default_factory=dict)


@dataclass
class Variable:
    name: str
    address: int
    type: Type


def _text(die: DIE, attribute: str) -> str:
    value = die.attributes.get(attribute)
    return value.value.decode() if value else ""


def _number(die: DIE, attribute: str, default: int = 0) -> int:
    value = die.attributes.get(attribute)
    return value.value if value and isinstance(value.value, int) else default


class Objects:
    """The variables of one compilation unit, and what their bytes mean."""

    def __init__(self, image: Image, wanted: str):
        """`wanted` is a variable that the unit defines."""
        self.image = image
        self._types: dict[int, Type] = {}
        self.variables = self._find(wanted)

    # Reading the debug information.

    def _find(self, wanted: str) -> dict[str, Variable]:
        if not self.image.elf.has_dwarf_info():
            raise NoLayout("the image has no debug information")
        for unit in sorted(self.image.elf.get_dwarf_info().iter_CUs(), key=self._unlikely):
            found = {v.name: v for v in self._variables(unit)}
            if wanted in found:
                return found
        raise NoLayout(f"the debug information defines no {wanted}")

    @staticmethod
    def _unlikely(unit: CompileUnit) -> bool:
        return "tables" not in _text(unit.get_top_DIE(), "DW_AT_name")

    def _variables(self, unit: CompileUnit) -> Iterator[Variable]:
        for die in unit.get_top_DIE().iter_children():
            location = die.attributes.get("DW_AT_location")
            if die.tag == "DW_TAG_variable" and location and location.value[0] == DW_OP_ADDR:
                named = die.get_DIE_from_attribute("DW_AT_specification") if "DW_AT_specification" in die.attributes else die
                typed = die if "DW_AT_type" in die.attributes else named
                address = int.from_bytes(bytes(location.value[1:9]), "little")
                yield Variable(_text(named, "DW_AT_name"), address, self._type_of(typed))

    def _type_of(self, die: DIE) -> Type:
        if "DW_AT_type" not in die.attributes:
            return Type("opaque", "void", 0)
        return self._type(die.get_DIE_from_attribute("DW_AT_type"))

    def _type(self, die: DIE) -> Type:
        if die.offset not in self._types:
            made = self._types[die.offset] = Type("opaque", _text(die, "DW_AT_name"), _number(die, "DW_AT_byte_size"))
            self._fill(made, die)
        return self._types[die.offset]

    def _fill(self, made: Type, die: DIE) -> None:
        """Types may refer to themselves, so each is registered first and filled in here."""
        if die.tag in ("DW_TAG_const_type", "DW_TAG_volatile_type", "DW_TAG_typedef"):
            name = made.name
            made.__dict__.update(self._type_of(die).__dict__)
            made.name = made.name or name
        elif die.tag == "DW_TAG_structure_type" and "DW_AT_declaration" not in die.attributes:
            made.kind = "struct"
            made.fields = [(_text(m, "DW_AT_name"), _number(m, "DW_AT_data_member_location"), self._type_of(m))
                           for m in die.iter_children() if m.tag == "DW_TAG_member"]
        elif die.tag == "DW_TAG_array_type":
            self._fill_array(made, die)
        elif die.tag == "DW_TAG_pointer_type":
            made.kind, made.element = "pointer", self._type_of(die)
        elif die.tag == "DW_TAG_enumeration_type":
            made.kind = "enum"
            made.values = {_number(e, "DW_AT_const_value"): _text(e, "DW_AT_name") for e in die.iter_children()}
        elif die.tag == "DW_TAG_base_type":
            made.kind = "integer"

    def _fill_array(self, made: Type, die: DIE) -> None:
        """An array of arrays is one array of arrays' elements here: only the outermost count matters."""
        bounds = [_number(d, "DW_AT_upper_bound", -1) + 1 for d in die.iter_children() if d.tag == "DW_TAG_subrange_type"]
        element = self._type_of(die)
        for count in reversed(bounds[1:]):
            element = Type("array", "", element.size * count, element=element, count=count)
        made.kind, made.element, made.count = "array", element, bounds[0] if bounds else 0
        made.size = element.size * made.count

    # Reading objects.

    def variable(self, name: str) -> Variable:
        if name not in self.variables:
            raise NoLayout(f"the debug information defines no {name}")
        return self.variables[name]

    def get(self, name: str):
        """The value of a variable."""
        variable = self.variable(name)
        return self.read(variable.type, variable.address)

    def elements(self, name: str, counter: str) -> list:
        """An array variable, which must have as many elements as its counter says; none at all need not be there."""
        count = self.get(counter)
        if not count:
            return []
        variable = self.variable(name)
        if variable.type.count != count:
            place = f"{counter} (at 0x{self.variable(counter).address:x})"
            raise NoLayout(f"{place} is {count}, and {name} has {variable.type.count} entries")
        return self.sequence(variable.type.element, variable.address, count)

    def sequence(self, kind: Type, address: int, count: int) -> list:
        return [self.read(kind, address + n * kind.size) for n in range(count)]

    def target(self, structure: str, member: str) -> Type:
        """The type that a pointer member of a structure points to."""
        for kind in self._types.values():
            for name, _, of in kind.fields if kind.kind == "struct" and kind.name == structure else []:
                if name == member and of.element:
                    return of.element
        raise NoLayout(f"the debug information has no {structure}.{member}")

    def follow(self, record: SimpleNamespace, member: str, count: int) -> list:
        """What a pointer member of a record points to, as that many objects."""
        return self.sequence(self.target(record.of, member), getattr(record, member), count)

    def read(self, kind: Type, address: int):
        return self._value(kind, self.image.read(address, kind.size), 0, address)

    def _value(self, kind: Type, data: bytes, offset: int, address: int):
        if kind.kind == "struct":
            values = {n: self._value(t, data, offset + o, address + o) for n, o, t in kind.fields}
            if list(values) == ["value"]:
                return values["value"]  # an address of one kind: a structure to the compiler, a number to us
            return SimpleNamespace(of=kind.name, at=address, **values)
        if kind.kind == "array":
            step = kind.element.size
            if step == 1:
                return data[offset:offset + kind.size]
            return [self._value(kind.element, data, offset + n * step, address + n * step) for n in range(kind.count)]
        number = int.from_bytes(data[offset:offset + kind.size], "little")
        return kind.values.get(number, number) if kind.kind == "enum" else number

    def element_at(self, structure: str, address: int) -> Optional[tuple[str, int]]:
        """The variable, an array of this structure, and the index of its element that begins at this address."""
        for variable in self.variables.values():
            kind = variable.type.element if variable.type.kind == "array" else None
            if kind and kind.name == structure and kind.size:
                index, rest = divmod(address - variable.address, kind.size)
                if 0 <= index < variable.type.count and rest == 0:
                    return variable.name, index
        return None
