//! The stored rules.

use super::rule::{MAX_NAME, Rule, RuleError};

/// Maximum number of rules.
pub const MAX: usize = 50;

/// The rules, in the order in which they were added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// At most [`MAX`].
    pub rules: Vec<Rule>,
}

impl Rules {
    /// Returns the rule with this number.
    pub fn get(&self, id: u32) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// Returns the number of rules that are on.
    pub fn on_count(&self) -> usize {
        self.rules.iter().filter(|rule| rule.is_on).count()
    }

    /// Stores a rule, replacing the one with its number. Returns its number; one that is not in the list gets another
    /// one. The name is cut to [`MAX_NAME`] characters.
    ///
    /// # Errors
    /// Returns an error, and changes nothing, if the rule is invalid or there are too many.
    pub fn save(&mut self, mut rule: Rule) -> Result<u32, RuleError> {
        rule.validate()?;
        rule.name = rule.name.chars().take(MAX_NAME).collect();
        if let Some(known) = self.rules.iter_mut().find(|known| known.id == rule.id) {
            *known = rule;
            return Ok(known.id);
        } else if self.rules.len() >= MAX {
            return Err(RuleError::Count);
        }
        rule.id = self.rules.iter().map(|rule| rule.id).max().unwrap_or_default().saturating_add(1);
        let id = rule.id;
        self.rules.push(rule);
        Ok(id)
    }

    /// Switches a rule on or off.
    pub fn switch(&mut self, id: u32, is_on: bool) {
        if let Some(rule) = self.rules.iter_mut().find(|rule| rule.id == id) {
            rule.is_on = is_on;
        }
    }

    /// Deletes a rule.
    pub fn delete(&mut self, id: u32) {
        self.rules.retain(|rule| rule.id != id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::rules::{Action, Condition};

    fn rule(id: u32, text: &str) -> Rule {
        let (name, when) = (text.to_owned(), Condition::Contains(text.to_owned()));
        Rule { id, name, is_on: true, when, then: vec![Action::Mark] }
    }

    #[test]
    fn numbers_new_rules_and_replaces_known_ones() {
        let mut rules = Rules::default();
        assert_eq!(rules.save(rule(0, "a")), Ok(1));
        assert_eq!(rules.save(rule(0, "b")), Ok(2));
        assert_eq!(rules.save(rule(1, "c")), Ok(1));
        assert_eq!(rules.save(rule(9, "of another tab")), Ok(3), "a deleted rule is stored again");
        let names: Vec<_> = rules.rules.iter().map(|rule| rule.name.as_str()).collect();
        assert_eq!(names, ["c", "b", "of another tab"]);
        rules.switch(2, false);
        rules.delete(1);
        assert_eq!((rules.on_count(), rules.get(1), rules.get(2).map(|rule| rule.is_on)), (1, None, Some(false)));
    }

    #[test]
    fn rejects_invalid_rules_and_too_many() {
        let mut rules = Rules::default();
        assert_eq!(rules.save(rule(0, "")), Err(RuleError::Condition));
        for _ in 0..MAX {
            rules.save(rule(0, "a")).unwrap();
        }
        assert_eq!(rules.save(rule(0, "a")), Err(RuleError::Count));
        assert_eq!(rules.save(rule(7, "b")), Ok(7));
        assert_eq!(rules.rules.len(), MAX);
    }

    #[test]
    fn cuts_a_long_name() {
        let mut rules = Rules::default();
        rules.save(Rule { name: "好".repeat(MAX_NAME + 1), ..rule(0, "a") }).unwrap();
        assert_eq!(rules.rules[0].name, "好".repeat(MAX_NAME));
    }
}
