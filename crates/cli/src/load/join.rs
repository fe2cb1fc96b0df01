//! Joining a room of `yodel.v1` with every connection.

use super::crowd::Crowd;
use super::error::LoadError;
use super::outgoing::Outbox;
use super::room::RoomFrames;
use super::socket::Socket;
use crate::dial::excerpt;
use crate::dial::frame::UnmaskedFrame;
use yodel_websocket::frame::Opcode;

/// What an answer to a join begins with.
const JOINED: &[u8] = br#"{"type":"joined""#;
const REFUSED: &[u8] = br#"{"type":"error""#;

/// Joins a room with every connection and waits for all answers.
///
/// # Errors
/// When the server refuses, or a connection ends.
pub async fn join_all(room: RoomFrames, crowd: Crowd) -> Result<Crowd, LoadError> {
    Crowd::gather(crowd.spawn(|_, socket| join(room.clone(), socket))).await
}

async fn join(room: RoomFrames, mut socket: Socket) -> Result<Socket, LoadError> {
    let mut outbox = Outbox::default();
    outbox.push(UnmaskedFrame { opcode: Opcode::Text, compressed: false, payload: room.join().as_bytes() }, socket.key);
    let mut joined = false;
    while !joined {
        let took = |message: &[u8]| {
            joined |= message.starts_with(JOINED);
            if message.starts_with(REFUSED) {
                return Err(LoadError::Unexpected { length: message.len(), begin: excerpt(message) });
            }
            Ok(())
        };
        socket.turn(&mut outbox, took).await?;
    }
    Ok(socket)
}
