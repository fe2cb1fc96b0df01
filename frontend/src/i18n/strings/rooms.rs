//! Strings of rooms and their members.

/// Strings of rooms and their members in one language.
#[derive(Debug)]
pub struct RoomStrings {
    /// Heading of the rooms.
    pub heading: &'static str,
    /// Number of unread messages; `{n}`.
    pub unread: &'static str,
    /// Shown instead of `unread` until the join is acknowledged.
    pub joining: &'static str,
    /// Label of the room field.
    pub room_name: &'static str,
    /// Button that joins a room.
    pub join: &'static str,
    /// Button that leaves a room; `{room}`.
    pub leave: &'static str,
    /// Error: not a room name.
    pub invalid_name: &'static str,
    /// Error: permission denied; `{room}`.
    pub forbidden: &'static str,
    /// Error: limit of the server; `{room}`, `{reason}`.
    pub limit_reached: &'static str,
    /// Any other error; `{room}`, `{reason}`.
    pub request_failed: &'static str,
    /// Heading of the members of `{room}`.
    pub members: &'static str,
    /// The user of this page; `{name}`.
    pub you: &'static str,
    /// Member with one connection.
    pub tab: &'static str,
    /// Member with `{n}` connections.
    pub tabs: &'static str,
    /// Member whose last connection closed.
    pub just_left: &'static str,
    /// Description of a member's button; `{name}`.
    pub send_to: &'static str,
    /// Members that are not listed; `{n}` of them.
    pub and_more: &'static str,
    /// Members that are not listed, an unknown number.
    pub and_others: &'static str,
    /// Shown instead of the members without the permission to see them.
    pub members_hidden: &'static str,
    /// Button that loads history, and the list of it.
    pub earlier: &'static str,
    /// Placeholder of that list.
    pub no_earlier: &'static str,
    /// Label of the recipient field.
    pub to: &'static str,
    /// Placeholder of that field with an echo server.
    pub to_self: &'static str,
    /// Placeholder of that field with a broadcast server.
    pub to_lobby: &'static str,
    /// Error of that field.
    pub invalid_recipient: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::complete::complete;

    complete! {
        rooms::RoomStrings:
        heading unread joining room_name join leave invalid_name forbidden limit_reached request_failed members you
        tab tabs just_left send_to and_more and_others members_hidden earlier no_earlier to to_self to_lobby
        invalid_recipient
    }
}
