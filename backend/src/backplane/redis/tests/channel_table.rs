use yodel_protocol::RoomName;

use super::*;

fn text(text: &str) -> RespFrame {
    RespFrame::Text(Bytes::copy_from_slice(text.as_bytes()))
}

fn push(kind: &str, name: &str) -> RespFrame {
    RespFrame::Push(vec![text(kind), text(name), text("1")])
}

fn room(name: &str) -> Channel {
    Channel::Room(RoomName::new(name).unwrap())
}

/// Sets whether a room is subscribed, and creates the commands.
fn set(table: &mut ChannelTable, name: &str, is_wanted: bool) -> String {
    table.set(name.to_owned(), &room(name), is_wanted);
    String::from_utf8(table.take_commands()).unwrap()
}

#[test]
fn a_confirmed_channel_delivers_messages() {
    let mut table = ChannelTable::default();
    assert!(set(&mut table, "a", true).contains("SSUBSCRIBE"));
    assert!(table.is_subscribing());
    assert_eq!(table.receive(push("ssubscribe", "a")), Ok(Reaction::Confirmed(room("a"))));
    let message = Reaction::Published(room("a"), Bytes::from_static(b"1"));
    assert_eq!(table.receive(push("smessage", "a")), Ok(message));
    assert_eq!(table.receive(push("smessage", "b")), Ok(Reaction::Nothing));
    assert!(table.set("a".into(), &room("a"), true));
}

#[test]
fn only_the_latest_request_counts() {
    let mut table = ChannelTable::default();
    set(&mut table, "a", true);
    set(&mut table, "a", false);
    set(&mut table, "a", true);
    assert_eq!(table.receive(push("ssubscribe", "a")), Ok(Reaction::Nothing));
    assert_eq!(table.receive(push("sunsubscribe", "a")), Ok(Reaction::Nothing));
    assert!(!table.set("a".into(), &room("a"), true));
    assert_eq!(table.receive(push("ssubscribe", "a")), Ok(Reaction::Confirmed(room("a"))));
}

#[test]
fn changes_without_effect_cause_no_command() {
    let mut table = ChannelTable::default();
    table.set("a".into(), &room("a"), true);
    assert_eq!(set(&mut table, "a", false), "");
    assert_eq!(set(&mut table, "b", false), "");
}

#[test]
fn an_ended_channel_is_forgotten() {
    let mut table = ChannelTable::default();
    set(&mut table, "a", true);
    table.receive(push("ssubscribe", "a")).unwrap();
    assert!(set(&mut table, "a", false).contains("SUNSUBSCRIBE"));
    table.receive(push("sunsubscribe", "a")).unwrap();
    assert!(table.channels().is_empty() && table.requests.is_empty());
}

#[test]
fn the_server_may_end_a_subscription() {
    let mut table = ChannelTable::default();
    set(&mut table, "a", true);
    table.receive(push("ssubscribe", "a")).unwrap();
    let reaction = table.receive(push("sunsubscribe", "a"));
    assert_eq!(reaction, Ok(Reaction::Lost(vec![room("a")], "the slot has moved".into())));
    // Again, with success.
    assert!(set(&mut table, "a", true).contains("SSUBSCRIBE"));
    assert_eq!(table.receive(push("ssubscribe", "a")), Ok(Reaction::Confirmed(room("a"))));
}

#[test]
fn a_rejected_command_loses_its_channels() {
    let mut table = ChannelTable::default();
    for name in ["{x}1", "{x}2"] {
        table.set(name.into(), &room(name), true);
    }
    table.take_commands();
    assert!(!table.take_probe().is_empty());
    let reaction = table.receive(RespFrame::Error("MOVED 1 host:1".into()));
    assert_eq!(reaction, Ok(Reaction::Lost(vec![room("{x}1"), room("{x}2")], "MOVED 1 host:1".into())));
    assert_eq!(table.receive(RespFrame::List(vec![text("master")])), Ok(Reaction::Nothing));
    assert!(table.receive(RespFrame::Error("ERR".into())).is_err());
}

#[test]
fn one_command_has_channels_of_one_slot() {
    let mut table = ChannelTable::default();
    for number in 0..=BATCH {
        table.set(format!("{{x}}{number}"), &room("x"), true);
    }
    table.set("{y}".into(), &room("y"), true);
    table.take_commands();
    let mut sizes: Vec<usize> = table
        .requests
        .iter()
        .map(|request| match request {
            ChannelRequest::Subscribe(names) => names.len(),
            _ => 0,
        })
        .collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [1, 1, BATCH]);
}

#[test]
fn a_probe_recognizes_a_replica() {
    let mut table = ChannelTable::default();
    table.take_probe();
    assert!(table.take_probe().is_empty());
    assert_eq!(table.receive(RespFrame::List(vec![text("slave")])), Ok(Reaction::Replica));
    table.take_probe();
    assert_eq!(table.receive(RespFrame::Error("NOPERM".into())), Ok(Reaction::Nothing));
    assert!(table.receive(text("PONG")).is_err());
}
