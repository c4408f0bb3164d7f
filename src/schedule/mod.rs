//! Which endpoints are due, and which shard is whose.
