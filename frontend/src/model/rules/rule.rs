//! One rule: a condition and actions.

use super::Path;
use crate::model::variables::template::is_name;

/// Maximum number of actions.
pub const MAX_ACTIONS: usize = 8;
/// Maximum size of each text in bytes.
pub const MAX_BYTES: usize = 16 << 10;
/// Maximum number of characters of a name.
pub const MAX_NAME: usize = 100;
/// Maximum delay of a message in milliseconds: ten minutes.
pub const MAX_DELAY_MS: u32 = 600_000;
/// Largest number of a group of a regular expression.
pub const MAX_GROUP: u32 = 99;

/// A rule: when a text message arrives that meets the condition, the actions follow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// Number of the rule, from 1; 0 for one that was never stored.
    pub id: u32,
    /// Name that people read.
    pub name: String,
    /// `true` if the rule is on.
    pub is_on: bool,
    /// The condition.
    pub when: Condition,
    /// The actions, in order.
    pub then: Vec<Action>,
}

/// Condition of a received text message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// The message contains this text.
    Contains(String),
    /// The message matches this regular expression of JavaScript: `expression` or `/expression/flags`.
    Matches(String),
    /// The message is JSON with a value at this path.
    Json {
        /// The [`Path`].
        path: String,
        /// The value: the content of a string, or any other value as the message has it. Empty for any value.
        value: String,
    },
}

/// Action of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Sends a message.
    Send {
        /// The message, with references to variables.
        text: String,
        /// Time between the arrival and the message, in milliseconds.
        delay_ms: u32,
    },
    /// Sets a variable.
    Set {
        /// Name of the variable.
        name: String,
        /// Source of the value.
        source: Source,
    },
    /// Marks the row of the message.
    Mark,
    /// Notifies the user.
    Notify,
}

/// Source of a variable's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A text with references to variables.
    Text(String),
    /// A group of the regular expression; 0 is the whole match.
    Group(u32),
    /// The value at this [`Path`] of the message.
    Path(String),
}

/// The rule cannot be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleError {
    /// The text, expression or path of the condition is missing.
    Condition,
    /// A path is invalid.
    Path,
    /// The rule has no action, or more than [`MAX_ACTIONS`].
    NoAction,
    /// A message to send is empty.
    Message,
    /// A delay is longer than [`MAX_DELAY_MS`].
    Delay,
    /// The name of a variable is invalid.
    Variable,
    /// A group without a regular expression, or above [`MAX_GROUP`].
    Group,
    /// A text is longer than [`MAX_BYTES`].
    Size,
    /// The list is full.
    Count,
}

impl Default for Condition {
    fn default() -> Self {
        Self::Contains(String::new())
    }
}

impl Rule {
    /// Checks every part of the rule.
    ///
    /// # Errors
    /// Returns the first mistake.
    pub fn validate(&self) -> Result<(), RuleError> {
        match &self.when {
            Condition::Contains(text) | Condition::Matches(text) => check_text(text, RuleError::Condition)?,
            Condition::Json { path, value } => {
                check_path(path)?;
                check_size(value)?;
            }
        }
        if self.then.is_empty() || self.then.len() > MAX_ACTIONS {
            return Err(RuleError::NoAction);
        }
        self.then.iter().try_for_each(|action| self.check_action(action))
    }

    fn check_action(&self, action: &Action) -> Result<(), RuleError> {
        match action {
            Action::Send { text, delay_ms } => {
                check_text(text, RuleError::Message)?;
                if *delay_ms > MAX_DELAY_MS { Err(RuleError::Delay) } else { Ok(()) }
            }
            Action::Set { name, .. } if !is_name(name) => Err(RuleError::Variable),
            Action::Set { source: Source::Text(text), .. } => check_size(text),
            Action::Set { source: Source::Path(path), .. } => check_path(path),
            Action::Set { source: Source::Group(group), .. } => {
                let has_groups = matches!(self.when, Condition::Matches(_)) && *group <= MAX_GROUP;
                if has_groups { Ok(()) } else { Err(RuleError::Group) }
            }
            Action::Mark | Action::Notify => Ok(()),
        }
    }
}

fn check_text(text: &str, missing: RuleError) -> Result<(), RuleError> {
    if text.is_empty() { Err(missing) } else { check_size(text) }
}

fn check_size(text: &str) -> Result<(), RuleError> {
    if text.len() > MAX_BYTES { Err(RuleError::Size) } else { Ok(()) }
}

fn check_path(path: &str) -> Result<(), RuleError> {
    check_text(path, RuleError::Condition)?;
    Path::parse(path).map(drop).ok_or(RuleError::Path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(when: Condition, action: Action) -> Result<(), RuleError> {
        Rule { id: 0, name: String::new(), is_on: true, when, then: vec![action] }.validate()
    }

    fn set(source: Source) -> Action {
        Action::Set { name: "id".to_owned(), source }
    }

    #[test]
    fn names_the_first_mistake() {
        let text = |text: &str| Condition::Contains(text.to_owned());
        let json = |path: &str| Condition::Json { path: path.to_owned(), value: String::new() };
        let send = |text: &str, delay_ms| Action::Send { text: text.to_owned(), delay_ms };
        let long = "x".repeat(MAX_BYTES + 1);
        for (when, action, expected) in [
            (text("ping"), send("pong", MAX_DELAY_MS), Ok(())),
            (json("a[0]"), set(Source::Path("b".to_owned())), Ok(())),
            (Condition::Matches("(a)".to_owned()), set(Source::Group(1)), Ok(())),
            (text(""), Action::Mark, Err(RuleError::Condition)),
            (text(&long), Action::Mark, Err(RuleError::Size)),
            (json(""), Action::Mark, Err(RuleError::Condition)),
            (json("a["), Action::Mark, Err(RuleError::Path)),
            (text("a"), send("", 0), Err(RuleError::Message)),
            (text("a"), send("b", MAX_DELAY_MS + 1), Err(RuleError::Delay)),
            (text("a"), set(Source::Group(1)), Err(RuleError::Group)),
            (Condition::Matches("a".to_owned()), set(Source::Group(MAX_GROUP + 1)), Err(RuleError::Group)),
            (text("a"), set(Source::Path("[".to_owned())), Err(RuleError::Path)),
            (text("a"), set(Source::Text(long.clone())), Err(RuleError::Size)),
            (text("a"), Action::Set { name: "1".to_owned(), source: Source::Group(0) }, Err(RuleError::Variable)),
        ] {
            assert_eq!(checked(when.clone(), action.clone()), expected, "{when:?} {action:?}");
        }
    }

    #[test]
    fn needs_one_to_eight_actions() {
        let mut rule = Rule { when: Condition::Contains("a".to_owned()), ..Rule::default() };
        assert_eq!(rule.validate(), Err(RuleError::NoAction));
        rule.then = vec![Action::Mark; MAX_ACTIONS];
        assert_eq!(rule.validate(), Ok(()));
        rule.then.push(Action::Notify);
        assert_eq!(rule.validate(), Err(RuleError::NoAction));
    }
}
