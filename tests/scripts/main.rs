//! The scripts behind `make`, with stubs instead of the tools that they call.

mod checkout;
mod cluster;
mod dev;
mod pinned;
mod test;
mod tools;
