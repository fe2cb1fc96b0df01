//! Random actions and their weights.

use proptest::prelude::*;

/// Number of servers.
pub const SERVERS: usize = 3;

/// One random action.
#[derive(Clone, Debug)]
pub enum TargetAction {
    /// Connects to a server: on which path, in which mode, and with which of its tokens.
    Connect {
        server: usize,
        path: u8,
        mode: u8,
        token: u8,
    },
    Disconnect,
    RetryNow,
    /// Joins or leaves a room of the current server.
    Join(u8),
    Leave(u8),
    /// The driver answers a request for a token, perhaps after the target has changed.
    AnswerToken {
        server: usize,
        token: u8,
    },
    Open,
    /// The server's welcome: with a lobby, for a known user, with a required token.
    Welcome {
        lobby: bool,
        user: bool,
        auth_required: bool,
    },
    /// The server accepts or rejects the last token, or answers the oldest join.
    ReplyToAuth(bool),
    ReplyToJoin,
    Goodbye(u32),
    Close(u16),
    NextTimer,
    Visible,
    Online,
    Offline,
    Hide,
    Show,
    Wait(u64),
}

pub fn action() -> impl Strategy<Value = TargetAction> {
    let connect = (0..SERVERS, 0..2u8, 0..3u8, 0..3u8).prop_map(|(server, path, mode, token)| TargetAction::Connect {
        server,
        path,
        mode,
        token,
    });
    prop_oneof![
        8 => connect,
        1 => Just(TargetAction::Disconnect),
        2 => Just(TargetAction::RetryNow),
        4 => (0..2u8).prop_map(TargetAction::Join),
        1 => (0..2u8).prop_map(TargetAction::Leave),
        4 => (0..SERVERS, 0..3u8).prop_map(|(server, token)| TargetAction::AnswerToken { server, token }),
        10 => Just(TargetAction::Open),
        10 => any::<(bool, bool, bool)>()
            .prop_map(|(lobby, user, auth_required)| TargetAction::Welcome { lobby, user, auth_required }),
        6 => prop::bool::weighted(0.8).prop_map(TargetAction::ReplyToAuth),
        4 => Just(TargetAction::ReplyToJoin),
        2 => (0..120_000u32).prop_map(TargetAction::Goodbye),
        5 => prop::sample::select(vec![1000, 1006, 1006, 4001, 4004]).prop_map(TargetAction::Close),
        10 => Just(TargetAction::NextTimer),
        2 => Just(TargetAction::Visible),
        1 => Just(TargetAction::Online),
        1 => Just(TargetAction::Offline),
        1 => Just(TargetAction::Hide),
        2 => Just(TargetAction::Show),
        3 => (0..3_000u64).prop_map(TargetAction::Wait),
    ]
}
