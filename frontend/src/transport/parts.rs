//! Parts of the page that a connection needs, downloaded while it is dialed.

use super::{driver::Driver, lazy};
use crate::platform::load_error::LoadError;
use leptos::task::spawn_local;
use std::rc::Rc;
use yodel_client::{Effect, Event, Generation, State, Target};
use yodel_protocol::{CloseCode, SUBPROTOCOL};

/// End of the reason of a close when a part of the page could not be downloaded, perhaps one of an earlier build.
const LOAD_FAILED: &str = " could not be downloaded; reload the page";

impl Driver {
    /// Downloads the subprotocol, unless it is there or under way. A failed download is repeated with the next dial.
    pub(super) fn load_subprotocol(self: &Rc<Self>) {
        if self.session.borrow().is_attached() || self.loading.replace(true) {
            return;
        }
        let driver = Rc::clone(self);
        spawn_local(async move {
            let subprotocol = lazy::subprotocol().await;
            driver.loading.set(false);
            match subprotocol {
                Ok(subprotocol) => {
                    driver.session.borrow_mut().attach(subprotocol);
                    driver.step(Event::Timer { buffered: driver.buffered() });
                }
                Err(LoadError) => driver.fail_to_load(SUBPROTOCOL),
            }
        });
    }

    /// Downloads the event streams, unless they are there, and dials this one.
    pub(super) fn load_streams(self: &Rc<Self>, socket: Generation, target: Target) {
        if self.streams.borrow().is_some() {
            return;
        }
        self.awaiting.set(Some(socket));
        let driver = Rc::clone(self);
        spawn_local(async move {
            let Ok(create) = lazy::event_streams().await else {
                return driver.fail_to_load("Server-Sent Events");
            };
            let session = Rc::clone(&driver);
            let streams = create(driver.store, Rc::new(move |event| session.step(event)));
            // A dial that timed out in the meantime is repeated, and downloads the streams a second time.
            if *driver.session.borrow().state() == State::Connecting(socket) {
                streams(&Effect::Dial { socket, target });
            }
            driver.streams.replace(Some(streams));
        });
    }

    /// Closes the socket that waits for a part of the page, with the reason for the user. The session dials again.
    fn fail_to_load(self: &Rc<Self>, part: &str) {
        if let Some(socket) = self.awaiting.take() {
            self.release(socket);
            self.step(Event::Closed {
                socket,
                code: CloseCode::ABNORMAL.0,
                reason: [part, LOAD_FAILED].concat(),
                buffered: 0,
            });
        }
    }
}
