//! The rules in the browser's storage.

use super::Stored;
use crate::model::rules::Rules;
use yodel_protocol::Json;

/// Storage name of the rules.
pub const RULES: &str = "yodel.rules";

impl Stored for Rules {
    fn to_json(&self) -> Json {
        self.to_json()
    }

    fn from_json(json: &Json) -> Option<Self> {
        Self::from_json(json)
    }
}
