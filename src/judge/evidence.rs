//! `evidence.body`: what a responder gets to see of a failing response.

use super::charset;
use crate::model::Redactor;
use crate::model::result::Evidence;

/// Most bytes of it.
const MOST: usize = 1024;

/// The body's start: masked first and cut after, at a character's end, so that no half of a secret stays. An empty
/// body is none.
pub(super) fn of(body: &[u8], content_type: Option<&str>, redactor: &Redactor) -> Option<Evidence> {
    if body.is_empty() {
        return None;
    }
    let text = charset::decode(body, content_type);
    let text = redactor.redact(&text);
    let end = text.floor_char_boundary(MOST);
    Some(Evidence { body: text[..end].to_owned() })
}

#[cfg(test)]
mod tests {
    use super::{MOST, of};
    use crate::model::Redactor;

    #[test]
    fn cuts_at_a_character_after_masking() {
        let redactor = Redactor::new(["s3cr3t"]);
        for pad in 1_000..1_030 {
            let body = format!("{}s3cr3tдом", "x".repeat(pad));
            let shown = of(body.as_bytes(), None, &redactor).expect("some").body;
            assert!(shown.len() <= MOST && !shown.contains("s3"), "{shown}");
        }
        assert_eq!(of("ж".repeat(600).as_bytes(), None, &redactor).expect("some").body, "ж".repeat(512));
        assert_eq!(of(b"", None, &redactor), None);
    }
}
