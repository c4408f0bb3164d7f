//! The `canary` binary: builds the world from the process, calls the command line, returns its exit code.

use canary::{cli, world::World};
use std::process::ExitCode;

fn main() -> ExitCode {
    let code = std::panic::catch_unwind(|| cli::main(&World::from_process())).unwrap_or(cli::EXIT_OWN_FAILURE);
    ExitCode::from(code)
}
