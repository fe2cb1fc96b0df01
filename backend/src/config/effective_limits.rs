//! Limits that follow from the settings and their defaults.

use super::{HistoryConfig, Rate, RetentionConfig, ServerConfig, defaults};

impl ServerConfig {
    /// Returns the rate at which a client may send messages; `None` without a limit.
    pub fn message_rate(&self) -> Option<Rate> {
        let default_rate = if self.is_public() { defaults::RATE } else { 0 };
        let per_second = self.rate.unwrap_or(default_rate);
        let burst = self.rate_burst.unwrap_or(per_second.saturating_mul(defaults::BURST_SECONDS));
        (per_second > 0).then_some(Rate { per_second, burst })
    }

    /// Returns the rate in bytes at which a client may send; `None` without a limit.
    pub(crate) fn byte_rate(&self) -> Option<Rate> {
        let default_rate = if self.is_public() { defaults::RATE_BYTES } else { 0 };
        let per_second = u32::try_from(self.rate_bytes.unwrap_or(default_rate)).unwrap_or(u32::MAX);
        (per_second > 0).then_some(Rate { per_second, burst: per_second.saturating_mul(defaults::BURST_SECONDS) })
    }

    /// Returns the limits of history, presence, rooms and users.
    pub(crate) fn retention(&self) -> RetentionConfig {
        RetentionConfig {
            history: HistoryConfig {
                messages: self.history_messages,
                age: self.history_age,
                bytes: self.history_bytes.min(self.history_total),
            },
            total_bytes: self.history_total,
            recover_max: self.recover_max,
            presence_max: self.presence_max,
            presence_bytes: self.presence_bytes,
            rooms: self.max_rooms_total,
            per_user: if self.max_per_user == 0 { u32::MAX } else { self.max_per_user },
            in_flight_bytes: self.max_queue,
        }
    }

    /// Returns the number of sockets that may be open if the file limit allows `capacity`.
    pub(crate) fn socket_limit(&self, capacity: u32) -> u32 {
        self.max_sockets.unwrap_or(capacity).min(capacity)
    }

    /// Returns the number of connections that may be open among this number of sockets.
    pub(crate) fn connection_limit(&self, sockets: u32) -> u32 {
        let for_requests = sockets.div_ceil(defaults::REQUEST_SHARE);
        self.max_connections.unwrap_or_else(|| sockets.saturating_sub(for_requests).max(1)).min(sockets)
    }

    /// Returns the number of connections that one address may have open.
    pub(crate) fn connections_per_address(&self) -> u32 {
        if self.max_per_address == 0 { u32::MAX } else { self.max_per_address }
    }

    /// Returns the number of sockets that one address may have open: those of its connections, and some for requests.
    pub(crate) fn sockets_per_address(&self) -> u32 {
        self.connections_per_address().saturating_add(defaults::REQUEST_SOCKETS)
    }

    /// Returns the rate at which connections may be opened; `None` without a limit.
    pub(crate) fn upgrades(&self) -> Option<Rate> {
        let per_second = self.upgrade_rate;
        (per_second > 0).then_some(Rate { per_second, burst: per_second })
    }
}
