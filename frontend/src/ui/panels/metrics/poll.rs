//! Asks the server for its figures.

use super::figures::{Figures, Series};
use crate::ui::panels::kept::Kept;
use crate::{
    platform::time,
    reactive::{ErasedSignal, ErasedValue},
    state::{Auth, Language, context},
};
use gloo_timers::callback::Interval;
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, RequestInit, Response};

/// Where they are.
const PATH: &str = "/metrics";
/// How often it is asked, in milliseconds.
const PERIOD_MS: u32 = 2_000;

/// Why there are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// No key and no token, or no good one.
    Wanted,
    /// A good token, of somebody who may not.
    Forbidden,
    /// The server shows them to nobody.
    Off,
    /// No answer.
    Unreachable,
    /// Any other answer.
    Failed(u16),
}

/// A handle: copies ask together. It ends with the view that it was started for.
#[derive(Clone, Copy)]
pub(super) struct Poll {
    pub(super) auth: &'static Auth,
    pub(super) language: &'static Language,
    pub(super) series: ErasedSignal<Series>,
    pub(super) trouble: ErasedSignal<Option<Trouble>>,
    busy: ErasedValue<bool>,
    key: &'static ArcStoredValue<String>,
}

impl Trouble {
    /// Whether asking again without another key is no use.
    pub(super) fn is_final(self) -> bool {
        matches!(self, Self::Wanted | Self::Forbidden | Self::Off)
    }

    /// What an answer means; `None` when it is good.
    fn of(status: u16) -> Option<Self> {
        match status {
            200 => None,
            401 => Some(Self::Wanted),
            403 => Some(Self::Forbidden),
            404 => Some(Self::Off),
            other => Some(Self::Failed(other)),
        }
    }
}

impl Poll {
    /// Asks now, and from now on.
    pub(super) fn start() -> Self {
        let key = &Kept::get().key;
        let series = ErasedSignal::new(Series::default());
        let poll = Self {
            auth: context::<Auth>(),
            language: context::<Language>(),
            series,
            trouble: ErasedSignal::new(None),
            busy: ErasedValue::new(false),
            key,
        };
        ErasedValue::new(Interval::new(PERIOD_MS, move || poll.tick()));
        poll.ask();
        poll
    }

    /// Asks with this key.
    pub(super) fn unlock(self, key: &str) {
        self.key.set_value(key.to_owned());
        self.trouble.set(None);
        self.ask();
    }

    fn tick(self) {
        let refused = self.trouble.get_untracked().is_some_and(Trouble::is_final);
        if !refused && !document().hidden() {
            self.ask();
        }
    }

    /// One question at a time: a slow server is not asked more.
    fn ask(self) {
        if self.busy.get_value() {
            return;
        }
        self.busy.set_value(true);
        let typed = Some(self.key.get_value()).filter(|key| !key.is_empty());
        let credentials = typed.or_else(|| self.auth.token());
        spawn_local(async move {
            let answer = figures(credentials.as_deref()).await;
            self.take(answer);
        });
    }

    /// The view may be gone by now.
    fn take(self, answer: Result<Figures, Trouble>) {
        let _ = self.busy.try_update_value(|busy| *busy = false);
        self.trouble.set(answer.as_ref().err().copied());
        if let Ok(figures) = answer {
            self.series.update(|series| series.add(time::now_ms(), figures));
        }
    }
}

async fn figures(credentials: Option<&str>) -> Result<Figures, Trouble> {
    let unreachable = |_| Trouble::Unreachable;
    let init = RequestInit::new();
    if let Some(credentials) = credentials {
        let headers = Headers::new().map_err(unreachable)?;
        // What no header can carry is no key.
        headers.set("authorization", &format!("Bearer {credentials}")).map_err(|_| Trouble::Wanted)?;
        init.set_headers(&headers);
    }
    let answer = JsFuture::from(window().fetch_with_str_and_init(PATH, &init)).await.map_err(unreachable)?;
    let response: Response = answer.unchecked_into();
    if let Some(trouble) = Trouble::of(response.status()) {
        return Err(trouble);
    }
    let text = JsFuture::from(response.text().map_err(unreachable)?).await.map_err(unreachable)?;
    Figures::read(&text.as_string().unwrap_or_default()).ok_or(Trouble::Off)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_key_could_change_is_not_asked_again() {
        let again = |status| Trouble::of(status).map(|trouble| !trouble.is_final());
        assert_eq!(
            [200, 401, 403, 404, 429, 503].map(again),
            [None, Some(false), Some(false), Some(false), Some(true), Some(true)]
        );
    }
}
