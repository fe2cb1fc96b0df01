//! The page's state: small structs of signals, each with the actions that change it. Views take them from
//! Leptos's context; [`page`] puts them together and applies the effects of the session.
//!
//! | content | file |
//! |---|---|
//! | language | [`language`] |
//! | panels and dialogs that are open | [`layout`] |
//! | events to the session, observers of its effects | [`dispatcher`], [`transport`] |
//! | identity, tokens | [`auth`] |
//! | joined rooms, requests | [`rooms`] |
//! | message log | [`log`]; across a reload: [`persistence`] |
//! | selection and scrolling of the list | [`list`] |
//! | state, address and mode of the connection | [`connection`] |
//! | connecting and disconnecting | [`dialer`] |
//! | messages of the user | [`messages`] |

pub mod auth;
pub mod connection;
pub mod dialer;
pub mod dispatcher;
pub mod language;
pub mod layout;
pub mod list;
pub mod log;
pub mod messages;
pub mod page;
pub mod persistence;
pub mod rooms;
pub mod transport;

pub use auth::Auth;
pub use connection::Connection;
pub use dialer::Dialer;
pub use dispatcher::Dispatcher;
pub use language::Language;
pub use layout::{Extra, Layout};
pub use list::ListState;
pub use log::LogState;
pub use messages::Messages;
pub use page::{PageState, context};
pub use rooms::RoomsState;
pub use transport::Transport;
