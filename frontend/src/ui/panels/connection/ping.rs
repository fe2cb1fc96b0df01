//! A ping on request, and its round-trip time. Only `yodel.v1` has pings that a page can send.

use super::control::control_label;
use crate::{
    i18n::{control::ControlStrings, fill},
    reactive::ErasedValue,
    reactive::view::{bool_attribute, click_handler, text},
    state::{Connection, Dispatcher, Language, LogState, context},
    ui::panels::panel_state::PanelState,
};
use leptos::prelude::*;
use yodel_client::{Effect, Mode, State};

/// State of the requested ping. It outlives the view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Ping {
    /// None was requested since the connection opened.
    #[default]
    Idle,
    /// The server has not replied yet.
    Waiting,
    /// The round-trip time in milliseconds.
    Answered(u64),
    /// A request without a connection.
    NotConnected,
}

impl Ping {
    /// Applies an effect of the session. The charts measure the latency too; only a requested result is shown.
    fn apply(&mut self, effect: &Effect) {
        match effect {
            Effect::Latency(ms) if *self == Self::Waiting => *self = Self::Answered(*ms),
            Effect::Up { .. } | Effect::Down { .. } => *self = Self::Idle,
            _ => {}
        }
    }
}

/// Returns the button and the result.
pub(super) fn ping() -> AnyView {
    let (connection, dispatcher) = (context::<Connection>(), context::<Dispatcher>());
    let (language, log) = (context::<Language>(), context::<LogState>());
    let ping = ping_state(dispatcher);
    let is_plain = move || connection.mode.get() == Mode::Plain;
    let request = move || {
        let is_open = connection.state.with_untracked(|state| matches!(state, State::Open(_)));
        ping.set_value(if is_open { Ping::Waiting } else { Ping::NotConnected });
        dispatcher.measure_latency();
        log.touch();
    };
    let result = text(move || {
        let strings = ControlStrings::of(language.lang.get());
        if is_plain() {
            return strings.no_ping.to_owned();
        }
        match log.read(|_| ping.get_value()) {
            Ping::Idle => String::new(),
            Ping::Waiting => strings.waiting.to_owned(),
            Ping::Answered(ms) => fill(strings.latency, &[("n", &language.strings().number(ms))]),
            Ping::NotConnected => strings.not_connected.to_owned(),
        }
    });
    view! {
        <div class="ping">
            <button
                id="btnPing"
                type="button"
                class="btn"
                aria-describedby="ping"
                disabled=bool_attribute(is_plain)
                on:click=click_handler(request)
            >
                {control_label(language, |strings| strings.ping)}
            </button>
            <p id="ping" class="muted" role="status">
                {result}
            </p>
        </div>
    }
    .into_any()
}

/// Returns the state. The first call subscribes to the effects of the session.
fn ping_state(dispatcher: &'static Dispatcher) -> ErasedValue<Ping> {
    PanelState::get().part(|| {
        let ping = ErasedValue::new(Ping::default());
        dispatcher.observe(move |effect| ping.update_value(|ping| ping.apply(effect)));
        ping
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_the_result_of_a_request_only() {
        let mut ping = Ping::Idle;
        ping.apply(&Effect::Latency(5));
        assert_eq!(ping, Ping::Idle, "measured by the charts");
        ping = Ping::Waiting;
        ping.apply(&Effect::Disarm);
        assert_eq!(ping, Ping::Waiting);
        ping.apply(&Effect::Latency(6));
        ping.apply(&Effect::Latency(7));
        assert_eq!(ping, Ping::Answered(6));
    }

    #[test]
    fn a_lost_connection_ends_the_wait() {
        let mut ping = Ping::Waiting;
        ping.apply(&Effect::Down { url: String::new(), code: 1006, reason: String::new(), requested: false });
        assert_eq!(ping, Ping::Idle);
    }
}
