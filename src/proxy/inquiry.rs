//! The inquiry: exits are asked one after another until somebody is to blame, or nobody can tell.
//!
//! A pure state machine. The run asks [`Inquiry::step`], does it, and tells what it saw.

use super::sight::Sight;

/// What is to be done next, or what has been found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Ask the target through this exit.
    Ask(usize),
    /// Ask `control` through this exit.
    AskControl(usize),
    /// Ask `control` without a proxy: is it the control that is dead?
    AskControlDirectly,
    /// Decided.
    Found(Finding),
}

/// The end of an inquiry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The target spoke through this exit: judge what it said.
    Spoke(usize),
    /// The target is to blame: these exits agree.
    Target {
        /// The agreeing exits, in the order asked.
        agree: Vec<usize>,
        /// Whether `control` worked through each of them.
        control: bool,
    },
    /// No exit could decide.
    Undecided {
        /// Whether `control` is dead itself, so that no exit may be blamed for it.
        control_dead: bool,
    },
    /// The target failed before any exit was contacted: judge it, and believe nothing of the exit.
    NoWord,
    /// This machine or the deadline ended it.
    Neither,
}

/// One inquiry about one probe.
#[derive(Clone, Debug)]
pub struct Inquiry {
    /// Exits still to ask, the next one last.
    left: Vec<usize>,
    needed: usize,
    has_control: bool,
    agree: Vec<usize>,
    control_failed: Vec<usize>,
    broken: Vec<usize>,
    next: Step,
}

impl Inquiry {
    /// Over these exits in this order, `max_exits` of them at the most; `confirm` must agree, when there are as many.
    pub fn new(order: &[usize], max_exits: usize, confirm: usize, has_control: bool) -> Self {
        let mut left: Vec<usize> = order.iter().copied().take(max_exits.max(1)).collect();
        let needed = confirm.clamp(1, order.len().max(1)).min(left.len().max(1));
        left.reverse();
        let mut inquiry = Self {
            left,
            needed,
            has_control,
            agree: Vec::new(),
            control_failed: Vec::new(),
            broken: Vec::new(),
            next: Step::Found(Finding::Undecided { control_dead: false }),
        };
        inquiry.ask_next();
        inquiry
    }

    /// What to do now.
    pub fn step(&self) -> &Step {
        &self.next
    }

    /// Exits that are to blame for something and go to quarantine.
    pub fn to_blame(&self) -> Vec<usize> {
        match self.next {
            Step::Found(Finding::Undecided { control_dead: true }) => self.broken.clone(),
            _ => self.broken.iter().chain(&self.control_failed).copied().collect(),
        }
    }

    /// The target was asked through `exit`.
    pub fn saw(&mut self, exit: usize, sight: &Sight) {
        match sight {
            Sight::Clean => self.next = Step::Found(Finding::Spoke(exit)),
            Sight::NoWord => self.next = Step::Found(Finding::NoWord),
            Sight::Neither => self.next = Step::Found(Finding::Neither),
            Sight::ExitBroken => {
                self.broken.push(exit);
                self.ask_next();
            }
            Sight::Doubtful(_) if self.has_control => self.next = Step::AskControl(exit),
            Sight::Doubtful(_) => self.agrees(exit),
        }
    }

    /// `control` was asked through `exit`.
    pub fn control(&mut self, exit: usize, works: bool) {
        if works {
            self.agrees(exit);
        } else {
            self.control_failed.push(exit);
            self.ask_next();
        }
    }

    /// `control` was asked without a proxy.
    pub fn control_directly(&mut self, works: bool) {
        self.next = Step::Found(Finding::Undecided { control_dead: !works });
    }

    fn agrees(&mut self, exit: usize) {
        self.agree.push(exit);
        // One exit without a control proves nothing: it may be the exit.
        let enough = self.agree.len() >= self.needed && (self.has_control || self.agree.len() > 1);
        if enough {
            self.next = Step::Found(Finding::Target { agree: self.agree.clone(), control: self.has_control });
        } else {
            self.ask_next();
        }
    }

    fn ask_next(&mut self) {
        self.next = match self.left.pop() {
            Some(exit) => Step::Ask(exit),
            None if !self.control_failed.is_empty() && self.agree.is_empty() => Step::AskControlDirectly,
            None => Step::Found(Finding::Undecided { control_dead: false }),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::{Finding, Inquiry, Step};
    use crate::proxy::sight::Sight;

    /// Plays an inquiry: for each exit what is seen, and whether control works through it.
    fn play(
        exits: &[(Sight, bool)],
        max: usize,
        confirm: usize,
        has_control: bool,
        direct: bool,
    ) -> (Finding, Vec<usize>) {
        let order: Vec<usize> = (0..exits.len()).collect();
        let mut inquiry = Inquiry::new(&order, max, confirm, has_control);
        for _ in 0..20 {
            match inquiry.step().clone() {
                Step::Ask(exit) => inquiry.saw(exit, &exits[exit].0),
                Step::AskControl(exit) => inquiry.control(exit, exits[exit].1),
                Step::AskControlDirectly => inquiry.control_directly(direct),
                Step::Found(finding) => return (finding, inquiry.to_blame()),
            }
        }
        panic!("the inquiry doesn't end");
    }

    #[test]
    fn finds_who_is_to_blame() {
        let doubt = || Sight::Doubtful("x");
        let target = |agree: &[usize], control| Finding::Target { agree: agree.to_vec(), control };
        let undecided = |control_dead| Finding::Undecided { control_dead };
        let table = [
            ("the only exit refused", vec![(Sight::ExitBroken, true)], true, (undecided(false), vec![0])),
            (
                "the second exit is good",
                vec![(Sight::ExitBroken, true), (Sight::Clean, true)],
                true,
                (Finding::Spoke(1), vec![0]),
            ),
            ("two exits agree", vec![(doubt(), true), (doubt(), true)], true, (target(&[0, 1], true), vec![])),
            (
                "two agree without a control",
                vec![(doubt(), true), (doubt(), true)],
                false,
                (target(&[0, 1], false), vec![]),
            ),
            ("one exit, control works", vec![(doubt(), true)], true, (target(&[0], true), vec![])),
            ("one exit, no control", vec![(doubt(), true)], false, (undecided(false), vec![])),
            (
                "a dying exit and a good one",
                vec![(doubt(), false), (Sight::Clean, true)],
                true,
                (Finding::Spoke(1), vec![0]),
            ),
            (
                "control fails everywhere but directly",
                vec![(doubt(), false), (doubt(), false)],
                true,
                (undecided(false), vec![0, 1]),
            ),
            (
                "one agrees, the others are broken",
                vec![(doubt(), true), (Sight::ExitBroken, true), (doubt(), false)],
                true,
                (undecided(false), vec![1, 2]),
            ),
            ("no exits at all", vec![], true, (undecided(false), vec![])),
            ("a name that is looked up here", vec![(Sight::NoWord, true)], true, (Finding::NoWord, vec![])),
            ("this machine's fault", vec![(Sight::Neither, true)], true, (Finding::Neither, vec![])),
        ];
        for (name, exits, has_control, wanted) in table {
            assert_eq!(play(&exits, 3, 2, has_control, true), wanted, "{name}");
        }
        assert_eq!(
            play(&[(doubt(), false), (doubt(), false)], 3, 2, true, false),
            (undecided(true), vec![]),
            "control is dead"
        );
    }

    #[test]
    fn asks_no_more_than_max_exits() {
        let exits = vec![(Sight::ExitBroken, true); 500];
        assert_eq!(play(&exits, 3, 2, true, true).1, [0, 1, 2]);
    }
}
