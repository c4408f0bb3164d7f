//! Undoing content-encodings as the bytes come, within bounds.

use super::broken::Broken;
use crate::model::{FailureKind, Stage};
use flate2::write::MultiGzDecoder;
use flate2::{Decompress, FlushDecompress, Status};
use http::HeaderMap;
use http::header::CONTENT_ENCODING;
use std::io::Write as _;

/// Most encodings laid over each other; curl's limit too.
const MOST_LAYERS: usize = 5;

/// Bytes of the longest name of an encoding that is shown.
const LONGEST_NAME: usize = 40;

/// How much one step may inflate to.
const CHUNK: usize = 32 << 10;

/// Why decoding stopped.
#[derive(Debug)]
pub(super) enum Stop {
    /// The data is not what the coding's name says.
    Broken(String),
    /// Some layer yields more than allowed.
    TooLarge,
}

enum Coding {
    Gzip(Box<MultiGzDecoder<Vec<u8>>>),
    /// `deflate` is zlib by RFC 9110; some servers send it raw. The first byte tells.
    Deflate {
        inflate: Option<Box<Decompress>>,
        ended: bool,
    },
}

/// One encoding being undone.
struct Layer {
    coding: Coding,
    taken: u64,
    yielded: u64,
}

/// The encodings of one response, the outermost first.
pub(super) struct Decoder {
    layers: Vec<Layer>,
    limit: u64,
}

impl Layer {
    fn name(&self) -> &'static str {
        match self.coding {
            Coding::Gzip(_) => "gzip",
            Coding::Deflate { .. } => "deflate",
        }
    }
}

impl Decoder {
    /// By the response's headers; none without an encoding. `limit` bounds what each layer may yield.
    pub(super) fn for_headers(headers: &HeaderMap, limit: u64) -> Result<Option<Self>, Broken> {
        if !headers.contains_key(CONTENT_ENCODING) {
            return Ok(None);
        }
        let mut layers = Vec::new();
        let mut count = 0;
        for line in headers.get_all(CONTENT_ENCODING) {
            for word in line.as_bytes().split(|byte| *byte == b',') {
                let word = word.trim_ascii().to_ascii_lowercase();
                if word.is_empty() || word == b"identity" {
                    continue;
                }
                count += 1;
                if count <= MOST_LAYERS {
                    layers.push(Layer::new(&word)?);
                }
            }
        }
        if count > MOST_LAYERS {
            let outer = layers.last().map_or("", Layer::name);
            let detail =
                format!("{count} content-encodings over each other ({outer} …), at most {MOST_LAYERS} are undone");
            return Err(undecodable(detail));
        }
        layers.reverse();
        Ok((!layers.is_empty()).then_some(Self { layers, limit }))
    }

    /// Takes encoded bytes, appends decoded ones.
    pub(super) fn feed(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<(), Stop> {
        feed_layers(&mut self.layers, self.limit, input, out)
    }

    /// The encoded data is over: each layer must be as well.
    pub(super) fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), Stop> {
        for at in 0..self.layers.len() {
            let (done, rest) = self.layers.split_at_mut(at + 1);
            let last = done[at].finish()?;
            if !last.is_empty() {
                feed_layers(rest, self.limit, &last, out)?;
            }
        }
        Ok(())
    }
}

/// A failure of kind [`FailureKind::Decode`].
pub(super) fn undecodable(detail: String) -> Broken {
    Broken::target(Stage::Body, detail).kind(FailureKind::Decode)
}

fn feed_layers(layers: &mut [Layer], limit: u64, mut input: &[u8], out: &mut Vec<u8>) -> Result<(), Stop> {
    let Some((layer, rest)) = layers.split_first_mut() else {
        out.extend_from_slice(input);
        return if out.len() as u64 > limit { Err(Stop::TooLarge) } else { Ok(()) };
    };
    while !input.is_empty() {
        let (taken, yielded) = layer.step(input)?;
        input = &input[taken..];
        layer.taken += taken as u64;
        layer.yielded += yielded.len() as u64;
        if layer.yielded > limit {
            return Err(Stop::TooLarge);
        }
        if !yielded.is_empty() {
            feed_layers(rest, limit, &yielded, out)?;
        }
    }
    Ok(())
}

impl Layer {
    fn new(word: &[u8]) -> Result<Self, Broken> {
        let coding = match word {
            b"gzip" | b"x-gzip" => Coding::Gzip(Box::new(MultiGzDecoder::new(Vec::new()))),
            b"deflate" => Coding::Deflate { inflate: None, ended: false },
            other => {
                // Not shortened: of half a secret nobody would know that it is one.
                let name = match other.len() {
                    0..=LONGEST_NAME => String::from_utf8_lossy(other).into_owned(),
                    long => format!("of {long} bytes"),
                };
                return Err(undecodable(format!("content-encoding {name} can't be undone; gzip and deflate can")));
            }
        };
        Ok(Self { coding, taken: 0, yielded: 0 })
    }

    /// One bounded step: how much was taken, and what it yielded.
    fn step(&mut self, input: &[u8]) -> Result<(usize, Vec<u8>), Stop> {
        let at = self.taken;
        match &mut self.coding {
            Coding::Gzip(gzip) => {
                let taken = gzip.write(input).map_err(|_| broken_at("gzip", at))?;
                if taken == 0 {
                    return Err(broken_at("gzip", at));
                }
                Ok((taken, std::mem::take(gzip.get_mut())))
            }
            Coding::Deflate { ended: true, .. } => Err(Stop::Broken(format!("deflate: junk after {at} bytes"))),
            Coding::Deflate { inflate, ended } => {
                let inflate = inflate.get_or_insert_with(|| Box::new(Decompress::new(is_zlib(input[0]))));
                let (before_in, before_out) = (inflate.total_in(), inflate.total_out());
                let mut yielded = Vec::with_capacity(CHUNK);
                let status = inflate
                    .decompress_vec(input, &mut yielded, FlushDecompress::None)
                    .map_err(|_| broken_at("deflate", at))?;
                *ended = matches!(status, Status::StreamEnd);
                let taken = usize::try_from(inflate.total_in() - before_in).unwrap_or(input.len());
                if taken == 0 && inflate.total_out() == before_out && !*ended {
                    return Err(broken_at("deflate", at));
                }
                Ok((taken, yielded))
            }
        }
    }

    fn finish(&mut self) -> Result<Vec<u8>, Stop> {
        let at = self.taken;
        match &mut self.coding {
            // An empty body is an empty body, whatever the header says.
            _ if at == 0 => Ok(Vec::new()),
            Coding::Gzip(gzip) => {
                gzip.try_finish().map_err(|_| Stop::Broken(format!("gzip: cut short or damaged after {at} bytes")))?;
                Ok(std::mem::take(gzip.get_mut()))
            }
            Coding::Deflate { ended: true, .. } => Ok(Vec::new()),
            Coding::Deflate { .. } => Err(Stop::Broken(format!("deflate: cut short after {at} bytes"))),
        }
    }
}

fn broken_at(coding: &str, at: u64) -> Stop {
    if at == 0 {
        Stop::Broken(format!("{coding}: the body is not {coding}"))
    } else {
        Stop::Broken(format!("{coding}: damaged after {at} bytes"))
    }
}

/// The low half of zlib's first byte is 8 (RFC 1950, section 2.2); a raw deflate stream can't begin so in practice:
/// it would be a stored block with wrong padding.
fn is_zlib(first: u8) -> bool {
    first & 0x0f == 8
}
