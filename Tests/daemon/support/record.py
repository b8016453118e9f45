"""A record's bytes, as the chain's digest is over them (docs/fields.md, "The chain")."""

import hashlib

ORDER = """MESSAGE MESSAGE_ID PRIORITY SYSLOG_IDENTIFIER DOE_EVENT DOE_INSTANCE DOE_SEQ DOE_CHAIN DOE_BOOT DOE_TIME
DOE_MONOTONIC DOE_SCHEMA DOE_BEFORE DOE_KIND DOE_ROAD DOE_MAILBOX DOE_ADDRESS DOE_DEVICE DOE_SERIAL DOE_DRIVER DOE_OBJECT
DOE_OBJECT_NAME DOE_CLASS DOE_VERDICT DOE_WOULD DOE_RULE DOE_POLICY DOE_MODE DOE_STATUS DOE_TOLD DOE_LIMIT
DOE_COUNT DOE_FIRST DOE_LAST DOE_WITH DOE_OBSERVED DOE_REQUEST_BYTES
DOE_REQUEST_SHA256 DOE_RESPONSE_BYTES DOE_RESPONSE_SHA256 DOE_LATENCY_USEC DOE_TAINT DOE_ACKNOWLEDGED DOE_SUBJECT DOE_REASON DOE_SPDM
DOE_COMPLIANCE
DOE_LEASE DOE_LEASE_HOLDER DOE_LEASE_UNTIL DOE_LEASE_REASON
DOE_CLIENT_PID DOE_CLIENT_UID DOE_CLIENT_TCPUID DOE_CLIENT_LOGINUID DOE_CLIENT_SESSION DOE_CLIENT_EXE DOE_CLIENT_UNIT
DOE_CLIENT_CONTAINER DOE_CLIENT_PARENT DOE_CLIENT_COMMAND""".split()


def encoded(record):
    """The record's bytes in journald's native protocol, as they stood in the ring."""
    data = b""
    for name in ORDER:
        if name not in record:
            continue
        value = record[name].encode()
        if b"\n" in value:
            data += name.encode() + b"\n" + len(value).to_bytes(8, "little") + value + b"\n"
        else:
            data += name.encode() + b"=" + value + b"\n"
    return data


def check_whole(records):
    """Numbers from 1 without a gap, and each record carries the digest of the one before."""
    assert list(records) == list(range(1, len(records) + 1)), f"numbers: {list(records)}"
    chain = "0" * 64
    for number, record in records.items():
        assert record["DOE_CHAIN"] == chain, f"record {number} does not fit the one before"
        chain = hashlib.sha256(encoded(record)).hexdigest()
