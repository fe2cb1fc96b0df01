//! The Yodel page: the page of the WebSocket tutorials, with a connection that comes back by
//! itself and a list that takes 100,000 rows.
//!
//! | idea | file |
//! |---|---|
//! | everything put together | [`app`] |
//! | what is seen, and what a person can do | [`store`] |
//! | the visible things, one file each | [`components`]; what they are put together from: [`parts`] |
//! | everything beyond the first screen, and where it is split off | [`tools`], [`lazy`] |
//! | timers, events of the page and [`socket`]s <-> `yodel_client::Session` | [`driver`] |
//! | rows, bounds, the visible window; pure | [`log`] |
//! | what a person types -> what is dialled; pure | [`address`] |
//! | texts sent before, with the arrow keys; pure | [`history`] |
//! | what changes in a view, in few types | [`view`] |
//! | signals and what follows from them, in one type | [`reactive`] |
//! | what keys do wherever the focus is | [`keys`] |
//! | words, one const per language; pure | [`i18n`] |
//! | the log outlasts a reload | [`visit`] |
//! | the page's own address, storage, languages | [`browser`] |

#![deny(unsafe_code)]

pub mod address;
pub mod app;
pub mod browser;
pub mod components;
pub mod driver;
pub mod history;
pub mod i18n;
pub mod keys;
pub mod lazy;
pub mod log;
pub mod parts;
pub mod reactive;
pub mod socket;
pub mod store;
pub mod tools;
pub mod view;
pub mod visit;
