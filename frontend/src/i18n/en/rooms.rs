//! English texts of rooms and people.

use crate::i18n::words::rooms::Rooms;

pub(in crate::i18n) const WORDS: Rooms = Rooms {
    rooms: "Rooms",
    unread: "{n} unread",
    joining: "joining",
    name: "Room name",
    join: "Join",
    leave: "Leave #{room}",
    bad_name: "A room has a name of 1 to 255 bytes, and not “*”.",
    forbidden: "You may not do that in #{room}.",
    full: "#{room} has no place: {why}.",
    refused: "#{room}: {why}.",
    people: "People in {room}",
    you: "{name} (you)",
    tab: "1 tab",
    tabs: "{n} tabs",
    just_left: "just left",
    write: "Write to {name}",
    more: "and {n} more",
    others: "and others",
    secret: "The server does not tell you who is here.",
    earlier: "Earlier messages",
    beginning: "Nothing is kept from before.",
    to: "To",
    to_me: "back to me (echo)",
    to_lobby: "everyone in the lobby",
    unclear: "Write #room or @person.",
};
