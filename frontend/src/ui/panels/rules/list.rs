//! The list of rules: name, number of firings, and a switch.

use super::{engine::Engine, form::Form};
use crate::{
    i18n::{fill, rules::RuleStrings},
    model::rules::{
        Action, Rule, Rules,
        loop_guard::{MAX_CHAIN, MAX_PER_SECOND},
        rule_set::CHECKED_BYTES,
    },
    platform::{
        dom::focus,
        notification::{self, Permission},
    },
    reactive::ErasedSignal,
    reactive::view::{Text, bool_attribute, click_handler, dynamic_view, text},
    ui::section::section as titled,
    ui::widgets::{button, labeled_button},
};
use leptos::{ev, prelude::*};

/// Id of the button that opens an empty form.
const ADD: &str = "addRule";

/// Returns the section.
pub fn section() -> AnyView {
    let engine = Engine::from_context();
    let heading = text(move || {
        let on = engine.rules.with(Rules::on_count);
        fill(engine.strings().heading, &[("n", &on)])
    });
    let permission = ErasedSignal::new(notification::permission());
    let add = move || engine.draft.set(Some(Rule { is_on: true, ..Rule::default() }));
    let content = view! {
        <div class="rules">
            {dynamic_view(move || Some(list(engine)))}
            <button id=ADD type="button" class="btn" on:click=click_handler(add)>
                {label(engine, |strings| strings.add)}
            </button>
            {dynamic_view(move || engine.draft.get().map(|rule| Form::new(engine, &rule).view()))}
            {dynamic_view(move || ask_permission(engine, permission))}
            <p class="muted">{text(move || limits(engine))}</p>
        </div>
    };
    titled("rules", heading, content.into_any())
}

/// Returns a string of this panel that follows the language.
pub(super) fn label(engine: &'static Engine, string: fn(&RuleStrings) -> &'static str) -> Text {
    text(move || string(engine.strings()))
}

/// Moves the focus to the button below the list.
pub(super) fn focus_list() {
    focus(ADD);
}

fn list(engine: &'static Engine) -> AnyView {
    let rules = engine.rules.get().rules;
    if rules.is_empty() {
        return view! { <p class="muted">{label(engine, |strings| strings.empty)}</p> }.into_any();
    }
    let items: Vec<_> = rules.into_iter().map(|rule| item(engine, rule)).collect();
    view! { <ul class="list-plain">{items}</ul> }.into_any()
}

fn item(engine: &'static Engine, rule: Rule) -> AnyView {
    let (id, is_on, name) = (rule.id, rule.is_on, rule.name.clone());
    let strings = engine.strings();
    let named = |string: &str| fill(string, &[("name", &rule.name)]);
    let (edit, delete, switch) = (named(strings.edit), named(strings.delete_label), named(strings.switch));
    let count = text(move || {
        let count = engine.counts.with(|counts| counts.iter().find(|(known, _)| *known == id).map(|(_, count)| *count));
        count.map_or_else(String::new, |count| {
            fill(engine.strings().fired_count, &[("n", &engine.page.language.strings().number(count))])
        })
    });
    let change: Box<dyn FnMut(ev::Event)> = Box::new(move |_| {
        engine.stopped.update_value(|stopped| stopped.retain(|stopped| *stopped != id));
        // The stored list has the same length, so it fits.
        let _ = engine.rules.change(|rules| rules.switch(id, !is_on));
    });
    view! {
        <li>
            <input
                type="checkbox"
                aria-label=switch.clone()
                title=switch
                prop:checked=bool_attribute(move || is_on)
                on:change=change
            />
            {labeled_button("btn-text address", text(move || name.clone()), edit, move || engine.draft.set(Some(rule.clone())))}
            <span class="muted">{count}</span>
            {labeled_button("btn-text", text(|| "×"), delete, move || {
                // A shorter list always fits.
                let _ = engine.rules.change(|rules| rules.delete(id));
                focus_list();
            })}
        </li>
    }
    .into_any()
}

/// Returns the button that asks for the permission to notify, if a rule needs it.
fn ask_permission(engine: &'static Engine, permission: ErasedSignal<Permission>) -> Option<AnyView> {
    let notifies = |rule: &Rule| rule.then.contains(&Action::Notify);
    let is_needed = engine.rules.with(|rules| rules.rules.iter().any(notifies));
    let ask = move || notification::request_permission(move || permission.set(notification::permission()));
    (is_needed && permission.get() == Permission::Default)
        .then(|| button("btn", label(engine, |strings| strings.allow_notifications), ask))
}

/// Returns what rules check, and when they are switched off.
fn limits(engine: &Engine) -> String {
    let strings = engine.strings();
    let guard = fill(strings.guard, &[("n", &MAX_PER_SECOND), ("chain", &MAX_CHAIN)]);
    [fill(strings.scope, &[("max", &(CHECKED_BYTES >> 10))]), guard].join(" ")
}
