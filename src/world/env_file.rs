//! The env file: `NAME=value` lines that fill what the real environment leaves open.

use super::{files, users};
use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher;
use std::io::ErrorKind;
use std::path::Path;

/// The largest env file that is read.
const MOST: u64 = 1 << 20;

/// Adds the file's variables to `env`, which wins; of a name given twice in the file the last one counts.
///
/// A line is blank, a comment (`# …`), or `NAME=value` with or without `export` before it. Nothing in a value is replaced: a
/// `$` is itself. Without quotes the value ends at ` #` or at the line's end, outer blanks left out. Between single quotes
/// all is itself; between double quotes `\\`, `\"`, `\$` and `\n` are escapes. A quoted value may go over several lines. CRLF,
/// a byte order mark and a missing last newline are understood.
///
/// # Errors
/// A line for each mistake, with the file's name and what is wrong; never with what the line holds, which may be a secret.
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
    let (vars, mistakes) = parse(&text);
    if !mistakes.is_empty() {
        let told = mistakes.iter().map(|(line, why)| format!("env file {}:{line}: {why}", path.display()));
        return Err(told.collect::<Vec<_>>().join("\n"));
    }
    for (name, value) in vars {
        env.entry(name.to_owned()).or_insert(value);
    }
    Ok(())
}

/// What is wrong in which line, counted from 1.
type Mistake = (usize, &'static str);

fn parse(text: &str) -> (BTreeMap<&str, String>, Vec<Mistake>) {
    let (mut vars, mut mistakes) = (BTreeMap::new(), Vec::new());
    let (mut rest, mut number) = (text, 1);
    while !rest.is_empty() {
        let line = rest.split('\n').next().unwrap_or_default();
        let read = assignment(line, rest);
        // One that can't be read ends with its line, whatever quote it opened.
        let length = match &read {
            Ok(Some((_, _, length))) => *length,
            Ok(None) | Err(_) => line.len(),
        };
        match read {
            Ok(Some((name, value, _))) => {
                vars.insert(name, value);
            }
            Ok(None) => {}
            Err(why) => mistakes.push((number, why)),
        }
        let (taken, after) = rest.split_at(length);
        number += taken.matches('\n').count() + 1;
        rest = after.strip_prefix('\n').unwrap_or(after);
    }
    (vars, mistakes)
}

/// The name and the value that begin in `line`, which begins `rest`, and how much of that they take; none for a line that
/// says nothing.
fn assignment<'t>(line: &'t str, rest: &'t str) -> Result<Option<(&'t str, String, usize)>, &'static str> {
    let said = line.trim_start();
    if said.is_empty() || said.starts_with('#') {
        return Ok(None);
    }
    let (name, _) = line.split_once('=').ok_or("not a NAME=value line")?;
    let at = name.len() + 1;
    let name = name.trim();
    let name = name.strip_prefix("export").filter(|rest| rest.starts_with([' ', '\t'])).map_or(name, str::trim);
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
    if !is_name {
        return Err("not a NAME=value line: a name is made of letters, digits and _");
    }
    let value = &rest[at..];
    let blank = value.len() - value.trim_start_matches([' ', '\t']).len();
    let (value, taken) = match value[blank..].chars().next() {
        Some(quote @ ('\'' | '"')) => {
            quoted(&value[blank + 1..], quote).map(|(value, end)| (value, blank + 1 + end))?
        }
        _ => {
            let whole = &line[at..];
            let bare = whole.find(" #").or_else(|| whole.find("\t#")).map_or(whole, |comment| &whole[..comment]);
            (bare.trim().to_owned(), whole.len())
        }
    };
    Ok(Some((name, value, at + taken)))
}

/// The text up to the closing quote, and where the line ends behind it.
fn quoted(text: &str, quote: char) -> Result<(String, usize), &'static str> {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        if c == quote {
            let behind = text[at + 1..].split('\n').next().unwrap_or_default();
            return match behind.trim_start().chars().next() {
                None | Some('#') => Ok((value, at + 1 + behind.len())),
                Some(_) => Err("something stands behind the closing quote"),
            };
        }
        match (c, text[at + 1..].chars().next().filter(|_| c == '\\' && quote == '"')) {
            (_, Some(escaped @ ('\\' | '"' | '$' | 'n'))) => {
                chars.next();
                value.push(if escaped == 'n' { '\n' } else { escaped });
            }
            _ => value.push(c),
        }
    }
    Err("the quote is never closed")
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

    #[test]
    fn a_value_is_what_is_written() {
        for (written, value) in [
            ("pa$word1", "pa$word1"),
            ("a$$b", "a$$b"),
            ("x$", "x$"),
            ("${SET}", "${SET}"),
            ("two words", "two words"),
            ("it's", "it's"),
            ("back\\slash", "back\\slash"),
            ("a#b", "a#b"),
            ("a # note", "a"),
            ("", ""),
            ("  padded\t", "padded"),
            ("'$x \"y\" \\n'", "$x \"y\" \\n"),
            ("\"a\\\"b\\\\c\\$d\\ne\\x $y\" # note", "a\"b\\c$d\ne\\x $y"),
            ("\"one\ntwo\"", "one\ntwo"),
            ("a=b=", "a=b="),
        ] {
            let env = read(&format!("A=0\nA={written}\nB=1\n")).expect(written);
            assert_eq!((env["A"].as_str(), env["B"].as_str()), (value, "1"), "{written}");
        }
    }

    #[test]
    fn every_mistake_is_named_with_its_line() {
        let error = read("A=\"open\nB=1\n1C=2\nD='x' y\nE=\"a\nb\"\nno\n").expect_err("refused");
        let told: Vec<&str> = error.lines().filter_map(|line| line.split_once(':')).map(|(_, told)| told).collect();
        let wanted = [
            "1: something stands behind the closing quote",
            "3: not a NAME=value line: a name is made of letters, digits and _",
            "4: something stands behind the closing quote",
            "7: not a NAME=value line",
        ];
        assert_eq!(told, wanted, "{error}");
        assert!(read("A='x\nB=1").expect_err("refused").ends_with(":1: the quote is never closed"));
    }
}
