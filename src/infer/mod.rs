//! A JSON Schema from some answers, such as a person would have written it.
//!
//! | what | rule |
//! |---|---|
//! | `required` | the keys that every object in that place had |
//! | `type` | all that were seen; null beside another one makes a list; integers and numbers together are `number`; what was always null may be anything |
//! | `enum` | only of fields called `status`, `state` and the like ([`names::is_state`]): short lower-case words, two to six different ones, one of them seen again |
//! | `format` | date-time, uuid, ipv4, email, uri, when every string in that place is one |
//! | numbers | `minimum: 0` where the name speaks of a count, a size, an age or a share and none was negative; `number` instead of `integer` where it speaks of a time or a share; no other bound |
//! | maps | keys that look like ids, addresses or numbers are never named: their values are described together under `additionalProperties`; so are the members of collections (`sessions`, `accounts`, …), of many keys that never come twice, and of three and more objects alike |
//! | arrays | one schema for all items |
//!
//! No value of an answer is copied but the words of an `enum`, no key that looks personal.

mod format;
pub mod names;
mod shape;
mod write;

#[cfg(test)]
mod tests;

use serde_json::Value;
use shape::Shape;

/// The schema of these samples, draft 2020-12. `hidden` says of a key that it must not be named.
pub fn schema(title: &str, samples: &[Value], hidden: &dyn Fn(&str) -> bool) -> Value {
    let mut shape = Shape::default();
    for sample in samples {
        shape.absorb(sample, hidden);
    }
    write::document(title, &shape)
}
