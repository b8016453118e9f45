"""CDATs written by hand, structure by structure, and what `doe-audit cdat --json` has to say of each."""

import struct

KINDS = ("access latency", "read latency", "write latency", "access bandwidth", "read bandwidth", "write bandwidth")
LEVELS = ("memory", "cache of level 1", "cache of level 2", "cache of level 3")
UNREACHABLE, NOT_PROVIDED = 0xFFFF, 0


def table(structures, more=0, sequence=7):
    """Header and structures; the header promises `more` bytes than there are, and the bytes there are add up."""
    body = b"".join(structures)
    header = bytearray(struct.pack("<IBB6xI", 16 + len(body) + more, 1, 0, sequence))
    header[5] = -sum(header + body) % 256
    return bytes(header) + body


def dsmas(handle, flags, base, length):
    return struct.pack("<BBHBBHQQ", 0, 0, 24, handle, flags, 0, base, length), {
        "structure": "DSMAS", "type": 0, "bytes": 24, "handle": handle, "flags": flags, "base": f"0x{base:016x}",
        "length": {"value": length, "unit": "bytes"},
        "memory": {
            "nonVolatile": bool(flags & 4), "shareable": bool(flags & 8), "hardwareCoherent": bool(flags & 16),
            "dynamicCapacity": bool(flags & 32), "readOnly": bool(flags & 64)}}


def dslbis(handle, flags, kind, unit, entries):
    level = flags & 15
    return struct.pack("<BBHBBBBQHHHH", 1, 0, 24, handle, flags, kind, 0, unit, *entries, 0), {
        "structure": "DSLBIS", "type": 1, "bytes": 24, "handle": handle, "flags": flags, "scale": scale(kind, unit),
        "hierarchy": {
            "level": LEVELS[level] if level < 4 else f"memory hierarchy {level}",
            "largeTransfers": bool(flags & 16), "nonSequential": bool(flags & 32)},
        "measures": [measure(entry, kind, unit) for entry in entries]}


def dsmscis(handle, size, attributes):
    mapping, policy = attributes >> 8 & 15, attributes >> 12 & 15
    return struct.pack("<BBHBxxxQI", 2, 0, 20, handle, size, attributes), {
        "structure": "DSMSCIS", "type": 2, "bytes": 20, "handle": handle, "size": {"value": size, "unit": "bytes"},
        "cache": {
            "register": f"0x{attributes:08x}", "levels": attributes & 15, "level": attributes >> 4 & 15,
            "associativity": ("no associativity", "direct mapped", "complex indexing")[mapping]
            if mapping < 3 else f"associativity {mapping}",
            "writePolicy": ("no write policy", "write back", "write through")[policy]
            if policy < 3 else f"write policy {policy}",
            "line": {"value": attributes >> 16, "unit": "bytes"}}}


def dsis(flags, handle):
    return struct.pack("<BBHBBH", 3, 0, 8, flags, handle, 0), {
        "structure": "DSIS", "type": 3, "bytes": 8, "handle": handle, "flags": flags, "attachedMemory": bool(flags & 1)}


def dsemts(handle, kind, start, length):
    names = (
        "EFI conventional memory", "EFI conventional memory, specific purpose (EFI_MEMORY_SP)", "EFI reserved memory")
    return struct.pack("<BBHBBHQQ", 4, 0, 24, handle, kind, 0, start, length), {
        "structure": "DSEMTS", "type": 4, "bytes": 24, "handle": handle, "memoryType": kind,
        "memoryTypeName": names[kind] if kind < 3 else f"EFI memory type {kind}", "start": f"0x{start:016x}",
        "length": {"value": length, "unit": "bytes"}}


def sslbis(kind, unit, pairs):
    names = {0x100: "upstream", 0xFFFF: "any"}
    entries = b"".join(struct.pack("<HHHH", x, y, value, 0) for x, y, value in pairs)
    return struct.pack("<BBHBxxxQ", 5, 0, 16 + len(entries), kind, unit) + entries, {
        "structure": "SSLBIS", "type": 5, "bytes": 16 + len(entries), "scale": scale(kind, unit),
        "pairs": [
            {"portX": names.get(x, str(x)), "portY": names.get(y, str(y)), "measure": measure(value, kind, unit)}
            for x, y, value in pairs]}


def other(kind, body):
    whole = struct.pack("<BBH", kind, 0, 4 + len(body)) + body
    return whole, {"structure": f"type {kind}", "type": kind, "bytes": len(whole), "raw": whole.hex()}


def scale(kind, unit):
    known = {"measures": KINDS[kind]} if kind < len(KINDS) else {}
    return {"dataType": kind, "baseUnit": unit, **known}


def measure(entry, kind, unit):
    if entry == UNREACHABLE:
        return {"entry": entry, "state": "unreachable"}
    if entry * unit == 0:
        return {"entry": entry, "state": "not provided"}
    if entry * unit >= 1 << 64:
        return {"entry": entry, "state": "too large"}
    units = {"unit": "ps" if kind < 3 else "MB/s"} if kind < len(KINDS) else {}
    return {"entry": entry, "state": "given", "value": entry * unit, **units}


def random_structure(choice):
    """(its bytes, what is said of it); `choice` is a random.Random."""
    wide = choice.getrandbits(choice.choice((0, 8, 40, 64)))
    entry = lambda: choice.choice((UNREACHABLE, NOT_PROVIDED, choice.getrandbits(16)))  # noqa: E731
    byte, kind = choice.getrandbits(8), choice.randrange(8)
    return choice.choice((
        lambda: dsmas(byte, choice.getrandbits(8), wide, choice.getrandbits(64)),
        lambda: dslbis(byte, choice.getrandbits(8), kind, wide, (entry(), entry(), entry())),
        lambda: dsmscis(byte, wide, choice.getrandbits(32)),
        lambda: dsis(choice.getrandbits(8), byte),
        lambda: dsemts(byte, kind, wide, choice.getrandbits(64)),
        lambda: sslbis(kind, wide, [
            (choice.choice((0x100, 0xFFFF, choice.getrandbits(8))), choice.getrandbits(8), entry())
            for _ in range(choice.randrange(4))]),
        lambda: other(choice.randrange(6, 256), choice.randbytes(choice.randrange(20)))))()
