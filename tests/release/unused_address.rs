//! An address where no server listens.

use tokio::net::TcpSocket;

/// A loopback address that refuses connections and that no other socket can take until this value is dropped.
#[derive(Debug)]
pub struct UnusedAddress {
    /// WebSocket URL with the address.
    pub url: String,
    _socket: TcpSocket,
}

impl UnusedAddress {
    /// Reserves an address.
    pub fn reserve() -> Self {
        let socket = TcpSocket::new_v4().expect("socket can be created");
        socket.bind(([127, 0, 0, 1], 0).into()).expect("loopback has a free port");
        let address = socket.local_addr().expect("socket has an address");
        Self { url: format!("ws://{address}/ws"), _socket: socket }
    }
}
