//! A time in a token, as people read it.

use jiff::fmt::friendly::{Designator, SpanPrinter};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Unit};

/// `1y 2months 3d 4h 5m 6s`
const PRINTER: SpanPrinter = SpanPrinter::new().designator(Designator::HumanTime);

/// A time in seconds since 1970: where one is, in UTC, and how far away. Nothing for one that no
/// calendar has.
pub fn told(seconds: u64, now: u64, zone: &TimeZone) -> Option<String> {
    let utc = Timestamp::from_second(seconds.try_into().ok()?).ok()?;
    let local = utc.to_zoned(zone.clone());
    let here = local.strftime("%Y-%m-%d %H:%M:%S %:z").to_string();
    let now_local = Timestamp::from_second(now.try_into().ok()?).ok()?.to_zoned(zone.clone());
    let far = PRINTER.span_to_string(&now_local.until((Unit::Year, &local)).ok()?.abs());
    // A year and eleven months do not have seconds.
    let far = far.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
    let away = if seconds > now { format!("in {far}") } else { format!("{far} ago") };
    Some(format!("{here} ({utc}), {away}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz;

    #[test]
    fn a_time_is_told_here_in_utc_and_from_now() {
        let east = TimeZone::fixed(tz::offset(2));
        let noon = 1_718_020_800;
        for (now, away) in
            [(noon - 3725, "in 1h 2m"), (noon + 59, "59s ago"), (noon, "0s ago"), (noon - 35 * 86_400, "in 1month 4d")]
        {
            let expected = format!("2024-06-10 14:00:00 +02:00 (2024-06-10T12:00:00Z), {away}");
            assert_eq!(told(noon, now, &east), Some(expected));
        }
        assert_eq!(told(u64::MAX, noon, &east), None);
        assert!(told(0, noon, &TimeZone::UTC).is_some_and(|text| text.starts_with("1970-01-01 00:00:00 +00:00 (")));
    }
}
