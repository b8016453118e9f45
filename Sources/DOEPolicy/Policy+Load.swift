extension Policy {
    /// Loads rule files in the order of precedence; all of them, or nothing and every error.
    ///
    /// - Parameters:
    ///   - files: earlier files win.
    ///   - kernel: the kernel; it decides which published objects are expected of it.
    ///   - resolver: looks up user and group names, once.
    ///   - generation: counted up by the daemon with each load; 0 outside of it.
    ///   - warnings: what there is to tell of the files before they are read.
    public static func load(
        files: [RuleFile], kernel: KernelFacts, resolver: some NameResolver, generation: UInt64,
        warnings: [RuleWarning] = []
    ) throws(PolicyError) -> Policy {
        var loader = PolicyLoader(kernel: kernel, resolver: resolver, warnings: warnings)
        for file in files { loader.add(file) }
        return try loader.finish(generation: generation, files: files)
    }

    /// The same for a kernel of which only the version is known.
    public static func load(
        files: [RuleFile], kernel: KernelVersion, resolver: some NameResolver, generation: UInt64
    ) throws(PolicyError) -> Policy {
        try load(files: files, kernel: KernelFacts(kernel), resolver: resolver, generation: generation)
    }
}
