//! Near matches for a misspelt name.

/// The known name nearest to `typed`, when near enough to be what was meant.
pub fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(typed, name), name))
        .filter(|(distance, name)| *distance <= 1.max(typed.chars().count().max(name.chars().count()) / 3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_a_slip_and_not_a_stranger() {
        let known = ["timeout", "interval", "tags"];
        assert_eq!(nearest("tiemout", known), Some("timeout"));
        assert_eq!(nearest("tag", known), Some("tags"));
        assert_eq!(nearest("headers", known), None);
    }
}
