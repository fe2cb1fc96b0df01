//! The form for a rule.

use super::{
    action_fields::{ActionFields, Invalid, describe},
    engine::Engine,
    expressions::compile,
    list::{focus_list, label},
};
use crate::{
    i18n::fill,
    model::rules::{
        Condition, Rule, RuleError,
        list::MAX,
        rule::{MAX_ACTIONS, MAX_BYTES, MAX_DELAY_MS, MAX_GROUP},
    },
    platform::{dom::focus, storage::StorageFull},
    reactive::ErasedSignal,
    reactive::view::{Text, dynamic_view, text},
    ui::widgets::{Field, button, error_text, select},
};
use leptos::prelude::*;

/// Id of the choice of a condition.
const WHEN: &str = "selWhen";
/// Values of the choice.
const CONTAINS: &str = "contains";
const MATCHES: &str = "matches";
const JSON: &str = "json";
/// Maximum number of characters of each part of an automatic name.
const NAME_PART: usize = 30;

/// State of the form. A handle: copies refer to the same form.
#[derive(Clone, Copy)]
pub(super) struct Form {
    engine: &'static Engine,
    id: u32,
    is_on: bool,
    name: ErasedSignal<String>,
    when: ErasedSignal<String>,
    path: ErasedSignal<String>,
    value: ErasedSignal<String>,
    actions: [ActionFields; MAX_ACTIONS],
    /// Number of actions that are shown.
    count: ErasedSignal<usize>,
    error: ErasedSignal<String>,
}

impl Form {
    /// Creates a form with the content of a rule.
    pub(super) fn new(engine: &'static Engine, rule: &Rule) -> Self {
        let (when, path, value) = match &rule.when {
            Condition::Contains(text) => (CONTAINS, "", text),
            Condition::Matches(expression) => (MATCHES, "", expression),
            Condition::Json { path, value } => (JSON, path.as_str(), value),
        };
        Self {
            engine,
            id: rule.id,
            is_on: rule.is_on,
            name: ErasedSignal::new(rule.name.clone()),
            when: ErasedSignal::new(when.to_owned()),
            path: ErasedSignal::new(path.to_owned()),
            value: ErasedSignal::new(value.clone()),
            actions: std::array::from_fn(|index| ActionFields::new(rule.then.get(index))),
            count: ErasedSignal::new(rule.then.len().max(1)),
            error: ErasedSignal::default(),
        }
    }

    /// Returns the view.
    pub(super) fn view(self) -> AnyView {
        let text_of = |string| label(self.engine, string);
        let kinds = [
            (CONTAINS, text_of(|strings| strings.contains)),
            (MATCHES, text_of(|strings| strings.matches)),
            (JSON, text_of(|strings| strings.json)),
        ];
        request_animation_frame(|| focus(WHEN));
        view! {
            <div class="fields" role="group" aria-label=text_of(|strings| strings.form)>
                {select(WHEN, text_of(|strings| strings.when), &kinds, self.when)}
                {dynamic_view(move || (self.when.get() == JSON).then(|| {
                    self.field("txtRulePath", label(self.engine, |strings| strings.path), self.path)
                }))}
                {self.field("txtRuleValue", self.value_label(), self.value)}
                {dynamic_view(move || Some(self.action_views()))}
                {self.field("txtRuleName", text_of(|strings| strings.name), self.name)}
                {button("btn btn-primary", text_of(|strings| strings.save), move || self.save())}
                {button("btn-text", text_of(|strings| strings.cancel), move || self.close())}
                {error_text(self.error)}
            </div>
        }
        .into_any()
    }

    fn action_views(self) -> AnyView {
        let count = self.count.get();
        let views: Vec<_> = (0..count).map(|index| self.actions[index].view(self.engine, index)).collect();
        let add = (count < MAX_ACTIONS).then(|| {
            button("btn-text", label(self.engine, |strings| strings.add_action), move || self.count.set(count + 1))
        });
        let remove = (count > 1).then(|| {
            button("btn-text", label(self.engine, |strings| strings.remove_action), move || self.count.set(count - 1))
        });
        view! {
            {views}
            <div>{add} {remove}</div>
        }
        .into_any()
    }

    fn field(self, id: &'static str, label: Text, value: ErasedSignal<String>) -> AnyView {
        let change = move |typed| {
            self.error.set(String::new());
            value.set(typed);
        };
        Field { id, kind: "text", label, value: text(move || value.get()), change: Box::new(change) }.view()
    }

    fn value_label(self) -> Text {
        text(move || {
            let strings = self.engine.strings();
            match self.when.get().as_str() {
                MATCHES => strings.expression,
                JSON => strings.json_value,
                _ => strings.text,
            }
        })
    }

    fn save(self) {
        let error = match self.rule().map(|rule| self.engine.rules.change(|rules| rules.save(rule))) {
            Ok(Ok(Ok(id))) => {
                self.engine.stopped.update_value(|stopped| stopped.retain(|stopped| *stopped != id));
                return self.close();
            }
            Ok(Ok(Err(error))) => self.error_message(error),
            Ok(Err(StorageFull)) => untrack(|| self.engine.strings()).storage_full.to_owned(),
            Err(error) => error,
        };
        self.error.set(error);
    }

    /// Returns the rule in the form.
    fn rule(self) -> Result<Rule, String> {
        let strings = untrack(|| self.engine.strings());
        let value = self.value.get_untracked();
        let when = match self.when.get_untracked().as_str() {
            MATCHES => {
                let invalid = |error: String| fill(strings.invalid_expression, &[("error", &error)]);
                if !value.is_empty() {
                    compile(&value).map_err(invalid)?;
                }
                Condition::Matches(value)
            }
            JSON => Condition::Json { path: self.path.get_untracked().trim().to_owned(), value },
            _ => Condition::Contains(value),
        };
        let actions = self.actions.iter().take(self.count.get_untracked());
        let then = actions.map(|action| action.action()).collect::<Result<Vec<_>, _>>();
        let then = then.map_err(|Invalid(error)| self.error_message(error))?;
        let mut rule =
            Rule { id: self.id, name: self.name.get_untracked().trim().to_owned(), is_on: self.is_on, when, then };
        if rule.name.is_empty() {
            rule.name = self.automatic_name(&rule);
        }
        Ok(rule)
    }

    /// Returns a name such as `ping → pong`.
    fn automatic_name(self, rule: &Rule) -> String {
        let strings = untrack(|| self.engine.strings());
        let short = |text: &str| text.chars().take(NAME_PART).collect::<String>();
        let condition = match &rule.when {
            Condition::Contains(text) | Condition::Matches(text) => short(text),
            Condition::Json { path, value } if value.is_empty() => short(path),
            Condition::Json { path, value } => [short(path), short(value)].join(" = "),
        };
        let action = rule.then.first().map(|action| describe(strings, action)).unwrap_or_default();
        [condition, short(&action)].join(" → ")
    }

    fn error_message(self, error: RuleError) -> String {
        let strings = untrack(|| self.engine.strings());
        match error {
            RuleError::Condition => strings.condition_required.to_owned(),
            RuleError::Path => strings.invalid_path.to_owned(),
            RuleError::NoAction => fill(strings.action_required, &[("n", &MAX_ACTIONS)]),
            RuleError::Message => strings.message_required.to_owned(),
            RuleError::Delay => fill(strings.invalid_delay, &[("max", &MAX_DELAY_MS)]),
            RuleError::Variable => strings.invalid_variable.to_owned(),
            RuleError::Group => fill(strings.invalid_group, &[("max", &MAX_GROUP)]),
            RuleError::Size => fill(strings.too_long, &[("max", &MAX_BYTES)]),
            RuleError::Count => fill(strings.limit, &[("n", &MAX)]),
        }
    }

    fn close(self) {
        focus_list();
        self.engine.draft.set(None);
    }
}
