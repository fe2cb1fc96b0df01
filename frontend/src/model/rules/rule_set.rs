//! The rules that are on, ready to check messages.

use super::{
    Action, Condition, Path, Rule, Rules, Source,
    path::{find, has_value, value_text},
};
use crate::model::{text::boundary, variables::Template};
use std::{ops::Range, rc::Rc, sync::Arc};

/// Bytes at the start of a message that the rules check. More would delay the page.
pub const CHECKED_BYTES: usize = 256 << 10;

/// Parts of a message at the paths of a [`RuleSet`].
pub type Parts = Rc<[Option<Range<usize>>]>;

/// The rules that are on.
#[derive(Clone, Debug, Default)]
pub struct RuleSet {
    /// The rules, in order.
    pub rules: Vec<CompiledRule>,
    /// The distinct paths of all rules.
    paths: Vec<Path>,
}

/// A rule whose texts are parsed.
#[derive(Clone, Debug)]
pub struct CompiledRule {
    /// Number of the rule.
    pub id: u32,
    /// Name of the rule.
    pub name: Arc<str>,
    /// The condition.
    pub test: Test,
    /// The actions.
    pub steps: Vec<Step>,
}

/// A condition.
#[derive(Clone, Debug)]
pub enum Test {
    /// The message contains a text.
    Contains(String),
    /// The message matches a regular expression. Not checked here, because it may take hours.
    Matches(String),
    /// The message has a value at this path; an empty value is any.
    Json {
        /// Index of the path.
        path: usize,
        /// The value.
        value: String,
    },
}

/// An action.
#[derive(Clone, Debug)]
pub enum Step {
    /// Sends a message after a delay in milliseconds.
    Send(Template, u32),
    /// Sets a variable.
    Set(String, Origin),
    /// Marks the row.
    Mark,
    /// Notifies the user.
    Notify,
}

/// Source of a variable's value.
#[derive(Clone, Debug)]
pub enum Origin {
    /// A text with references.
    Text(Template),
    /// A group of the expression.
    Group(u32),
    /// Index of a path.
    Path(usize),
}

impl RuleSet {
    /// Prepares the rules that are on. A rule with an invalid path is left out.
    pub fn new(rules: &Rules) -> Self {
        let mut set = Self::default();
        for rule in rules.rules.iter().filter(|rule| rule.is_on) {
            if let Some(rule) = set.compile(rule) {
                set.rules.push(rule);
            }
        }
        set
    }

    /// Calls `fire` with the index of each rule whose condition a message meets, except regular expressions. The
    /// message is read as JSON at most once, and only if a rule needs it.
    pub fn check(&self, text: &str, mut fire: impl FnMut(usize, Option<Parts>)) {
        let text = checked_part(text);
        let mut parts = None;
        for (index, rule) in self.rules.iter().enumerate() {
            let is_met = match &rule.test {
                Test::Contains(part) => text.contains(part.as_str()),
                Test::Matches(_) => false,
                Test::Json { path, value } => {
                    let parts: &Parts = parts.get_or_insert_with(|| self.parts(text));
                    let part = parts[*path].clone();
                    part.is_some_and(|part| value.is_empty() || has_value(&text[part], value))
                }
            };
            if is_met {
                fire(index, parts.clone());
            }
        }
    }

    /// Returns the value at a path of a message.
    pub fn value(&self, path: usize, text: &str, parts: Option<&Parts>) -> Option<String> {
        let text = checked_part(text);
        let part = match parts {
            Some(parts) => parts.get(path)?.clone(),
            None => find(self.paths.get(path..=path)?, text).pop()?,
        };
        Some(value_text(&text[part?]))
    }

    /// Returns whether the page checks a rule itself.
    pub fn has_page_rules(&self) -> bool {
        self.rules.iter().any(|rule| !rule.is_expression())
    }

    /// Returns whether a rule has a regular expression.
    pub fn has_expressions(&self) -> bool {
        self.rules.iter().any(CompiledRule::is_expression)
    }

    fn parts(&self, text: &str) -> Parts {
        find(&self.paths, text).into()
    }

    fn compile(&mut self, rule: &Rule) -> Option<CompiledRule> {
        let test = match &rule.when {
            Condition::Contains(text) => Test::Contains(text.clone()),
            Condition::Matches(expression) => Test::Matches(expression.clone()),
            Condition::Json { path, value } => Test::Json { path: self.path(path)?, value: value.clone() },
        };
        let steps = rule.then.iter().map(|action| self.step(action)).collect::<Option<_>>()?;
        Some(CompiledRule { id: rule.id, name: rule.name.as_str().into(), test, steps })
    }

    fn step(&mut self, action: &Action) -> Option<Step> {
        Some(match action {
            Action::Send { text, delay_ms } => Step::Send(Template::parse(text), *delay_ms),
            Action::Set { name, source } => {
                let origin = match source {
                    Source::Text(text) => Origin::Text(Template::parse(text)),
                    Source::Group(group) => Origin::Group(*group),
                    Source::Path(path) => Origin::Path(self.path(path)?),
                };
                Step::Set(name.clone(), origin)
            }
            Action::Mark => Step::Mark,
            Action::Notify => Step::Notify,
        })
    }

    /// Returns the index of a path, which is added if it is new.
    fn path(&mut self, text: &str) -> Option<usize> {
        let path = Path::parse(text)?;
        let known = self.paths.iter().position(|known| *known == path);
        Some(known.unwrap_or_else(|| {
            self.paths.push(path);
            self.paths.len() - 1
        }))
    }
}

impl CompiledRule {
    /// Returns whether the condition is a regular expression.
    pub fn is_expression(&self) -> bool {
        matches!(self.test, Test::Matches(_))
    }

    /// Returns whether the rule sends messages.
    pub fn sends(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Send(..)))
    }

    /// Returns whether an action needs the groups of the expression.
    pub fn needs_groups(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Set(_, Origin::Group(_))))
    }
}

/// Returns the part of a message that the rules check.
pub fn checked_part(text: &str) -> &str {
    &text[..boundary(text.as_bytes(), CHECKED_BYTES)]
}

#[cfg(test)]
mod tests;
