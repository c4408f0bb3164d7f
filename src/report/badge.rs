//! The page's icon: a dot in the colour of the worst verdict, so that a tab shows it.

use crate::model::Verdict;

/// A data URL.
pub(super) fn icon(worst: Option<Verdict>) -> String {
    let colour = match worst {
        Some(Verdict::Up) => "1a7f4b",
        Some(Verdict::Degraded) => "b7791f",
        Some(Verdict::Down) => "c8372d",
        Some(Verdict::Unknown) => "7b5cc4",
        Some(Verdict::Skipped) | None => "8a8f98",
    };
    format!(
        "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Ccircle cx='8' cy='8' r='7' fill='%23{colour}'/%3E%3C/svg%3E"
    )
}
