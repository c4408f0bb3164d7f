//! A score as a ring, and as a thin bar.

use maud::{Markup, html};

/// A ring that is filled as far as the score goes, the number within. The circumference is 100, so the score is the
/// length of the arc.
pub(in crate::report) fn ring(score: Option<f64>) -> Markup {
    let number = score.map_or_else(|| "–".to_owned(), |score| format!("{score:.0}"));
    html! {
        svg class={ "ring " (grade(score)) } viewBox="0 0 36 36" role="img" aria-label={ "health score " (number) } {
            circle.track cx="18" cy="18" r="15.9155" {}
            @if let Some(score) = score {
                circle.arc cx="18" cy="18" r="15.9155" stroke-dasharray={ (score) " 100" } transform="rotate(-90 18 18)" {}
            }
            text x="18" y="22" { (number) }
        }
    }
}

/// A bar of a hundred steps.
pub(in crate::report) fn meter(score: Option<f64>) -> Markup {
    html! {
        svg class={ "meter " (grade(score)) } viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" {
            rect.track width="100" height="4" {}
            @if let Some(score) = score { rect.arc width=(score) height="4" {} }
        }
    }
}

fn grade(score: Option<f64>) -> &'static str {
    match score {
        None => "none",
        Some(score) if score >= 90.0 => "good",
        Some(score) if score >= 60.0 => "fair",
        Some(_) => "poor",
    }
}

#[cfg(test)]
mod tests {
    use super::{meter, ring};

    #[test]
    fn grades_and_missing_scores() {
        assert!(ring(Some(87.5)).into_string().contains("stroke-dasharray=\"87.5 100\""));
        assert!(ring(Some(87.5)).into_string().contains("ring fair"));
        assert!(meter(Some(20.0)).into_string().contains("meter poor"));
        assert!(ring(None).into_string().contains(">–<"));
    }
}
