//! Joins a room of `yodel.v1` with every connection.

use super::error::LoadError;
use super::outgoing::FrameQueue;
use super::pool::Pool;
use super::room_frames::RoomFrames;
use super::socket::Socket;
use crate::dial::excerpt;
use crate::dial::frame::UnmaskedFrame;
use yodel_websocket::frame::Opcode;

/// Start of the reply to a successful join.
const JOINED: &[u8] = br#"{"type":"joined""#;
/// Start of the reply to a rejected join.
const REJECTED: &[u8] = br#"{"type":"error""#;

/// Joins a room with every connection and waits for all replies.
///
/// # Errors
/// Returns an error if the server rejects a join or if a connection ends.
pub async fn join_all(room: RoomFrames, pool: Pool) -> Result<Pool, LoadError> {
    Pool::gather(pool.spawn(|_, socket| join(room.clone(), socket))).await
}

async fn join(room: RoomFrames, mut socket: Socket) -> Result<Socket, LoadError> {
    let mut queue = FrameQueue::default();
    queue.push(UnmaskedFrame { opcode: Opcode::Text, compressed: false, payload: room.join().as_bytes() }, socket.key);
    let mut joined = false;
    while !joined {
        let on_message = |message: &[u8]| {
            joined |= message.starts_with(JOINED);
            if message.starts_with(REJECTED) {
                return Err(LoadError::UnexpectedMessage { length: message.len(), excerpt: excerpt(message) });
            }
            Ok(())
        };
        socket.write_and_read(&mut queue, on_message).await?;
    }
    Ok(socket)
}
