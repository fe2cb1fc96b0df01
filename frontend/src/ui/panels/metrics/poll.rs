//! Requests the metrics of the server.

use super::snapshot::{Series, Snapshot};
use crate::ui::panels::panel_state::PanelState;
use crate::{
    platform::{request, time},
    reactive::{ErasedSignal, ErasedValue},
    state::{Auth, Connection, Language, context},
};
use gloo_timers::callback::Interval;
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, RequestInit};

/// Path of the metrics.
const PATH: &str = "/metrics";
/// Interval of the requests, in milliseconds.
const PERIOD_MS: u32 = 2_000;

/// Error of a request for metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FetchError {
    /// Missing or invalid credentials.
    Unauthorized,
    /// Valid credentials without permission.
    Forbidden,
    /// The server has no metrics at this path.
    Disabled,
    /// No response.
    Unreachable,
    /// Any other status.
    Status(u16),
}

/// Periodic requests. A handle: copies refer to the same requests. They end with the reactive owner.
#[derive(Clone, Copy)]
pub(super) struct Poll {
    pub(super) auth: &'static Auth,
    connection: &'static Connection,
    pub(super) language: &'static Language,
    pub(super) series: ErasedSignal<Series>,
    pub(super) error: ErasedSignal<Option<FetchError>>,
    busy: ErasedValue<bool>,
    key: &'static ArcStoredValue<String>,
}

impl FetchError {
    /// Returns whether retrying cannot succeed without other credentials or server settings.
    pub(super) fn is_final(self) -> bool {
        matches!(self, Self::Unauthorized | Self::Forbidden | Self::Disabled)
    }

    /// Returns the error of a status; `None` for 200.
    fn of(status: u16) -> Option<Self> {
        match status {
            200 => None,
            401 => Some(Self::Unauthorized),
            403 => Some(Self::Forbidden),
            404 => Some(Self::Disabled),
            other => Some(Self::Status(other)),
        }
    }
}

impl Poll {
    /// Sends the first request and schedules the others.
    pub(super) fn start() -> Self {
        let key = &PanelState::get().metrics_key;
        let series = ErasedSignal::new(Series::default());
        let poll = Self {
            auth: context::<Auth>(),
            connection: context::<Connection>(),
            language: context::<Language>(),
            series,
            error: ErasedSignal::new(None),
            busy: ErasedValue::new(false),
            key,
        };
        ErasedValue::new(Interval::new(PERIOD_MS, move || poll.tick()));
        poll.request();
        poll
    }

    /// Sends a request with this API key.
    pub(super) fn set_key(self, key: &str) {
        self.key.set_value(key.to_owned());
        self.error.set(None);
        self.request();
    }

    fn tick(self) {
        let is_final = self.error.get_untracked().is_some_and(FetchError::is_final);
        if !is_final && !document().hidden() {
            self.request();
        }
    }

    /// Sends a request, unless one is pending.
    fn request(self) {
        if self.busy.get_value() {
            return;
        }
        self.busy.set_value(true);
        let typed = Some(self.key.get_value()).filter(|key| !key.is_empty());
        // The request goes to the page's own server, whatever the connection.
        let [own, ..] = self.connection.endpoints();
        let credentials = typed.or_else(|| self.auth.token_for(&own));
        spawn_local(async move {
            let result = fetch(credentials.as_deref()).await;
            self.finish(result);
        });
    }

    /// Handles the response; the view may be closed by now.
    fn finish(self, result: Result<Snapshot, FetchError>) {
        let _ = self.busy.try_update_value(|busy| *busy = false);
        self.error.set(result.as_ref().err().copied());
        if let Ok(snapshot) = result {
            self.series.update(|series| series.add(time::now_ms(), snapshot));
        }
    }
}

async fn fetch(credentials: Option<&str>) -> Result<Snapshot, FetchError> {
    let unreachable = |_| FetchError::Unreachable;
    let init = RequestInit::new();
    if let Some(credentials) = credentials {
        let headers = Headers::new().map_err(unreachable)?;
        // A value that is invalid in a header is not a valid key.
        headers.set("authorization", &format!("Bearer {credentials}")).map_err(|_| FetchError::Unauthorized)?;
        init.set_headers(&headers);
    }
    let response = request::get(PATH, &init).await.ok_or(FetchError::Unreachable)?;
    if let Some(error) = FetchError::of(response.status()) {
        return Err(error);
    }
    let text = JsFuture::from(response.text().map_err(unreachable)?).await.map_err(unreachable)?;
    Snapshot::read(&text.as_string().unwrap_or_default()).ok_or(FetchError::Disabled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retries_unless_only_other_credentials_can_help() {
        let is_retried = |status| FetchError::of(status).map(|error| !error.is_final());
        assert_eq!(
            [200, 401, 403, 404, 429, 503].map(is_retried),
            [None, Some(false), Some(false), Some(false), Some(true), Some(true)]
        );
    }
}
