//! English texts of the charts.

use crate::i18n::words::charts::Words;

pub(in crate::i18n) const WORDS: Words = Words {
    heading: "Live",
    latency: "Latency",
    last_minute: "last minute",
    no_latency: "Plain messages have no answer to time. ProtocolChoice yodel.v1 to see it.",
    not_yet: "Not measured yet.",
    ms: "{n} ms",
    messages: "Messages a second",
    bytes: "Bytes a second",
    rates: "in {in} · out {out}",
    latency_words: "Latency over the last minute: now {now} ms, between {least} and {most} ms.",
    rate_words: "{what} over the last minute: in {in}, out {out}, at most {most}.",
    timeline: "Connection",
    timeline_words: "When there was a connection, {n} changes; the list below says when.",
    changes: "Changes",
    up: "connected to {url}",
    down: "no connection ({why})",
    never: "No connection yet.",
};
