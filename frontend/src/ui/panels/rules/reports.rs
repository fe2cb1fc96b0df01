//! Rows and notices about rules: each firing is a row, and each failure a row and a notice. Firings of a rule at one
//! time share a row with their number.

use super::engine::{Engine, Firing};
use crate::{
    i18n::fill_exact,
    model::{
        log::Body,
        rules::{
            RuleSet,
            rule_set::{CompiledRule, Step},
        },
    },
    platform::{notification, time::now_ms},
    reactive::{ErasedValue, view::text},
};
use leptos::prelude::untrack;

/// Key of the notice about rules.
const NOTICE: &str = "rules";
/// Shortest time between two notifications of a rule, in milliseconds.
const NOTIFY_MS: u64 = 1_000;
/// Maximum number of characters of a message in a notification.
const NOTIFIED_CHARS: usize = 200;

impl Engine {
    /// Appends a row for each rule that fired, and counts its firings.
    pub(super) fn report_firings(&'static self, set: &RuleSet, counts: &[u64]) {
        let fired: Vec<_> = set.rules.iter().zip(counts).filter(|(_, count)| **count > 0).collect();
        if fired.is_empty() {
            return;
        }
        for (rule, count) in &fired {
            self.append(self.fired_text(rule, **count), false);
        }
        self.counts.update(|counts| {
            for (rule, count) in fired {
                match counts.iter_mut().find(|(id, _)| *id == rule.id) {
                    Some((_, total)) => *total += *count,
                    None => counts.push((rule.id, *count)),
                }
            }
        });
    }

    /// Notifies the user of the last message on which a rule fired: with a notification, or else with a notice.
    pub(super) fn notify(&'static self, set: &RuleSet, permitted: &[(Firing, u32)]) {
        for (index, rule) in set.rules.iter().enumerate() {
            let notifies = rule.steps.iter().any(|step| matches!(step, Step::Notify));
            let last = permitted.iter().rev().find(|(firing, _)| firing.rule == index);
            let Some((firing, _)) = last.filter(|_| notifies) else { continue };
            if !is_due(self.notified, rule.id, NOTIFY_MS) {
                continue;
            }
            let title = self.fired_text(rule, 1);
            let body: String = firing.text.chars().take(NOTIFIED_CHARS).collect();
            if !notification::notify(&title, &body, &["yodel-rule-", &rule.id.to_string()].concat()) {
                self.show_notice([title, body].join(": "));
            }
        }
    }

    /// Switches a rule off, at once and in the storage, and reports why.
    pub(super) fn switch_off(&'static self, id: u32, report: String) {
        if untrack(|| self.rules.change(|rules| rules.switch(id, false))).is_err() {
            self.stopped.update_value(|stopped| stopped.push(id));
        }
        untrack(|| self.compile());
        self.report_error(report);
    }

    /// Reports a failure.
    pub(super) fn report_error(&'static self, report: String) {
        self.append(report.clone(), true);
        self.show_notice(report);
    }

    /// Reports messages that no rule checked.
    pub(super) fn report_missed(&'static self, missed: u64) {
        if missed > 0 {
            let number = untrack(|| self.page.language.strings()).number(missed);
            self.append(fill_exact(untrack(|| self.strings()).missed, &[("n", &number)]), true);
        }
    }

    fn fired_text(&self, rule: &CompiledRule, count: u64) -> String {
        let strings = untrack(|| self.strings());
        let number = untrack(|| self.page.language.strings()).number(count);
        let string = if count == 1 { strings.fired } else { strings.fired_times };
        fill_exact(string, &[("name", &rule.name), ("n", &number)])
    }

    fn append(&self, report: String, is_error: bool) {
        let body = Body::Rule { text: report.into(), is_error };
        self.page.log.change(|log| {
            log.entries.push(now_ms(), body);
        });
    }

    fn show_notice(&self, report: String) {
        self.page.layout.notify(NOTICE, text(move || report.clone()));
    }
}

/// Returns whether a rule may notify again, at most once in a period, and remembers that it does.
fn is_due(times: ErasedValue<Vec<(u32, u64)>>, rule: u32, period_ms: u64) -> bool {
    let now = now_ms();
    let due = |times: &mut Vec<(u32, u64)>| {
        let is_due = !times.iter().any(|(known, at_ms)| *known == rule && now.saturating_sub(*at_ms) < period_ms);
        if is_due {
            times.retain(|(known, _)| *known != rule);
            times.push((rule, now));
        }
        is_due
    };
    times.try_update_value(due).unwrap_or_default()
}
