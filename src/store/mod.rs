//! The state directory: lock, atomic files, what lives between two runs.
