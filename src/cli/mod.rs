//! Arguments and commands: one file a command.
