//! The exit code, and everything that speaks for it.

use crate::model::{ExitReason, ProbeResult, Verdict};
use crate::world::signals::Signal;

/// Which verdicts count as failure (`--fail-on`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailOn {
    /// Down ones.
    Down,
    /// Degraded ones too.
    Degraded,
    /// None: only canary's own failures count.
    Never,
}

/// Decides the exit code and lists all that applied, own failures last.
///
/// A signal decides before everything else, canary's own failure (3) before `down` (1), `down` before `unknown` (3).
pub fn decide(
    results: &[ProbeResult],
    fail_on: FailOn,
    own: &[ExitReason],
    signal: Option<Signal>,
) -> (u8, Vec<ExitReason>) {
    let any = |verdict| results.iter().any(|result| result.verdict == verdict);
    let mut reasons = Vec::new();
    if fail_on != FailOn::Never {
        if any(Verdict::Down) {
            reasons.push(ExitReason::Down);
        }
        if fail_on == FailOn::Degraded && any(Verdict::Degraded) {
            reasons.push(ExitReason::Degraded);
        }
        if any(Verdict::Unknown) {
            reasons.push(ExitReason::Unknown);
        }
    }
    for reason in own {
        if !reasons.contains(reason) {
            reasons.push(*reason);
        }
    }
    let failed = reasons.iter().any(|reason| matches!(reason, ExitReason::Down | ExitReason::Degraded));
    let code = match signal {
        Some(signal) => {
            reasons.push(match signal {
                Signal::Interrupt => ExitReason::Interrupted,
                Signal::Terminate => ExitReason::Terminated,
            });
            signal.exit_code()
        }
        None if reasons.iter().any(|reason| reason.is_own_failure()) => 3,
        None if failed => 1,
        None if reasons.contains(&ExitReason::Unknown) => 3,
        None => 0,
    };
    (code, reasons)
}

#[cfg(test)]
mod tests {
    use super::{FailOn, decide};
    use crate::model::{EndpointId, ExitReason, Name, ProbeResult, Verdict};
    use crate::world::signals::Signal;
    use jiff::Timestamp;

    fn results(verdicts: &[Verdict]) -> Vec<ProbeResult> {
        let id = EndpointId::new(Name::adhoc(), "x");
        verdicts
            .iter()
            .map(|verdict| ProbeResult {
                verdict: *verdict,
                ..ProbeResult::skipped(id.clone(), Timestamp::UNIX_EPOCH, "")
            })
            .collect()
    }

    #[test]
    fn follows_the_contract() {
        use ExitReason as E;
        use Verdict::{Degraded, Down, Skipped, Unknown, Up};
        type Row<'a> = (&'a [Verdict], FailOn, &'a [ExitReason], u8, &'a [ExitReason]);
        let table: [Row<'_>; 11] = [
            (&[], FailOn::Down, &[], 0, &[]),
            (&[Up, Skipped, Degraded], FailOn::Down, &[], 0, &[]),
            (&[Up, Degraded], FailOn::Degraded, &[], 1, &[E::Degraded]),
            (&[Down, Unknown], FailOn::Down, &[], 1, &[E::Down, E::Unknown]),
            (&[Up, Unknown], FailOn::Down, &[], 3, &[E::Unknown]),
            (&[Degraded, Unknown], FailOn::Degraded, &[], 1, &[E::Degraded, E::Unknown]),
            (&[Down, Unknown], FailOn::Never, &[], 0, &[]),
            (&[Down], FailOn::Never, &[E::HistoryNotWritten], 3, &[E::HistoryNotWritten]),
            (&[Down], FailOn::Down, &[E::StateNotWritten], 3, &[E::Down, E::StateNotWritten]),
            (&[Down], FailOn::Down, &[E::Internal, E::Internal], 3, &[E::Down, E::Internal]),
            (&[Up], FailOn::Down, &[E::OutputNotWritten], 3, &[E::OutputNotWritten]),
        ];
        for (verdicts, fail_on, own, code, reasons) in table {
            assert_eq!(decide(&results(verdicts), fail_on, own, None), (code, reasons.to_vec()), "{verdicts:?}");
        }
    }

    #[test]
    fn a_signal_decides() {
        let (code, reasons) = decide(&results(&[Verdict::Down]), FailOn::Down, &[], Some(Signal::Terminate));
        assert_eq!((code, reasons), (143, vec![ExitReason::Down, ExitReason::Terminated]));
        assert_eq!(decide(&[], FailOn::Never, &[], Some(Signal::Interrupt)).0, 130);
    }
}
