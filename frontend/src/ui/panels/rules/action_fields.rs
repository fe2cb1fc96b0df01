//! The fields of one action in the form.

use super::{engine::Engine, list::label};
use crate::{
    i18n::{fill, rules::RuleStrings},
    model::rules::{
        Action, RuleError, Source,
        rule::{MAX_ACTIONS, MAX_DELAY_MS},
    },
    reactive::ErasedSignal,
    reactive::view::{Text, dynamic_view, text},
    ui::widgets::{Field, select},
};
use leptos::prelude::*;

/// Values of the choice of an action.
const SEND: &str = "send";
const SET: &str = "set";
const MARK: &str = "mark";
const NOTIFY: &str = "notify";
/// Values of the choice of a source.
const TEXT: &str = "text";
const GROUP: &str = "group";
const PATH: &str = "path";

/// Returns the ids of actions with these numbers.
macro_rules! ids {
    ($($n:literal)*) => {
        [$([
            concat!("selAction", $n),
            concat!("txtAction", $n),
            concat!("numDelay", $n),
            concat!("txtVariable", $n),
            concat!("selSource", $n),
        ]),*]
    };
}

/// Ids of the fields of each action: kind, text, delay, name, source.
const IDS: [[&str; 5]; MAX_ACTIONS] = ids!(1 2 3 4 5 6 7 8);

/// The content of the fields is no action.
pub(super) struct Invalid(pub(super) RuleError);

/// Fields of an action. A handle: copies refer to the same fields.
#[derive(Clone, Copy)]
pub(super) struct ActionFields {
    kind: ErasedSignal<String>,
    /// Message, or source of the variable's value.
    text: ErasedSignal<String>,
    delay: ErasedSignal<String>,
    name: ErasedSignal<String>,
    source: ErasedSignal<String>,
}

impl ActionFields {
    /// Creates fields with the content of an action.
    pub(super) fn new(action: Option<&Action>) -> Self {
        let content = |kind: &str, text: &str, delay: &str, name: &str, source: &str| Self {
            kind: ErasedSignal::new(kind.to_owned()),
            text: ErasedSignal::new(text.to_owned()),
            delay: ErasedSignal::new(delay.to_owned()),
            name: ErasedSignal::new(name.to_owned()),
            source: ErasedSignal::new(source.to_owned()),
        };
        match action {
            Some(Action::Send { text, delay_ms }) => content(SEND, text, &delay_ms.to_string(), "", TEXT),
            Some(Action::Set { name, source: Source::Text(text) }) => content(SET, text, "0", name, TEXT),
            Some(Action::Set { name, source: Source::Group(group) }) => {
                content(SET, &group.to_string(), "0", name, GROUP)
            }
            Some(Action::Set { name, source: Source::Path(path) }) => content(SET, path, "0", name, PATH),
            Some(Action::Mark) => content(MARK, "", "0", "", TEXT),
            Some(Action::Notify) => content(NOTIFY, "", "0", "", TEXT),
            None => content(SEND, "", "0", "", TEXT),
        }
    }

    /// Returns the view of the action at this index.
    pub(super) fn view(self, engine: &'static Engine, index: usize) -> AnyView {
        let [kind, text_id, delay, name, source] = IDS[index];
        let text_of = |string| label(engine, string);
        let kinds = [
            (SEND, text_of(|strings| strings.send)),
            (SET, text_of(|strings| strings.set)),
            (MARK, text_of(|strings| strings.mark)),
            (NOTIFY, text_of(|strings| strings.notify)),
        ];
        let then = text(move || fill(engine.strings().then, &[("n", &(index + 1))]));
        let fields = move || match self.kind.get().as_str() {
            SEND => {
                let label_delay = text(move || fill(engine.strings().delay, &[("max", &MAX_DELAY_MS)]));
                let message = field(text_id, "text", label(engine, |strings| strings.message), self.text);
                Some(vec![message, field(delay, "number", label_delay, self.delay)].into_any())
            }
            SET => {
                let sources = [
                    (TEXT, label(engine, |strings| strings.source_text)),
                    (GROUP, label(engine, |strings| strings.source_group)),
                    (PATH, label(engine, |strings| strings.source_path)),
                ];
                let fields = vec![
                    field(name, "text", label(engine, |strings| strings.variable), self.name),
                    select(source, label(engine, |strings| strings.source), &sources, self.source),
                    field(text_id, "text", label(engine, |strings| strings.source_value), self.text),
                ];
                Some(fields.into_any())
            }
            _ => None,
        };
        view! {
            {select(kind, then, &kinds, self.kind)}
            {dynamic_view(fields)}
        }
        .into_any()
    }

    /// Returns the action.
    pub(super) fn action(self) -> Result<Action, Invalid> {
        let text = self.text.get_untracked();
        Ok(match self.kind.get_untracked().as_str() {
            SEND => {
                let delay_ms = self.delay.with_untracked(|delay| delay.trim().parse::<u32>());
                Action::Send { text, delay_ms: delay_ms.map_err(|_| Invalid(RuleError::Delay))? }
            }
            SET => {
                let source = match self.source.get_untracked().as_str() {
                    GROUP => Source::Group(text.trim().parse::<u32>().map_err(|_| Invalid(RuleError::Group))?),
                    PATH => Source::Path(text.trim().to_owned()),
                    _ => Source::Text(text),
                };
                Action::Set { name: self.name.get_untracked().trim().to_owned(), source }
            }
            MARK => Action::Mark,
            _ => Action::Notify,
        })
    }
}

/// Returns a short description of an action.
pub(super) fn describe(strings: &RuleStrings, action: &Action) -> String {
    match action {
        Action::Send { text, .. } => text.clone(),
        Action::Set { name, .. } => ["{{", name, "}}"].concat(),
        Action::Mark => strings.mark.to_owned(),
        Action::Notify => strings.notify.to_owned(),
    }
}

fn field(id: &'static str, kind: &'static str, label: Text, value: ErasedSignal<String>) -> AnyView {
    let change = Box::new(move |typed| value.set(typed));
    Field { id, kind, label, value: text(move || value.get()), change }.view()
}
