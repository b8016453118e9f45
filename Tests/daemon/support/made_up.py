"""A sysfs tree that somebody made up: one function with a mailbox that takes everything and never answers, so that an
exchange lasts as long as the specification lets it, one second."""

import struct

MAILBOX = "0000:01:00.0@190"
ADDRESS = "0000:01:00.0"


def make_tree(root, name=ADDRESS, mailbox_version=1):
    function = root / "bus/pci/devices" / name
    function.mkdir(parents=True)
    (function / "config").write_bytes(config_space(mailbox_version))
    (function / "vendor").write_text("0x8086\n")
    (function / "device").write_text("0x0d93\n")
    (function / "class").write_text("0x050210\n")
    (function / "power_state").write_text("D0\n")
    return root


def config_space(mailbox_version=1):
    config = bytearray(4096)

    def put(offset, dword):
        struct.pack_into("<I", config, offset, dword)

    put(0x000, 0x0D93_8086)
    put(0x008, 0x050210 << 8)
    # A device serial number, then the mailbox.
    put(0x100, 0x0003 | 1 << 16 | 0x190 << 20)
    put(0x104, 0x1234)
    put(0x190, 0x002E | mailbox_version << 16)
    return config
