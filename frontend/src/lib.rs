//! The Yodel page: the page of the WebSocket tutorials, with a connection that reconnects automatically and a list of
//! up to 100,000 rows.
//!
//! A folder imports only from the layers below its own:
//!
//! | layer | folder | content |
//! |---|---|---|
//! | 5 | [`app`] | composition root: mounts the page and connects it |
//! | 4 | [`ui`] | the views; [`ui::shell`] is the first screen, [`ui::panels`] is downloaded when Tools is first opened |
//! | 3 | [`transport`] | the browser's `WebSocket`s and timers <-> `yodel_client::Session` |
//! | 2 | [`state`] | the page's state: small structs of signals |
//! | 1 | [`model`] | data structures and parsers; pure, tested on the host |
//! | 0 | [`platform`], [`i18n`], [`reactive`] | browser APIs; UI strings; Leptos's signals with one inner type |

#![deny(unsafe_code)]

pub mod app;
pub mod i18n;
pub mod model;
pub mod platform;
pub mod reactive;
pub mod state;
pub mod transport;
pub mod ui;
