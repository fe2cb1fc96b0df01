//! Rooms of servers that share a backplane, through their sockets: one file per concern, and the same tests for every
//! implementation.
//!
//! | implementation | servers | tests |
//! |---|---|---|
//! | memory | one | all of the suite |
//! | a folder on a disk, with `commit` and with `relaxed` | one | all of the suite, and `disk` |
//! | a Redis server | two | all of the suite, and `faults` |
//! | a Redis Cluster of six, a Redis that Sentinel watches | two | those that reach another part of the store, and `faults::failover` |
//!
//! | advertised feature | tests |
//! |---|---|
//! | one order of messages on all nodes | `publish`, `in_flight` |
//! | an idempotent publish on any node | `idempotency` |
//! | recovery on any node, and its limits | `recovery`, `event_stream` |
//! | history over HTTP on any node | `history` |
//! | presence of all nodes; a dead node's users leave | `presence` |
//! | direct messages, broadcasts, disconnects | `signals` |
//! | the limit of connections of a user | `user_limit` |
//! | the lobby of plain connections | `lobby` |
//! | a folder survives restarts, crashes and a full disk | `disk`, with the release binary |
//! | Redis killed, frozen, read-only, full, replaced | `faults` |
//! | no acknowledged message is lost silently, doubled or reordered | `chaos`, with the release binary |

mod chaos;
mod disk;
mod event_stream;
mod faults;
mod history;
mod idempotency;
mod implementation;
mod in_flight;
mod lobby;
mod nodes;
mod presence;
mod publish;
mod recovery;
mod shared_redis;
mod signals;
mod user_limit;
