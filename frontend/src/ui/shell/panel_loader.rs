//! Downloads the panels when they are first opened, and shows them in their slots.

use crate::{
    i18n::ShellStrings,
    platform::load_error::LoadError,
    reactive::view::{DynamicView, dynamic_view, fresh_view},
    reactive::{ErasedSignal, ErasedValue, effect},
    state::{Language, Layout, Messages, Overlay, PageState, Workspace, context},
    ui::shell::lazy::{self, Panels},
    ui::widgets::button,
};
use gloo_timers::callback::Timeout;
use leptos::{prelude::*, task::spawn_local};
use yodel_client::State;

/// Time in milliseconds after which a download counts as failed. It may still succeed later.
const LOAD_TIMEOUT_MS: u32 = 15_000;

/// Download state of the panels. A handle: copies refer to the same download.
#[derive(Clone, Copy)]
pub struct PanelLoader {
    language: &'static Language,
    layout: &'static Layout,
    workspace: &'static Workspace,
    /// `true` if there were several connections before the reload, which the panels open again, or there are variables or
    /// rules, which need the panels also while Tools is closed.
    is_needed: bool,
    panels: ErasedSignal<LoadState>,
    /// Ends the download that is under way.
    timeout: ErasedValue<Option<Timeout>>,
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
    /// Creates a loader that starts when a panel is opened, or at once if the page has variables or rules.
    pub fn new() -> Self {
        let workspace = context::<Workspace>();
        let loader = Self {
            language: context::<Language>(),
            layout: context::<Layout>(),
            workspace,
            is_needed: workspace.is_stored() || Messages::has_automation(),
            panels: ErasedSignal::default(),
            timeout: ErasedValue::new(None),
        };
        effect(move || {
            if loader.layout.tools.get() || loader.layout.overlay.get().is_some() || loader.is_needed {
                loader.load();
            }
        });
        loader
    }

    /// Returns the slot of one panel of the active connection; empty while Tools is closed.
    pub fn slot(self, which: fn(&Panels) -> fn(Panels) -> AnyView) -> DynamicView {
        fresh_view(move || match (self.layout.tools.get(), self.panels.get()) {
            (true, LoadState::Loaded(panels)) => {
                self.workspace.active.get()?.provide();
                Some(which(&panels)(panels))
            }
            _ => None,
        })
    }

    /// Returns a slot that is also shown while Tools is closed, from the first time the panels are needed.
    pub fn always(self, which: fn(&Panels) -> fn(Panels) -> AnyView) -> DynamicView {
        dynamic_view(move || match self.panels.get() {
            LoadState::Loaded(panels) => Some(which(&panels)(panels)),
            _ => None,
        })
    }

    /// Returns the banner about a failed download. If the server has a newer build, only a reload can load it.
    pub fn download_error(self) -> DynamicView {
        dynamic_view(move || match (self.layout.tools.get() || self.is_needed, self.panels.get()) {
            (true, LoadState::Failed) => Some(
                view! {
                    <aside class="banner">
                        <span role="alert">{self.language.label(|strings| strings.tools_failed)}</span>
                        {button("btn", self.language.label(|strings| strings.try_again), move || self.load())}
                        {button("btn", self.language.label(|strings| strings.reload), move || self.reload())}
                    </aside>
                }
                .into_any(),
            ),
            _ => None,
        })
    }

    /// Returns the diagnosis or the keyboard shortcuts, or a built-in text if they cannot be downloaded.
    pub fn extra(self) -> DynamicView {
        let close = move || self.layout.overlay.set(None);
        fresh_view(move || match (self.layout.overlay.get()?, self.panels.get()) {
            (Overlay::Diagnosis, LoadState::Loaded(panels)) => {
                self.workspace.active.get()?.provide();
                Some((panels.diagnosis)(panels))
            }
            (Overlay::Help, LoadState::Loaded(panels)) => Some((panels.help)(panels)),
            (_, LoadState::Failed) => Some(
                view! {
                    <aside class="banner">
                        <span role="alert">{self.language.label(self.failure())}</span>
                        {button("btn", self.language.label(|strings| strings.close), close)}
                    </aside>
                }
                .into_any(),
            ),
            _ => None,
        })
    }

    /// Returns the text about a failed download. The page's server is down, unless a connection to it is open: then
    /// only the file is missing.
    fn failure(self) -> fn(&ShellStrings) -> &'static str {
        let is_open = self.workspace.active.get().is_some_and(|PageState { connection, .. }| {
            connection.is_own() && connection.state.with(|state| matches!(state, State::Open(_)))
        });
        if is_open { |strings| strings.tools_failed } else { |strings| strings.page_server_unreachable }
    }

    fn reload(self) {
        if let Some(page) = self.workspace.active.get_untracked() {
            page.persistence.reload();
        }
    }

    fn load(self) {
        if matches!(self.panels.get_untracked(), LoadState::Loading | LoadState::Loaded(_)) {
            return;
        }
        self.panels.set(LoadState::Loading);
        // A server that accepts the request may never respond.
        self.timeout.set_value(Some(Timeout::new(LOAD_TIMEOUT_MS, move || self.fail())));
        spawn_local(async move {
            match lazy::panels().await {
                // The page is closed by now.
                Ok(_) if self.timeout.try_update_value(|_| ()).is_none() => {}
                // The page is closed by now.
                Ok(_) if self.timeout.try_update_value(|_| ()).is_none() => {}
                Ok(panels) => {
                    (panels.start)(self.workspace);
                    self.panels.set(LoadState::Loaded(panels));
                }
                Err(LoadError) => self.fail(),
            }
        });
    }

    /// Ends the download that is under way, if any.
    fn fail(self) {
        if let LoadState::Loading = self.panels.get_untracked() {
            self.panels.set(LoadState::Failed);
        }
    }
}
