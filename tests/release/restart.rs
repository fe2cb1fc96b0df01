//! Servers that a test stops and starts again at the same address.

use support::Yodel;

/// A loopback address that no other test uses. A freed port of 127.0.0.1 may be taken by any socket, among them the
/// local ends of connections, before the server starts again.
const LISTEN: &str = "127.0.0.2:0";

/// Starts `yodel serve` with additional arguments. After its end, its address stays free for [`Yodel::serve_at`].
pub async fn serve(arguments: &[&str]) -> Yodel {
    Yodel::serve_at(LISTEN, arguments).await
}
