//! How much may be on its way.

use crate::play_envelope;

/// Messages `first..=last` are sent at this time, as frames of the same numbers.
fn say(first: u64, last: u64) -> String {
    let sent = |id| format!("-> transmit #1 {id} id:{id} publish room:chat data:hi key:k{id}; {id} sent\n");
    (first..=last).map(sent).collect()
}

#[test]
fn a_slow_server_gets_no_more_than_it_answers() {
    let (many, next) = (say(1, 256), say(257, 257));
    let many = many.replacen("1 sent", "1 sent; arm 1060", 1);
    play_envelope(&format!(
        "60 ask 1..300 say chat hi\n{many}-> 257..300 waiting
        70 hear #1 ok 3 k:1\n-> 3 gets ok 1; 3 acknowledged\n{next}"
    ));
}

#[test]
fn what_is_not_answered_counts_as_kept() {
    let (many, next) = (say(1, 256), say(257, 257));
    let many = many.replacen("1 sent", "1 sent; arm 1060", 1);
    play_envelope(&format!(
        "60 ask 1..1000 say chat hi\n{many}-> 257..1000 waiting
        70 ask 1001 say chat one too many\n-> 1001 full
        80 hear #1 ok 1 k:1\n-> 1 gets ok 1; 1 acknowledged\n{next}
        90 ask 1001 say chat now there is room\n-> 1001 waiting"
    ));
}

#[test]
fn what_the_server_would_not_take_is_not_sent() {
    let text = "x".repeat(2_000);
    play_envelope(&format!(
        "60 ask 1 say chat {text}\n-> 1 gets too_large; 1 failed
        70 ask 2 say chat short\n-> transmit #1 2 id:2 publish room:chat data:short key:k2; 2 sent; arm 1070"
    ));
}
