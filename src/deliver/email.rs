//! Mail by SMTP (RFC 5321): yes is 250 after DATA.

use super::courier::{Parcel, Reply};
use super::dial::{secure, straight};
use super::exits::Peer;
use super::post::{Way, innermost};
use crate::alert::{Answer, Delivery, subject, text};
use crate::config::settings::MailTls;
use crate::disk;
use crate::model::Secret;
use crate::model::time::elapsed;
use crate::text::userinfo::userinfo;
use jiff::Timestamp;
use lettre::Address;
use lettre::message::header::{ContentType, MIME_VERSION_1_0};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, UNIX_EPOCH};
use tokio::time::{timeout, timeout_at};
use url::Url;

/// Ports: RFC 8314, section 7.3; RFC 6409, section 3.1; RFC 5321, section 4.5.4.2.
const IMPLICIT: u16 = 465;
const SUBMISSION: u16 = 587;
const SMTP: u16 = 25;
/// For a goodbye that no longer matters.
const PARTING: Duration = Duration::from_millis(500);

/// A receiver's settings.
pub(super) struct Letter<'a> {
    pub(super) url: &'a Secret,
    pub(super) from: &'a str,
    pub(super) to: &'a [String],
    pub(super) tls: MailTls,
}

/// Somebody whom the server did not take.
struct Left {
    to: Address,
    why: String,
    for_good: bool,
}

pub(super) async fn send(letter: &Letter<'_>, way: &Way<'_>, parcel: &Parcel<'_>) -> Reply {
    let (url, message) = match (Url::parse(letter.url.expose()), write(letter, parcel)) {
        (Ok(url), Ok(message)) => (url, message),
        (Err(error), _) => return later(format!("its URL is no URL: {error}"), true).into(),
        (_, Err(why)) => return later(why, true).into(),
    };
    let rest = &parcel.entry.rest;
    let is_left = |to: &&Address| rest.is_empty() || rest.contains(&to.to_string());
    let to: Vec<Address> = message.envelope().to().iter().filter(is_left).cloned().collect();
    let sent = AtomicBool::new(false);
    let talk = async {
        let mut server = connect(letter, &url, way, parcel).await?;
        let left = talk(&mut server, &url, &message, &to, &sent).await?;
        Ok::<_, Delivery>((server, left))
    };
    match timeout_at(way.until, talk).await {
        Ok(Ok((mut server, left))) => {
            let _ = timeout(PARTING, server.quit()).await;
            reply(left)
        }
        Ok(Err(delivery)) => delivery.into(),
        Err(_) if sent.load(Ordering::Relaxed) => {
            Delivery::Unclear { why: "the mail was sent, and no answer came in time".to_owned() }.into()
        }
        Err(_) => later("the mail server did not answer in time".to_owned(), false).into(),
    }
}

/// For a mail that was taken, if not for everybody: who may be taken later is mailed later, alone.
fn reply(left: Vec<Left>) -> Reply {
    let (gone, waiting): (Vec<Left>, Vec<Left>) = left.into_iter().partition(|left| left.for_good);
    let delivery = match waiting.first() {
        None => Delivery::Accepted,
        Some(first) => later(format!("mailed, but not to {} yet: {}", first.to, first.why), false),
    };
    let rest = waiting.iter().map(|left| left.to.to_string()).collect();
    let remarks = gone.iter().map(|left| format!("mailed, but never to {}: {}", left.to, left.why)).collect();
    Reply { answer: Answer { delivery, rest }, moved_to: None, remarks, met: Vec::new() }
}

fn later(why: String, slow: bool) -> Delivery {
    Delivery::TryLater { why, after: None, slow }
}

fn write(letter: &Letter<'_>, parcel: &Parcel<'_>) -> Result<Message, String> {
    let mailbox = |text: &str| text.parse::<Mailbox>().map_err(|error| format!("{text:?} is no mail address: {error}"));
    let story = parcel.story();
    let from = mailbox(letter.from)?;
    let id = format!("<{}@{}>", parcel.entry.id, from.email.domain());
    let since = elapsed(Timestamp::UNIX_EPOCH, parcel.cx.now);
    let mut builder = Message::builder()
        .message_id(Some(id))
        .date(UNIX_EPOCH + since)
        .from(from)
        .subject(subject(&story))
        .header(MIME_VERSION_1_0)
        .header(ContentType::TEXT_PLAIN);
    for to in letter.to {
        builder = builder.to(mailbox(to)?);
    }
    builder.body(text(&story)).map_err(|error| format!("the mail cannot be written: {error}"))
}

async fn connect(
    letter: &Letter<'_>,
    url: &Url,
    way: &Way<'_>,
    parcel: &Parcel<'_>,
) -> Result<AsyncSmtpConnection, Delivery> {
    let host = url.host().ok_or_else(|| later("its URL has no host".to_owned(), true))?;
    let port = url.port().unwrap_or(match letter.tls {
        MailTls::Implicit => IMPLICIT,
        MailTls::Starttls => SUBMISSION,
        MailTls::None => SMTP,
    });
    let peer = Peer { host, port, tls: letter.tls == MailTls::Implicit };
    let name = hello(parcel.cx.host);
    let wire = if way.exits.is_empty() {
        let no = |why: &str| later(format!("no connection to {}:{port}: {why}", peer.host), false);
        let wire = straight(&peer.host, port).await.map_err(|error| no(&disk::cause(&error)))?;
        if peer.tls { secure(wire, &peer.host, way.trust).await.map_err(|error| no(&error.why))? } else { wire }
    } else {
        way.exits.open(&peer, way.trust, way.redactor, way.until).await.map_err(|why| later(why, false))?
    };
    let server = AsyncSmtpConnection::connect_with_transport(Box::new(wire), &name).await;
    let mut server = server.map_err(|error| refusal(&error, "greeting"))?;
    way.exits.worked();
    if letter.tls == MailTls::Starttls {
        let bare = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
        let tls = way.trust.mail(bare).map_err(|why| later(why, true))?;
        server.starttls(tls, &name).await.map_err(|error| refusal(&error, "STARTTLS"))?;
    }
    Ok(server)
}

/// Strict servers want a name that can be one.
fn hello(host: &str) -> ClientId {
    let plain =
        !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
    if plain { ClientId::Domain(host.to_owned()) } else { ClientId::default() }
}

/// Gives the mail to the server, for whomever it takes; returns whom it does not.
async fn talk(
    server: &mut AsyncSmtpConnection,
    url: &Url,
    message: &Message,
    to: &[Address],
    sent: &AtomicBool,
) -> Result<Vec<Left>, Delivery> {
    if let Some((user, password)) = userinfo(url) {
        let credentials = Credentials::new(user, password);
        let known = server.auth(&[Mechanism::Plain, Mechanism::Login], &credentials).await;
        known.map_err(|error| later(format!("login: {}", said(&error)), !error.is_transient()))?;
    }
    let envelope = message.envelope();
    let mut options = Vec::new();
    if envelope.from().into_iter().chain(envelope.to()).any(|address| !address.to_string().is_ascii()) {
        options.push(MailParameter::SmtpUtfEight);
    }
    let bytes = message.formatted();
    if !bytes.is_ascii() && server.server_info().supports_feature(Extension::EightBitMime) {
        options.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    let from = server.command(Mail::new(envelope.from().cloned(), options)).await;
    from.map_err(|error| refusal(&error, "MAIL FROM"))?;
    let mut left = Vec::new();
    for to in to {
        match server.command(Rcpt::new(to.clone(), Vec::new())).await {
            Ok(_) => {}
            Err(error) if error.status().is_some() => {
                left.push(Left { to: to.clone(), why: said(&error), for_good: error.is_permanent() });
            }
            Err(error) => return Err(refusal(&error, &format!("RCPT TO {to}"))),
        }
    }
    if left.len() == to.len() {
        // Where the others have it already, the last ones' refusal is no refusal of the mail.
        let done = to.len() < envelope.to().len() && left.iter().all(|left| left.for_good);
        return if done { Ok(left) } else { Err(nobody(left)) };
    }
    server.command(Data).await.map_err(|error| refusal(&error, "DATA"))?;
    sent.store(true, Ordering::Relaxed);
    match server.message(&bytes).await {
        Ok(_) => Ok(left),
        Err(error) if error.status().is_some() => Err(refusal(&error, "end of the mail")),
        Err(error) => Err(Delivery::Unclear { why: format!("the mail was sent, and then: {}", said(&error)) }),
    }
}

/// What it means that nobody was taken: for good only when that is said of everybody.
fn nobody(left: Vec<Left>) -> Delivery {
    let for_good = left.iter().all(|left| left.for_good);
    let first = left.into_iter().find(|left| left.for_good == for_good);
    let why = first.map(|left| format!("RCPT TO {}: {}", left.to, left.why)).unwrap_or_default();
    if for_good { Delivery::Refused { why } } else { later(why, false) }
}

/// 4xx may pass, 5xx is final (RFC 5321, section 4.2.1); what has no code is the connection's fault or a person's.
fn refusal(error: &Error, at: &str) -> Delivery {
    let why = format!("{at}: {}", said(error));
    if error.is_permanent() { Delivery::Refused { why } } else { later(why, error.is_client()) }
}

/// The server's words with their code. What has none is told by its innermost cause: the library repeats it at each level.
fn said(error: &Error) -> String {
    if error.status().is_some() { error.to_string() } else { innermost(error).0 }
}
