//! `99.95%`.

/// A ratio as a percentage with two decimals, rounded down, so that only what is whole is `100%`.
pub fn percent(ratio: f64) -> String {
    let hundredths = (ratio * 10_000.0 + 1e-6).floor() / 100.0;
    if hundredths >= 100.0 { "100%".to_owned() } else { format!("{hundredths:.2}%") }
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn only_the_whole_is_100() {
        for (ratio, text) in [(1.0, "100%"), (0.999_999, "99.99%"), (0.9995, "99.95%"), (0.0, "0.00%")] {
            assert_eq!(percent(ratio), text);
        }
    }
}
