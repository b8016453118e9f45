internal import CSystemd

/// This host's machine id, machine-id(5): journald writes it beside each entry as `_MACHINE_ID`.
public enum HostMachine {
    /// 32 hexadecimal digits; `nil` where the host has none.
    public static var id: String? {
        var id = sd_id128_t()
        guard unsafe sd_id128_get_machine(&id) >= 0 else { return nil }
        return unsafe withUnsafeBytes(of: &id) { bytes in
            unsafe bytes.map { byte in
                let digits = String(byte, radix: 16)
                return byte < 16 ? "0\(digits)" : digits
            }.joined()
        }
    }
}
