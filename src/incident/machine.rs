//! The machine of one endpoint: one result in, what is said or why not out.

use super::flap::Wobble;
use super::open::Reminder;
use super::track::Progress;
use super::{Alerting, Fact, Incident, Track, Why};
use crate::model::{Change, Event, IncidentKind, Notice, Verdict};
use jiff::Timestamp;

/// What one result led to.
#[derive(Debug)]
pub(super) enum Step {
    /// Something to tell.
    Said(Box<Notice>),
    /// The end of an incident, to tell and to keep.
    Closed(Box<Notice>, Box<Incident>),
    /// Nothing, and why.
    Unsaid(Why),
}

impl Step {
    fn said(notice: Notice) -> Self {
        Self::Said(Box::new(notice))
    }
}

impl Track {
    /// Takes one result in.
    pub(super) fn step(&mut self, fact: &Fact, policy: &Alerting, now: Timestamp) -> Step {
        if !fact.counts {
            return Step::Unsaid(Why::NotCounted);
        }
        if fact.verdict == Verdict::Skipped {
            return Step::Unsaid(Why::Skipped);
        }
        if self.overlaps(fact, now) {
            return Step::Unsaid(Why::Overlap);
        }
        self.count(fact, policy);
        if let Some(open) = &mut self.open {
            open.learn(fact);
        }
        if self.is_flapping() {
            return self.while_flapping(fact, policy, now);
        }
        if fact.verdict != Verdict::Unknown
            && fact.muted().is_none()
            && let Some(wobble) = self.wobbles(fact, policy)
        {
            return self.begin_flapping(wobble, fact, policy, now);
        }
        match &self.open {
            None => self.while_closed(fact, policy, now),
            Some(open) if !open.announced => self.while_unannounced(fact, policy, now),
            Some(open) if open.severity == IncidentKind::Degraded => self.while_degraded(fact, policy, now),
            Some(_) => self.while_down(fact, policy, now),
        }
    }

    fn while_closed(&mut self, fact: &Fact, policy: &Alerting, now: Timestamp) -> Step {
        let (kind, progress) = match fact.verdict {
            Verdict::Up => return Step::Unsaid(Why::Well),
            Verdict::Unknown | Verdict::Skipped => return Step::Unsaid(Why::CannotTell),
            Verdict::Down => (IncidentKind::Down, Some(self.failing(policy))),
            Verdict::Degraded => (IncidentKind::Degraded, self.warned(policy)),
        };
        let Some(progress) = progress else {
            return Step::Unsaid(Why::Below { kind, have: self.degraded.count, need: None });
        };
        if !progress.reached() {
            return Step::Unsaid(Why::Below { kind, have: progress.have, need: Some(progress.need) });
        }
        if let Some(muted) = fact.muted() {
            return Step::Unsaid(Why::Muted(muted));
        }
        let since = progress.since.unwrap_or(fact.started);
        self.edge(fact.started, policy);
        self.begin(kind, since, fact, now);
        self.say(Event::Open, None, fact, policy, now)
    }

    /// After a rebuild from the history: nobody knows what was said, so it is said again, under the same id.
    fn while_unannounced(&mut self, fact: &Fact, policy: &Alerting, now: Timestamp) -> Step {
        match fact.verdict {
            Verdict::Down | Verdict::Degraded => match fact.muted() {
                Some(muted) => Step::Unsaid(Why::Muted(muted)),
                None => self.say(Event::Open, None, fact, policy, now),
            },
            Verdict::Up => {
                let over = self.over(policy);
                if over.reached() {
                    // whoever was told must hear the end, and who was not learns the span
                    self.address(policy);
                    return self.end(Event::Recover, fact, over, policy, now);
                }
                Step::Unsaid(recovering(over))
            }
            Verdict::Unknown | Verdict::Skipped => Step::Unsaid(Why::CannotTell),
        }
    }

    fn while_down(&mut self, fact: &Fact, policy: &Alerting, now: Timestamp) -> Step {
        match fact.verdict {
            Verdict::Down => self.remind(fact, policy, now),
            Verdict::Up | Verdict::Degraded => {
                let well = self.over(policy);
                if !well.reached() {
                    return Step::Unsaid(recovering(well));
                }
                let still_degraded = fact.verdict == Verdict::Degraded
                    && (self.open.as_ref().is_some_and(|open| open.was_degraded)
                        || self.warned(policy).is_some_and(Progress::reached));
                if !still_degraded {
                    return self.end(Event::Recover, fact, well, policy, now);
                }
                if let Some(muted) = fact.muted() {
                    return Step::Unsaid(Why::Muted(muted));
                }
                self.turn(IncidentKind::Degraded);
                self.say(Event::Remind, Some(Change::Better), fact, policy, now)
            }
            Verdict::Unknown | Verdict::Skipped => Step::Unsaid(Why::CannotTell),
        }
    }

    fn while_degraded(&mut self, fact: &Fact, policy: &Alerting, now: Timestamp) -> Step {
        match fact.verdict {
            Verdict::Degraded => self.remind(fact, policy, now),
            Verdict::Down => {
                let failing = self.failing(policy);
                if !failing.reached() {
                    if let Some(step) = self.introduce(Event::Open, fact, policy, now) {
                        return step;
                    }
                    let (kind, have, need) = (IncidentKind::Down, failing.have, Some(failing.need));
                    return Step::Unsaid(Why::Below { kind, have, need });
                }
                if let Some(muted) = fact.muted() {
                    return Step::Unsaid(Why::Muted(muted));
                }
                self.turn(IncidentKind::Down);
                self.say(Event::Open, Some(Change::Worse), fact, policy, now)
            }
            Verdict::Up => {
                let over = self.over(policy);
                if over.reached() {
                    self.end(Event::Recover, fact, over, policy, now)
                } else {
                    Step::Unsaid(recovering(over))
                }
            }
            Verdict::Unknown | Verdict::Skipped => Step::Unsaid(Why::CannotTell),
        }
    }

    fn begin_flapping(&mut self, wobble: Wobble, fact: &Fact, policy: &Alerting, now: Timestamp) -> Step {
        let (first, soft) = match wobble {
            Wobble::Hard(first) => (first, false),
            Wobble::Soft(first) => (first, true),
        };
        if self.open.is_none() {
            self.begin(IncidentKind::Flapping, first, fact, now);
        }
        self.turn(IncidentKind::Flapping);
        if let Some(open) = &mut self.open {
            open.soft = soft;
        }
        self.say(Event::Flapping, None, fact, policy, now)
    }

    fn while_flapping(&mut self, fact: &Fact, policy: &Alerting, now: Timestamp) -> Step {
        if fact.verdict == Verdict::Unknown {
            return Step::Unsaid(Why::CannotTell);
        }
        let turned = self.changes.last() == Some(&fact.started);
        let Some(open) = &mut self.open else { return Step::Unsaid(Why::Well) };
        let was_soft = open.soft;
        open.soft &= !turned;
        let soft = open.soft;
        // warnings that come and go must not hide that it went down for good
        let fell = was_soft && fact.verdict == Verdict::Down && self.failing(policy).reached();
        if !fell && !self.is_steady(fact, policy, soft) {
            return self.still_flapping(fact, policy, now);
        }
        let kind = match fact.verdict {
            Verdict::Down => Some(IncidentKind::Down),
            Verdict::Degraded => self.warned(policy).is_some_and(Progress::reached).then_some(IncidentKind::Degraded),
            Verdict::Up | Verdict::Unknown | Verdict::Skipped => None,
        };
        if let (Some(_), Some(muted)) = (kind, fact.muted()) {
            return Step::Unsaid(Why::Muted(muted));
        }
        self.changes.clear();
        self.edges.clear();
        if let Some(kind) = kind {
            self.turn(kind);
            return self.say(Event::Steady, None, fact, policy, now);
        }
        if self.open.as_ref().is_some_and(|open| !open.announced) {
            self.address(policy);
        }
        let well = self.over(policy);
        self.end(Event::Steady, fact, well, policy, now)
    }

    /// Nothing, unless a rebuild forgot that it was said (then once more, under the same id), or somebody never heard of it.
    fn still_flapping(&mut self, fact: &Fact, policy: &Alerting, now: Timestamp) -> Step {
        match &mut self.open {
            Some(open) if !open.announced => {
                if let Some(muted) = fact.muted() {
                    return Step::Unsaid(Why::Muted(muted));
                }
                open.changes = open.changes.saturating_sub(1);
                self.say(Event::Flapping, None, fact, policy, now)
            }
            Some(_) | None => self.introduce(Event::Flapping, fact, policy, now).unwrap_or(Step::Unsaid(Why::Flapping)),
        }
    }

    /// Tells an open incident to receivers that never heard of it, once; none when there are none, or nobody is to be told.
    fn introduce(&mut self, event: Event, fact: &Fact, policy: &Alerting, now: Timestamp) -> Option<Step> {
        let open = self.open.as_mut().filter(|open| open.ack.is_none() && fact.muted().is_none())?;
        let to = open.untold(&policy.receivers);
        (!to.is_empty()).then(|| Step::said(open.introduce(event, fact, &to, now)))
    }

    fn remind(&mut self, fact: &Fact, policy: &Alerting, now: Timestamp) -> Step {
        if let Some(step) = self.introduce(Event::Open, fact, policy, now) {
            return step;
        }
        let Some(open) = &mut self.open else { return Step::Unsaid(Why::Well) };
        if policy.receivers.is_empty() {
            return Step::Unsaid(Why::Nobody);
        }
        match open.reminder(policy.repeat, now) {
            Reminder::Acked => Step::Unsaid(Why::Acked),
            Reminder::In(left) => Step::Unsaid(Why::NotYet(left)),
            Reminder::Due => match fact.muted() {
                Some(muted) => Step::Unsaid(Why::Muted(muted)),
                None => self.say(Event::Remind, None, fact, policy, now),
            },
        }
    }

    fn begin(&mut self, kind: IncidentKind, since: Timestamp, fact: &Fact, now: Timestamp) {
        let mut incident = Incident::begin(kind, &fact.id.to_string(), since, now);
        incident.endpoints = vec![fact.id.clone()];
        incident.learn(fact);
        self.open = Some(Box::new(incident));
    }

    fn say(&mut self, event: Event, change: Option<Change>, fact: &Fact, policy: &Alerting, now: Timestamp) -> Step {
        match &mut self.open {
            Some(open) => Step::said(open.say(event, change, fact, &policy.receivers, now)),
            None => Step::Unsaid(Why::Well),
        }
    }

    fn end(&mut self, event: Event, fact: &Fact, over: Progress, policy: &Alerting, now: Timestamp) -> Step {
        let ended = over.since.unwrap_or(fact.started);
        let Some(mut incident) = self.close() else { return Step::Unsaid(Why::Well) };
        if event == Event::Recover {
            self.edge(fact.started, policy);
        }
        let notice = incident.end(event, Some(fact.verdict), ended, now);
        Step::Closed(Box::new(notice), incident)
    }

    fn turn(&mut self, severity: IncidentKind) {
        if let Some(open) = &mut self.open {
            open.severity = severity;
            open.was_degraded |= severity == IncidentKind::Degraded;
            if severity == IncidentKind::Down {
                open.worst = Some(severity);
            }
        }
    }

    fn address(&mut self, policy: &Alerting) {
        if let Some(open) = &mut self.open {
            open.told.extend(policy.receivers.iter().map(ToString::to_string));
        }
    }

    /// How far a degraded incident is; none when it is off.
    fn warned(&self, policy: &Alerting) -> Option<Progress> {
        let need = policy.degraded_after?.max(1);
        Some(Progress { have: self.degraded.count, need, since: self.degraded.since })
    }

    /// How far the end of the open incident is: after down what isn't down counts, after degraded only up does.
    fn over(&self, policy: &Alerting) -> Progress {
        let degraded = self.open.as_ref().is_some_and(|open| open.severity == IncidentKind::Degraded);
        let good = if degraded { self.up } else { self.well };
        Progress { have: good.count, need: policy.recover_after.max(1), since: good.since }
    }
}

fn recovering(over: Progress) -> Why {
    Why::Recovering { have: over.have, need: over.need }
}
