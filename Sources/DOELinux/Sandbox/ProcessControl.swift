internal import CLinux

/// What prctl(2) can be asked here, by the numbers of linux/prctl.h.
enum ProcessControl: Int32 {
    case getDumpable = 3
    case setDumpable = 4
    case getKeepsCapabilities = 7
    case setName = 15
    case getName = 16
    case getSeccomp = 21
    case readBoundingSet = 23
    case dropFromBoundingSet = 24
    case getSecureBits = 27
    case setSecureBits = 28
    case setNoNewPrivileges = 38
    case getNoNewPrivileges = 39
    case ambientSet = 47
    /// PR_SET_VMA: the C library names its memory, for /proc/PID/maps.
    case nameMemory = 0x5356_4d41

    /// Asks it of the calling thread; negative, with `errno`, where the kernel refuses.
    func ask(_ value: UInt = 0, _ second: UInt = 0) -> Int32 {
        clinux_process_control(rawValue, value, second)
    }
}
