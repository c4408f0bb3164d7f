//! The env file: `NAME=value` lines that fill what the real environment leaves open.

use super::{files, users};
use std::collections::HashMap;
use std::hash::BuildHasher;
use std::io::ErrorKind;
use std::path::Path;

/// The largest env file that is read.
const MOST: u64 = 1 << 20;

/// Adds the file's variables to `env`, which wins, and returns the names of those it added; of a name given twice the last
/// counts. What a line may hold stands in
/// `docs/reference/env-file.md`. Whatever can be read once is read, also a pipe: who names the file waits for it.
///
/// # Errors
/// A line for each mistake, with the file's name, the place and what is wrong; never the file's own words, which may be
/// a secret.
pub fn load<S: BuildHasher>(path: &Path, env: &mut HashMap<String, String, S>) -> Result<Vec<String>, String> {
    let bytes = files::read_any(path, MOST).map_err(|error| {
        let advice = Some(&error).filter(|error| error.kind() == ErrorKind::PermissionDenied);
        let advice = advice.and_then(|_| users::advice(path)).map(|advice| format!("; {advice}"));
        format!("env file {}: {error}{}", path.display(), advice.unwrap_or_default())
    })?;
    let text = std::str::from_utf8(&bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()].split(|byte| *byte == b'\n').count();
        format!("env file {}:{line}: not UTF-8 text", path.display())
    })?;
    let mut found = HashMap::new();
    let mut mistakes = Vec::new();
    for (line, number) in text.strip_prefix('\u{feff}').unwrap_or(text).lines().zip(1..) {
        match assignment(line) {
            Ok(Some((name, value))) => {
                found.insert(name, value);
            }
            Ok(None) => {}
            Err((rest, words)) => {
                let column = line[..line.len() - rest].chars().count() + 1;
                mistakes.push(format!("env file {}:{number}:{column}: {words}", path.display()));
            }
        }
    }
    if !mistakes.is_empty() {
        return Err(mistakes.join("\n"));
    }
    found.retain(|name, _| !env.contains_key(*name));
    let added = found.keys().map(|name| (*name).to_owned()).collect();
    env.extend(found.into_iter().map(|(name, value)| (name.to_owned(), value)));
    Ok(added)
}

/// A mistake: how many bytes of the line are left where it stands, and what it is.
type Mistake = (usize, &'static str);

/// The name and value of one line; none of an empty line or a comment.
fn assignment(line: &str) -> Result<Option<(&str, String)>, Mistake> {
    let text = line.trim_start();
    if text.is_empty() || text.starts_with('#') {
        return Ok(None);
    }
    let plain = text.strip_prefix("export").filter(|rest| rest.starts_with([' ', '\t'])).map_or(text, str::trim_start);
    let Some((name, value)) = plain.split_once('=') else {
        return Err((plain.len(), "not a NAME=value line"));
    };
    let name = name.trim_end();
    if !is_name(name) {
        return Err((
            plain.len(),
            "not a NAME=value line: a name has letters, digits and `_`, and starts with no digit",
        ));
    }
    let start = value.trim_start();
    let value = match start.chars().next() {
        Some('\'') => {
            let (inner, rest) = start[1..].split_once('\'').ok_or((start.len(), UNCLOSED))?;
            ended(rest)?;
            inner.to_owned()
        }
        Some('"') => {
            let (inner, rest) = quoted(&start[1..]).ok_or((start.len(), UNCLOSED))?;
            ended(rest)?;
            inner
        }
        Some('#') if start.len() < value.len() => String::new(),
        _ => start[..comment(start)].trim_end().to_owned(),
    };
    Ok(Some((name, value)))
}

const UNCLOSED: &str = "this quote is not closed in its line; a line break within double quotes is written \\n";

fn is_name(text: &str) -> bool {
    let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && text.chars().all(known)
}

/// Where a comment begins: at a `#` after white space.
fn comment(text: &str) -> usize {
    let hash = |at: &usize| text[..*at].ends_with(char::is_whitespace);
    text.match_indices('#').map(|(at, _)| at).find(hash).unwrap_or(text.len())
}

/// What stands in double quotes, and what follows them. A backslash that escapes nothing is itself.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c == '"' {
            return Some((out, chars.as_str()));
        }
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next()? {
            'n' => out.push('\n'),
            'r' => out.push('\r'),
            't' => out.push('\t'),
            escaped @ ('"' | '\\' | '$' | '`') => out.push(escaped),
            other => out.extend(['\\', other]),
        }
    }
    None
}

/// Only a comment may follow a closing quote.
fn ended(rest: &str) -> Result<(), Mistake> {
    let after = rest.trim_start();
    if after.is_empty() || (after.starts_with('#') && after.len() < rest.len()) {
        return Ok(());
    }
    Err((after.len(), "text after the closing quote: quote the whole value or none of it"))
}

#[cfg(test)]
mod tests {
    use super::load;
    use std::collections::HashMap;

    fn read(text: &str) -> Result<HashMap<String, String>, String> {
        let file = tempfile::NamedTempFile::new().expect("temp file");
        std::fs::write(file.path(), text).expect("written");
        let mut env = HashMap::from([("SET".to_owned(), "real".to_owned())]);
        load(file.path(), &mut env).map(|_| env)
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
    fn takes_values_as_they_are() {
        for (line, value) in [
            ("A=pa$word1", "pa$word1"),
            ("A=p$4ss", "p$4ss"),
            ("A=a$$b", "a$$b"),
            ("A=x$", "x$"),
            ("A=${B}", "${B}"),
            ("A=two words", "two words"),
            ("A=it's", "it's"),
            ("A=say \"hi\"", "say \"hi\""),
            ("A=back\\slash", "back\\slash"),
            ("A=a#b", "a#b"),
            ("A=#b", "#b"),
            ("A=a # b", "a"),
            ("A= # b", ""),
            ("A=", ""),
            ("A=''", ""),
            ("A = spaced ", "spaced"),
            ("\texport\tA=1", "1"),
            ("A=a=b==", "a=b=="),
            ("A='it is $B # \\n' # note", "it is $B # \\n"),
            ("A=\"a\\nb \\\"c\\\" \\$d \\\\ \\e\"", "a\nb \"c\" $d \\ \\e"),
            ("A=first\nA=last", "last"),
        ] {
            let env = read(line).expect(line);
            assert_eq!(env.get("A").map(String::as_str), Some(value), "{line}");
        }
        assert_eq!(read("export=1").expect("read").get("export").map(String::as_str), Some("1"));
    }

    #[test]
    fn tells_the_place_of_each_mistake() {
        let text = "A=1\nB=\"open\n# fine\nC='a' b\n 1D=2\nexport E\nF='it'\\''s'\nG=\"a\\\"\n";
        let error = read(text).expect_err("refused");
        let places: Vec<_> = error.lines().map(|line| line.split(':').skip(1).take(2).collect::<Vec<_>>()).collect();
        let wanted = [["2", "3"], ["4", "7"], ["5", "2"], ["6", "8"], ["7", "7"], ["8", "3"]];
        assert_eq!(places, wanted, "{error}");
        assert!(error.contains("2:3: this quote is not closed"), "{error}");
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
