//! Tests of the server through its sockets, one file per feature.
//!
//! | advertised feature | tests |
//! |---|---|
//! | any WebSocket client can connect | `plain`, `echo`, `handshake`, `close`; through a proxy: `client_addresses` |
//! | rooms, direct messages, presence | `envelope`, `auth` |
//! | history, and recovery by offset and epoch | `envelope`, `sse` |
//! | no acknowledged message is lost or published twice | `chaos`, `envelope` |
//! | tokens: expiry, renewal, permissions | `auth`, `permissions` |
//! | publishing over HTTP | `api`, `api_errors`, `api_lookups`, `openapi` |
//! | several nodes; rooms on a disk | `nodes`; `stored_rooms` |
//! | close codes determine whether to reconnect | `close`; their list in `crates/protocol` |
//! | a slow reader affects only itself and can resume | `slow_readers`, `overload`, `sse_limits` |
//! | a shutdown is spread over time | `shutdown` |
//! | a message is compressed once | `compression` |
//!
//! The tests of time-outs assert that a setting has its effect within half of its default, so that a setting that is
//! ignored fails them.
//!
//! | setting | default | tests |
//! |---|---|---|
//! | `ping` | 25 s | `keepalive`, `sse::keeps_an_idle_stream_alive_with_comments`, `rate_limits` |
//! | `pong` | 10 s | `keepalive`, `close`, `rate_limits`, `slow_readers` |
//! | `handshake_timeout` | 10 s | `handshake::closes_a_connection_with_incomplete_headers`, `http2` |
//! | `response_timeout` | 60 s | `sockets::closes_a_client_that_reads_no_responses`, `sse_limits`, `http2_slow_readers` |
//! | `auth.timeout` | 10 s | `auth::closes_with_4502_on_auth_timeout` |
//! | `lame_duck` | 0 s | `shutdown` |
//! | `drain` | 30 s | `shutdown`, `mounted` |
//! | `history_age` | 5 min | `api_lookups::drops_messages_older_than_the_history_age` |
//! | `tick` | none | `plain` |

mod api;
mod api_errors;
mod api_lookups;
mod auth;
mod broadcast;
mod chaos;
mod client_addresses;
mod close;
mod compression;
mod echo;
mod envelope;
mod examples;
mod handle;
mod handlers;
mod handshake;
mod hooks;
mod http2;
mod http2_slow_readers;
mod json_schema;
mod keepalive;
mod limits;
mod metrics;
mod mounted;
mod nodes;
mod openapi;
mod overload;
mod page;
mod permissions;
mod plain;
mod rate_limits;
mod shutdown;
mod slow_readers;
mod sockets;
mod sse;
mod sse_limits;
mod stored_rooms;
mod tls;
mod transcripts;
