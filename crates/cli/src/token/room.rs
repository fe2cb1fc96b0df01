//! A room and what may be done there, as one argument.

use std::str::FromStr;

use serde::Serialize;

use yodel_server::auth::Action;

/// A value of `--room`, and a rule as a token has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Room {
    room: String,
    may: Vec<&'static str>,
}

impl FromStr for Room {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let word = |word: &str| Action::ALL.into_iter().map(Action::as_str).find(|known| *known == word);
        // The last one: a room may have the sign in its name, and no action has.
        let (room, may) = text.rsplit_once('=').ok_or_else(allowed)?;
        let may: Vec<_> = may.split(',').map(word).collect::<Option<_>>().ok_or_else(allowed)?;
        Ok(Self { room: room.to_owned(), may })
    }
}

fn allowed() -> String {
    let words = Action::ALL.map(Action::as_str).join(",");
    format!("allowed is a room or a pattern with what may be done there, such as 'team-*={words}'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_has_a_name_and_actions() {
        let room: Room = "a=b*=join,history".parse().unwrap();
        assert_eq!(serde_json::to_string(&room).unwrap(), r#"{"room":"a=b*","may":["join","history"]}"#);
        for wrong in ["", "team", "team=", "team=joint", "team=join,", "team=join, publish", "join=team"] {
            let refused = wrong.parse::<Room>().unwrap_err();
            assert!(refused.contains("team-*=join,publish,presence,history"), "{refused}");
        }
    }
}
