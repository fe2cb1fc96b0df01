//! Export of all connections to a file, and import.

use super::{
    error_text::format_error,
    panel::{ConnectionsPanel, new_id},
};
use crate::{
    i18n::fill,
    model::connections::{Imported, SavedConnection, SavedConnections, saved_connections::MAX},
    platform::download::download,
    reactive::{
        ErasedSignal,
        view::{dynamic_view, text},
    },
    ui::widgets::{button, checkbox},
};
use js_sys::Array;
use leptos::{ev, prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, HtmlInputElement};

/// Maximum size of an imported file, in bytes: more than browsers store.
const MAX_FILE_BYTES: u32 = 16 * 1024 * 1024;
/// Name of an exported file.
const FILE: &str = "yodel-connections.json";

/// Returns the buttons of export and import.
pub(super) fn transfer(panel: ConnectionsPanel) -> AnyView {
    let with_tokens = ErasedSignal::new(false);
    let has_secrets = move || panel.store.with(|saved| saved.connections.iter().any(SavedConnection::has_secrets));
    let tokens = dynamic_view(move || {
        has_secrets().then(|| checkbox(panel.label(|strings| strings.include_tokens), with_tokens))
    });
    let choose: Box<dyn FnMut(ev::Event)> = Box::new(move |event| choose_file(panel, &event));
    view! {
        <div class="fields">
            {tokens} <p class="muted">{panel.label(|strings| strings.include_hint)}</p>
            {button("btn", panel.label(|strings| strings.export), move || export(panel, with_tokens.get_untracked()))}
            <label class="field">
                <span>{panel.label(|strings| strings.import)}</span>
                <input
                    id="fileConnections"
                    type="file"
                    class="form-control"
                    accept=".json,application/json"
                    on:change=choose
                />
            </label>
            <p class="muted" role="status">
                {text(move || panel.status.get())}
            </p>
        </div>
    }
    .into_any()
}

fn export(panel: ConnectionsPanel, with_tokens: bool) {
    match panel.store.stored() {
        Ok(saved) => {
            let exported = if with_tokens { saved } else { saved.without_secrets() };
            download(FILE, &Array::of1(&exported.to_text().into()));
        }
        Err(error) => panel.error.set(super::error_text::unreadable(panel.language, &error)),
    }
}

fn choose_file(panel: ConnectionsPanel, event: &ev::Event) {
    let Some(field) = event.target().map(JsCast::unchecked_into::<HtmlInputElement>) else { return };
    let Some(file) = field.files().and_then(|files| files.get(0)) else { return };
    if file.size() > f64::from(MAX_FILE_BYTES) {
        let max = untrack(|| panel.language.strings()).number(MAX_FILE_BYTES.into());
        reject(panel, &fill(panel.strings().file_too_large, &[("max", &max)]));
        return field.set_value("");
    }
    spawn_local(async move {
        match read_file(&file).await {
            Some(text) => import(panel, &text),
            None => reject(panel, panel.strings().file_unreadable),
        }
        // The same file can be chosen again after it was changed.
        field.set_value("");
    });
}

/// Adds the connections of a file, or shows why there is no change.
fn import(panel: ConnectionsPanel, text: &str) {
    let file = match SavedConnections::from_text(text) {
        Ok(file) => file,
        Err(error) => return reject(panel, &format_error(panel.language, &error)),
    };
    let mut imported = Imported::default();
    let too_many = fill(panel.strings().too_many, &[("max", &MAX)]);
    let too_many = fill(panel.strings().not_imported, &[("reason", &too_many)]);
    let is_stored = panel.change(|saved| match saved.import(file, new_id) {
        Some(numbers) => {
            imported = numbers;
            String::new()
        }
        None => too_many,
    });
    if is_stored {
        let Imported { added, renamed, unchanged } = imported;
        panel.status.set(fill(
            panel.strings().imported,
            &[("added", &added), ("renamed", &renamed), ("unchanged", &unchanged)],
        ));
    }
}

fn reject(panel: ConnectionsPanel, reason: &str) {
    panel.status.set(String::new());
    panel.error.set(fill(panel.strings().not_imported, &[("reason", &reason)]));
}

async fn read_file(file: &File) -> Option<String> {
    JsFuture::from(file.text()).await.ok()?.as_string()
}
