internal import DOEControl
internal import DOEWords

/// What every Varlink service tells of itself (varlink.org, "Service").
struct ServiceInformation: Codable, Sendable {
    var vendor = "doe-audit"
    var product = "doe-auditd"
    var version = ProductVersion.current
    var url = "file:///usr/share/doc/doe-audit/README.md"
    var interfaces = [ControlInterface.serviceName, ControlInterface.name]

    /// The description of `org.varlink.service`, which each service carries.
    static let description = """
        # Every Varlink service answers this interface.
        interface org.varlink.service

        # Who the service is, and which interfaces it has.
        method GetInfo() -> (vendor: string, product: string, version: string, url: string, interfaces: []string)

        # The description of one interface.
        method GetInterfaceDescription(interface: string) -> (description: string)

        # The service has no such interface.
        error InterfaceNotFound (interface: string)

        # The interface has no such method.
        error MethodNotFound (method: string)

        # The method is described, and not there yet.
        error MethodNotImplemented (method: string)

        # A parameter is missing or of the wrong type.
        error InvalidParameter (parameter: string)

        """
}
