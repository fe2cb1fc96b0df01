//! The scripts behind `make`, with stubs instead of the tools that they call.

mod checkout;
mod dev;
mod pinned;
mod test;
mod tools;
