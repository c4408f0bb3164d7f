//! JSON equality and number order, exact: numbers are compared by their decimal digits, never through a float.

use serde_json::{Number, Value};
use std::cmp::Ordering;

/// Orders two JSON numbers by value: `1.0` is `1`, `-0` is `0`, 10³⁰ + 1 is more than 10³⁰.
pub(super) fn compare(left: &Number, right: &Number) -> Ordering {
    if let (Some(left), Some(right)) = (left.as_i64(), right.as_i64()) {
        return left.cmp(&right);
    }
    Decimal::read(left.as_str()).cmp(&Decimal::read(right.as_str()))
}

/// Whether two JSON values are the same: numbers by value, objects whatever their order, nothing coerced.
pub(super) fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => compare(left, right) == Ordering::Equal,
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| equal(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(key, value)| right.get(key).is_some_and(|other| equal(value, other)))
        }
        (left, right) => left == right,
    }
}

/// Whether a number has no fraction, however it is written: `1.0` and `1e2` have none.
pub(super) fn is_integer(number: &Number) -> bool {
    number.is_i64() || number.is_u64() || Decimal::read(number.as_str()).is_integer()
}

/// A number as `0.d₁d₂d₃… × 10^point`; zero has no digits.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decimal {
    negative: bool,
    digits: Vec<u8>,
    point: i128,
}

impl Decimal {
    /// Reads the text of a JSON number. An exponent beyond 10³⁸ counts as 10³⁸.
    pub(super) fn read(text: &str) -> Self {
        let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
        let leading = digits.iter().take_while(|digit| **digit == b'0').count();
        let trailing = digits[leading..].iter().rev().take_while(|digit| **digit == b'0').count();
        let digits = digits[leading..digits.len() - trailing].to_vec();
        if digits.is_empty() {
            return Self { negative: false, digits, point: 0 };
        }
        let shift = i128::try_from(whole.len()).unwrap_or_default() - i128::try_from(leading).unwrap_or_default();
        Self { negative, digits, point: read_exponent(exponent).saturating_add(shift) }
    }

    fn is_integer(&self) -> bool {
        i128::try_from(self.digits.len()).is_ok_and(|length| length <= self.point) || self.digits.is_empty()
    }

    /// The value × 10^`places`, rounded towards zero; none when it doesn't fit.
    pub(super) fn scaled(&self, places: u8) -> Option<i128> {
        let length = self.point.saturating_add(i128::from(places));
        if length > 38 {
            return None;
        }
        let length = usize::try_from(length).unwrap_or_default();
        let digits = self.digits.iter().copied().chain(std::iter::repeat(b'0')).take(length);
        let value = digits.fold(0_i128, |sum, digit| sum * 10 + i128::from(digit - b'0'));
        Some(if self.negative { -value } else { value })
    }
}

fn read_exponent(text: &str) -> i128 {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let most = 10_i128.pow(38);
    let size = digits
        .bytes()
        .fold(0_i128, |sum, digit| sum.saturating_mul(10).saturating_add(i128::from(digit.saturating_sub(b'0'))));
    if negative { -size.min(most) } else { size.min(most) }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let sign = |one: &Self| match (one.digits.is_empty(), one.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        };
        let size = || self.point.cmp(&other.point).then_with(|| self.digits.cmp(&other.digits));
        sign(self).cmp(&sign(other)).then_with(|| if self.negative { size().reverse() } else { size() })
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::{Decimal, compare, equal, is_integer};
    use proptest::prelude::*;
    use serde_json::{Number, Value};
    use std::cmp::Ordering::{self, Equal, Greater, Less};

    fn number(text: &str) -> Number {
        text.parse().expect(text)
    }

    #[test]
    fn rounds_nothing() {
        let cases: [(&str, &str, Ordering); 16] = [
            ("1", "1.0", Equal),
            ("1e2", "100.000", Equal),
            ("-0", "0", Equal),
            ("-0.0e9", "0", Equal),
            ("9007199254740993", "9007199254740992", Greater),
            ("9007199254740993", "9007199254740993.0", Equal),
            ("1000000000000000000000000000001", "1000000000000000000000000000000", Greater),
            ("1e30", "1000000000000000000000000000000", Equal),
            ("1e400", "1e399", Greater),
            ("1e400", "9e399", Greater),
            ("-1e400", "1", Less),
            ("1e-400", "0", Greater),
            ("1e-400", "2e-400", Less),
            ("-2", "-10", Greater),
            ("0.1", "0.10000000000000001", Less),
            ("1e99999999999999999999999999999999999999999", "1e400", Greater),
        ];
        for (left, right, wanted) in cases {
            assert_eq!(compare(&number(left), &number(right)), wanted, "{left} {right}");
            assert_eq!(compare(&number(right), &number(left)), wanted.reverse(), "{right} {left}");
        }
    }

    #[test]
    fn tells_integers() {
        for text in ["1", "1.0", "-0", "1e2", "1.50e1", "1e400", "1000000000000000000000000000000", "0e-5"] {
            assert!(is_integer(&number(text)), "{text}");
        }
        for text in ["1.5", "1e-1", "1e-400", "9007199254740993.5"] {
            assert!(!is_integer(&number(text)), "{text}");
        }
    }

    #[test]
    fn scales_exactly() {
        assert_eq!(Decimal::read("1700000000.123456789").scaled(9), Some(1_700_000_000_123_456_789));
        assert_eq!(Decimal::read("-1.5").scaled(0), Some(-1));
        assert_eq!(Decimal::read("1e40").scaled(0), None);
        assert_eq!(Decimal::read("1e-40").scaled(9), Some(0));
        assert_eq!(Decimal::read("0").scaled(9), Some(0));
    }

    #[test]
    fn compares_values_deeply_and_coerces_nothing() {
        let read = |text: &str| serde_json::from_str::<Value>(text).expect(text);
        for (left, right) in [(r#"{"a":1,"b":[2]}"#, r#"{"b":[2.0],"a":1e0}"#), ("null", "null"), ("\"x\"", "\"x\"")] {
            assert!(equal(&read(left), &read(right)), "{left} {right}");
        }
        for (left, right) in [("\"80\"", "80"), ("true", "\"true\""), ("null", "0"), ("[1]", "[1,2]"), ("{}", "[]")] {
            assert!(!equal(&read(left), &read(right)), "{left} {right}");
        }
    }

    proptest! {
        #[test]
        fn orders_as_integers_do(left in any::<i64>(), right in any::<i64>()) {
            let wanted = left.cmp(&right);
            prop_assert_eq!(Decimal::read(&left.to_string()).cmp(&Decimal::read(&right.to_string())), wanted);
            prop_assert_eq!(Decimal::read(&left.to_string()).scaled(0), Some(i128::from(left)));
        }
    }
}
