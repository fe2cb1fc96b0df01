//! Logs rejections, and closes by the server, as totals: one line each would amplify a flood of requests.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::interval;
use tracing::warn;

use crate::connection::admission::Admission;
use crate::limits::server_metrics::ServerMetrics;

/// Minimum time between two lines for the same reason.
const INTERVAL: Duration = Duration::from_secs(10);

/// Logs the rejections since the last interval, by reason. Never returns.
pub async fn run(admission: Admission, metrics: ServerMetrics) {
    let mut logged: BTreeMap<String, u64> = BTreeMap::new();
    let mut ticks = interval(INTERVAL);
    loop {
        ticks.tick().await;
        let handshakes = admission.rejected().map(|(reason, count)| (reason.to_string(), count));
        let others = metrics.rejections().into_iter().map(|(reason, count)| (reason.to_owned(), count));
        for (reason, count) in handshakes.chain(others) {
            let logged = logged.entry(reason.clone()).or_default();
            if count > *logged {
                warn!(
                    %reason,
                    count = count - *logged,
                    total = count,
                    "requests rejected or connections closed by the server"
                );
            }
            *logged = count;
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

    /// A buffer of log output.
    #[derive(Clone, Default)]
    struct LogBuffer(Arc<Mutex<Vec<u8>>>);

    impl io::Write for LogBuffer {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl LogBuffer {
        /// Returns the lines since the last call, after all due tasks have run.
        async fn lines(&self) -> Vec<String> {
            tokio::task::yield_now().await;
            let text = std::mem::take(&mut *self.0.lock());
            String::from_utf8(text).unwrap().lines().map(str::to_owned).collect()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn logs_a_flood_of_handshakes_once_per_interval() {
        let log = LogBuffer::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
        let _logging = tracing::subscriber::set_default(subscriber);
        let admission = Admission::new(1, 1, None);
        let address = ([192, 0, 2, 1], 1).into();
        let (metrics, admitted) = (ServerMetrics::default(), admission.admit(address, Mode::Echo).unwrap());
        let _reporting =
            tokio_util::task::AbortOnDropHandle::new(tokio::spawn(run(admission.clone(), metrics.clone())));
        assert_eq!(log.lines().await, [""; 0]);

        for expected in ["count=300 total=300", "count=300 total=600"] {
            for _ in 0..300 {
                assert!(admission.admit(address, Mode::Echo).is_err());
            }
            advance(INTERVAL / 2).await;
            assert_eq!(log.lines().await, [""; 0], "no line before the end of the interval");
            advance(INTERVAL / 2).await;
            let lines = log.lines().await;
            let [line] = &lines[..] else { panic!("one line, not {lines:?}") };
            assert!(
                line.contains("WARN")
                    && line.contains("requests rejected or connections closed by the server ")
                    && line.contains(expected),
                "{line}"
            );
            assert!(line.contains("--max-connections"), "{line}");
        }
        metrics.add_rejection("close 1009: message too big");
        advance(INTERVAL).await;
        let lines = log.lines().await;
        assert!(matches!(&lines[..], [line] if line.contains("reason=close 1009: message too big count=1 total=1")));
        drop(admitted);
        assert!(admission.admit(address, Mode::Echo).is_ok());
        advance(10 * INTERVAL).await;
        assert_eq!(log.lines().await, [""; 0], "no line without new rejections");
    }
}
