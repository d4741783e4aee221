# SPDX-License-Identifier: Apache-2.0
"""check-layers sees an upward arrow in the sources and in the objects."""
import json

import pytest

UP = "int exit_call(int n);\nint low(int n);\nint low(int n) { return exit_call(n) + 1; }\n"


@pytest.fixture
def layers(tree):
    def run(*objects, upwards=(), generated=()):
        rules = {"may use": {"lib": [], "arch/arm64": ["lib"], "partitions": ["arch/arm64", "lib"],
                             "guests": ["guests/lib"], "guests/lib": []},
                 "system headers": {"lib": ["stdint.h"]}, "generated headers": ["layout.h"],
                 "upwards": list(upwards), "generated": list(generated)}
        path = tree.write("layers.json", json.dumps(rules))
        return tree.gate("layers", "--rules", path, "--prefix", tree.path / "obj", *objects)
    return run


def test_include_that_goes_up(tree, layers):
    tree.write("partitions/vgic.h", "")
    tree.write("arch/arm64/a.c", '/* "partitions/x.h" */\n#include "partitions/vgic.h"\n')
    status, output = layers()
    assert status == 1 and "arch/arm64/a.c:2: error: arch/arm64/ may not use partitions/" in output


def test_guest_that_includes_the_hypervisor(tree, layers):
    tree.write("lib/types.h", "")
    tree.write("guests/brake/a.c", '#include "lib/types.h"\n')
    status, output = layers()
    assert status == 1 and "guests/ may not use lib/" in output


def test_system_header_that_is_not_freestanding(tree, layers):
    tree.write("lib/a.c", "#include <stdint.h>\n#include <stdio.h>\n")
    status, output = layers()
    assert status == 1 and "lib/a.c:2: error: <stdio.h> is not among the system headers" in output


def test_downward_and_generated_includes_pass(tree, layers):
    tree.write("lib/types.h", "")
    tree.write("arch/arm64/a.S", '#include "lib/types.h"\n#include "layout.h"\n')
    assert layers()[0] == 0


def test_include_of_nothing(tree, layers):
    tree.write("lib/a.c", '#include "lib/gone.h"\n')
    assert "neither a header of the project nor listed as generated" in layers()[1]


def objects(tree):
    top = "int exit_call(int n);\nint exit_call(int n) { return n; }\n"
    return tree.compile("arch/arm64/a.c", UP), tree.compile("partitions/b.c", top)


def test_call_that_goes_up(tree, layers):
    status, output = layers(*objects(tree))
    assert status == 1 and "arch/arm64/a.o: error: arch/arm64/ calls up: exit_call of partitions/b.o" in output


def test_listed_upward_call_passes(tree, layers):
    assert layers(*objects(tree), upwards=[{"symbol": "exit_call", "from": ["arch/arm64"]}])[0] == 0


def test_upward_call_is_listed_for_one_layer_only(tree, layers):
    assert layers(*objects(tree), upwards=[{"symbol": "exit_call", "from": ["lib"]}])[0] == 1


def test_symbol_that_nobody_defines(tree, layers):
    status, output = layers(tree.compile("arch/arm64/a.c", UP))
    assert status == 1 and "exit_call is defined in no object" in output


def test_listed_symbol_that_nobody_needs(tree, layers):
    status, output = layers(*objects(tree), upwards=[{"symbol": "exit_call", "from": ["arch/arm64"]}],
                            generated=[{"symbol": "core_configs"}])
    assert status == 1 and "core_configs is listed but nothing needs it" in output
