//! What may happen, and how often.

use proptest::prelude::*;

/// One thing that may happen.
#[derive(Clone, Debug)]
pub enum Act {
    Connect(u8),
    Disconnect,
    RetryNow,
    Send(usize),
    SendMany(u16),
    Delete(u16),
    Open,
    Refuse,
    Close(u16),
    NextTimer,
    EarlyTimer,
    Write(u32),
    WriteAll,
    Online,
    Offline,
    TakePulse,
    Visible,
    Hide,
    Show,
    Stale(u16, u8),
    Wait(u64),
    SetClock(u64),
}

pub fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        2 => (0..2u8).prop_map(Act::Connect),
        1 => Just(Act::Disconnect),
        2 => Just(Act::RetryNow),
        6 => (0..40usize).prop_map(Act::Send),
        1 => (200_000..700_000usize).prop_map(Act::Send),
        1 => (1..700u16).prop_map(Act::SendMany),
        2 => any::<u16>().prop_map(Act::Delete),
        6 => Just(Act::Open),
        1 => Just(Act::Refuse),
        6 => close_code().prop_map(Act::Close),
        8 => Just(Act::NextTimer),
        3 => Just(Act::EarlyTimer),
        3 => any::<u32>().prop_map(Act::Write),
        1 => Just(Act::WriteAll),
        1 => Just(Act::Online),
        1 => Just(Act::Offline),
        1 => Just(Act::TakePulse),
        1 => Just(Act::Visible),
        1 => Just(Act::Hide),
        2 => Just(Act::Show),
        3 => (any::<u16>(), 0..3u8).prop_map(|(which, what)| Act::Stale(which, what)),
        4 => (0..3_000u64).prop_map(Act::Wait),
        1 => (0..400_000u64).prop_map(Act::Wait),
        1 => (0..100_000_000u64).prop_map(Act::SetClock),
    ]
}

fn close_code() -> impl Strategy<Value = u16> {
    prop_oneof![4 => Just(1006), 2 => Just(1001), 1 => Just(1000), 1 => Just(4502), 1 => any::<u16>()]
}
