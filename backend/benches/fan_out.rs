//! How long a broadcast takes to reach everybody, over real sockets and in one process:
//! `cargo bench -p yodel-server --bench fan_out`. The clients take their share of it; the server's part
//! alone is what `yodel load broadcast --pid` measures.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use divan::Bencher;
use divan::counter::ItemsCount;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use yodel_server::Server;

/// A text of 64 bytes as a client sends it, with a mask of zeros, and as the server sends it.
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
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("loopback has a free port");
    let address = listener.local_addr().expect("a listener has an address");
    let server = Server::builder().build().expect("the defaults are good");
    runtime.spawn(server.serve(listener).into_future());
    address
}

fn join(address: SocketAddr) -> TcpStream {
    let mut stream = TcpStream::connect(address).expect("somebody listens");
    write!(
        stream,
        "GET /ws/broadcast HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    .expect("the socket takes it");
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).expect("an answer");
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
        streams[0].write_all(&SENT).expect("the socket takes it");
        for stream in &mut streams {
            stream.read_exact(&mut received).expect("everybody hears it");
        }
    });
}
