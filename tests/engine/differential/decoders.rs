//! The two implementations that are compared.

use std::io;

use tokio_tungstenite::tungstenite::protocol::{self, WebSocket};
use tokio_tungstenite::tungstenite::{Error, Message};
use yodel_websocket::decoder::{Decoder, Event, Inflation, Role};
use yodel_websocket::error::ProtocolError;
use yodel_websocket::message::Kind;

use super::item::Item;
use super::memory_stream::MemoryStream;

/// Maximum size of a message in bytes.
pub const MAX_MESSAGE: usize = 1 << 20;

/// Decodes bytes with tungstenite, up to an error or the end.
pub fn read_with_tungstenite(role: protocol::Role, bytes: &[u8]) -> (Vec<Item>, Option<Error>) {
    let stream = MemoryStream { input: io::Cursor::new(bytes.to_vec()), ..MemoryStream::default() };
    let mut socket = WebSocket::from_raw_socket(stream, role, None);
    let mut items = Vec::new();
    loop {
        items.push(match socket.read() {
            Ok(Message::Text(text)) => Item::Text(text.to_string()),
            Ok(Message::Binary(bytes)) => Item::Binary(bytes.to_vec()),
            Ok(Message::Ping(bytes)) => Item::Ping(bytes.to_vec()),
            Ok(Message::Pong(bytes)) => Item::Pong(bytes.to_vec()),
            Ok(Message::Close(frame)) => Item::Close(frame.map_or(1005, |frame| frame.code.into())),
            Ok(Message::Frame(_)) => unreachable!("raw frames are not returned by `read`"),
            Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => return (items, None),
            Err(Error::ConnectionClosed) => return (items, None),
            Err(error) => return (items, Some(error)),
        });
    }
}

/// Decodes pieces with the codec, up to a protocol error or the end.
pub fn read_with_yodel<'b>(
    role: Role,
    pieces: impl IntoIterator<Item = &'b [u8]>,
) -> (Vec<Item>, Option<ProtocolError>) {
    let mut decoder = Decoder::new(role, MAX_MESSAGE, Inflation::Disabled);
    let (mut items, mut scratch) = (Vec::new(), Vec::new());
    for piece in pieces {
        let mut piece = piece.to_vec();
        let mut rest = &mut piece[..];
        while !rest.is_empty() {
            let decoded = match decoder.read(rest, &mut scratch) {
                Ok(decoded) => decoded,
                Err(yodel_error) => return (items, Some(yodel_error)),
            };
            let consumed = decoded.consumed;
            items.extend(decoded.event.as_ref().map(item));
            if matches!(items.last(), Some(Item::Close(_))) {
                return (items, None);
            }
            rest = &mut rest[consumed..];
        }
    }
    (items, None)
}

pub fn item(event: &Event<'_>) -> Item {
    match event {
        Event::Message(Kind::Text, text) => {
            Item::Text(String::from_utf8(text.to_vec()).expect("decoder validates UTF-8"))
        }
        Event::Message(Kind::Binary, bytes) => Item::Binary(bytes.to_vec()),
        Event::Ping(bytes) => Item::Ping(bytes.to_vec()),
        Event::Pong(bytes) => Item::Pong(bytes.to_vec()),
        Event::Close(code, _) => Item::Close(code.0),
    }
}
