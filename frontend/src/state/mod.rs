//! The page's state: small structs of signals, each with the actions that change it. Views get them from Leptos's
//! context. [`page`] combines those of one connection and applies the effects of its session; [`workspace`] has the
//! connections.

pub mod auth;
pub mod connection;
pub mod connection_part;
pub mod connection_store;
pub mod decode_choices;
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
pub mod shared_list;
pub mod stored_rules;
pub mod tabs;
pub mod transport;
pub mod variables;
pub mod workspace;

pub use auth::Auth;
pub use connection::Connection;
pub use connection_part::ConnectionPart;
pub use connection_store::{ConnectionStore, StoreError};
pub use decode_choices::DecodeChoices;
pub use dialer::Dialer;
pub use dispatcher::Dispatcher;
pub use language::Language;
pub use layout::{Layout, Overlay};
pub use list::{ListState, RowDecoration, RowEntry, RowPart};
pub use log::LogState;
pub use messages::Messages;
pub use page::{PageState, context};
pub use persistence::Persistence;
pub use rooms::RoomsState;
pub use shared_list::{SharedList, Stored};
pub use tabs::{MAX_TABS, TooManyTabs};
pub use transport::Transport;
pub use variables::VariableStore;
pub use workspace::Workspace;
