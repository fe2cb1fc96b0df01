use super::*;
use yodel_protocol::Position;

fn room(name: &str) -> RoomName {
    RoomName::new(name).unwrap()
}

/// Returns the effect of a frame from the server.
fn frame(text: &str) -> Effect {
    match ServerFrame::decode(text).unwrap() {
        ServerFrame::Message(message) => Effect::Message(message.into()),
        ServerFrame::PresenceDiff(diff) => Effect::PresenceDiff(diff),
        ServerFrame::Welcome(welcome) => Effect::Welcome(welcome.into()),
        reply => Effect::Reply(MessageId(7), reply.into()),
    }
}

fn joined(name: &str, epoch: &str, users: &str) -> Effect {
    let position = Position { epoch: Epoch::new(epoch).unwrap(), offset: Offset(9) };
    let users = serde_json::from_str(users).unwrap();
    Effect::Joined { room: room(name), position, users: Some(users), more_users: false }
}

fn message(name: &str, offset: u64, from: &str) -> String {
    format!(
        r#"{{"type":"message","room":"{name}","offset":{offset},"event":"text","from":{{"client":"{from}"}},"data":"x","time":9}}"#
    )
}

fn history(epoch: &str, offsets: &[u64], more: bool) -> Effect {
    let messages: Vec<_> = offsets.iter().map(|offset| message("a", *offset, "c_2")).collect();
    let messages = messages.join(",").replace(r#""type":"message","#, "");
    frame(&format!(
        r#"{{"id":1,"type":"history","room":"a","epoch":"{epoch}","offset":99,"messages":[{messages}],"more":{more}}}"#
    ))
}

fn welcomed() -> Rooms {
    let mut rooms = Rooms::default();
    let welcome =
        r#"{"type":"welcome","client":"c_1","version":"0","node":"n","plain":"echo","ping":1,"max":1,"time":1}"#;
    rooms.apply(&frame(welcome));
    rooms
}

fn names(rooms: &mut Rooms) -> Vec<String> {
    rooms
        .room(&room("a"))
        .members
        .iter()
        .flatten()
        .map(|member| format!("{} {}", name(member), member.clients))
        .collect()
}

fn offsets(rooms: &mut Rooms) -> Vec<u64> {
    rooms.room(&room("a")).earlier.iter().map(|message| message.offset.unwrap().0).collect()
}

#[test]
fn updates_members_from_the_server() {
    let mut rooms = welcomed();
    rooms.apply(&joined("a", "e", r#"[{"user":"ada","clients":2},{"client":"c_1","clients":1}]"#));
    assert_eq!(names(&mut rooms), ["ada 2", "c_1 1"]);
    let diff = r#"{"type":"presence_diff","room":"a","joined":[{"user":"bob","clients":1},{"user":"ada","clients":3}],"left":[{"client":"c_1","clients":0}]}"#;
    rooms.apply(&frame(diff));
    assert_eq!(names(&mut rooms), ["bob 1", "ada 3"]);
    rooms.apply(&frame(
        r#"{"id":1,"type":"presence","room":"a","clients":1,"users":[{"user":"ada","clients":1}],"more_users":true}"#,
    ));
    assert_eq!(names(&mut rooms), ["ada 1"]);
    assert!(rooms.room(&room("a")).more_members);
}

#[test]
fn recognizes_the_own_user_or_connection() {
    let mut rooms = welcomed();
    let me: PresenceEntry = serde_json::from_str(r#"{"client":"c_1","clients":1}"#).unwrap();
    let ada: PresenceEntry = serde_json::from_str(r#"{"user":"ada","clients":1}"#).unwrap();
    assert!(rooms.is_me(&me) && !rooms.is_me(&ada));
    rooms.apply(&Effect::Authenticated { user: Some(UserId::new("ada").unwrap()), expires: None });
    assert!(rooms.is_me(&ada));
}

#[test]
fn counts_unread_messages_until_selected() {
    let mut rooms = welcomed();
    rooms.apply(&joined("a", "e", "[]"));
    rooms.apply(&joined("b", "e", "[]"));
    for (name, from) in [("a", "c_2"), ("b", "c_2"), ("b", "c_1"), ("b", "c_3")] {
        rooms.apply(&frame(&message(name, 10, from)));
    }
    assert_eq!(rooms.selected().unwrap().name, room("a"), "the first room by default");
    assert_eq!((rooms.room(&room("a")).unread, rooms.room(&room("b")).unread), (0, 2));
    rooms.select(&room("b"));
    assert_eq!(rooms.room(&room("b")).unread, 0);
}

#[test]
fn keeps_a_rejection_until_the_room_is_joined() {
    let mut rooms = welcomed();
    rooms.room(&room("a"));
    let error = serde_json::from_str(r#"{"code":"forbidden","message":"no","retry":false}"#).unwrap();
    rooms.apply(&Effect::Left { room: room("a"), error: Some(error) });
    assert!(rooms.all.is_empty());
    assert_eq!(rooms.rejection.as_ref().unwrap().1.message, "no");
    rooms.apply(&joined("b", "e", "[]"));
    assert!(rooms.rejection.is_some(), "another room");
    rooms.apply(&joined("a", "e", "[]"));
    assert!(rooms.rejection.is_none());
}

#[test]
fn leaves_all_rooms_on_disconnect() {
    let mut rooms = welcomed();
    rooms.apply(&joined("a", "e", "[]"));
    assert!(rooms.selected().unwrap().is_joined);
    rooms.apply(&Effect::Down { url: String::new(), code: 1006, reason: String::new(), requested: false });
    assert!(!rooms.selected().unwrap().is_joined);
}

#[test]
fn forgets_the_rooms_of_another_server() {
    let mut rooms = welcomed();
    rooms.apply(&joined("a", "e", "[]"));
    rooms.apply(&Effect::ServerChanged);
    assert!(rooms.all.is_empty() && rooms.client.is_none());
}

#[test]
fn prepends_history_without_duplicates() {
    let mut rooms = welcomed();
    rooms.apply(&joined("a", "e", "[]"));
    rooms.apply(&frame(&message("a", 10, "c_2")));
    assert_eq!(rooms.selected().unwrap().oldest_known(), Some(Offset(10)));
    rooms.history_requested(MessageId(7), &room("a"));
    assert!(rooms.is_loading_history(&room("a")));
    rooms.apply(&history("e", &[8, 9, 10], true));
    assert!(!rooms.is_loading_history(&room("a")));
    assert_eq!(offsets(&mut rooms), [8, 9], "10 is in the list");
    rooms.history_requested(MessageId(7), &room("a"));
    rooms.apply(&history("e", &[6, 7, 8], false));
    assert_eq!(offsets(&mut rooms), [6, 7, 8, 9]);
    assert!(!rooms.selected().unwrap().more_earlier);
}

#[test]
fn a_request_for_history_ends_without_a_reply() {
    let down = Effect::Down { url: String::new(), code: 1006, reason: String::new(), requested: false };
    let id = MessageId(7);
    for end in [
        Effect::Delivery(id, Delivery::Failed),
        Effect::Delivery(id, Delivery::Unconfirmed),
        Effect::OutboxFull(id),
        down,
    ] {
        let mut rooms = welcomed();
        rooms.history_requested(id, &room("a"));
        for other in [Effect::Delivery(MessageId(8), Delivery::Failed), Effect::Delivery(id, Delivery::Sent)] {
            rooms.apply(&other);
            assert!(rooms.is_loading_history(&room("a")));
        }
        rooms.apply(&end);
        assert!(!rooms.is_loading_history(&room("a")), "{end:?}");
    }
}

#[test]
fn discards_history_of_another_epoch() {
    let mut rooms = welcomed();
    rooms.apply(&joined("a", "e", "[]"));
    rooms.history_requested(MessageId(7), &room("a"));
    rooms.apply(&history("e", &[1, 2], false));
    rooms.apply(&joined("a", "f", "[]"));
    assert!(offsets(&mut rooms).is_empty() && rooms.selected().unwrap().more_earlier);
    rooms.history_requested(MessageId(7), &room("a"));
    rooms.apply(&history("f", &[5], false));
    assert_eq!(offsets(&mut rooms), [5]);
}

#[test]
fn limits_the_history() {
    let mut rooms = welcomed();
    rooms.apply(&joined("a", "e", "[]"));
    let all: Vec<u64> = (1..=MAX_EARLIER as u64).collect();
    rooms.history_requested(MessageId(7), &room("a"));
    rooms.apply(&history("e", &all[1..], true));
    assert!(rooms.selected().unwrap().more_earlier);
    rooms.history_requested(MessageId(7), &room("a"));
    rooms.apply(&history("e", &all[..1], true));
    assert!(!rooms.selected().unwrap().more_earlier);
}
