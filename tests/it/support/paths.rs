//! Which paths from the crate's root a source file names, in whatever form: `crate::a`, `super::super::a`, and groups over
//! several lines. Text in comments and literals names nothing.

/// A path with its line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Named {
    /// From 1.
    pub(crate) line: usize,
    /// From the crate's root: `["model", "Verdict"]`.
    pub(crate) path: Vec<String>,
}

/// The paths that begin with `crate`, `self` or `super` in a file that is this module: `["run", "send"]`.
pub(crate) fn named(text: &str, module: &[String]) -> Vec<Named> {
    let tokens = tokens(text);
    let mut found = Vec::new();
    // The modules around the place, each with how many braces were open when it began.
    let (mut inside, mut open): (Vec<(usize, String)>, usize) = (Vec::new(), 0);
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let before = at.checked_sub(1).map_or("", |at| &tokens[at].text);
        match token.text.as_str() {
            "{" => open += 1,
            "}" => {
                open -= 1;
                inside.pop_if(|(began, _)| *began == open);
            }
            "mod" if tokens.get(at + 2).is_some_and(|token| token.text == "{") => {
                inside.push((open, tokens[at + 1].text.clone()));
            }
            "crate" | "self" | "super"
                if before != "::" && tokens.get(at + 1).is_some_and(|next| next.text == "::") =>
            {
                let here: Vec<String> =
                    module.iter().cloned().chain(inside.iter().map(|(_, name)| name.clone())).collect();
                at = tree(&tokens, at, &here, &mut found);
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// One path, or a group of them, beginning below `prefix`. Returns the place behind it.
fn tree(tokens: &[Token], mut at: usize, prefix: &[String], found: &mut Vec<Named>) -> usize {
    let mut path = prefix.to_vec();
    let Some(line) = tokens.get(at).map(|token| token.line) else { return at };
    while let Some(token) = tokens.get(at) {
        match token.text.as_str() {
            "{" => {
                at += 1;
                while let Some(token) = tokens.get(at).filter(|token| token.text != "}") {
                    at = match token.text.as_str() {
                        "as" => at + 2,
                        word if is_word(word) => tree(tokens, at, &path, found),
                        _ => at + 1,
                    };
                }
                return at + 1;
            }
            "crate" => path.clear(),
            "self" => {}
            "super" => drop(path.pop()),
            word if is_word(word) => path.push(word.to_owned()),
            _ => return at,
        }
        at += 1;
        if tokens.get(at).is_none_or(|token| token.text != "::") {
            break;
        }
        at += 1;
    }
    found.push(Named { line, path });
    at
}

#[derive(Debug)]
struct Token {
    line: usize,
    text: String,
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Words, `::`, and single signs.
fn tokens(text: &str) -> Vec<Token> {
    let mut found: Vec<Token> = Vec::new();
    let mut rest = text;
    let mut line = 1;
    while let Some(first) = rest.chars().next() {
        let word: usize = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').map(char::len_utf8).sum();
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(length) = raw_string(rest) {
            length
        } else if first == '"' {
            quoted(rest, '"')
        } else if first == '\'' && (rest[1..].starts_with('\\') || rest.chars().nth(2) == Some('\'')) {
            quoted(rest, '\'')
        } else if word > 0 {
            found.push(Token { line, text: rest[..word].to_owned() });
            word
        } else if rest.starts_with("::") {
            found.push(Token { line, text: "::".to_owned() });
            2
        } else {
            if !first.is_whitespace() {
                found.push(Token { line, text: first.to_string() });
            }
            first.len_utf8()
        };
        line += rest[..length].matches('\n').count();
        rest = &rest[length..];
    }
    found
}

/// The length of a literal that ends with this sign.
fn quoted(text: &str, end: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == end => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of `r#"…"#`, `br"…"` and the like, if the text begins with one.
fn raw_string(text: &str) -> Option<usize> {
    let body = text.strip_prefix("br").or_else(|| text.strip_prefix('r'))?;
    let quote = body.find(|c| c != '#')?;
    if !body[quote..].starts_with('"') {
        return None;
    }
    let begun = text.len() - body.len() + quote + 1;
    let end = format!("\"{}", "#".repeat(quote));
    Some(text[begun..].find(&end).map_or(text.len(), |at| begun + at + end.len()))
}
