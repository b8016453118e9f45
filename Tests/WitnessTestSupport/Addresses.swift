package import DOEWords

/// The functions that the tests play with.
package enum Addresses {
    package static let device = address("0000:0d:00.0")
    package static let other = address("0000:0e:00.0")

    private static func address(_ text: String) -> FunctionAddress {
        guard let address = FunctionAddress(text) else { fatalError("\(text) is no address") }
        return address
    }
}
