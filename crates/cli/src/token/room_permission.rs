//! The value of `--room`: a room and the permitted actions.

use std::str::FromStr;

use serde::Serialize;

use yodel_server::auth::Action;

/// A permission as in the claim `rooms` of a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RoomPermission {
    room: String,
    #[serde(rename = "may")]
    actions: Vec<&'static str>,
}

impl FromStr for RoomPermission {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let action = |action: &str| Action::ALL.into_iter().map(Action::as_str).find(|known| *known == action);
        // The last `=` separates: a room name may contain it, an action does not.
        let (room, actions) = text.rsplit_once('=').ok_or_else(expected)?;
        let actions: Vec<_> = actions.split(',').map(action).collect::<Option<_>>().ok_or_else(expected)?;
        Ok(Self { room: room.to_owned(), actions })
    }
}

fn expected() -> String {
    let actions_list = Action::ALL.map(Action::as_str).join(",");
    format!("expected a room or a pattern with the permitted actions, such as 'team-*={actions_list}'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_a_room_and_its_actions() {
        let permission: RoomPermission = "a=b*=join,history".parse().unwrap();
        assert_eq!(serde_json::to_string(&permission).unwrap(), r#"{"room":"a=b*","may":["join","history"]}"#);
        for invalid in ["", "team", "team=", "team=joint", "team=join,", "team=join, publish", "join=team"] {
            let error = invalid.parse::<RoomPermission>().unwrap_err();
            assert!(error.contains("team-*=join,publish,presence,history"), "{error}");
        }
    }
}
