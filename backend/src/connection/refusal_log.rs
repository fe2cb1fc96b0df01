//! What was refused, told to the log now and then: a line for each would help who floods the server.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::interval;
use tracing::warn;

use crate::connection::admission::Admission;
use crate::limits::server_metrics::ServerMetrics;

/// How often there may be a line.
const EVERY: Duration = Duration::from_secs(10);

/// Tells what was refused since the last time, for ever.
pub async fn run(admission: Admission, metrics: ServerMetrics) {
    let mut told: BTreeMap<String, u64> = BTreeMap::new();
    let mut ticks = interval(EVERY);
    loop {
        ticks.tick().await;
        let handshakes = admission.refused().map(|(refused, count)| (refused.to_string(), count));
        let others = metrics.rejections().into_iter().map(|(what, count)| (what.to_owned(), count));
        for (why, count) in handshakes.chain(others) {
            let told = told.entry(why.clone()).or_default();
            if count > *told {
                warn!(times = count - *told, in_all = count, %why, "refused");
            }
            *told = count;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Arc;

    use parking_lot::Mutex;
    use tokio::time::advance;

    use super::*;
    use crate::connection::admission::Mode;

    /// What was logged so far.
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Log {
        /// The lines since the last time, once everybody did what was due.
        async fn lines(&self) -> Vec<String> {
            tokio::task::yield_now().await;
            let text = std::mem::take(&mut *self.0.lock());
            String::from_utf8(text).unwrap().lines().map(str::to_owned).collect()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_flood_of_handshakes_is_a_line_every_ten_seconds() {
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
        let _logging = tracing::subscriber::set_default(subscriber);
        let admission = Admission::new(1, 1, None);
        let address = ([192, 0, 2, 1], 1).into();
        let (metrics, inside) = (ServerMetrics::default(), admission.admit(address, Mode::Echo).unwrap());
        let _reporting =
            tokio_util::task::AbortOnDropHandle::new(tokio::spawn(run(admission.clone(), metrics.clone())));
        assert_eq!(log.lines().await, [""; 0]);

        for expected in ["times=300 in_all=300 ", "times=300 in_all=600 "] {
            for _ in 0..300 {
                assert!(admission.admit(address, Mode::Echo).is_err());
            }
            advance(EVERY / 2).await;
            assert_eq!(log.lines().await, [""; 0], "not yet");
            advance(EVERY / 2).await;
            let lines = log.lines().await;
            let [line] = &lines[..] else { panic!("one line, not {lines:?}") };
            assert!(line.contains("WARN") && line.contains("refused ") && line.contains(expected), "{line}");
            assert!(line.contains("--max-connections"), "{line}");
        }
        metrics.add_rejection("close 1009: message too big");
        advance(EVERY).await;
        let lines = log.lines().await;
        assert!(matches!(&lines[..], [line] if line.contains("times=1 in_all=1 why=close 1009: message too big")));
        drop(inside);
        assert!(admission.admit(address, Mode::Echo).is_ok());
        advance(10 * EVERY).await;
        assert_eq!(log.lines().await, [""; 0], "there is nothing to say");
    }
}
