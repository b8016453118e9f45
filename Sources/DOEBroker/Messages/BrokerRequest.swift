package import DOEWords

/// What the daemon asks of its broker. There is no path among it, and nothing that a client sent.
package enum BrokerRequest: Hashable, Sendable {
    /// The file `config` of a function that has a mailbox; of the first function of such a device, for reading alone.
    case config(FunctionAddress, forReadingAlone: Bool)
    /// Who the process is whose pidfd comes with the request.
    case identity
    /// The user id of a name.
    case user(String)
    /// The group id of a name.
    case group(String)
    /// The kernel's log, for writing: a file of one's own.
    case kernelLog
    /// The kernel's own taint: to be set, to the one value that this product sets.
    case kernelTaint
    /// A file that root alone reads whole.
    case kernelFile(KernelFile)
    /// Something of the witness' arms.
    case arms(ArmsRequest)
    /// Where somebody stands whom a program in the kernel told of.
    case writer(WriterPlace)
    /// Of which version the broker is.
    case version
    /// The kernel's copy of the CDAT of a function that has a mailbox, for reading.
    case kernelCDAT(FunctionAddress)

    /// The files of the kernel's that are given, all for reading.
    package enum KernelFile: UInt32, Hashable, Sendable, CaseIterable {
        /// `/proc/iomem`: which physical addresses are whose.
        case addresses = 1
        /// `/proc/kallsyms`: the kernel's functions by their names. Not where they are: nobody needs that.
        case symbols = 2
    }

    /// The number that stands for it in a message.
    package enum Kind: UInt16, Hashable, Sendable, CaseIterable {
        case config = 1
        case identity
        case user
        case group
        case kernelLog
        case kernelTaint
        case kernelFile
        case armsFunctions
        case arm
        case armsWatch
        case armsCheck
        case beginCanary
        case endCanary
        case disarm
        case armsFiles
        case writer
        case leave
        case version
        case kernelCDAT

        /// How many descriptors come with a request.
        var descriptors: Int { self == .identity ? 1 : 0 }

        /// How long a request is, bytes.
        package var requestSize: Int { BrokerWire.headerSize + contentSize }

        private var contentSize: Int {
            switch self {
            case .config: 8
            case .user, .group: 2 + BrokerWire.nameRoom
            case .kernelFile, .armsFiles: 4
            case .armsFunctions: 2 + ArmsRequest.mostFunctions * BrokerWire.functionSize
            case .beginCanary: BrokerWire.functionSize + 4
            case .kernelCDAT: BrokerWire.functionSize
            case .writer: 21 + BrokerWire.mostNames * (2 + BrokerWire.fileNameRoom)
            case .identity, .kernelLog, .kernelTaint, .arm, .armsWatch, .armsCheck, .endCanary, .disarm, .leave,
                .version:
                0
            }
        }
    }

    package var kind: Kind {
        switch self {
        case .config: .config
        case .identity: .identity
        case .user: .user
        case .group: .group
        case .kernelLog: .kernelLog
        case .kernelTaint: .kernelTaint
        case .kernelFile: .kernelFile
        case .arms(let request): request.kind
        case .writer: .writer
        case .version: .version
        case .kernelCDAT: .kernelCDAT
        }
    }
}

/// The form of all messages: version, kind, status and number, 16 bytes, and behind them fields that each kind has in its
/// one order and size. Numbers have their lowest byte first.
package enum BrokerWire {
    /// Raised where a message changes: daemon and broker are installed together, and tell here where they are not.
    static let version: UInt16 = 1
    static let headerSize = 16
    /// What a broker says unasked that ends in order: its daemon is to end before it does, while all that the end of a
    /// daemon takes is still to be had.
    static let farewell = BrokerAnswer.done.bytes(kind: 0, number: 0)
    /// No name of an account is longer (LOGIN_NAME_MAX is 256, a directory's can be more).
    package static let nameRoom = 510
    static let sentenceRoom = 1000
    static let programRoom = 4096
    static let unitRoom = 256
    static let containerRoom = 512
    static let parentRoom = 96
    /// An address, and a byte that is 0.
    static let functionSize = 8
    /// As many names as a program in the kernel tells of a file, and as long.
    static let mostNames = 8
    static let fileNameRoom = 96
    /// A control group's path can be longer; then it is unknown.
    static let groupRoom = 2048
    static let versionRoom = 64

    /// The longest request: one that is longer is none.
    package static let longestRequest = BrokerRequest.Kind.allCases.map(\.requestSize).max() ?? 0
    /// The longest answer.
    package static let longestAnswer = 8192
}
