//! The view of the menu.

use super::status;
use crate::{
    i18n::copy_as::CopyAsStrings,
    model::{
        address::ProtocolChoice,
        copy_as::{ConnectionFacts, Snippet, Step, Tool},
    },
    platform::clipboard,
    reactive::ErasedSignal,
    reactive::view::{Text, dynamic_view, text},
    state::{Auth, Connection, Language, context},
    ui::widgets::{button, disclosure},
};
use leptos::prelude::*;
use std::rc::Rc;
use yodel_client::Mode;

/// The last snippet.
pub(super) struct Copied {
    /// The tool.
    pub(super) tool: Tool,
    /// The connection of the snippet.
    pub(super) connection: ConnectionFacts,
    /// The snippet.
    pub(super) snippet: Snippet,
}

/// State of the menu. A handle: copies refer to the same menu.
#[derive(Clone, Copy)]
struct Menu {
    auth: &'static Auth,
    connection: &'static Connection,
    language: &'static Language,
    copied: ErasedSignal<Option<Copied>>,
    /// `true` if the browser has copied the snippet; `None` while it copies.
    is_copied: ErasedSignal<Option<bool>>,
}

/// Returns the menu. It copies the current connection and the step that is current when a tool is clicked.
pub fn menu(step: impl Fn() -> Step + 'static) -> AnyView {
    menu_of(Box::new(step))
}

fn menu_of(step: Box<dyn Fn() -> Step>) -> AnyView {
    let step: Rc<dyn Fn() -> Step> = Rc::from(step);
    let menu = Menu {
        auth: context::<Auth>(),
        connection: context::<Connection>(),
        language: context::<Language>(),
        copied: ErasedSignal::new(None),
        is_copied: ErasedSignal::new(None),
    };
    let tools: Vec<_> = Tool::ALL
        .into_iter()
        .map(|tool| {
            let step = Rc::clone(&step);
            button("btn-text", text(move || tool.name()), move || menu.copy(tool, &step()))
        })
        .collect();
    let content = view! {
        <div class="copy-as-tools" role="group" aria-label=menu.label(|strings| strings.copy_as)>
            {tools}
        </div>
        <p class="muted" role="status">
            {text(move || menu.status())}
        </p>
        {dynamic_view(move || menu.preview())}
    };
    let disclosure = disclosure(menu.label(|strings| strings.copy_as), content.into_any());
    view! { <div class="copy-as">{disclosure}</div> }.into_any()
}

impl Menu {
    /// Copies the snippet for a tool, and shows it.
    fn copy(self, tool: Tool, step: &Step) {
        let connection = self.facts();
        let snippet = tool.snippet(&connection, step);
        let text = snippet.text.clone();
        self.is_copied.set(None);
        self.copied.set(Some(Copied { tool, connection, snippet }));
        clipboard::copy(&text, move |is_copied| self.is_copied.set(Some(is_copied)));
    }

    /// Returns the current connection without its secrets.
    fn facts(self) -> ConnectionFacts {
        let url = self.connection.url.get_untracked();
        let mode = if self.connection.is_plain() { Mode::Plain } else { Mode::Envelope { lobby: true } };
        let (is_automatic, subprotocols) = self.connection.protocol.with_untracked(|protocol| match protocol {
            ProtocolChoice::Automatic => (true, Vec::new()),
            ProtocolChoice::Plain(offered) => (false, offered.clone()),
            ProtocolChoice::Envelope => (false, Vec::new()),
        });
        // An automatic plain connection has no token.
        let may_have_token = !(is_automatic && mode == Mode::Plain);
        ConnectionFacts {
            has_token: may_have_token && self.auth.token_for(&url).is_some(),
            has_lobby: self.auth.is_broadcast(),
            ..ConnectionFacts::new(&url, mode, subprotocols)
        }
    }

    fn status(self) -> String {
        let (language, is_copied) = (self.language, self.is_copied.get());
        self.copied.with(|copied| match (copied, is_copied) {
            (Some(copied), Some(is_copied)) => status::describe(language, copied, is_copied),
            _ => String::new(),
        })
    }

    fn preview(self) -> Option<AnyView> {
        let snippet = self.copied.with(|copied| copied.as_ref().map(|copied| copied.snippet.text.clone()))?;
        let label = self.label(|strings| strings.snippet);
        Some(view! { <pre class="snippet" tabindex="0" role="region" aria-label=label>{snippet}</pre> }.into_any())
    }

    fn label(self, string: fn(&CopyAsStrings) -> &'static str) -> Text {
        text(move || string(CopyAsStrings::of(self.language.lang.get())))
    }
}
