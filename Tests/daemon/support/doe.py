"""Data objects as they are on the wire (PCIe r6.0 6.30): little-endian dwords, the first two are the header."""

import struct


def data_object(vendor, kind, payload=b"", length=None, connection=0, reserved=0):
    """An object whose header says `length` dwords, the true number unless given."""
    payload += bytes(-len(payload) % 4)
    if length is None:
        length = (2 + len(payload) // 4) % (1 << 18)
    return struct.pack("<II", vendor | kind << 16 | reserved << 24, length | connection << 18) + payload


def named(name, payload=b"", **header):
    vendor, kind = (int(part, 16) for part in name.split(":"))
    return data_object(vendor, kind, payload, **header)


def discovery(index, version=0):
    return data_object(0x0001, 0x00, struct.pack("<I", index | version << 8))


def discovered(response):
    """((vendor, type), next index) of a discovery response."""
    (dword,) = struct.unpack("<I", response[8:12])
    return (dword & 0xFFFF, dword >> 16 & 0xFF), dword >> 24


def table_access(handle):
    return data_object(0x1E98, 0x02, struct.pack("<I", handle << 16))


def table_entry(response):
    """(next handle, the entry's bytes) of a table access response."""
    (dword,) = struct.unpack("<I", response[8:12])
    return dword >> 16, response[12:]


ECHO = "10de:01"
"""The simulated vendor function sends the payload of this object back."""
COUNTER = "10de:02"
"""It counts the executions of this one: a side effect that can be seen."""
COMPLIANCE = "1e98:00"


def count(response):
    return struct.unpack("<I", response[8:12])[0]
