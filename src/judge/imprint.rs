//! Which JSON conditions are the same: for the state, which knows the rules of `heal` by it.

use super::rules::{Condition, JsonCheck, JsonType, ValueCheck};
use crate::model::imprint::{Imprint, Imprinted};
use jiff::Timestamp;
use jiff::tz::TimeZone;

impl Imprinted for JsonCheck {
    fn imprint(&self, into: &mut Imprint) {
        into.put("path", &self.path.source);
        self.condition.imprint(into);
    }
}

impl Imprinted for Condition {
    fn imprint(&self, into: &mut Imprint) {
        let Self { exists, optional, count, any, each, max_age, min_age, assume_tz } = self;
        into.put_some("exists", exists.as_ref());
        into.put_some("optional", optional.then_some(true));
        if let Some(count) = count {
            into.put_part("count", &**count);
        }
        into.put_some("any", any.as_ref());
        each.imprint(into);
        into.put_some("max_age", max_age.map(|age| age.as_nanos()));
        into.put_some("min_age", min_age.map(|age| age.as_nanos()));
        into.put_some("assume_tz", assume_tz.as_ref().map(zone));
    }
}

impl Imprinted for ValueCheck {
    fn imprint(&self, into: &mut Imprint) {
        let Self { eq, ne, gt, gte, lt, lte, one_of, none_of, matches, contains, types, length } = self;
        into.put_some("eq", eq.as_ref());
        into.put_some("ne", ne.as_ref());
        into.put_some("gt", gt.as_ref());
        into.put_some("gte", gte.as_ref());
        into.put_some("lt", lt.as_ref());
        into.put_some("lte", lte.as_ref());
        // A list of none asks for something too.
        into.put_some("in", one_of.as_ref().map(Vec::len));
        into.put_each("in", one_of.iter().flatten());
        into.put_some("not_in", none_of.as_ref().map(Vec::len));
        into.put_each("not_in", none_of.iter().flatten());
        into.put_some("matches", matches.as_ref().map(|pattern| pattern.0.as_str()));
        into.put_some("contains", contains.as_ref());
        into.put_some("type", types.as_ref().map(Vec::len));
        into.put_each("type", types.iter().flatten().map(|one| name(*one)));
        if let Some(length) = length {
            into.put_part("length", &**length);
        }
    }
}

fn name(of: JsonType) -> &'static str {
    match of {
        JsonType::Null => "null",
        JsonType::Boolean => "boolean",
        JsonType::Integer => "integer",
        JsonType::Number => "number",
        JsonType::String => "string",
        JsonType::Array => "array",
        JsonType::Object => "object",
    }
}

/// Its name, or its offset.
fn zone(zone: &TimeZone) -> String {
    let name = zone.iana_name().map(str::to_owned);
    name.unwrap_or_else(|| zone.to_offset(Timestamp::UNIX_EPOCH).seconds().to_string())
}
