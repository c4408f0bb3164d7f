//! The env file: `NAME=value` lines that fill what the real environment leaves open.

use super::{files, users};
use std::collections::HashMap;
use std::hash::BuildHasher;
use std::io::ErrorKind;
use std::path::Path;

/// The largest env file that is read.
const MOST: u64 = 1 << 20;

/// Adds the file's variables to `env`, which wins. Quotes, `export`, comments, CRLF and a missing last newline
/// are understood; `$NAME` outside single quotes is replaced as in a shell.
///
/// # Errors
/// A line for each mistake, with the file's name and what is wrong.
pub fn load<S: BuildHasher>(path: &Path, env: &mut HashMap<String, String, S>) -> Result<(), String> {
    let bytes = files::read_regular(path, MOST).map_err(|error| {
        let advice = Some(&error).filter(|error| error.kind() == ErrorKind::PermissionDenied);
        let advice = advice.and_then(|_| users::advice(path)).map(|advice| format!("; {advice}"));
        format!("env file {}: {error}{}", path.display(), advice.unwrap_or_default())
    })?;
    let text = std::str::from_utf8(&bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()].split(|byte| *byte == b'\n').count();
        format!("env file {}:{line}: not UTF-8 text", path.display())
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n");
    let mut mistakes = Vec::new();
    let mut lines = text.lines().zip(1..);
    for item in dotenvy::from_read_iter(text.as_bytes()) {
        match item {
            Ok((name, value)) => {
                env.entry(name).or_insert(value);
            }
            // The crate's own message prints the whole line, which may hold a secret.
            Err(dotenvy::Error::LineParse(line, at)) => {
                let number = lines.by_ref().find(|(one, _)| *one == line).map_or(0, |(_, number)| number);
                mistakes.push(format!("env file {}:{number}:{}: not a NAME=value line", path.display(), at + 1));
            }
            Err(other) => {
                mistakes.push(format!("env file {}: {other}", path.display()));
                break;
            }
        }
    }
    if mistakes.is_empty() { Ok(()) } else { Err(mistakes.join("\n")) }
}

#[cfg(test)]
mod tests {
    use super::load;
    use std::collections::HashMap;

    fn read(text: &str) -> Result<HashMap<String, String>, String> {
        let file = tempfile::NamedTempFile::new().expect("temp file");
        std::fs::write(file.path(), text).expect("written");
        let mut env = HashMap::from([("SET".to_owned(), "real".to_owned())]);
        load(file.path(), &mut env).map(|()| env)
    }

    #[test]
    fn understands_what_people_write() {
        let env = read("\u{feff}# note\r\nexport A=1\r\nB='two words'\r\nC=\"q\" # note\r\nSET=file\nLAST=end")
            .expect("read");
        for (name, value) in [("A", "1"), ("B", "two words"), ("C", "q"), ("SET", "real"), ("LAST", "end")] {
            assert_eq!(env.get(name).map(String::as_str), Some(value), "{name}");
        }
    }

    #[test]
    fn names_the_line_that_is_no_text() {
        let file = tempfile::NamedTempFile::new().expect("temp file");
        std::fs::write(file.path(), b"A=1\nB=2\nC=\xff\xfe").expect("written");
        let error = load(file.path(), &mut HashMap::new()).expect_err("refused");
        assert!(error.ends_with(":3: not UTF-8 text"), "{error}");
    }

    #[test]
    fn names_the_line_and_never_shows_it() {
        let error = read("A=1\nhunter2 hunter3\n").expect_err("refused");
        assert!(error.contains(":2:") && !error.contains("hunter"), "{error}");
        let error = read("no no\nA=1\nno no\nB=2\n=\n").expect_err("refused");
        let places: Vec<&str> = error.lines().filter_map(|line| line.split(':').nth(1)).collect();
        assert_eq!(places, ["1", "3", "5"], "{error}");
    }
}
