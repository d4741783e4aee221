# SPDX-License-Identifier: Apache-2.0
"""check-licence looks at the first lines, and for folders of one machine."""
from conftest import LICENCE


def test_source_without_a_licence(tree):
    tree.write("lib/a.c", "int a;\n")
    status, output = tree.gate("licence")
    assert status == 1 and "lib/a.c:1: error: no SPDX-License-Identifier" in output


def test_script_without_a_suffix_needs_a_licence(tree):
    tree.write("tools/go", "#!/bin/sh\ntrue\n")
    assert "tools/go:1: error: no SPDX" in tree.gate("licence")[1]


def test_licence_that_is_not_ours(tree):
    tree.write("lib/a.c", "/* SPDX-License-Identifier: GPL-2.0-only */\n")
    assert "'GPL-2.0-only' is not one of the project's" in tree.gate("licence")[1]


def test_licence_after_the_third_line_is_too_late(tree):
    tree.write("lib/a.c", "\n\n\n" + LICENCE)
    assert tree.gate("licence")[0] == 1


def test_page_that_names_a_folder_of_one_machine(tree):
    tree.write("docs/a.md", "Run it\nin /home/somebody/bulkhead.\n")
    status, output = tree.gate("licence")
    assert status == 1 and "docs/a.md:2: error: /home/somebody" in output


def test_licensed_tree_passes(tree):
    tree.write("lib/a.c", LICENCE)
    tree.write("docs/a.md", "See `docs/root/a.md` and $(CURDIR)/work/a.\n")
    assert tree.gate("licence") == (0, "licence:  1 files with a licence\n")
