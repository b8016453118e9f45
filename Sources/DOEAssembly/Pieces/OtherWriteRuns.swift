internal import DOEWords

/// Runs of writes that are part of no exchange, each of one thread at one function.
struct OtherWriteRuns {
    struct Run {
        let function: FunctionAddress
        var writes: OtherWrites
    }

    private var runs: [Run] = []

    var count: Int { runs.count }

    /// Takes writes; gives the runs that end by that.
    mutating func append(_ writes: OtherWrites, of function: FunctionAddress) -> [Run] {
        guard
            let place = runs.firstIndex(where: {
                $0.function == function && $0.writes.thread == writes.thread && $0.writes.way == writes.way
            })
        else {
            runs.append(Run(function: function, writes: writes))
            return runs.count > AssemblyLimits.runs ? [runs.removeFirst()] : []
        }
        runs[place].writes.count += writes.count
        runs[place].writes.ended = max(runs[place].writes.ended, writes.ended)
        return []
    }

    var deadline: UInt64? { runs.map(\.writes.deadline).min() }

    mutating func advance(to time: UInt64) -> [Run] { take { $0.writes.deadline <= time } }

    /// Ends those of functions that this says.
    mutating func finish(_ isOver: (FunctionAddress) -> Bool) -> [Run] { take { isOver($0.function) } }

    private mutating func take(_ isOver: (Run) -> Bool) -> [Run] {
        guard runs.contains(where: isOver) else { return [] }
        let over = runs.filter(isOver)
        runs.removeAll(where: isOver)
        return over
    }
}
