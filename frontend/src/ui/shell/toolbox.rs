//! The places where everything beyond the first screen is shown, once it is downloaded.

use crate::{
    reactive::view::{Part, part},
    reactive::{ErasedSignal, effect},
    state::{Extra, Language, Layout, context},
    ui::shell::lazy::{self, Panels},
    ui::widgets::button,
};
use leptos::{prelude::*, task::spawn_local};

/// What is there of the tools. A handle: copies are the same toolbox.
#[derive(Clone, Copy)]
pub struct Toolbox {
    language: &'static Language,
    layout: &'static Layout,
    contents: ErasedSignal<Contents>,
}

#[derive(Clone, Copy, Default)]
enum Contents {
    #[default]
    None,
    Coming,
    Unreachable,
    Here(Panels),
}

impl Toolbox {
    /// A toolbox that is filled when the tools are opened.
    pub fn new() -> Self {
        let toolbox =
            Self { language: context::<Language>(), layout: context::<Layout>(), contents: ErasedSignal::default() };
        effect(move || {
            if toolbox.layout.tools.get() || toolbox.layout.extra.get().is_some() {
                toolbox.fill();
            }
        });
        toolbox
    }

    /// A place for one part of it; empty while the tools are closed.
    pub fn place(self, which: fn(&Panels) -> fn(Panels) -> AnyView) -> Part {
        part(move || match (self.layout.tools.get(), self.contents.get()) {
            (true, Contents::Here(tools)) => Some(which(&tools)(tools)),
            _ => None,
        })
    }

    /// What is said while there are none.
    pub fn notice(self) -> Part {
        part(move || match (self.layout.tools.get(), self.contents.get()) {
            (true, Contents::Unreachable) => Some(
                view! {
                    <aside class="banner">
                        <span role="alert">{self.language.label(|strings| strings.tools_failed)}</span>
                        {button("btn", self.language.label(|strings| strings.try_again), move || self.fill())}
                    </aside>
                }
                .into_any(),
            ),
            _ => None,
        })
    }

    /// What is shown for a while. What explains a failure cannot be downloaded where the page's own
    /// server fails: that explains it too.
    pub fn extra(self) -> Part {
        part(move || {
            match (self.layout.extra.get()?, self.contents.get()) {
            (Extra::Why, Contents::Here(tools)) => Some((tools.why)(tools)),
            (Extra::Help, Contents::Here(tools)) => Some((tools.help)(tools)),
            (_, Contents::Unreachable) => Some(
                view! {
                    <aside class="banner">
                        <span role="alert">{self.language.label(|strings| strings.page_server_unreachable)}</span>
                        {button("btn", self.language.label(|strings| strings.close), move || self.layout.extra.set(None))}
                    </aside>
                }
                .into_any(),
            ),
            _ => None,
        }
        })
    }

    fn fill(self) {
        if matches!(self.contents.get_untracked(), Contents::Coming | Contents::Here(_)) {
            return;
        }
        self.contents.set(Contents::Coming);
        spawn_local(async move {
            self.contents.set(lazy::panels().await.map_or(Contents::Unreachable, Contents::Here));
        });
    }
}
