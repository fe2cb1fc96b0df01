//! The actions of rules that fired.

use super::engine::{Engine, Firing};
use crate::{
    i18n::fill_exact,
    model::{
        log::EntryId,
        rules::{
            LoopGuard, RuleSet,
            loop_guard::{LoopLimit, MAX_CHAIN, MAX_PER_SECOND},
            rule_set::{CompiledRule, Origin, Step},
        },
        variables::Template,
    },
    platform::time::now_ms,
};
use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use std::rc::Rc;

/// Largest number of messages that wait for the end of their delay.
const MAX_DELAYED: usize = 1_000;
/// Largest number of marked rows. The oldest marks are removed.
const MAX_MARKS: usize = 10_000;

/// A firing that the loop guard permits, and how many answers to echoes led to it.
pub type Permitted = (Firing, u32);

impl Engine {
    /// Reports rules that fired and carries out their actions. A rule that answers itself is switched off.
    pub(super) fn fire(&'static self, set: &Rc<RuleSet>, firings: Vec<Firing>) {
        let (mut counts, mut marks) = (vec![0; set.rules.len()], Vec::new());
        let (permitted, limits) = self.permit(set, firings);
        for (firing, _) in &permitted {
            counts[firing.rule] += 1;
        }
        self.report_firings(set, &counts);
        for (firing, depth) in &permitted {
            for step in &set.rules[firing.rule].steps {
                match step {
                    Step::Send(template, delay_ms) => {
                        self.send_after(&set.rules[firing.rule], template, *delay_ms, *depth);
                    }
                    Step::Set(name, origin) => self.set_variable(set, firing, name, origin),
                    Step::Mark => marks.push(firing.id),
                    Step::Notify => {}
                }
            }
        }
        self.mark(marks);
        self.notify(set, &permitted);
        for (rule, limit) in limits {
            self.stop_loop(&set.rules[rule], limit);
        }
    }

    /// Returns the firings that the loop guard permits, each with its depth, and the limits that rules reached.
    fn permit(&self, set: &RuleSet, firings: Vec<Firing>) -> (Vec<Permitted>, Vec<(usize, LoopLimit)>) {
        let (mut permitted, mut limits) = (Vec::new(), Vec::<(usize, LoopLimit)>::new());
        let now = now_ms();
        let mut last = None;
        let mut permit = |guard: &mut LoopGuard, firing: Firing| {
            let rule = &set.rules[firing.rule];
            if !rule.sends() {
                return permitted.push((firing, 0));
            } else if limits.iter().any(|(stopped, _)| *stopped == firing.rule) {
                return;
            }
            // Several rules may fire on one message, which is the echo of one other.
            let depth = match last {
                Some((id, depth)) if id == firing.id => depth,
                _ => guard.depth(&firing.text, firing.at_ms),
            };
            last = Some((firing.id, depth));
            match guard.permit(rule.id, now, depth) {
                Ok(()) => permitted.push((firing, depth)),
                Err(limit) => limits.push((firing.rule, limit)),
            }
        };
        self.guard.update_value(|guard| firings.into_iter().for_each(|firing| permit(guard, firing)));
        (permitted, limits)
    }

    fn stop_loop(&'static self, rule: &CompiledRule, limit: LoopLimit) {
        let strings = untrack(|| self.strings());
        let report = match limit {
            LoopLimit::Rate => fill_exact(strings.off_rate, &[("name", &rule.name), ("n", &MAX_PER_SECOND)]),
            LoopLimit::Chain => fill_exact(strings.off_chain, &[("name", &rule.name), ("n", &MAX_CHAIN)]),
        };
        self.switch_off(rule.id, report);
    }

    /// Sends a message now or later. A delayed message is dropped if its rule is switched off meanwhile, or if the user
    /// connects to another address.
    fn send_after(&'static self, rule: &CompiledRule, template: &Template, delay_ms: u32, depth: u32) {
        if delay_ms == 0 {
            return self.send(rule, template, depth);
        }
        let count = |delayed: &mut usize| {
            let has_room = *delayed < MAX_DELAYED;
            *delayed += usize::from(has_room);
            has_room
        };
        if !self.delayed.try_update_value(count).unwrap_or_default() {
            let strings = untrack(|| self.strings());
            let report = fill_exact(strings.too_many_delayed, &[("name", &rule.name), ("n", &MAX_DELAYED)]);
            return self.report_error(report);
        }
        let url = self.page.connection.url.get_untracked();
        let (rule, template) = (rule.clone(), template.clone());
        Timeout::new(delay_ms, move || {
            // The connection may be closed by now, and its state dropped.
            let is_open = self.delayed.try_update_value(|delayed| *delayed -= 1).is_some();
            if !is_open || !self.is_on(rule.id) {
                return;
            }
            if self.page.connection.url.with_untracked(|now| *now == url) {
                self.send(&rule, &template, depth);
            } else {
                let report = untrack(|| self.strings()).address_changed;
                self.report_error(fill_exact(report, &[("name", &rule.name)]));
            }
        })
        .forget();
    }

    fn send(&'static self, rule: &CompiledRule, template: &Template, depth: u32) {
        let text = self.variables.expand(template).text;
        self.guard.update_value(|guard| guard.record(&text, now_ms(), depth));
        if !self.page.messages.send_in_background(&text) {
            let report = untrack(|| self.strings()).queue_full;
            self.report_error(fill_exact(report, &[("name", &rule.name)]));
        }
    }

    fn set_variable(&'static self, set: &RuleSet, firing: &Firing, name: &str, origin: &Origin) {
        let value = match origin {
            Origin::Text(template) => Some(self.variables.expand(template).text),
            Origin::Group(group) => firing.groups.get(*group as usize).cloned().flatten(),
            Origin::Path(path) => set.value(*path, &firing.text, firing.parts.as_ref()),
        };
        // A group or path that is not in the message leaves the variable as it is.
        let Some(value) = value else { return };
        if self.variables.set(name, &value).is_err() {
            let rule = &set.rules[firing.rule];
            let report = untrack(|| self.strings()).not_set;
            self.report_error(fill_exact(report, &[("name", &rule.name), ("variable", &name)]));
        }
    }

    fn mark(&self, mut marks: Vec<EntryId>) {
        if marks.is_empty() {
            return;
        }
        self.page.list.marked.update(|marked| {
            marked.append(&mut marks);
            marked.sort_unstable();
            marked.dedup();
            marked.drain(..marked.len().saturating_sub(MAX_MARKS));
        });
    }
}
