//! Duration of a broadcast to all clients, over real sockets in one process: `cargo bench -p yodel-server --bench
//! fan_out`. The result includes the clients' time; `yodel load broadcast --pid` measures the server alone.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use divan::Bencher;
use divan::counter::ItemsCount;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use yodel_server::Server;

/// A text message of 64 bytes as sent by a client, with a masking key of zeros, and as sent by the server.
const SENT: [u8; 70] = {
    let mut frame = [b'x'; 70];
    (frame[0], frame[1]) = (0x81, 0x80 | 64);
    (frame[2], frame[3], frame[4], frame[5]) = (0, 0, 0, 0);
    frame
};
const RECEIVED: usize = 66;

fn main() {
    divan::main();
}

fn start(runtime: &Runtime) -> SocketAddr {
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a free port on loopback");
    let address = listener.local_addr().expect("a listener has an address");
    let server = Server::builder().build().expect("valid default settings");
    runtime.spawn(server.serve(listener).into_future());
    address
}

fn join(address: SocketAddr) -> TcpStream {
    let mut stream = TcpStream::connect(address).expect("the server listens");
    write!(
        stream,
        "GET /ws/broadcast HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    .expect("a socket that accepts the bytes");
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).expect("a response");
        head.push(byte[0]);
    }
    stream
}

#[divan::bench(args = [1, 10, 100, 1000])]
fn fan_out(bencher: Bencher<'_, '_>, members: usize) {
    let runtime = Runtime::new().expect("a runtime");
    let address = start(&runtime);
    let mut streams: Vec<TcpStream> = std::iter::repeat_with(|| join(address)).take(members).collect();
    let mut received = [0; RECEIVED];
    bencher.counter(ItemsCount::new(members)).bench_local(|| {
        streams[0].write_all(&SENT).expect("a socket that accepts the bytes");
        for stream in &mut streams {
            stream.read_exact(&mut received).expect("a broadcast");
        }
    });
}
