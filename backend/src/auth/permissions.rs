//! What somebody may do.

use serde::Deserialize;

use super::pattern::Pattern;

/// What is done in a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Hear what is said there from now on.
    Join,
    /// Say something there.
    Publish,
    /// See who is there.
    Presence,
    /// Read what was said there.
    History,
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Join, Self::Publish, Self::Presence, Self::History];

    /// The word for it in a token.
    pub fn word(self) -> &'static str {
        match self {
            Self::Join => "join",
            Self::Publish => "publish",
            Self::Presence => "presence",
            Self::History => "history",
        }
    }
}

/// What may be done in the rooms of a pattern.
#[derive(Clone, Debug)]
pub struct Rule {
    rooms: Pattern,
    /// One bit for each action.
    may: u8,
}

impl Rule {
    /// A rule that allows these actions.
    pub fn new(rooms: Pattern, may: &[Action]) -> Self {
        Self { rooms, may: may.iter().fold(0, |bits, action| bits | bit(*action)) }
    }

    fn allows(&self, action: Action, room: &str) -> bool {
        self.may & bit(action) != 0 && self.rooms.matches(room)
    }
}

fn bit(action: Action) -> u8 {
    1 << action as u8
}

/// What somebody may do, in rooms and elsewhere.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools)] // Each is a claim.
pub struct Permissions {
    /// What may be done where; `None` allows everything everywhere.
    pub rooms: Option<Box<[Rule]>>,
    /// Whether everybody may be told something.
    pub broadcast: bool,
    /// Whether the HTTP interface may be used.
    pub api: bool,
    /// Whether a user or a client may be told something.
    pub send: bool,
    /// Whether the application's own events may be called.
    pub call: bool,
}

impl Permissions {
    /// What nobody has to be somebody for: everything but broadcast and the HTTP interface.
    pub const USUAL: Self = Self { rooms: None, broadcast: false, api: false, send: true, call: true };

    /// Whether this may be done in this room.
    pub fn allow(&self, action: Action, room: &str) -> bool {
        self.rooms.as_ref().is_none_or(|rules| rules.iter().any(|rule| rule.allows(action, room)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(rooms: &str, may: &[Action]) -> Rule {
        Rule::new(Pattern::new(rooms).expect("it is a pattern"), may)
    }

    #[test]
    fn without_rules_every_room_is_open() {
        assert!(Action::ALL.iter().all(|action| Permissions::USUAL.allow(*action, "anything")));
    }

    #[test]
    fn one_rule_that_allows_it_is_enough_and_none_is_not() {
        let rules =
            [rule("team-*", &[Action::Join, Action::History]), rule("*-1", &[Action::Publish]), rule("off", &[])];
        let member = Permissions { rooms: Some(rules.into()), ..Permissions::USUAL };
        for (action, room, allowed) in [
            (Action::Join, "team-1", true),
            (Action::History, "team-1", true),
            (Action::Publish, "team-1", true),
            (Action::Presence, "team-1", false),
            (Action::Publish, "team-2", false),
            (Action::Join, "off", false),
            (Action::Join, "other-1", false),
        ] {
            assert_eq!(member.allow(action, room), allowed, "{action:?} {room}");
        }
        let nowhere = Permissions { rooms: Some([].into()), ..Permissions::USUAL };
        assert!(!Action::ALL.iter().any(|action| nowhere.allow(*action, "team-1")));
    }

    #[test]
    fn a_rule_keeps_its_actions_apart() {
        for may in Action::ALL {
            let rule = rule("*", &[may, may]);
            let allowed: Vec<Action> = Action::ALL.into_iter().filter(|action| rule.allows(*action, "a")).collect();
            assert_eq!(allowed, [may]);
        }
    }

    #[test]
    fn the_word_for_an_action_is_read_as_that_action() {
        for action in Action::ALL {
            let read: Action = serde_json::from_str(&format!("{:?}", action.word())).expect("it is an action");
            assert_eq!(read, action);
        }
    }
}
