internal import DOELinux

/// A connection that was taken, whose client is still to be named. It is not read before.
struct Arrival {
    let connection: StreamSocket
    /// What the connection itself says.
    let client: LearnedClient
    /// Makes the endpoint, once there is no more to learn.
    let welcome: (LearnedClient) -> any Endpoint
}
