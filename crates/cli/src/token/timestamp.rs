//! Formats the times in a token.

use jiff::fmt::friendly::{Designator, SpanPrinter};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Unit};

/// Prints spans like `1y 2months 3d 4h 5m 6s`.
const PRINTER: SpanPrinter = SpanPrinter::new().designator(Designator::HumanTime);

/// Formats a time in seconds since 1970: in the local time zone, in UTC, and relative to `now`. Returns `None` for a
/// time outside the calendar.
pub fn describe(seconds: u64, now: u64, zone: &TimeZone) -> Option<String> {
    let utc = Timestamp::from_second(seconds.try_into().ok()?).ok()?;
    let zoned = utc.to_zoned(zone.clone());
    let local = zoned.strftime("%Y-%m-%d %H:%M:%S %:z").to_string();
    let now_local = Timestamp::from_second(now.try_into().ok()?).ok()?.to_zoned(zone.clone());
    let span = PRINTER.span_to_string(&now_local.until((Unit::Year, &zoned)).ok()?.abs());
    // The two largest units are precise enough.
    let span = span.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
    let relative = if seconds > now { format!("in {span}") } else { format!("{span} ago") };
    Some(format!("{local} ({utc}), {relative}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz;

    #[test]
    fn formats_local_utc_and_relative_time() {
        let east = TimeZone::fixed(tz::offset(2));
        let noon = 1_718_020_800;
        for (now, away) in
            [(noon - 3725, "in 1h 2m"), (noon + 59, "59s ago"), (noon, "0s ago"), (noon - 35 * 86_400, "in 1month 4d")]
        {
            let expected = format!("2024-06-10 14:00:00 +02:00 (2024-06-10T12:00:00Z), {away}");
            assert_eq!(describe(noon, now, &east), Some(expected));
        }
        assert_eq!(describe(u64::MAX, noon, &east), None);
        assert!(describe(0, noon, &TimeZone::UTC).is_some_and(|text| text.starts_with("1970-01-01 00:00:00 +00:00 (")));
    }
}
