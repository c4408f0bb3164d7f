//! Sizes as people write them: `64KiB`, `1MiB`, or a plain number of bytes.

/// Reads a whole number with an optional unit (`B KiB MiB GiB`, or the decimal `kB MB GB`).
///
/// # Errors
/// Says in words what is wrong; the caller adds the place.
pub fn parse(text: &str) -> Result<u64, String> {
    let wrong = || format!("`{text}` is not a size such as 64KiB or 1MiB");
    let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let factor: u64 = match unit {
        "" | "B" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        "kB" => 1_000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        _ => return Err(wrong()),
    };
    number.parse::<u64>().map_err(|_| wrong())?.checked_mul(factor).ok_or_else(|| format!("`{text}` is too large"))
}

/// The shortest exact form that [`parse`] reads back.
pub fn format(bytes: u64) -> String {
    for (unit, size) in [("GiB", 1u64 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)] {
        if bytes >= size && bytes.is_multiple_of(size) {
            return format!("{}{unit}", bytes / size);
        }
    }
    format!("{bytes}B")
}

#[cfg(test)]
mod tests {
    use super::{format, parse};

    #[test]
    fn reads_and_writes_back() {
        for (text, bytes) in [("64KiB", 65_536), ("1MiB", 1 << 20), ("1", 1), ("0B", 0), ("5MB", 5_000_000)] {
            assert_eq!(parse(text), Ok(bytes));
            assert_eq!(parse(&format(bytes)), Ok(bytes));
        }
        for text in ["", "KiB", "-1B", "1.5MiB", "1 MiB", "99999999999999999999", "9999999999999999999GiB", "1mib"] {
            assert!(parse(text).is_err(), "{text} was read");
        }
    }
}
