# SPDX-License-Identifier: Apache-2.0
"""The keyboard: what is typed goes to a partition, except what follows the escape key Ctrl-]."""

ESCAPE = 0x1D

HELP = """\
  Ctrl-] n        type into the next VM        Ctrl-] 1 ... 9  into VM 1 ... 9
  Ctrl-] q        end the machine              Ctrl-] Ctrl-]   Ctrl-] itself
  Ctrl-] h or ?   this help"""


class Keys:
    """Splits typed bytes into actions: ("type", bytes), ("next",), ("focus", index), ("quit",), ("help",)."""

    def __init__(self):
        self._escaped = False

    def feed(self, data):
        """The actions of these bytes, in order."""
        text = bytearray()
        for byte in data:
            if not self._escaped and byte != ESCAPE:
                text.append(byte)
                continue
            if self._escaped and byte == ESCAPE:
                text.append(byte)
            elif self._escaped:
                if text:
                    yield ("type", bytes(text))
                    text.clear()
                yield self._command(chr(byte))
            self._escaped = not self._escaped
        if text:
            yield ("type", bytes(text))

    @staticmethod
    def _command(key):
        if key in "nN\x0e":
            return ("next",)
        if key in "qQ\x11":
            return ("quit",)
        if key in "123456789":
            return ("focus", int(key) - 1)
        return ("help",)
