//! The manual pages, made of the argument table.

use super::Stop;
use super::args::Cli;
use clap::CommandFactory as _;
use clap::builder::Resettable;
use clap_mangen::roff::{Roff, roman};

/// A line of more words than these is no head, whatever it ends with.
const MOST_WORDS: usize = 2;

/// The manual page of canary, or of the command that these words name.
pub(super) fn page(words: &[String]) -> Result<Vec<u8>, Stop> {
    // Pages are the same for all targets: no word of the build.
    let mut command = Cli::command().long_version(env!("CARGO_PKG_VERSION"));
    command.build();
    let mut name = "canary".to_owned();
    for word in words.iter().flat_map(|words| words.split_whitespace()) {
        let known: Vec<String> = command.get_subcommands().map(|one| one.get_name().to_owned()).collect();
        let Some(found) = command.find_subcommand(word) else {
            let near = crate::text::suggest::nearest(word, known.iter().map(String::as_str));
            let hint = near.map_or_else(|| known.join(", "), |near| format!("did you mean `{near}`?"));
            return Err(Stop::Usage(format!("no manual page for `{word}` under `{name}`: {hint}")));
        };
        name = format!("{name}-{word}");
        command = found.clone();
    }
    let name: &'static str = Box::leak(name.into_boxed_str());
    let more = command.get_after_long_help().or_else(|| command.get_after_help()).map(ToString::to_string);
    let command = command.name(name).after_help(Resettable::Reset).after_long_help(Resettable::Reset);
    let page = clap_mangen::Man::new(command).manual("canary").source(concat!("canary ", env!("CARGO_PKG_VERSION")));
    let mut out = Vec::new();
    page.render(&mut out).map_err(|error| Stop::Own(error.to_string()))?;
    let mut out = String::from_utf8_lossy(&out).into_owned();
    let place = out.find(".SH VERSION\n").unwrap_or(out.len());
    out.insert_str(place, &sections(&more.unwrap_or_default()));
    Ok(out.into_bytes())
}

/// What stands below the options in the help: each head begins a section, and indented lines stay as they are.
fn sections(text: &str) -> String {
    let mut roff = Roff::new();
    let (mut under_head, mut as_it_is) = (false, false);
    for line in text.lines().filter(|line| !line.is_empty()) {
        let indented = line.strip_prefix("  ");
        if indented.is_some() != as_it_is {
            as_it_is = !as_it_is;
            roff.control(if as_it_is { "nf" } else { "fi" }, []);
        }
        let head = line.strip_suffix(':').filter(|head| indented.is_none() && head.split(' ').count() <= MOST_WORDS);
        if let Some(head) = head {
            let head = if head == "Example" { "Examples" } else { head };
            roff.control("SH", [head.to_uppercase().as_str()]);
        } else {
            if !under_head {
                roff.control("SH", ["NOTES"]);
            }
            roff.text([roman(indented.unwrap_or(line))]);
        }
        under_head = true;
    }
    if as_it_is {
        roff.control("fi", []);
    }
    // The page begins with what makes a plain apostrophe of this, for shells to read back.
    roff.to_roff().replace('\'', r"\*(Aq")
}

#[cfg(test)]
mod tests {
    use super::sections;

    #[test]
    fn examples_stay_as_they_are_typed() {
        let text =
            "Nothing is sent.\nNothing is kept.\n\nExamples:\n  canary a      one\n  canary -b '.x'\n\nSee also:\n  c";
        let roff = sections(text);
        let wanted = ".SH NOTES\nNothing is sent.\nNothing is kept.\n.SH EXAMPLES\n.nf\ncanary a      one\ncanary \\-b \\*(Aq.x\\*(Aq\n.fi\n\
                      .SH \"SEE ALSO\"\n.nf\nc\n.fi\n";
        assert_eq!(roff, wanted);
        assert_eq!(sections(""), "");
    }
}
