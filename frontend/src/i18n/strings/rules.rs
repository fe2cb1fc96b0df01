//! Strings of the rules.

/// Strings of the rules in one language.
#[derive(Debug)]
pub struct RuleStrings {
    /// Heading; `{n}` rules are on.
    pub heading: &'static str,
    /// Button that opens an empty form.
    pub add: &'static str,
    /// Text without rules.
    pub empty: &'static str,
    /// When a rule is switched off; `{n}` messages, `{chain}` answers.
    pub guard: &'static str,
    /// Number of firings; `{n}`.
    pub fired_count: &'static str,
    /// Description of the switch; `{name}`.
    pub switch: &'static str,
    /// Description of the button; `{name}`.
    pub edit: &'static str,
    /// Button that deletes a rule.
    pub delete: &'static str,
    /// Description of the button; `{name}`.
    pub delete_label: &'static str,
    /// Button that asks for the permission to notify.
    pub allow_notifications: &'static str,

    /// Heading of the form.
    pub form: &'static str,
    /// Label of the name field.
    pub name: &'static str,
    /// Label of the kind of condition.
    pub when: &'static str,
    /// Condition: contains a text.
    pub contains: &'static str,
    /// Condition: matches a regular expression.
    pub matches: &'static str,
    /// Condition: has a value in JSON.
    pub json: &'static str,
    /// Label of the text.
    pub text: &'static str,
    /// Label of the regular expression.
    pub expression: &'static str,
    /// Label of the path.
    pub path: &'static str,
    /// Label of the JSON value.
    pub json_value: &'static str,
    /// Label of the kind of an action; `{n}`.
    pub then: &'static str,
    /// Action: sends a message.
    pub send: &'static str,
    /// Action: sets a variable.
    pub set: &'static str,
    /// Action: marks the row.
    pub mark: &'static str,
    /// Action: notifies.
    pub notify: &'static str,
    /// Label of the message to send.
    pub message: &'static str,
    /// Label of the delay; `{max}` in milliseconds.
    pub delay: &'static str,
    /// Label of the variable's name.
    pub variable: &'static str,
    /// Label of the source of its value.
    pub source: &'static str,
    /// Source: a text.
    pub source_text: &'static str,
    /// Source: a group of the regular expression.
    pub source_group: &'static str,
    /// Source: a path in the message.
    pub source_path: &'static str,
    /// Label of the text, group or path.
    pub source_value: &'static str,
    /// Button that adds an action.
    pub add_action: &'static str,
    /// Button that removes the last action.
    pub remove_action: &'static str,
    /// Button that stores the rule.
    pub save: &'static str,
    /// Button that closes the form.
    pub cancel: &'static str,
    /// Button that prefills the form with the selected row.
    pub make: &'static str,
    /// Limits of what is checked; `{max}` KiB.
    pub scope: &'static str,

    /// Error: the condition is incomplete.
    pub condition_required: &'static str,
    /// Error: a path is invalid.
    pub invalid_path: &'static str,
    /// Error: the expression is invalid; `{error}`.
    pub invalid_expression: &'static str,
    /// Error: no action; limit of `{n}`.
    pub action_required: &'static str,
    /// Error: a message is empty.
    pub message_required: &'static str,
    /// Error: a delay; `{max}` in milliseconds.
    pub invalid_delay: &'static str,
    /// Error: the name of a variable.
    pub invalid_variable: &'static str,
    /// Error: a group; `{max}`.
    pub invalid_group: &'static str,
    /// Error: a text is longer than `{max}` bytes.
    pub too_long: &'static str,
    /// Error: limit of `{n}` rules.
    pub limit: &'static str,
    /// Error: the browser's storage is full.
    pub storage_full: &'static str,

    /// Report: a rule fired once; `{name}`.
    pub fired: &'static str,
    /// Report: a rule fired `{n}` times; `{name}`.
    pub fired_times: &'static str,
    /// Report: switched off, too many messages; `{name}`, `{n}`.
    pub off_rate: &'static str,
    /// Report: switched off, answers its own echo; `{name}`, `{n}`.
    pub off_chain: &'static str,
    /// Report: switched off, the expression is too slow; `{name}`, `{ms}`.
    pub off_slow: &'static str,
    /// Report: switched off, the expression failed; `{name}`, `{error}`.
    pub off_failed: &'static str,
    /// Report: a message was not sent, the send queue is full; `{name}`.
    pub queue_full: &'static str,
    /// Report: a message was not sent, too many wait; `{name}`, `{n}`.
    pub too_many_delayed: &'static str,
    /// Report: a delayed message was not sent, the address changed; `{name}`.
    pub address_changed: &'static str,
    /// Report: a variable was not set; `{name}`, `{variable}`.
    pub not_set: &'static str,
    /// Report: `{n}` messages were not checked.
    pub missed: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::complete::complete;

    complete! {
        rules::RuleStrings:
        heading add empty guard fired_count switch edit delete delete_label allow_notifications form name when contains
        matches json text expression path json_value then send set mark notify message delay variable source source_text
        source_group source_path source_value add_action remove_action save cancel make scope condition_required
        invalid_path invalid_expression action_required message_required invalid_delay invalid_variable invalid_group
        too_long limit storage_full fired fired_times off_rate off_chain off_slow off_failed queue_full too_many_delayed
        address_changed not_set missed
    }
}
