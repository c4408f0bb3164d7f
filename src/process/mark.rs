//! Which process a command became, so that a later run can tell whether it still runs.

use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process_group, test_kill_process};
use std::fmt;
use std::fs;

/// A process that nothing else can be taken for: its number is used again, but not with the same start (`proc(5)`: the
/// 22nd field of `/proc/PID/stat`, in clock ticks since the machine's start), on the same boot, in the same PID namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    pid: Pid,
    started: u64,
    boot: String,
    space: String,
}

/// What can be told of a marked process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// It has ended.
    Gone,
    /// It runs.
    Running,
    /// Nobody can tell from here: another PID namespace, or a process that is hidden.
    Unsure,
}

impl Mark {
    /// Of a process that this one has started and not yet awaited. None where the system has no `/proc`.
    pub fn of(pid: u32) -> Option<Self> {
        let pid = number(i32::try_from(pid).ok()?)?;
        let (_, started) = look(pid)?;
        Some(Self { pid, started, boot: boot()?, space: space()? })
    }

    /// Reads what `Display` wrote.
    pub fn parse(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let pid = number(words.next()?.parse().ok()?)?;
        let started = words.next()?.parse().ok()?;
        let (boot, space) = (words.next()?.to_owned(), words.next()?.to_owned());
        words.next().is_none().then_some(Self { pid, started, boot, space })
    }

    /// Whether it still runs. A command that has ended but was not awaited by anybody does not.
    pub fn sight(&self) -> Sight {
        match (boot(), space()) {
            (Some(boot), _) if boot != self.boot => return Sight::Gone,
            (Some(_), Some(space)) if space == self.space => {}
            _ => return Sight::Unsure,
        }
        match look(self.pid) {
            Some((state, started)) if started == self.started && !matches!(state, 'Z' | 'X') => Sight::Running,
            Some(_) => Sight::Gone,
            None if test_kill_process(self.pid) == Err(Errno::SRCH) => Sight::Gone,
            None => Sight::Unsure,
        }
    }

    /// Sends KILL to its process group, if it surely still runs.
    pub fn end(&self) {
        if self.sight() == Sight::Running {
            // It may end, or not be ours to end: the caller has waited for it long enough.
            let _ = kill_process_group(self.pid, Signal::KILL);
        }
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pid, started, boot, space } = self;
        write!(f, "{} {started} {boot} {space}", pid.as_raw_nonzero())
    }
}

fn number(pid: i32) -> Option<Pid> {
    // A negative one would be a bug to rustix.
    if pid > 0 { Pid::from_raw(pid) } else { None }
}

/// A process's state and start.
fn look(pid: Pid) -> Option<(char, u64)> {
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).ok()?;
    // The program's name, in parentheses, may hold anything.
    let (_, rest) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    Some((fields.first()?.chars().next()?, fields.get(19)?.parse().ok()?))
}

fn boot() -> Option<String> {
    let id = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    Some(id.trim().to_owned()).filter(|id| !id.is_empty())
}

/// The PID namespace: `pid:[4026531836]`.
fn space() -> Option<String> {
    let name = fs::read_link("/proc/self/ns/pid").ok()?.into_os_string().into_string().ok()?;
    Some(name).filter(|name| !name.contains(' '))
}

#[cfg(test)]
mod tests {
    use super::{Mark, Sight};
    use std::os::unix::process::CommandExt as _;
    use std::process::Command;

    #[test]
    fn knows_its_process_from_others_and_ends_it() {
        let mut child = Command::new("sleep").arg("60").process_group(0).spawn().expect("started");
        let mark = Mark::of(child.id()).expect("a system with /proc");
        assert_eq!(Mark::parse(&mark.to_string()).as_ref(), Some(&mark));
        assert_eq!(mark.sight(), Sight::Running);
        for (other, sight) in [
            (Mark { started: mark.started + 1, ..mark.clone() }, Sight::Gone),
            (Mark { boot: "another".to_owned(), ..mark.clone() }, Sight::Gone),
            (Mark { space: "pid:[1]".to_owned(), ..mark.clone() }, Sight::Unsure),
        ] {
            assert_eq!(other.sight(), sight, "{other}");
            other.end();
        }
        assert_eq!(child.try_wait().expect("awaitable"), None, "nobody else's mark ends it");
        mark.end();
        // Not awaited yet, it is gone all the same, or will be at once.
        let status = child.wait().expect("awaitable");
        assert_eq!(std::os::unix::process::ExitStatusExt::signal(&status), Some(9));
        assert_eq!(mark.sight(), Sight::Gone);
        for bad in ["", "1", "0 1 a b", "-1 2 a b", "1 2 a", "1 2 a b c"] {
            assert_eq!(Mark::parse(bad), None, "{bad}");
        }
    }
}
