internal import DOEWords
internal import PCIConfig

extension IDEAnswer {
    init(_ scan: IDEScan) {
        unread = scan.unread
        functions = scan.found.map { function in
            Function(
                address: function.address.description, device: function.device.description,
                chainDamage: function.chainDamage?.description, capabilities: function.capabilities.map(Capability.init)
            )
        }
    }
}

extension IDEAnswer.Capability {
    init(_ capability: IDECapability) {
        offset = hexadecimal(capability.offset, digits: 3)
        version = capability.version
        supports = capability.support.map(IDEAnswer.Support.init)
        flowThroughEnabled = capability.isFlowThroughEnabled
        linkStreams = capability.linkStreams.enumerated().map { IDEAnswer.Stream($1, index: $0) }
        selectiveStreams = capability.selectiveStreams.enumerated().map { IDEAnswer.Stream(selective: $1, index: $0) }
        damage = capability.damage?.description
    }
}

extension IDEAnswer.Support {
    init(_ support: IDESupport) {
        register = hexadecimal(support.rawValue, digits: 8)
        linkStreams = support.linkStreamCount
        selectiveStreams = support.selectiveStreamCount
        algorithm = support.algorithm.description
        aggregation = support.aggregation
        configRequests = support.configRequests
        flowThrough = support.flowThrough
        keyManagement = support.keyManagement
        partialHeaderEncryption = support.partialHeaderEncryption
        plaintextCRC = support.plaintextCRC
        teeLimited = support.teeLimited
        xtMode = support.xtMode
    }
}

extension IDEAnswer.Stream {
    init(_ stream: some IDEStream, index: Int) {
        let control = stream.control
        self.index = index
        offset = hexadecimal(stream.offset, digits: 3)
        controlRegister = hexadecimal(control.rawValue, digits: 8)
        statusRegister = hexadecimal(stream.status.rawValue, digits: 8)
        enabled = control.isEnabled
        state = stream.status.state.description
        receivedFailMessage = stream.status.receivedFailMessage
        streamID = control.streamID
        trafficClass = control.trafficClass
        algorithm = control.algorithm.description
        plaintextCRC = control.isPlaintextCRCEnabled
        headerEncryption = control.headerEncryption.description
        aggregation = IDEAnswer.Aggregation(
            nonPosted: control.aggregation.nonPosted, posted: control.aggregation.posted,
            completions: control.aggregation.completions)
        xtMode = control.isXTEnabled
    }

    init(selective stream: IDESelectiveStream, index: Int) {
        self.init(stream, index: index)
        defaultStream = stream.isDefault
        teeLimited = stream.isTEELimited
        configRequests = stream.carriesConfigRequests
        requesters = IDEAnswer.Requesters(
            valid: stream.requesters.isValid, base: hexadecimal(stream.requesters.base, digits: 4),
            limit: hexadecimal(stream.requesters.limit, digits: 4), segmentBase: stream.requesters.segmentBase,
            reversed: stream.requesters.isReversed)
        addressBlocks = stream.addressBlockCount
        addresses = stream.addresses.map {
            IDEAnswer.Addresses(
                valid: $0.isValid, base: hexadecimal($0.base, digits: 16), limit: hexadecimal($0.limit, digits: 16),
                reversed: $0.isReversed)
        }
    }
}
