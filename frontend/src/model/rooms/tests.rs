use super::*;
use yodel_protocol::Position;

fn room(name: &str) -> RoomName {
    RoomName::new(name).unwrap()
}

/// The effect that a frame of the server has.
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
    rooms.room(&room("a")).people.iter().flatten().map(|who| format!("{} {}", name(who), who.clients)).collect()
}

fn offsets(rooms: &mut Rooms) -> Vec<u64> {
    rooms.room(&room("a")).earlier.iter().map(|message| message.offset.unwrap().0).collect()
}

#[test]
fn who_is_in_a_room_follows_what_the_server_tells() {
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
    assert!(rooms.room(&room("a")).more_people);
}

#[test]
fn oneself_is_known_by_user_or_by_connection() {
    let mut rooms = welcomed();
    let me: PresenceEntry = serde_json::from_str(r#"{"client":"c_1","clients":1}"#).unwrap();
    let ada: PresenceEntry = serde_json::from_str(r#"{"user":"ada","clients":1}"#).unwrap();
    assert!(rooms.is_me(&me) && !rooms.is_me(&ada));
    rooms.apply(&Effect::LoggedIn { user: Some(UserId::new("ada").unwrap()), expires: None });
    assert!(rooms.is_me(&ada));
}

#[test]
fn what_others_say_is_unread_until_the_room_is_looked_at() {
    let mut rooms = welcomed();
    rooms.apply(&joined("a", "e", "[]"));
    rooms.apply(&joined("b", "e", "[]"));
    for (name, from) in [("a", "c_2"), ("b", "c_2"), ("b", "c_1"), ("b", "c_3")] {
        rooms.apply(&frame(&message(name, 10, from)));
    }
    assert_eq!(rooms.shown().unwrap().name, room("a"), "the first one, as none is chosen");
    assert_eq!((rooms.room(&room("a")).unread, rooms.room(&room("b")).unread), (0, 2));
    rooms.choose(&room("b"));
    assert_eq!(rooms.room(&room("b")).unread, 0);
}

#[test]
fn a_room_that_is_refused_is_gone_and_says_why_until_it_is_joined() {
    let mut rooms = welcomed();
    rooms.room(&room("a"));
    let why = serde_json::from_str(r#"{"code":"forbidden","message":"no","retry":false}"#).unwrap();
    rooms.apply(&Effect::Left { room: room("a"), why: Some(why) });
    assert!(rooms.all.is_empty());
    assert_eq!(rooms.refused.as_ref().unwrap().1.message, "no");
    rooms.apply(&joined("b", "e", "[]"));
    assert!(rooms.refused.is_some(), "another room");
    rooms.apply(&joined("a", "e", "[]"));
    assert!(rooms.refused.is_none());
}

#[test]
fn a_connection_that_is_gone_is_in_no_room() {
    let mut rooms = welcomed();
    rooms.apply(&joined("a", "e", "[]"));
    assert!(rooms.shown().unwrap().here);
    rooms.apply(&Effect::Down { url: String::new(), code: 1006, reason: String::new() });
    assert!(!rooms.shown().unwrap().here);
}

#[test]
fn pages_of_history_go_backwards_without_what_was_seen() {
    let mut rooms = welcomed();
    rooms.apply(&joined("a", "e", "[]"));
    rooms.apply(&frame(&message("a", 10, "c_2")));
    assert_eq!(rooms.shown().unwrap().before(), Some(Offset(10)));
    rooms.ask(MessageId(7), &room("a"));
    assert!(rooms.is_asked(&room("a")));
    rooms.apply(&history("e", &[8, 9, 10], true));
    assert!(!rooms.is_asked(&room("a")));
    assert_eq!(offsets(&mut rooms), [8, 9], "10 is in the list");
    rooms.ask(MessageId(7), &room("a"));
    rooms.apply(&history("e", &[6, 7, 8], false));
    assert_eq!(offsets(&mut rooms), [6, 7, 8, 9]);
    assert!(!rooms.shown().unwrap().more_earlier);
}

#[test]
fn another_life_of_a_room_begins_its_history_anew() {
    let mut rooms = welcomed();
    rooms.apply(&joined("a", "e", "[]"));
    rooms.ask(MessageId(7), &room("a"));
    rooms.apply(&history("e", &[1, 2], false));
    rooms.apply(&joined("a", "f", "[]"));
    assert!(offsets(&mut rooms).is_empty() && rooms.shown().unwrap().more_earlier);
    rooms.ask(MessageId(7), &room("a"));
    rooms.apply(&history("f", &[5], false));
    assert_eq!(offsets(&mut rooms), [5]);
}

#[test]
fn going_back_ends_somewhere() {
    let mut rooms = welcomed();
    rooms.apply(&joined("a", "e", "[]"));
    let all: Vec<u64> = (1..=EARLIER as u64).collect();
    rooms.ask(MessageId(7), &room("a"));
    rooms.apply(&history("e", &all[1..], true));
    assert!(rooms.shown().unwrap().more_earlier);
    rooms.ask(MessageId(7), &room("a"));
    rooms.apply(&history("e", &all[..1], true));
    assert!(!rooms.shown().unwrap().more_earlier);
}
