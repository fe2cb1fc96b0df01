//! The places where everything beyond the first screen is shown, once it is downloaded.

use crate::{
    reactive::view::{Part, part},
    reactive::{ErasedSignal, effect},
    state::{Extra, Language, Layout, context},
    ui::shell::lazy::{self, Panels},
    ui::widgets::button,
};
use leptos::{prelude::*, task::spawn_local};

/// What is there of the tools. A handle: copies are the same loader.
#[derive(Clone, Copy)]
pub struct PanelLoader {
    language: &'static Language,
    layout: &'static Layout,
    panels: ErasedSignal<LoadState>,
}

#[derive(Clone, Copy, Default)]
enum LoadState {
    #[default]
    NotLoaded,
    Loading,
    Failed,
    Loaded(Panels),
}

impl PanelLoader {
    /// A loader that is filled when the tools are opened.
    pub fn new() -> Self {
        let loader =
            Self { language: context::<Language>(), layout: context::<Layout>(), panels: ErasedSignal::default() };
        effect(move || {
            if loader.layout.tools.get() || loader.layout.extra.get().is_some() {
                loader.load();
            }
        });
        loader
    }

    /// A slot for one part of it; empty while the tools are closed.
    pub fn slot(self, which: fn(&Panels) -> fn(Panels) -> AnyView) -> Part {
        part(move || match (self.layout.tools.get(), self.panels.get()) {
            (true, LoadState::Loaded(panels)) => Some(which(&panels)(panels)),
            _ => None,
        })
    }

    /// What is said while there are none.
    pub fn download_error(self) -> Part {
        part(move || match (self.layout.tools.get(), self.panels.get()) {
            (true, LoadState::Failed) => Some(
                view! {
                    <aside class="banner">
                        <span role="alert">{self.language.label(|strings| strings.tools_failed)}</span>
                        {button("btn", self.language.label(|strings| strings.try_again), move || self.load())}
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
            match (self.layout.extra.get()?, self.panels.get()) {
            (Extra::Why, LoadState::Loaded(panels)) => Some((panels.diagnosis)(panels)),
            (Extra::Help, LoadState::Loaded(panels)) => Some((panels.help)(panels)),
            (_, LoadState::Failed) => Some(
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

    fn load(self) {
        if matches!(self.panels.get_untracked(), LoadState::Loading | LoadState::Loaded(_)) {
            return;
        }
        self.panels.set(LoadState::Loading);
        spawn_local(async move {
            self.panels.set(lazy::panels().await.map_or(LoadState::Failed, LoadState::Loaded));
        });
    }
}
