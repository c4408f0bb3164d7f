//! Black-box and cross-module tests, one file a theme. A new test goes to the file whose first line fits it.

mod channels;
mod cli;
mod deadline;
mod due;
mod env_file;
mod exit;
mod faults;
mod floors;
mod framing;
mod generated;
mod history;
mod lookup;
mod offline;
mod output;
mod output_files;
mod proxies;
mod redirects;
mod retries;
mod shipped;
mod signals;
mod support;
mod targets;
mod tls;
mod verdicts;
mod wait;
