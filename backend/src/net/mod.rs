//! Network: from the listening socket to HTTP.
//!
//! | content | file |
//! |---|---|
//! | accept loop, with TLS if configured | `listener`, `tls` |
//! | HTTP/1.1 and HTTP/2 on an accepted socket, and the return to the socket | `http` |
//! | closing without losing the last frame | `lingering_close` |
//! | trait of byte streams | `stream` |
//! | tasks that a shutdown waits for, and then drops | `tasks` |
//! | connections that the file limit allows | `file_limit` |

pub mod file_limit;
pub mod http;
mod lingering_close;
pub mod listener;
pub mod stream;
pub mod tasks;
pub mod tls;
