//! Rules: reactions to received messages.
//!
//! | content | file |
//! |---|---|
//! | one rule: a condition and actions | [`rule`] |
//! | the stored rules | [`list`]; their JSON: [`stored`] |
//! | positions in a JSON message | [`path`] |
//! | the rules that are on, ready to check messages | [`rule_set`] |
//! | the messages that were checked already | [`cursor`] |
//! | limits for rules that answer themselves | [`loop_guard`] |

pub mod cursor;
pub mod list;
pub mod loop_guard;
pub mod path;
pub mod rule;
pub mod rule_set;
pub mod stored;

pub use cursor::Cursor;
pub use list::Rules;
pub use loop_guard::LoopGuard;
pub use path::Path;
pub use rule::{Action, Condition, Rule, RuleError, Source};
pub use rule_set::RuleSet;
