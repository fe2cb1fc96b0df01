//! Permissions of an identity.

use serde::Deserialize;

use super::pattern::RoomPattern;

/// Action in a room that needs permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Join the room and receive its messages.
    Join,
    /// Publish messages.
    Publish,
    /// See the members of the room, and their joins and leaves.
    Presence,
    /// Read earlier messages.
    History,
}

impl Action {
    /// All actions.
    pub const ALL: [Self; 4] = [Self::Join, Self::Publish, Self::Presence, Self::History];

    /// Returns the name of the action in a token.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Join => "join",
            Self::Publish => "publish",
            Self::Presence => "presence",
            Self::History => "history",
        }
    }
}

/// Actions that are allowed in the rooms that match a pattern.
#[derive(Clone, Debug)]
pub struct Rule {
    rooms: RoomPattern,
    /// Bit set, with one bit for each action.
    allowed: u8,
}

impl Rule {
    /// Creates a rule that allows `actions`.
    pub fn new(rooms: RoomPattern, actions: &[Action]) -> Self {
        Self { rooms, allowed: actions.iter().fold(0, |bits, action| bits | bit(*action)) }
    }

    fn allows(&self, action: Action, room: &str) -> bool {
        self.allowed & bit(action) != 0 && self.rooms.matches(room)
    }
}

fn bit(action: Action) -> u8 {
    1 << action as u8
}

/// Permissions of an identity, per room and for the whole server.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools)] // Each corresponds to a claim.
pub struct Permissions {
    /// Rules for rooms; an action needs one matching rule. `None` allows every action in every room.
    pub rooms: Option<Box<[Rule]>>,
    /// True if broadcasts to all connections are allowed.
    pub broadcast: bool,
    /// True if the HTTP API may be used.
    pub api: bool,
    /// True if direct messages to users and clients are allowed.
    pub send: bool,
    /// True if calls of the program's handlers are allowed.
    pub call: bool,
}

impl Permissions {
    /// Permissions without a token, or of a token without restrictions: everything except broadcast and the
    /// HTTP API.
    pub const DEFAULT: Self = Self { rooms: None, broadcast: false, api: false, send: true, call: true };

    /// Returns whether `action` is permitted in `room`.
    pub fn allows(&self, action: Action, room: &str) -> bool {
        self.rooms.as_ref().is_none_or(|rules| rules.iter().any(|rule| rule.allows(action, room)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(rooms: &str, may: &[Action]) -> Rule {
        Rule::new(RoomPattern::new(rooms).expect("a valid pattern"), may)
    }

    #[test]
    fn without_rules_every_action_is_allowed() {
        assert!(Action::ALL.iter().all(|action| Permissions::DEFAULT.allows(*action, "anything")));
    }

    #[test]
    fn an_action_needs_a_rule_that_allows_it() {
        let rules =
            [rule("team-*", &[Action::Join, Action::History]), rule("*-1", &[Action::Publish]), rule("off", &[])];
        let restricted = Permissions { rooms: Some(rules.into()), ..Permissions::DEFAULT };
        for (action, room, allowed) in [
            (Action::Join, "team-1", true),
            (Action::History, "team-1", true),
            (Action::Publish, "team-1", true),
            (Action::Presence, "team-1", false),
            (Action::Publish, "team-2", false),
            (Action::Join, "off", false),
            (Action::Join, "other-1", false),
        ] {
            assert_eq!(restricted.allows(action, room), allowed, "{action:?} {room}");
        }
        let empty = Permissions { rooms: Some([].into()), ..Permissions::DEFAULT };
        assert!(!Action::ALL.iter().any(|action| empty.allows(*action, "team-1")));
    }

    #[test]
    fn a_rule_allows_only_its_actions() {
        for may in Action::ALL {
            let rule = rule("*", &[may, may]);
            let allowed: Vec<Action> = Action::ALL.into_iter().filter(|action| rule.allows(*action, "a")).collect();
            assert_eq!(allowed, [may]);
        }
    }

    #[test]
    fn the_name_of_an_action_deserializes_to_it() {
        for action in Action::ALL {
            let read: Action = serde_json::from_str(&format!("{:?}", action.as_str())).expect("a valid action");
            assert_eq!(read, action);
        }
    }
}
