//! Incidents on a time line, one lane an endpoint.

use super::DAYS;
use crate::stats::DAY;
use maud::{Markup, html};

const WIDTH: i64 = 900;

/// One incident: when (Unix milliseconds), its class in the style sheet, and what is told of it.
#[derive(Clone, Debug)]
pub(in crate::report) struct Lane {
    pub(in crate::report) from: i64,
    pub(in crate::report) to: i64,
    pub(in crate::report) class: &'static str,
    pub(in crate::report) title: String,
}

/// The last 90 days until `now`; weeks are marked. However short, an incident can be seen.
pub(in crate::report) fn lane(incidents: &[Lane], now: i64) -> Markup {
    let start = now - DAYS * DAY;
    let x = |at: i64| (at.clamp(start, now) - start) * WIDTH / (DAYS * DAY);
    let weeks: Vec<String> = (1..=DAYS / 7).map(|week| format!("M{} 0v14", x(now - week * 7 * DAY))).collect();
    html! {
        svg.lane viewBox={ "0 0 " (WIDTH) " 14" } preserveAspectRatio="none" {
            path.grid d=(weeks.concat()) {}
            @for one in incidents.iter().filter(|one| one.to >= start) {
                @let from = x(one.from).min(WIDTH - 4);
                rect class=(one.class) x=(from) y="2" width=((x(one.to) - from).max(4)) height="10" {
                    title { (one.title) }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Lane, lane};
    use crate::stats::DAY;

    #[test]
    fn incidents_stand_in_their_window_and_can_be_seen() {
        let now = 1_000 * DAY;
        let one = |from: i64, to: i64| Lane { from, to, class: "down", title: format!("{from}") };
        let svg = lane(&[one(0, 10), one(now - 400 * DAY, now - 80 * DAY), one(now - 1_000, now)], now).into_string();
        assert!(!svg.contains("<title>0<"), "what ended before is left out");
        assert!(svg.contains("x=\"0\" y=\"2\" width=\"100\""), "{svg}");
        assert!(svg.contains("x=\"896\" y=\"2\" width=\"4\""), "{svg}");
    }
}
