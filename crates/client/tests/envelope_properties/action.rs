//! Random actions and their weights.

use proptest::prelude::*;

/// Number of clients.
pub const CLIENTS: usize = 3;

/// One random action, in most cases of one client.
#[derive(Clone, Debug)]
pub enum RoomAction {
    Connect(usize),
    Disconnect(usize),
    Join(usize, u8),
    Leave(usize, u8),
    /// A message for a room; `true` if the sender gets it too.
    Publish(usize, u8, bool),
    PublishMany(usize, u8),
    Call(usize),
    Open(usize),
    /// The server handles this many frames of a client.
    Serve(usize, u8),
    /// A client receives this many replies.
    DeliverReplies(usize, u8),
    /// A client receives this many pushed frames, which are not ordered with the replies.
    DeliverPushes(usize, u8),
    LoseConnection(usize),
    Goodbye(usize, u16),
    /// The server restarts without its state.
    Restart,
    /// The server rejects this many publishes.
    Busy(u8),
    NextTimer(usize),
    Visible(usize),
    Hide(usize),
    Show(usize),
    Wait(u64),
}

pub fn action() -> impl Strategy<Value = RoomAction> {
    let client_index = 0..CLIENTS;
    let room = 0..2u8;
    let count = 1..6u8;
    prop_oneof![
        2 => client_index.clone().prop_map(RoomAction::Connect),
        1 => client_index.clone().prop_map(RoomAction::Disconnect),
        4 => (client_index.clone(), room.clone()).prop_map(|(client_index, room)| RoomAction::Join(client_index, room)),
        1 => (client_index.clone(), room.clone()).prop_map(|(client_index, room)| RoomAction::Leave(client_index, room)),
        10 => (client_index.clone(), room.clone(), any::<bool>()).prop_map(|(client_index, room, echo)| RoomAction::Publish(client_index, room, echo)),
        1 => (client_index.clone(), room).prop_map(|(client_index, room)| RoomAction::PublishMany(client_index, room)),
        2 => client_index.clone().prop_map(RoomAction::Call),
        8 => client_index.clone().prop_map(RoomAction::Open),
        14 => (client_index.clone(), count.clone()).prop_map(|(client_index, count)| RoomAction::Serve(client_index, count)),
        10 => (client_index.clone(), count.clone()).prop_map(|(client_index, count)| RoomAction::DeliverReplies(client_index, count)),
        10 => (client_index.clone(), count).prop_map(|(client_index, count)| RoomAction::DeliverPushes(client_index, count)),
        4 => client_index.clone().prop_map(RoomAction::LoseConnection),
        1 => (client_index.clone(), any::<u16>()).prop_map(|(client_index, ms)| RoomAction::Goodbye(client_index, ms)),
        1 => Just(RoomAction::Restart),
        1 => (1..20u8).prop_map(RoomAction::Busy),
        10 => client_index.clone().prop_map(RoomAction::NextTimer),
        1 => client_index.clone().prop_map(RoomAction::Visible),
        1 => client_index.clone().prop_map(RoomAction::Hide),
        2 => client_index.prop_map(RoomAction::Show),
        4 => (0..2_000u64).prop_map(RoomAction::Wait),
    ]
}
