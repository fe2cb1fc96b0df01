//! Diagnosis of a failed event stream as text.

use super::{
    stream_cause::{Probe, StreamCause, cause},
    stream_probe::probe,
};
use crate::{
    i18n::{fill, stream::StreamStrings},
    reactive::ErasedSignal,
    reactive::view::{DynamicView, dynamic_view, text},
    state::{Connection, Language, context},
};
use leptos::{prelude::*, task::spawn_local};

/// Probes the server and returns the cause, which follows.
pub(super) fn stream_causes() -> DynamicView {
    let language = context::<Language>();
    let url = context::<Connection>().url.get_untracked();
    let probed = ErasedSignal::new(None::<Probe>);
    spawn_local(async move {
        let result = probe(&url).await;
        // The bar may be closed by now; the update is ignored then.
        probed.set(Some(result));
    });
    let line = text(move || {
        let strings = StreamStrings::of(language.lang.get());
        probed.with(|probe| {
            probe.as_ref().map_or_else(|| strings.checking.to_owned(), |probe| line(strings, &cause(probe)))
        })
    });
    dynamic_view(move || Some(view! { <p>{line.clone()}</p> }.into_any()))
}

fn line(strings: &StreamStrings, cause: &StreamCause) -> String {
    match cause {
        StreamCause::MixedContent => strings.mixed_content.to_owned(),
        StreamCause::ServerDown => strings.server_down.to_owned(),
        StreamCause::MissingCors => {
            let origin = window().location().origin().unwrap_or_default();
            fill(strings.missing_cors, &[("origin", &origin)])
        }
        StreamCause::WebSocket => strings.web_socket.to_owned(),
        StreamCause::Status(status) => fill(strings.status, &[("status", status)]),
        StreamCause::ContentType(content_type) if content_type.is_empty() => strings.no_content_type.to_owned(),
        StreamCause::ContentType(content_type) => fill(strings.content_type, &[("type", content_type)]),
        StreamCause::Interrupted => strings.interrupted.to_owned(),
    }
}
