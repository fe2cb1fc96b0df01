//! Random actions and their weights.

use proptest::prelude::*;

/// One random action.
#[derive(Clone, Debug)]
pub enum Action {
    Connect(u8),
    Disconnect,
    RetryNow,
    Send(usize),
    SendMany(u16),
    Delete(u16),
    Open,
    RejectUrl,
    Close(u16),
    NextTimer,
    EarlyTimer,
    Write(u32),
    WriteAll,
    Online,
    Offline,
    MeasureLatency,
    Visible,
    Hide,
    Show,
    Stale(u16, u8),
    Wait(u64),
    SetClock(u64),
}

pub fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        2 => (0..2u8).prop_map(Action::Connect),
        1 => Just(Action::Disconnect),
        2 => Just(Action::RetryNow),
        6 => (0..40usize).prop_map(Action::Send),
        1 => (200_000..700_000usize).prop_map(Action::Send),
        1 => (1..700u16).prop_map(Action::SendMany),
        2 => any::<u16>().prop_map(Action::Delete),
        6 => Just(Action::Open),
        1 => Just(Action::RejectUrl),
        6 => close_code().prop_map(Action::Close),
        8 => Just(Action::NextTimer),
        3 => Just(Action::EarlyTimer),
        3 => any::<u32>().prop_map(Action::Write),
        1 => Just(Action::WriteAll),
        1 => Just(Action::Online),
        1 => Just(Action::Offline),
        1 => Just(Action::MeasureLatency),
        1 => Just(Action::Visible),
        1 => Just(Action::Hide),
        2 => Just(Action::Show),
        3 => (any::<u16>(), 0..3u8).prop_map(|(selector, kind)| Action::Stale(selector, kind)),
        4 => (0..3_000u64).prop_map(Action::Wait),
        1 => (0..400_000u64).prop_map(Action::Wait),
        1 => (0..100_000_000u64).prop_map(Action::SetClock),
    ]
}

fn close_code() -> impl Strategy<Value = u16> {
    prop_oneof![4 => Just(1006), 2 => Just(1001), 1 => Just(1000), 1 => Just(4502), 1 => any::<u16>()]
}
