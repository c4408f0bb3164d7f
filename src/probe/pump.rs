//! What keeps an HTTP connection going while somebody waits for it. It lives inside the attempt: when the attempt is
//! over or dropped, so is the connection.

use super::wire::Wire;
use bytes::Bytes;
use http_body_util::Full;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::TokioIo;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use tokio::task::AbortHandle;

/// The two kinds of connection.
enum Connection {
    One(Box<http1::Connection<TokioIo<Wire>, Full<Bytes>>>),
    Two(Box<http2::Connection<TokioIo<Wire>, Full<Bytes>, Tasks>>),
}

/// A connection at work.
pub(super) struct Pump {
    connection: Option<Connection>,
    /// Ends the helpers of an HTTP/2 connection with it.
    tasks: Option<Tasks>,
}

impl Pump {
    /// For HTTP/1.
    pub(super) fn one(connection: http1::Connection<TokioIo<Wire>, Full<Bytes>>) -> Self {
        Self { connection: Some(Connection::One(Box::new(connection))), tasks: None }
    }

    /// For HTTP/2; `tasks` is the executor it was made with.
    pub(super) fn two(connection: http2::Connection<TokioIo<Wire>, Full<Bytes>, Tasks>, tasks: Tasks) -> Self {
        Self { connection: Some(Connection::Two(Box::new(connection))), tasks: Some(tasks) }
    }

    /// How the connection ends is told to those who wait for a response or a body, and written in the notebook.
    fn poll(&mut self, cx: &mut Context<'_>) {
        let ended = match &mut self.connection {
            None => return,
            Some(Connection::One(one)) => Pin::new(one.as_mut()).poll(cx).is_ready(),
            Some(Connection::Two(two)) => Pin::new(two.as_mut()).poll(cx).is_ready(),
        };
        if ended {
            self.connection = None;
        }
    }

    /// Waits for a future that the connection feeds.
    pub(super) async fn drive<F: Future>(&mut self, fed: F) -> F::Output {
        let mut fed = pin!(fed);
        poll_fn(|cx| {
            if let Poll::Ready(output) = fed.as_mut().poll(cx) {
                return Poll::Ready(output);
            }
            self.poll(cx);
            fed.as_mut().poll(cx)
        })
        .await
    }

    /// Says goodbye without waiting for an answer: nobody holds a sender any more.
    pub(super) async fn part(mut self) {
        poll_fn(|cx| {
            self.poll(cx);
            Poll::Ready(())
        })
        .await;
    }
}

/// The executor of an HTTP/2 connection's helpers.
#[derive(Clone, Debug, Default)]
pub(super) struct Tasks(Arc<Helpers>);

#[derive(Debug, Default)]
struct Helpers(Mutex<Vec<AbortHandle>>);

impl<F> hyper::rt::Executor<F> for Tasks
where
    F: Future + Send + 'static,
    F::Output: Send,
{
    fn execute(&self, helper: F) {
        let handle = tokio::spawn(helper).abort_handle();
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).push(handle);
    }
}

impl Tasks {
    /// Aborts them all.
    fn end(&self) {
        for helper in self.0.0.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            helper.abort();
        }
    }
}

impl Drop for Pump {
    fn drop(&mut self) {
        if let Some(tasks) = &self.tasks {
            tasks.end();
        }
    }
}
