# SPDX-License-Identifier: Apache-2.0
# What the machine must have. `make run`, `smoke` and `test` call tools/setup first and then make again, because
# which compilers there are is looked at when make starts. @implements REQ-SYS-014

## setup                     install what `make test` needs and this machine lacks
.PHONY: setup
setup:
	@tools/setup test

# The distribution's own, which the python3-* packages of tools/packages are for; not one that is first on the PATH.
PYTHON ?= /usr/bin/python3
