//! Network: from the listening socket to HTTP.
//!
//! | content | file |
//! |---|---|
//! | accept loop, with TLS if configured | `listener`, `tls` |
//! | errors of the accept loop | `accept_errors` |
//! | limit of accepted sockets, and the address that counts | `socket_limit`, `client_address` |
//! | counts per address | `address_counts` |
//! | address of the client of a proxy | `proxy_protocol` |
//! | options of listening and accepted sockets | `socket_options` |
//! | HTTP/1.1 and HTTP/2 on an accepted socket, and the return to the socket | `http` |
//! | time limits of a client that does not read | `write_timeout`; over HTTP/2: `stream_tasks`, `tracked_stream` |
//! | closing without losing the last frame | `lingering_close` |
//! | trait of byte streams | `stream` |
//! | tasks that a shutdown waits for, and then drops | `tasks` |
//! | connections that the file limit allows | `file_limit` |

mod accept_errors;
pub mod address_counts;
pub mod client_address;
pub mod file_limit;
pub mod http;
mod lingering_close;
pub mod listener;
mod proxy_protocol;
pub mod socket_limit;
pub mod socket_options;
pub mod stream;
pub mod stream_tasks;
pub mod tasks;
pub mod tls;
mod tracked_stream;
mod write_timeout;
