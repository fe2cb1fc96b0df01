//! What may happen, and how often.

use proptest::prelude::*;

/// How many clients there are.
pub const MEMBERS: usize = 3;

/// One thing that may happen, mostly to one of the clients.
#[derive(Clone, Debug)]
pub enum Act {
    Connect(usize),
    Disconnect(usize),
    Join(usize, u8),
    Leave(usize, u8),
    /// A message for a room, and whether its sender shall get it too.
    Say(usize, u8, bool),
    SayMany(usize, u8),
    Ask(usize),
    Open(usize),
    /// The server takes so many frames of a client.
    Serve(usize, u8),
    /// A client gets so many answers.
    Answer(usize, u8),
    /// A client gets so many other frames, which have a way of their own.
    Push(usize, u8),
    Drop(usize),
    Goodbye(usize, u16),
    /// The server is started anew and has forgotten everything.
    Restart,
    /// The server wants no more for a while.
    Busy(u8),
    NextTimer(usize),
    Visible(usize),
    Hide(usize),
    Show(usize),
    Wait(u64),
}

pub fn act() -> impl Strategy<Value = Act> {
    let who = 0..MEMBERS;
    let room = 0..2u8;
    let some = 1..6u8;
    prop_oneof![
        2 => who.clone().prop_map(Act::Connect),
        1 => who.clone().prop_map(Act::Disconnect),
        4 => (who.clone(), room.clone()).prop_map(|(who, room)| Act::Join(who, room)),
        1 => (who.clone(), room.clone()).prop_map(|(who, room)| Act::Leave(who, room)),
        10 => (who.clone(), room.clone(), any::<bool>()).prop_map(|(who, room, echo)| Act::Say(who, room, echo)),
        1 => (who.clone(), room).prop_map(|(who, room)| Act::SayMany(who, room)),
        2 => who.clone().prop_map(Act::Ask),
        8 => who.clone().prop_map(Act::Open),
        14 => (who.clone(), some.clone()).prop_map(|(who, some)| Act::Serve(who, some)),
        10 => (who.clone(), some.clone()).prop_map(|(who, some)| Act::Answer(who, some)),
        10 => (who.clone(), some).prop_map(|(who, some)| Act::Push(who, some)),
        4 => who.clone().prop_map(Act::Drop),
        1 => (who.clone(), any::<u16>()).prop_map(|(who, ms)| Act::Goodbye(who, ms)),
        1 => Just(Act::Restart),
        1 => (1..20u8).prop_map(Act::Busy),
        10 => who.clone().prop_map(Act::NextTimer),
        1 => who.clone().prop_map(Act::Visible),
        1 => who.clone().prop_map(Act::Hide),
        2 => who.prop_map(Act::Show),
        4 => (0..2_000u64).prop_map(Act::Wait),
    ]
}
