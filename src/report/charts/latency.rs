//! Latency over time: the median and the 95th percentile.

use crate::report::words;
use maud::{Markup, html};
use std::fmt::Write as _;

const WIDTH: f64 = 360.0;
const HEIGHT: f64 = 72.0;

/// One point in time and its two values in milliseconds, or none.
pub(in crate::report) type Series = Vec<Option<(f64, f64)>>;

/// The chart with its scale; none when there are no values.
pub(in crate::report) fn latency(series: &Series, what: &str, from: &str, to: &str) -> Option<Markup> {
    let most = series.iter().flatten().map(|(_, p95)| *p95).fold(f64::NAN, f64::max);
    if most.is_nan() {
        return None;
    }
    let top = nice(most);
    let [p50, p95] = [line(series, top, |(p50, _)| p50), line(series, top, |(_, p95)| p95)];
    let label = format!("{what}: latency up to {}", words::ms(Some(most)));
    Some(html! {
        figure.chart {
            figcaption { (what) span.key { i.p50 {} "p50 " i.p95 {} "p95" } }
            div.plot {
                span.top { (words::ms(Some(top))) }
                svg viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } preserveAspectRatio="none" role="img" aria-label=(label) {
                    path.grid d={ "M0 .5H360M0 36H360M0 71.5H360" } {}
                    path.p95 d=(p95) {}
                    path.p50 d=(p50) {}
                }
            }
            div.axis { span { (from) } span { (to) } }
        }
    })
}

/// The next of 1, 2, 5, 10, 20, 50, …
fn nice(most: f64) -> f64 {
    let power = 10.0_f64.powf(most.max(0.1).log10().floor());
    [1.0, 2.0, 5.0].into_iter().map(|step| step * power).find(|top| *top >= most).unwrap_or(10.0 * power)
}

/// A path with whole steps; it is interrupted where nothing is known, and a lonely value is a short dash.
#[expect(clippy::cast_precision_loss, reason = "some hundred points")]
fn line(series: &Series, top: f64, value: impl Fn((f64, f64)) -> f64) -> String {
    let step = WIDTH / series.len().max(1) as f64;
    let mut path = String::new();
    let mut drawing = false;
    for (index, point) in series.iter().enumerate() {
        let Some(point) = point else {
            drawing = false;
            continue;
        };
        let (x, y) = (index as f64 * step + step / 2.0, (1.0 - value(*point) / top) * (HEIGHT - 2.0) + 1.0);
        let is_lonely = !drawing && series.get(index + 1).copied().flatten().is_none();
        // Writing to a string can't fail.
        let _ = match (is_lonely, drawing) {
            (true, _) => write!(path, "M{:.0} {y:.1}h{:.0}", x - step / 2.0, step),
            (false, false) => write!(path, "M{x:.0} {y:.1}"),
            (false, true) => write!(path, "L{x:.0} {y:.1}"),
        };
        drawing = !is_lonely;
    }
    path
}

#[cfg(test)]
mod tests {
    use super::{latency, line, nice};

    #[test]
    fn scales_are_round() {
        for (most, top) in
            [(0.0, 0.1), (12.4, 20.0), (99.0, 100.0), (100.0, 100.0), (430.0, 500.0), (5_001.0, 10_000.0)]
        {
            assert!((nice(most) / top - 1.0).abs() < 1e-9, "{most}: {}", nice(most));
        }
    }

    #[test]
    fn gaps_stay_gaps() {
        let series = vec![Some((10.0, 20.0)), Some((10.0, 20.0)), None, Some((5.0, 5.0))];
        assert_eq!(line(&series, 20.0, |(p50, _)| p50), "M45 36.0L135 36.0M270 53.5h90");
        assert!(latency(&series, "24 hours", "a", "b").is_some());
        assert!(latency(&vec![None, None], "24 hours", "a", "b").is_none());
    }
}
