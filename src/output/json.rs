//! `-o json`: the report as one document.

use crate::model::RunReport;

/// One line of JSON with a newline at its end.
pub fn render(report: &RunReport) -> Vec<u8> {
    super::jsonl::line_of(report)
}
