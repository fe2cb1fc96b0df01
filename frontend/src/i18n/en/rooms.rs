//! English strings of rooms and their members.

use crate::i18n::strings::rooms::RoomStrings;

pub(in crate::i18n) const STRINGS: RoomStrings = RoomStrings {
    heading: "Rooms",
    unread: "{n} unread",
    joining: "joining…",
    room_name: "Room name",
    join: "Join",
    leave: "Leave #{room}",
    invalid_name: "Room names must be 1 to 255 bytes long and cannot be “*”.",
    forbidden: "Permission denied in #{room}.",
    limit_reached: "Limit reached in #{room}: {reason}.",
    request_failed: "Request for #{room} failed: {reason}.",
    members: "Members of {room}",
    you: "{name} (you)",
    tab: "1 tab",
    tabs: "{n} tabs",
    just_left: "just left",
    send_to: "Send to {name}",
    and_more: "and {n} more",
    and_others: "and others",
    members_hidden: "The server does not share the member list.",
    earlier: "Earlier messages",
    no_earlier: "No earlier messages.",
    to: "To",
    to_self: "me (echo)",
    to_lobby: "everyone in the lobby",
    invalid_recipient: "Enter #room or @user.",
};
