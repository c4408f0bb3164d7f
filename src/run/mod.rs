//! The order of effects: plan, probe, judge, record.
