internal import DOELinux
internal import DOEWords
internal import Glibc

/// The two copies of a ring's progress, as somebody finds them who is not its daemon.
struct ProgressCopies: Sendable {
    /// The newer whole copy.
    private(set) var newest: RingProgress?
    /// Copies that hold something else, and those that hold nothing.
    private var damaged: [Int] = []
    private var blank: [Int] = []

    /// A daemon writes one of the two at a time. One that is written while it is read looks damaged: then both are
    /// read again, `attempts` times in all.
    init(readingFrom ring: Ring, attempts: Int, _ pauseMicroseconds: UInt32) throws(LinuxError) {
        for attempt in 1...attempts {
            (newest, damaged, blank) = (nil, [], [])
            try read(ring)
            if damaged.isEmpty || attempt == attempts { return }
            usleep(pauseMicroseconds)
        }
    }

    private mutating func read(_ ring: Ring) throws(LinuxError) {
        for (index, offset) in RingLayout.progressOffsets.enumerated() {
            let bytes = try ring.file.read(RingProgress.size, at: offset, subject: ring.path)
            if let copy = RingProgress(bytes) {
                if newest?.isNewer(than: copy) != true { newest = copy }
            } else if bytes.count == RingProgress.size, bytes.allSatisfy({ $0 == 0 }) {
                blank.append(index)
            } else {
                damaged.append(index)
            }
        }
    }

    /// Whether neither was ever written, or both are gone.
    var areBlank: Bool { newest == nil && damaged.isEmpty }

    /// What is lost, for a person: the copy that is whole may be the older one, and the last number given another.
    var damage: [String] {
        // One is empty until the second write.
        let gone = newest.map { $0.generation > 1 } == true ? blank : []
        return damaged.map { "copy \($0 + 1) of the progress is damaged: the last number given is not known" }
            + gone.map { "copy \($0 + 1) of the progress is empty: the last number given is not known" }
    }
}
