//! From the listener_config socket to HTTP.
//!
//! | what | file |
//! |---|---|
//! | accepting, with TLS where it is configured | `listener`, `tls` |
//! | HTTP/1.1 and HTTP/2 on an accepted socket, and the way back to the socket | `http` |
//! | a close that does not cut off the last frame | `linger` |
//! | bytes in both directions | `stream` |
//! | tasks that a shutdown waits for, and ends | `tasks` |
//! | how many sockets the process may open | `file_limit` |

pub mod file_limit;
pub mod http;
mod lingering_close;
pub mod listener;
pub mod stream;
pub mod tasks;
pub mod tls;
