//! How news about an incident join what is pending about it.

use super::backlog::{self, Backlog};
use crate::model::{Event, Notice};

/// Adds news to pending items; false when they add nothing.
///
/// An opening and its end become one item with the span; a reminder never stands beside other word of its incident; what
/// changes the picture replaces what is pending. Different incidents keep their order.
pub(super) fn merge(items: &mut Vec<Notice>, backlog: &mut Vec<Backlog>, mut news: Notice) -> bool {
    if news.is_about_healing() {
        items.push(news);
        return true;
    }
    let pending = items.iter().position(|item| item.incident == news.incident && !item.is_about_healing());
    let folded = backlog.iter().any(|line| backlog::holds_opening(line, &news.incident));
    let is_reminder = news.event == Event::Remind && news.change.is_none();
    if is_reminder
        && (folded || pending.is_some_and(|at| items[at].event != Event::Remind || items[at].change.is_some()))
    {
        return false;
    }
    let mut untold = news.opening;
    if let Some(at) = pending {
        untold |= items.remove(at).opening;
    }
    untold |= folded && backlog::take_opening(backlog, &news.incident);
    if untold && news.ends() {
        news.merged = true;
    }
    if untold && news.change.take().is_some() {
        news.event = Event::Open;
    }
    news.opening = untold;
    items.push(news);
    true
}
