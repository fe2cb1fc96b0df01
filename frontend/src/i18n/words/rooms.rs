//! Words about rooms and who is in them.

/// The words of one language.
#[derive(Debug)]
pub struct Rooms {
    /// The heading.
    pub rooms: &'static str,
    /// Beside a room; `{n}`.
    pub unread: &'static str,
    /// Instead of the number, while the server has not answered.
    pub joining: &'static str,
    /// The field.
    pub name: &'static str,
    /// The button.
    pub join: &'static str,
    /// The button beside a room; `{room}`.
    pub leave: &'static str,
    /// No room can have that name.
    pub bad_name: &'static str,
    /// Not allowed; `{room}`.
    pub forbidden: &'static str,
    /// Too many people in it, or too many rooms; `{room}`, `{why}`.
    pub full: &'static str,
    /// Any other reason; `{room}`, `{why}`.
    pub refused: &'static str,
    /// The heading over those who are there; `{room}`.
    pub people: &'static str,
    /// Who it is, when it is oneself; `{name}`.
    pub you: &'static str,
    /// One connection.
    pub tab: &'static str,
    /// Several; `{n}`.
    pub tabs: &'static str,
    /// None any more.
    pub just_left: &'static str,
    /// What a click on a person does; `{name}`.
    pub write: &'static str,
    /// Those who are not in the list; `{n}`.
    pub more: &'static str,
    /// How many is not known.
    pub others: &'static str,
    /// The server does not say.
    pub secret: &'static str,
    /// The button, and the list it fills.
    pub earlier: &'static str,
    /// That list, where it begins.
    pub beginning: &'static str,
    /// The field before the input.
    pub to: &'static str,
    /// In it while nothing is chosen and the server sends texts back.
    pub to_me: &'static str,
    /// In it while nothing is chosen and the server tells them to the lobby.
    pub to_lobby: &'static str,
    /// It is no destination.
    pub unclear: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::complete::complete;

    complete! {
        rooms::Rooms:
        rooms unread joining name join leave bad_name forbidden full refused people you tab tabs just_left write more
        others secret earlier beginning to to_me to_lobby unclear
    }
}
