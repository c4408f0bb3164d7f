//! Who is told what, when, and in which words.
//!
//! [`Outbox`] decides about queuing, merging, waiting and order; [`Story`] and the files beside it put an entry into the
//! words of each kind of receiver. Nothing here sends: a receiver's adapter answers with a [`Delivery`].

mod account;
pub mod alertmanager;
mod backlog;
mod causes;
mod delivery;
mod email;
mod entry;
mod event;
mod merge;
mod outbox;
mod pack;
mod payload;
mod slack;
mod story;
pub mod telegram;
#[cfg(test)]
mod tests;
mod waiting;
mod words;

pub use account::{Account, Counts, Delay, Message, Span, Untold};
pub use backlog::Backlog;
pub use causes::causes;
pub use delivery::{Answer, Delivery};
pub use email::{subject, text};
pub use entry::{Entry, EntryView};
pub use event::AlertEvent;
pub use outbox::{
    Addressee, Claimant, FORGOTTEN, Flush, Held, LEASE, LONGEST_TRY, OVERDUE, Outbox, Run, Settled, Unqueued, Wait,
};
pub use payload::{Kind, body};
pub use slack::mrkdwn;
pub use story::Story;
