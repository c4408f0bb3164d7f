//! The only doors to the process's globals: clock, environment, terminal, limits, signals.
