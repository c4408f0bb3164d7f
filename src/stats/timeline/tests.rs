use super::{Class, Span, Timeline, Totals};
use crate::model::Verdict;
use proptest::prelude::*;

const H: i64 = 3_600_000;

fn span(from: i64, to: i64, class: Class) -> Span {
    Span { from, to, class }
}

fn timeline(spans: &[Span]) -> Timeline {
    let mut timeline = Timeline::default();
    for span in spans {
        timeline.push(*span);
    }
    timeline
}

#[test]
fn neighbours_of_a_class_are_one_span() {
    let line =
        timeline(&[span(0, 5, Class::Up), span(5, 9, Class::Up), span(9, 9, Class::Down), span(9, 12, Class::Down)]);
    assert_eq!(line.spans(), [span(0, 9, Class::Up), span(9, 12, Class::Down)]);
}

#[test]
fn windows_cut_spans() {
    let line = timeline(&[span(0, 10, Class::Up), span(10, 14, Class::Down), span(20, 30, Class::Unknown)]);
    let totals = line.totals(5, 25);
    assert_eq!((totals.up(), totals.known(), totals.of(Class::Unknown)), (5, 9, 5));
    assert_eq!(totals.uptime(), Some(5.0 / 9.0));
    assert!((totals.coverage(20) - 0.45).abs() < 1e-12);
    assert_eq!(totals.worst(), Some(Class::Down));
    assert_eq!((Totals::default().uptime(), Totals::default().worst()), (None, None));
}

#[test]
fn a_late_span_fills_only_gaps() {
    let mut line = timeline(&[span(0, 10, Class::Up), span(20, 30, Class::Up), span(40, 50, Class::Down)]);
    line.fill(span(5, 45, Class::Degraded));
    line.fill(span(60, 70, Class::Up));
    assert_eq!(
        line.spans(),
        [
            span(0, 10, Class::Up),
            span(10, 20, Class::Degraded),
            span(20, 30, Class::Up),
            span(30, 40, Class::Degraded),
            span(40, 50, Class::Down),
            span(60, 70, Class::Up),
        ]
    );
}

#[test]
fn every_verdict_has_its_class() {
    assert_eq!(Class::of(Verdict::Skipped, false), None);
    assert_eq!(Class::of(Verdict::Degraded, false), Some(Class::Degraded));
    assert_eq!(Class::of(Verdict::Down, true), Some(Class::Maintenance));
}

fn spans() -> impl Strategy<Value = Vec<Span>> {
    proptest::collection::vec((0..H / 2, 0..2 * H, 0..5_usize), 0..60).prop_map(|steps| {
        let mut at = -3 * H;
        steps
            .into_iter()
            .map(|(gap, length, class)| {
                let from = at + gap / 7 * (gap % 2);
                at = from + length;
                span(from, at, Class::ALL[class])
            })
            .collect()
    })
}

proptest! {
    #[test]
    fn coarse_cells_keep_their_totals(spans in spans(), before in -4 * H..60 * H) {
        let fine = timeline(&spans);
        let mut coarse = fine.clone();
        coarse.coarsen(before, H);
        for hour in -4..130 {
            prop_assert_eq!(coarse.totals(hour * H, (hour + 1) * H), fine.totals(hour * H, (hour + 1) * H));
        }
        let end = before.div_euclid(H) * H;
        for at in [end, end + 7, end + H / 3] {
            prop_assert_eq!(coarse.totals(at, at + 5 * H), fine.totals(at, at + 5 * H));
        }
        prop_assert!(coarse.spans().windows(2).all(|two| two[0].to <= two[1].from));
        let again = coarse.clone();
        coarse.coarsen(before, H);
        prop_assert_eq!(&coarse, &again);
        let text = serde_json::to_string(&coarse).expect("packed");
        prop_assert_eq!(serde_json::from_str::<Timeline>(&text).expect("read"), coarse);
    }

    #[test]
    fn filling_covers_the_union(spans in spans(), from in -4 * H..60 * H, length in 0..9 * H) {
        let known = timeline(&spans);
        let mut filled = known.clone();
        filled.fill(span(from, from + length, Class::Down));
        let all = |line: &Timeline, from, to| Class::ALL.iter().map(|class| line.totals(from, to).of(*class)).sum::<i64>();
        prop_assert_eq!(all(&filled, from, from + length), length);
        prop_assert_eq!(all(&filled, -9 * H, 500 * H), all(&known, -9 * H, 500 * H) + length - all(&known, from, from + length));
    }
}
