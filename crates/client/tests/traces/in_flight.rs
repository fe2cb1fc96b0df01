//! The limit of unanswered messages.

use crate::play_envelope;

/// Returns the effects of publishing the messages `first..=last`, in frames with the same numbers.
fn publish(first: u64, last: u64) -> String {
    let sent = |id| format!("-> transmit #1 {id} id:{id} publish room:chat data:hi key:k{id}; {id} sent\n");
    (first..=last).map(sent).collect()
}

#[test]
fn limits_the_unanswered_messages() {
    let (many, next) = (publish(1, 256), publish(257, 257));
    let many = many.replacen("1 sent", "1 sent; arm 1060", 1);
    play_envelope(&format!(
        "60 request 1..300 publish chat hi\n{many}-> 257..300 waiting
        70 receive #1 ok 3 k:1\n-> 3 reply ok 1; 3 acknowledged\n{next}"
    ));
}

#[test]
fn counts_unanswered_messages_in_the_outbox() {
    let (many, next) = (publish(1, 256), publish(257, 257));
    let many = many.replacen("1 sent", "1 sent; arm 1060", 1);
    play_envelope(&format!(
        "60 request 1..1000 publish chat hi\n{many}-> 257..1000 waiting
        70 request 1001 publish chat one too many\n-> 1001 full
        80 receive #1 ok 1 k:1\n-> 1 reply ok 1; 1 acknowledged\n{next}
        90 request 1001 publish chat now there is room\n-> 1001 waiting"
    ));
}

#[test]
fn does_not_send_a_message_above_the_size_limit() {
    let text = "x".repeat(2_000);
    play_envelope(&format!(
        "60 request 1 publish chat {text}\n-> 1 reply too_large; 1 failed
        70 request 2 publish chat short\n-> transmit #1 2 id:2 publish room:chat data:short key:k2; 2 sent; arm 1070"
    ));
}
