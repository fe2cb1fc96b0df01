//! Metrics of the folder that keeps the rooms.

use super::exposition::{Exposition, Kind};
use crate::backplane::disk::{COMMIT_BUCKETS, DiskSnapshot};
use crate::connection::context::DataStatus;

/// Adds the metrics of the folder.
pub fn render(data: &DataStatus, out: &mut Exposition) {
    let snapshot = data.metrics.snapshot();
    let help = "1 while the data folder can be written, otherwise 0.";
    out.gauge("yodel_data_available", help, u8::from(snapshot.is_available));
    let mut seconds = out.family(Kind::Histogram, "yodel_data_commit_seconds", "Time of a commit to the data folder.");
    seconds.histogram(&snapshot.commits, &COMMIT_BUCKETS, snapshot.commit_time);
    writes(&snapshot, out);
    let help = "Records that wait to be written.";
    out.gauge("yodel_data_queue_records", help, snapshot.queue_length);
    out.gauge("yodel_data_queue_bytes", "Size of the records that wait to be written, in bytes.", snapshot.queue_bytes);
    out.gauge("yodel_data_replayed_records", "Records that were read at the start.", snapshot.replayed);
    out.gauge(
        "yodel_data_live_bytes",
        "Estimated size of the records in the data folder, in bytes.",
        snapshot.live_bytes,
    );
    out.gauge("yodel_data_bytes", "Size of the database in the data folder, in bytes.", snapshot.disk_bytes);
    if let Some(limit) = data.max_bytes {
        out.gauge("yodel_data_bytes_limit", "Maximum size of the data folder, in bytes.", limit);
    }
}

fn writes(snapshot: &DiskSnapshot, out: &mut Exposition) {
    let help = "Messages that were committed; divided by the commits, the size of a group.";
    out.counter("yodel_data_messages_total", help, snapshot.messages);
    let help = "Size of the records of committed messages, in bytes.";
    out.counter("yodel_data_record_bytes_total", help, snapshot.payload_bytes);
    out.counter("yodel_data_written_bytes_total", "Bytes that were written to the database.", snapshot.written_bytes);
    out.counter("yodel_data_syncs_total", "Syncs of the database to the disk.", snapshot.syncs);
    let help = "Publishes that were rejected because the data folder could not be written, or too much waited.";
    out.counter("yodel_data_refused_total", help, snapshot.refused);
    let help = "Errors of the disk, each of which closes the database until it can be opened again.";
    out.counter("yodel_data_errors_total", help, snapshot.errors);
    let help = "Times that the database was opened again after an error.";
    out.counter("yodel_data_recoveries_total", help, snapshot.recoveries);
}
