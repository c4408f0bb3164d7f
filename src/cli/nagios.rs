//! `-o nagios` when the check could not begin: a plugin says so on stdout and ends with 3, whatever was wrong.

use super::{EXIT_DONE, EXIT_OWN_FAILURE, stdout};
use crate::output;
use crate::world::World;

/// The exit code of a command that stopped with `code`: its own, unless a monitoring server asked.
pub(super) fn code(world: &World, code: u8, why: &str) -> u8 {
    if code == EXIT_DONE || !asked(&world.args) {
        return code;
    }
    // Where stdout is broken, the code still tells.
    let _ = stdout::write(output::nagios::not_begun(why).as_bytes());
    EXIT_OWN_FAILURE
}

/// Reads the words as they were typed: they may be too wrong to be parsed.
fn asked(args: &[std::ffi::OsString]) -> bool {
    let words: Vec<_> = args.iter().skip(1).filter_map(|arg| arg.to_str()).collect();
    let joined = ["-onagios", "-o=nagios", "--output=nagios"];
    words.contains(&"check")
        && (words.iter().any(|word| joined.contains(word))
            || words.windows(2).any(|pair| matches!(pair, ["-o" | "--output", "nagios"])))
}
