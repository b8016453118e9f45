internal import DOELinux
internal import DOEWords

/// A connection that was taken, whose client is still to be named. It is not read before.
struct Arrival {
    let connection: StreamSocket
    /// What the connection itself says.
    let client: Client
    /// Makes the endpoint, once there is no more to learn.
    let welcome: (Client) -> any Endpoint
}
