public import DOEPolicy
public import DOEWords

/// What is expected of the rules of this host. What a package expects is tried against the package's rules alone:
/// a site's rules are there to decide otherwise. What the site expects is tried against all of them.
public struct HostExpectations: Sendable {
    private let site: Expectations
    private let packaged: Expectations
    /// The package's rules.
    private let package: Policy
    /// Files that look like expectations, and are not read.
    public let warnings: [RuleWarning]

    /// Loads the `.expect` files beside the rules, which mask each other as rule files do.
    ///
    /// - Parameters:
    ///   - kernel: the one that the rules were loaded for.
    ///   - names: looks up users, groups and programs.
    init(beside rules: DropInDirectories, kernel: KernelFacts, names: any NameResolver = HostNames()) throws {
        let beside = DropInDirectories(
            paths: rules.paths, selection: .suffix(".expect"), mustExist: rules.mustExist, owners: rules.owners)
        let files = try HostPolicy.read(beside)
        warnings = HostPolicy.warnings(beside)
        site = try Expectations.load(files: files.filter { !rules.isPackaged($0.path) }, resolver: names)
        packaged = try Expectations.load(files: files.filter { rules.isPackaged($0.path) }, resolver: names)
        package =
            packaged.count == 0
            ? Policy.denyAll(generation: 0)
            : try Policy.load(
                files: try HostPolicy.read(rules.packaged).filter { rules.isPackaged($0.path) },
                kernel: kernel, resolver: names, generation: 0)
    }

    /// How many requests it is about.
    public var count: Int { site.count + packaged.count }

    /// What these rules, and the package's, decide otherwise at a time.
    public func differences(under policy: Policy, at time: Timestamp) -> [ExpectationDifference] {
        site.differences(under: Judge(policy), at: time) + packaged.differences(under: Judge(package), at: time)
    }
}

extension DropInDirectories {
    /// The number from which on a package's files have their names, so that a site's come before them.
    private static let packagedFrom = "90-"

    /// Whether a file here comes with a package: it stands in the directory of lowest precedence. In a directory named
    /// by hand, where there is only one, its name tells.
    func isPackaged(_ path: String) -> Bool {
        guard let last = paths.last, paths.count > 1 else {
            let name = path.utf8.split(separator: UInt8(ascii: "/")).last ?? []
            return !name.lexicographicallyPrecedes(Self.packagedFrom.utf8)
        }
        return path.hasPrefix("\(last)/")
    }

    /// Where a package's files are, whatever masks them.
    fileprivate var packaged: DropInDirectories {
        DropInDirectories(paths: paths.suffix(1), selection: selection, mustExist: mustExist, owners: owners)
    }
}
