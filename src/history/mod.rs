//! The append-only JSONL record of every result.
