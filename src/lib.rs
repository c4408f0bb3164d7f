//! canary probes the HTTP services behind messaging channels, judges their answers, and says what is wrong.
//!
//! ```text
//! probes.yaml ─ config ─▶ Config ─ plan ─▶ Plan ─ probe ─▶ Observation ─ judge ─▶ ProbeResult ─┬─▶ output
//!    env, files              ▲ State ──────┘     (facts,              (pure: facts to          ├─▶ history.jsonl
//!                            │                    no opinion)          verdict, blame)         └─▶ state
//! ```
//!
//! Data goes one way. The floors, lowest first; a module uses only floors below its own:
//!
//! | floor | modules | what they are |
//! |---|---|---|
//! | 0 | [`text`], [`model`] | words: plain types and string helpers |
//! | 1 | [`judge`], [`schedule`], [`retry`], [`proxy`], [`incident`], [`heal`], [`alert`], [`stats`], [`infer`] | decisions: pure functions of facts, settings and the time handed in |
//! | 2 | [`config`], [`disk`], [`process`], [`roots`], [`tunnel`] | text → tree with places → typed settings; private files, locked and replaced whole; commands that surely end; whose certificates are believed; what is said to proxies |
//! | 3 | [`world`], [`probe`], [`store`], [`history`], [`output`], [`report`], [`deliver`], [`remedy`], [`demo`] | rims that touch the world, and views |
//! | 4 | [`run`] | the one place that knows the order of effects |
//! | 5 | [`cli`] | arguments, one file a command |
//!
//! `tests/it/floors.rs` holds the table against the `use crate::…` lines.

pub mod alert;
pub mod cli;
pub mod config;
pub mod deliver;
pub mod demo;
pub mod disk;
pub mod heal;
pub mod history;
pub mod incident;
pub mod infer;
pub mod judge;
pub mod model;
pub mod output;
pub mod probe;
pub mod process;
pub mod proxy;
pub mod remedy;
pub mod report;
pub mod retry;
pub mod roots;
pub mod run;
pub mod schedule;
pub mod stats;
pub mod store;
pub mod text;
pub mod tunnel;
pub mod world;
