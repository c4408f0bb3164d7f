//! Reading a response's body: to its end, within `max_body`, decoded.

use super::broken::Broken;
use super::deadline::Bound;
use super::decode::{Decoder, Stop, undecodable};
use super::exchange::{Answer, chain_words};
use super::wire::{End, Facts};
use crate::model::{FailureKind, Fault, Stage};
use crate::text::size;
use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::Body as _;

/// How many encoded bytes may come above `max_body`: an encoding can be a little longer than what it encodes.
const SLACK: u64 = 32 << 10;

/// A body being read.
struct Reading {
    /// Bytes off the wire.
    encoded: u64,
    /// Bytes announced by Content-Length.
    announced: Option<u64>,
    max: u64,
    decoder: Option<Decoder>,
    /// The first piece, without a copy while it is the only one.
    first: Bytes,
    decoded: Vec<u8>,
}

/// Reads the body; `bytes` is told how many decoded bytes came, also when it fails.
pub(super) async fn read(answer: &mut Answer, max: u64, bound: &Bound, bytes: &mut u64) -> Result<Bytes, Broken> {
    if answer.is_bodiless {
        return Ok(Bytes::new());
    }
    let decoder = Decoder::for_headers(&answer.headers, max).map_err(|broken| broken.with_status(answer.status))?;
    let announced = answer.body.size_hint().exact();
    let mut reading = Reading { encoded: 0, announced, max, decoder, first: Bytes::new(), decoded: Vec::new() };
    let read = match bound.wait(reading.read_whole(answer)).await {
        Ok(read) => read,
        Err(overrun) => Err(overrun.broken(Stage::Body, Fault::Target, |span| match reading.announced {
            Some(all) => format!("body: {} of {all} bytes in {span}", reading.encoded),
            None => format!("body: {} bytes and no end in {span}", reading.encoded),
        })),
    };
    *bytes = reading.len();
    match read {
        Ok(()) => Ok(reading.into_bytes()),
        Err(broken) => Err(broken.with_status(answer.status)),
    }
}

impl Reading {
    async fn read_whole(&mut self, answer: &mut Answer) -> Result<(), Broken> {
        if self.decoder.is_none() && self.announced.is_some_and(|all| all > self.max) {
            return Err(self.too_large());
        }
        loop {
            match answer.pump.drive(answer.body.frame()).await {
                None => return self.finish(),
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data() {
                        self.take(data)?;
                    }
                }
                Some(Err(error)) => return Err(self.explain(&error, &answer.notebook.facts())),
            }
        }
    }

    fn take(&mut self, data: Bytes) -> Result<(), Broken> {
        self.encoded += data.len() as u64;
        match &mut self.decoder {
            Some(decoder) => {
                let fed = decoder.feed(&data, &mut self.decoded);
                fed.map_err(|stop| self.stopped(stop))?;
                // Encodings can be made that yield nothing for ever.
                if self.encoded > self.max.saturating_add(SLACK) {
                    return Err(self.too_large());
                }
            }
            None if self.encoded > self.max => return Err(self.too_large()),
            None if self.first.is_empty() => self.first = data,
            None => {
                if self.decoded.is_empty() {
                    // What is announced is no more than `max` here: growing piece by piece would hold old and new at once.
                    let all = self.announced.and_then(|all| usize::try_from(all).ok()).unwrap_or_default();
                    self.decoded.reserve_exact(all);
                    self.decoded.extend_from_slice(&self.first);
                }
                self.decoded.extend_from_slice(&data);
            }
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<(), Broken> {
        match &mut self.decoder {
            Some(decoder) => {
                let finished = decoder.finish(&mut self.decoded);
                finished.map_err(|stop| self.stopped(stop))
            }
            None => Ok(()),
        }
    }

    fn stopped(&self, stop: Stop) -> Broken {
        match stop {
            Stop::Broken(detail) => undecodable(detail),
            Stop::TooLarge => self.too_large(),
        }
    }

    fn too_large(&self) -> Broken {
        let announced = match self.announced {
            Some(all) if self.decoder.is_none() => format!(": Content-Length is {all}"),
            _ => String::new(),
        };
        let detail = format!("body over max_body, {}{announced}", size::format(self.max));
        Broken::target(Stage::Body, detail).kind(FailureKind::TooLarge)
    }

    fn explain(&self, error: &hyper::Error, facts: &Facts) -> Broken {
        let so_far = match self.announced {
            Some(all) => format!("{} of {all} bytes", self.encoded),
            None => format!("{} bytes of the body", self.encoded),
        };
        let detail = match &facts.end {
            Some(End::Closed) => format!("closed after {so_far}"),
            Some(End::Truncated) => format!("closed after {so_far} without TLS's goodbye (close_notify): cut short?"),
            Some(End::Reset) => format!("reset after {so_far}"),
            Some(End::Tls(error)) => format!("TLS failed after {so_far}: {error}"),
            Some(End::Other(words)) => format!("{words} after {so_far}"),
            None => format!("malformed body after {so_far}: {}", chain_words(error)),
        };
        Broken::target(Stage::Body, detail)
    }

    fn len(&self) -> u64 {
        (if self.decoded.is_empty() { self.first.len() } else { self.decoded.len() }) as u64
    }

    fn into_bytes(self) -> Bytes {
        if self.decoded.is_empty() { self.first } else { Bytes::from(self.decoded) }
    }
}
