//! Views of a finished report: one file a format.
